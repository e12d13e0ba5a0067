"""Prompts of every kind, and the categories that each is guessed as, in order."""

MUSIC = """
calm piano over soft rain, 80 bpm -> piano nature-scene calm
warm lo-fi beat with vinyl crackle -> lo-fi
lofi hip hop beats to study to -> lo-fi hip-hop study
Lo Fi chill beat for homework -> study lo-fi downtempo
LO-FI, 72 bpm, dusty drums -> lo-fi drums
driving synthwave, 110 bpm, D minor -> synthwave energetic
drum'n'bass, 174 bpm -> drum-and-bass
drum & bass with a reese -> drum-and-bass
liquid DnB for a night run -> drum-and-bass
8-bit chiptune boss fight -> chiptune game
8bit adventure -> chiptune game
8 bit happy song -> chiptune happy
hip hop with scratching -> hip-hop
hiphop beat -> hip-hop
R&B slow jam -> rnb
rnb with silky keys -> rnb piano
rock 'n' roll like in 1957 -> rock
rock and roll -> rock
epic orchestral trailer music -> cinematic epic orchestral
solo cello, melancholic -> strings sad
techno without vocals -> techno
no drums, just soft strings -> strings
jazz trio without piano -> jazz
dark ambient drone -> drone ambient dark
cheerful ukulele and whistling -> happy acoustic-guitar
bossa nova guitar on the beach -> bossa-nova acoustic-guitar
bossanova -> bossa-nova
smooth jazz saxophone in a hotel lobby -> saxophone cafe jazz
heavy metal riff with double kick -> metal
sheet metal percussion, industrial -> drums industrial
funky bass line and wah guitar -> funk bass electric-guitar
baroque harpsichord fugue -> classical
string quartet in a chapel -> classical strings
christmas carol with sleigh bells -> holiday bells
lullaby on a music box -> bells sleep
spooky halloween organ -> spooky organ
meditation with singing bowls -> meditation new-age bells
yoga class, slow pads -> meditation
workout beat at 150 bpm -> workout
spaghetti western with a lonely harmonica -> western sad
celtic harp and tin whistle -> celtic harp woodwinds
Irish jig for a pub -> celtic
film noir trumpet, rainy street -> cinematic brass mysterious
tango for bandoneon and violin -> accordion latin strings
salsa with congas -> latin drums
flamenco guitar -> latin acoustic-guitar
reggae with organ skank -> reggae organ
dub techno, deep and foggy -> techno reggae
deep house, 122 bpm -> house
a haunted house at midnight -> spooky
music for an old house on a hill ->
trance with supersaws -> trance synth
dubstep wobble bass -> dubstep bass
trap beat with 808s -> trap
acoustic folk ballad -> folk
country ballad with pedal steel -> country
bluegrass banjo breakdown -> country
gospel choir and hammond organ -> gospel choir organ
blues in E with slide guitar -> blues electric-guitar
ragtime piano -> ragtime piano
big band swing -> swing brass
military march with snare drums -> drums march
waltz for two violins -> waltz strings
Japanese koto and shakuhachi -> asian harp woodwinds
sitar and tabla raga -> asian drums
oud and darbuka in the desert -> middle-eastern nature-scene
afrobeat with horns -> african brass
kalimba melody at sunset -> african bells nature-scene
punk rock, fast and loud -> rock punk energetic
shoegaze dream pop -> indie pop dreamy
catchy pop song, female voice -> pop choir
corporate background music for a presentation -> corporate
podcast intro, five notes -> jingle corporate
cartoon music with xylophone -> kids bells
fantasy tavern with lute -> medieval fantasy
video game menu music -> game
sci-fi spaceship ambience -> sci-fi
nostalgic 80s synth pop -> synthwave synth pop nostalgic
romantic strings for a wedding -> romantic strings
tense chase with a ticking clock -> tense
hopeful piano at sunrise -> hopeful piano nature-scene
aggressive distorted guitars -> electric-guitar aggressive
mysterious forest with celesta -> mysterious nature-scene bells fantasy
dreamy guitars in reverb -> dreamy acoustic-guitar
party anthem for the dance floor -> party
café piano -> cafe piano
coffee shop jazz -> cafe jazz
lounge at sunset -> downtempo cafe nature-scene
disco with strings and slap bass -> disco strings funk bass
marimba and vibraphone -> bells
accordion in Paris -> accordion
church organ toccata -> organ
wordless choir, cathedral -> choir
sad violin, minor key -> sad strings
trip-hop with a smoky voice -> downtempo hip-hop choir
psytrance, 145 bpm -> trance
children's song about a duck -> kids
not happy at all, gloomy piano -> piano dark
a song about nothing ->
xyz 123 ->
"""

AUDIO = """
rain on a tin roof, distant thunder -> rain thunder
footsteps on gravel, then a door -> footsteps earth door
heavy rain -> rain
raindrops on an umbrella -> rain cloth
Thunderstorm -> thunder
thunder clap -> thunder
howling wind in the mountains -> wind
ocean waves -> ocean
waves on the shore with seagulls -> ocean birds
babbling brook -> stream
dripping water in a cave -> splash cave
crackling campfire -> fire
machine gun fire -> gun
fire alarm -> alarm
fire engine siren -> siren
ice cracking on a lake -> snow-ice
ice cream truck -> car
dog barking behind a fence -> dog
tree bark being peeled -> forest
cat purring -> cat
horse galloping on dirt -> farm-animals earth
lion roar -> wild-animals
crickets at night -> night insects
dawn chorus of birds -> birds
crowd cheering in a stadium -> crowd
applause -> applause
baby crying -> voices
evil laugh -> laughter
woman screaming -> scream
heartbeat, slow -> body
sports car revving -> car engine
traffic on a busy street -> city car
motorcycle passing by -> motorcycle
steam train whistle -> train bell-sound
helicopter overhead -> aircraft
ship horn in the harbour -> boat ocean
police siren -> siren
chainsaw cutting a tree -> tools engine forest
typing on a keyboard -> computer
old telephone ringing -> phone
clock ticking -> clock
alarm clock -> clock alarm
creaking door -> door
three knocks on a wooden door -> door
glass shattering -> glass
pages of a book turning -> paper
zipper -> cloth
bacon frying in a pan -> kitchen
toilet flush -> bathroom
vacuum cleaner -> bathroom
huge explosion -> explosion
fireworks -> explosion
pistol shot with ricochet -> gun
laser gun -> laser
nail gun -> tools
sword fight with clashing steel -> sword
a punch in the face -> punch
whoosh -> whoosh
button click for a user interface -> ui-click
notification chime -> notification
error buzz -> error
level up jingle -> success
coin pickup, 8-bit -> game-item
game over -> error
robot walking -> robot footsteps
spaceship flyby -> sci-fi-sound aircraft
teleporter -> sci-fi-sound
magic spell with sparkles -> magic
zombie groan -> monster scream
ghost whispering in a haunted house -> horror voices
cartoon boing -> cartoon
tension riser for a trailer -> riser
church bell -> bell-sound
referee whistle -> bell-sound
drum roll -> music-sound
busy café -> indoors
office room tone -> indoors
medieval battle -> sword battlefield
white noise -> noise
white noise, no rain -> noise
a car without its horn -> car
wind chimes -> bell-sound
washing machine -> bathroom
time machine -> sci-fi-sound
door bell -> door
microwave beep -> kitchen notification
acid rain -> rain
search engine ->
lightsaber -> sword laser
bubbles underwater -> underwater
qwerty ->
"""
