"""One category, and reading a file of them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import SoundBoxError

_WANTED = frozenset(("label", "group", "words", "fill", "examples"))
_KNOWN = _WANTED | {"weak", "not", "airs", "ucs"}


class TaxonomyError(SoundBoxError):
    """A file of categories is not as it should be."""


@dataclass(frozen=True)
class Category:
    """A kind of sound.

    Attributes:
        id: as it stands in addresses and rows, as `lo-fi`.
        label: for a person, as `Lo-fi`.
        group: kind of category, as `genre`.
        words: phrases that name it.
        weak: phrases that only hint at it.
        unwanted: phrases that speak against it.
        airs: what it goes with in a made-up prompt; empty for effects.
        fill: how a made-up prompt says it.
        examples: prompts that are guessed as it.
        ucs: category of the Universal Category System (https://universalcategorysystem.com), as `RAIN`.
    """

    id: str
    label: str
    group: str
    words: tuple[str, ...]
    weak: tuple[str, ...]
    unwanted: tuple[str, ...]
    airs: tuple[str, ...]
    fill: tuple[str, ...]
    examples: tuple[str, ...]
    ucs: str | None


def load(file: Path) -> dict[str, Category]:
    """The categories of a file, by id, in its order.

    Raises:
        TaxonomyError: a table lacks a key, or has one that nothing reads.
    """
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {category_id: _category(f"{file.name}: {category_id}", category_id, table)
            for category_id, table in tables.items()}  # fmt: skip


def _category(where: str, category_id: str, table: dict[str, Any]) -> Category:
    if missing := _WANTED - table.keys():
        raise TaxonomyError(f"{where} lacks {', '.join(sorted(missing))}")
    if unknown := table.keys() - _KNOWN:
        raise TaxonomyError(f"{where} has the unknown keys {', '.join(sorted(unknown))}")
    return Category(
        id=category_id,
        label=table["label"],
        group=table["group"],
        words=tuple(table["words"]),
        weak=tuple(table.get("weak", ())),
        unwanted=tuple(table.get("not", ())),
        airs=tuple(table.get("airs", ())),
        fill=tuple(table["fill"]),
        examples=tuple(table["examples"]),
        ucs=table.get("ucs"),
    )
