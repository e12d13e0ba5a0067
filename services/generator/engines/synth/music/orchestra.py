"""Instrument words in a prompt: which voice they mean and which parts it can take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """Words for an instrument, its voice in the registry and the roles it takes, the most natural first."""

    words: tuple[str, ...]
    voice: str
    roles: tuple[str, ...]


_KEYS, _TUNE, _BASS = ("chords", "lead", "arp"), ("lead", "counter", "pad"), ("bass",)
_BELLS, _SOFT, _PICK = ("lead", "arp"), ("pad", "counter", "chords", "lead"), ("chords", "arp", "lead")

MENTIONS = (
    Mention(("electric piano", "rhodes", "wurlitzer", "e piano", "epiano", "keys"), "electric piano", _KEYS),
    Mention(("dx7", "fm piano", "digital piano"), "dx piano", _KEYS),
    Mention(("felt piano", "soft piano", "muted piano"), "felt piano", _KEYS),
    Mention(
        ("piano", "grand piano", "pianos", "klavier", "pianist", "ピアノ", "钢琴", "пианино"), "piano", _KEYS
    ),
    Mention(("harpsichord", "cembalo"), "harpsichord", _KEYS),
    Mention(("clavinet", "clav"), "clavinet", ("chords",)),
    Mention(("church organ", "pipe organ", "cathedral organ"), "church organ", ("chords", "pad", "lead")),
    Mention(("organ", "hammond", "orgel"), "organ", ("chords", "pad", "lead")),
    Mention(("accordion", "akkordeon", "concertina", "bandoneon"), "accordion", ("lead", "chords", "pad")),
    Mention(("celesta", "celeste"), "celesta", _BELLS),
    Mention(("music box", "musicbox"), "music box", _BELLS),
    Mention(("glockenspiel", "chimes", "sleigh bells"), "glockenspiel", _BELLS),
    Mention(("bell", "bells", "tubular bells", "church bells", "glocken"), "bell", ("arp", "lead")),
    Mention(("marimba",), "marimba", ("arp", "lead", "chords")),
    Mention(("xylophone", "xylophon"), "xylophone", _BELLS),
    Mention(("vibraphone", "vibes", "vibraphon"), "vibraphone", _BELLS),
    Mention(("kalimba", "mbira", "thumb piano"), "kalimba", ("arp", "lead")),
    Mention(
        ("steel drum", "steel drums", "steel pan", "steelpan", "handpan", "hang drum"), "steel drum", _BELLS
    ),
    Mention(
        (
            "distorted guitar",
            "distortion",
            "heavy guitar",
            "heavy guitars",
            "guitar riff",
            "distorted guitars",
        ),
        "distorted guitar",
        ("chords", "lead"),
    ),
    Mention(
        ("electric guitar", "electric guitars", "guitar solo", "e guitar"), "blues guitar", ("lead", "chords")
    ),
    Mention(("clean guitar",), "clean guitar", _PICK),
    Mention(("wah guitar", "funk guitar", "wah wah"), "funk guitar", ("chords",)),
    Mention(
        ("nylon guitar", "classical guitar", "spanish guitar", "flamenco", "nylon"), "nylon guitar", _PICK
    ),
    Mention(
        (
            "acoustic guitar",
            "acoustic guitars",
            "guitar",
            "guitars",
            "gitarre",
            "guitarra",
            "guitare",
            "ギター",
            "吉他",
        ),
        "acoustic guitar",
        _PICK,
    ),
    Mention(("banjo",), "banjo", ("arp", "lead", "chords")),
    Mention(("ukulele", "ukelele", "uke"), "ukulele", _PICK),
    Mention(("harp", "harfe", "lyre", "harps"), "harp", ("arp", "chords")),
    Mention(("sitar",), "sitar", ("lead", "arp")),
    Mention(("koto", "shamisen", "guzheng", "pipa"), "koto", ("lead", "arp")),
    Mention(("pizzicato",), "pizzicato", ("chords", "arp", "bass")),
    Mention(("strings", "string section", "string quartet", "violins", "streicher"), "strings", _SOFT),
    Mention(("violin", "fiddle", "viola", "geige", "violine", "violon"), "violin", _TUNE),
    Mention(("cello", "cellos", "violoncello"), "cello", _TUNE),
    Mention(("french horn", "horn", "horns"), "horn", ("counter", "lead", "pad")),
    Mention(
        ("brass", "brass section", "trombone", "trombones", "tuba"), "brass", ("lead", "chords", "counter")
    ),
    Mention(("trumpet", "trumpets", "trompete", "cornet", "flugelhorn"), "trumpet", _TUNE),
    Mention(("saxophone", "sax", "saxofon", "saxophon", "alto sax", "tenor sax"), "saxophone", _TUNE),
    Mention(("pan flute", "panpipes", "shakuhachi", "ocarina", "bansuri"), "pan flute", _TUNE),
    Mention(("flute", "flutes", "recorder", "piccolo", "querflöte", "flöte", "flauta"), "flute", _TUNE),
    Mention(("tin whistle", "whistle", "whistling", "penny whistle"), "whistle", ("lead",)),
    Mention(("clarinet", "clarinets", "klarinette"), "clarinet", _TUNE),
    Mention(("oboe", "bassoon", "cor anglais", "english horn"), "oboe", _TUNE),
    Mention(
        ("choir", "choral", "choirs", "vocals", "voices", "vocal", "singing", "chant", "humming", "chor"),
        "choir",
        _SOFT,
    ),
    Mention(("theremin",), "theremin", ("lead",)),
    Mention(("harmonica", "mouth organ"), "harmonica", ("lead",)),
    Mention(("bagpipe", "bagpipes"), "bagpipes", ("lead",)),
    Mention(("supersaw", "super saw", "saws"), "supersaw", ("chords", "lead", "pad")),
    Mention(("synth lead", "lead synth", "saw lead"), "saw lead", ("lead",)),
    Mention(("square wave", "square lead"), "square lead", ("lead",)),
    Mention(("synth pad", "pads", "pad", "warm pad"), "warm pad", ("pad",)),
    Mention(("synth strings",), "synth strings", ("pad",)),
    Mention(("synth brass",), "synth brass", ("chords", "lead")),
    Mention(
        ("synth", "synths", "synthesizer", "synthesizers", "analog synth", "moog", "synthesiser"),
        "saw lead",
        ("lead", "arp"),
    ),
    Mention(("pluck", "plucks", "plucked synth"), "synth pluck", ("arp", "lead")),
    Mention(("arpeggio", "arpeggios", "arpeggiated", "arpeggiator", "arp"), "", ("arp",)),
    Mention(("slap bass",), "slap bass", _BASS),
    Mention(
        ("double bass", "upright bass", "acoustic bass", "contrabass", "kontrabass"), "acoustic bass", _BASS
    ),
    Mention(("acid bass", "303", "tb 303"), "acid bass", _BASS),
    Mention(("sub bass", "deep bass", "subbass"), "sub bass", _BASS),
    Mention(("reese", "reese bass"), "reese bass", _BASS),
    Mention(("wobble bass",), "wobble bass", _BASS),
    Mention(("synth bass", "bass synth", "moog bass"), "synth bass", _BASS),
    Mention(("808 bass", "808s"), "808 bass", _BASS),
    Mention(("bass guitar", "electric bass", "bass line", "bassline", "bass"), "", _BASS),
)

KIT_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("808", "tr 808", "808s", "808 drums"), "808"),
    (("909", "tr 909", "drum machine"), "909"),
    (("brushes", "brushed drums", "brush drums"), "brushes"),
    (("taiko", "timpani", "orchestral percussion", "war drums", "orchestral drums"), "orchestral"),
    (("congas", "bongos", "bongo", "conga", "percussion", "tambourine", "shaker"), "latin"),
    (("breakbeats", "amen", "amen break", "breaks"), "break"),
    (("live drums", "acoustic drums", "drum kit", "drum set"), "acoustic"),
)

DRUM_WORDS = (
    "drums",
    "drum",
    "beat",
    "beats",
    "percussion",
    "drumming",
    "kick",
    "snare",
    "hi hats",
    "hihat",
    "groove",
)
"""Words that ask for drums, or with "no" before them for none."""

ROLE_WORDS: dict[str, tuple[str, ...]] = {
    "drums": (
        "drums",
        "drum",
        "beat",
        "beats",
        "percussion",
        "kick",
        "snare",
        "hi hats",
        "hihats",
        "cymbals",
    ),
    "bass": ("bass", "bassline", "bass line", "low end", "sub"),
    "chords": ("chords", "chord", "accompaniment", "comping"),
    "pad": ("pad", "pads"),
    "arp": ("arpeggio", "arpeggios", "arpeggiator", "arp"),
    "lead": ("melody", "lead", "solo", "tune", "melodies"),
}
"""Words for a whole role, which "no" or "without" before them leaves out."""

CHAMBER_WORDS = ("duet", "duo", "quartet", "quintet")
"""Words that say the instruments named are all there are."""
