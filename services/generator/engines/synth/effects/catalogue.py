"""All families of effects, and the phrases that ask for them."""

from .families import (
    alarms,
    animals,
    birds,
    body,
    crowds,
    fire,
    game,
    household,
    impacts,
    insects,
    interface,
    machines,
    musical,
    scifi,
    vehicles,
    water,
    weapons,
    weather,
)

_MODULES = (
    weather, water, fire, birds, insects, animals, body, crowds, impacts, weapons, game, interface, alarms,
    vehicles, machines, household, scifi, musical,
)  # fmt: skip

FAMILIES = {family.name: family for module in _MODULES for family in module.FAMILIES}

_SCENES = {
    "thunderstorm, storm, stormy night, gewitter, tormenta, orage, tempête": ("rain", "thunder", "wind"),
    "forest, woods, woodland, wald, bosque, forêt": ("birds", "wind"),
    "jungle, rainforest, rain forest, tropical, selva, dschungel": ("birds", "cicadas", "frog"),
    "swamp, marsh, wetland": ("frog", "crickets", "bubbles"),
    "night, nighttime, summer evening, nacht": ("crickets", "owl"),
    "farm, barn, barnyard, bauernhof, granja, ferme": ("rooster", "cow", "sheep"),
    "medieval battle, sword battle, knights": ("sword", "cheering", "horse"),
    "battle, battlefield, war, warfare, combat, krieg, guerra": ("machine gun", "explosion", "gunshot"),
    "desert, mountain top, tundra, arctic": ("wind",),
    "harbor at night, port": ("sea", "seagull", "boat horn"),
    "haunted house": ("dread", "door", "wind"),
    "office": ("typing", "crowd chatter", "fan"),
    "kitchen": ("dishes", "frying"),
    "arcade": ("coin", "laser", "power-up"),
    "celebration, new year": ("fireworks", "cheering"),
}  # fmt: skip
"""Words for several sounds at once."""

_VAGUE = (
    "running, runs, hit, fall, falls, drop, dropped, cutting, pan, road, street, city, pop, popping, "
    "buzz, tap, impact, hum, humming, noise, night, metal, key, page, pages, lost, win, map, press, data, "
    "digital, energy, space, plate, cup, pipe, chain, arc, type, types, spring, complete, bug, bar, "
    "market, party, office, kitchen, underwater, rev, revving, swing, throw, throwing, dash, zoom, horn, "
    "whistle, whistles, whistling, steam, magazine, machine, mechanical, shield, spray, tone, wrong, "
    "bonus, heal, health, select, button, sale, message, death, die, dying, warning, alert, emergency, "
    "launch, glass, water, speaking, crack, cracks, cracking, bone, branch, slide, cartoon, fight, "
    "fighting, hissing, hiss, crowd, people, audience, scan, cash, money, book, drawing, collect, "
    "collecting, driving, rustling, jumping, pulse, spirit, port, electric, microwave, drone, breath, "
    "cooking, creak, creaking, creaky, switch, trailer, tension, toast, bowl, tide, gate, upgrade, "
    "reward, pick up, draft, reactor"
)
"""Words that name a sound only where they stand for themselves: not in "metal door", "car in the street"."""

BY_PHRASE: dict[str, tuple[str, ...]] = {
    **{phrase: (family.name,) for family in FAMILIES.values() for phrase in family.words},
    **{phrase.strip(): names for phrases, names in _SCENES.items() for phrase in phrases.split(",")},
}

VAGUE = frozenset(phrase.strip() for phrase in _VAGUE.split(","))

PARTS = {
    "train": ("human whistle", "car horn", "steam", "engine"),
    "boat horn": ("car horn",),
    "motorcycle": ("engine", "car"),
    "car": ("traffic",),
    "helicopter": ("engine",),
    "robot": ("crowd chatter",),
    "applause": ("crowd chatter",),
    "cheering": ("crowd chatter",),
    "telephone": ("alarm",),
}
"""What already sounds in a family: a train brings its own whistle."""
