"""What kinds of sounds there are, and which of them a prompt asks for. Data files and a compiled matcher."""

import difflib
import zlib
from pathlib import Path

from services.catalog.taxonomy.category import Category, load
from services.catalog.taxonomy.matching import Matcher, compounds
from shared.messages.job import MODELS, Model

__all__ = ["BY_ID", "CATEGORIES", "COMPOUNDS", "MOST_GUESSED", "Category", "guess", "nearest", "version"]

MOST_GUESSED = 4
_FOLDER = Path(__file__).parent

CATEGORIES: dict[Model, dict[str, Category]] = {
    "music": load(_FOLDER / "music.toml"),
    "audio": load(_FOLDER / "effects.toml"),
}
"""Every category by model and id, in the order of the files. No two models share an id."""

BY_ID = {found.id: found for model in MODELS for found in CATEGORIES[model].values()}
COMPOUNDS = compounds(BY_ID.values())
"""Words that people write joined, with a hyphen or apart: the first, as `lofi`, with the last, as `lo fi`."""

_MATCHERS = {model: Matcher(CATEGORIES[model].values()) for model in MODELS}


def guess(prompt: str, model: Model) -> tuple[str, ...]:
    """Ids of up to 4 categories of the model that the prompt asks for, the best first; may be none."""
    return _MATCHERS[model].find(prompt)[:MOST_GUESSED]


def nearest(text: str, model: Model | None = None) -> str | None:
    """The id of a category, of this model or of any, that is spelt most like the text; None where none is."""
    among = CATEGORIES[model] if model else BY_ID
    ids = {found.id: found.id for found in among.values()}
    labels = {found.label.casefold(): found.id for found in among.values()}
    close = difflib.get_close_matches(text[:80].casefold(), [*ids, *labels], 1, 0.5)
    return {**labels, **ids}[close[0]] if close else None


def version() -> int:
    """A number from 0 to 2³² - 1 that changes with whatever in the data files decides what is guessed."""
    rules = [(found.id, found.words, found.weak, found.unwanted) for found in BY_ID.values()]
    return zlib.crc32(repr(rules).encode())
