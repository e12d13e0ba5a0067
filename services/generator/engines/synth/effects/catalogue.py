"""All families of effects, and the phrases that ask for them."""

from .families import weather

FAMILIES = {family.name: family for family in (*weather.FAMILIES,)}

_SCENES = {
    "thunderstorm, storm, stormy night, gewitter, tormenta, orage, tempête": ("rain", "thunder", "wind"),
}
"""Words for several sounds at once."""

BY_PHRASE: dict[str, tuple[str, ...]] = {
    **{phrase: (family.name,) for family in FAMILIES.values() for phrase in family.words},
    **{phrase.strip(): names for phrases, names in _SCENES.items() for phrase in phrases.split(",")},
}
