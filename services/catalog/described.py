"""What a track's row says of how it sounds: the engine's word first, else what was measured."""

import math
import struct
from functools import lru_cache
from typing import Any

from shared.messages.job import Descriptors

VECTOR_FLOATS = 64
_LARGEST = 1e6

_TONICS: tuple[tuple[str, ...], ...] = (
    ("C",),
    ("C#", "Db"),
    ("D",),
    ("D#", "Eb"),
    ("E",),
    ("F",),
    ("F#", "Gb"),
    ("G",),
    ("G#", "Ab"),
    ("A",),
    ("A#", "Bb"),
    ("B",),
)


def described(tags: dict[str, str | float], measured: Descriptors | None) -> dict[str, Any]:
    """The columns `bpm`, `key` and `descriptors`.

    An engine that composes knows tempo and key, so its tags count before any measurement.
    """
    bpm, key = tags.get("bpm"), tags.get("key")
    if measured is not None and not isinstance(bpm, int | float):
        bpm = measured.bpm
    if measured is not None and not isinstance(key, str):
        key = measured.key
    return {
        "bpm": bpm if isinstance(bpm, int | float) and math.isfinite(bpm) else None,
        "key": key if isinstance(key, str) else None,
        "descriptors": measured and measured.model_dump_json(exclude={"features"}),
    }


def packed(measured: Descriptors | None) -> bytes | None:
    """The features as 64 little-endian floats; None where some are missing, too many or out of range."""
    if measured is None or len(measured.features) != VECTOR_FLOATS:
        return None
    features = measured.features
    if any(map(math.isnan, features)) or min(features) <= -_LARGEST or max(features) >= _LARGEST:
        return None
    return struct.pack(f"<{VECTOR_FLOATS}f", *features)


@lru_cache(maxsize=1024)
def spellings(key: str) -> tuple[str, ...]:
    """A key with its tonic spelt in every usual way: `C# minor` and `Db minor`."""
    tonic, _, mode = " ".join(key.split()).partition(" ")
    names = next((same for same in _TONICS if tonic.casefold() in (one.casefold() for one in same)), (tonic,))
    return tuple(f"{name} {mode}".strip() for name in names)
