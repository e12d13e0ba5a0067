"""Fills templates with words that go together. A pure function of model, category and seed."""

import random
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from services.catalog import taxonomy
from services.catalog.taxonomy import Category
from shared.messages.job import Model

_FOLDER = Path(__file__).parent
_TRIES = 60
_AN = re.compile(r"\b([Aa]) (?=[aeio]|u(?!kulele|ni|se)|8-bit|R&B|RPG)")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


_WORDS: dict[Model, dict[str, Any]] = {"music": _read("music.toml"), "audio": _read("effects.toml")}
TEMPLATES: dict[Model, list[str]] = {model: words["templates"] for model, words in _WORDS.items()}


def compose(model: Model, category: str | None, seed: int) -> str:
    """A prompt; the same for the same seed. With a category of the model it is guessed as that category.

    Raises:
        KeyError: the category is not one of the model.
    """
    rng = random.Random(f"{model} {category} {seed}")
    write = _music if model == "music" else _effect
    if category is None:
        return write(rng, None)
    wanted = taxonomy.CATEGORIES[model][category]
    tries = (write(rng, wanted) for _ in range(_TRIES))
    fitting = (prompt for prompt in tries if category in taxonomy.guess(prompt, model))
    return next(fitting, None) or rng.choice(wanted.examples)


def _music(rng: random.Random, wanted: Category | None) -> str:
    """One air for the whole prompt: only categories that go with it are named."""
    words = _WORDS["music"]
    air = rng.choice(wanted.airs if wanted else list(words["airs"]))
    lists = words["airs"][air]
    among = [found for found in taxonomy.CATEGORIES["music"].values() if air in found.airs]
    mood, mood2 = _two(rng, among, "mood", wanted)
    instrument, instrument2 = _two(rng, among, "instrument", wanted)
    genre, _ = _two(rng, among, "genre", wanted)
    low, high = words["tempo"].get(genre.id, lists["tempo"])
    slots = {
        "mood": mood,
        "mood2": mood2,
        "instrument": instrument,
        "instrument2": instrument2,
        "genre": genre,
        "use": _two(rng, among, "use", wanted)[0],
        "tempo": rng.randrange(low, high + 1, 2),
        "key": rng.choice(lists["keys"]),
        "colour": rng.choice(lists["colours"]),
    }
    return _filled(rng, words["templates"], slots, wanted.group if wanted else None)


def _effect(rng: random.Random, wanted: Category | None) -> str:
    """A sound, perhaps another one of its group, and what fits to the group."""
    words = _WORDS["audio"]
    categories = taxonomy.CATEGORIES["audio"].values()
    group = wanted.group if wanted else rng.choice(list(words["groups"]))
    lists = words["groups"][group]
    sound, second = _two(rng, categories, group, wanted)
    slots = {
        "sound": sound,
        "second": second,
        "when": rng.choice(lists["when"]),
        "how": rng.choice(lists["how"]),
        "space": rng.choice(lists["space"]),
        "purpose": rng.choice(words["purposes"]),
        "ending": rng.choice(words["endings"]),
        "taste": rng.choice(words["tastes"]),
    }
    return _filled(rng, words["templates"], slots, "sound")


def _two(
    rng: random.Random, among: Iterable[Category], group: str, wanted: Category | None
) -> tuple[Category, Category]:
    """Two categories of a group, the wanted one first where it is of the group."""
    first, second = rng.sample([found for found in among if found.group == group], 2)
    if wanted is not None and wanted.group == group:
        first, second = wanted, first if first is not wanted else second
    return first, second


def _filled(rng: random.Random, templates: Sequence[str], slots: dict[str, Any], needed: str | None) -> str:
    """A template with its slots filled, categories by one of their own phrases."""
    said = {name: rng.choice(found.fill) if isinstance(found, Category) else found
            for name, found in slots.items()}  # fmt: skip
    fitting = [template for template in templates if needed is None or f"{{{needed}}}" in template]
    return _AN.sub(r"\1n ", rng.choice(fitting).format(**said))
