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

BY_PHRASE: dict[str, tuple[str, ...]] = {
    **{phrase: (family.name,) for family in FAMILIES.values() for phrase in family.words},
    **{phrase.strip(): names for phrases, names in _SCENES.items() for phrase in phrases.split(",")},
}
