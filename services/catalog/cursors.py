"""Where a page of a list ends, as a text that a client hands back."""

import base64
import binascii
import json
import math
from dataclasses import dataclass

from services.catalog.track_query import Sort

LARGEST = 2**63 - 1
_LONGEST = 200


class CursorError(ValueError):
    """A text that is no cursor of the list it was sent for."""


@dataclass(frozen=True)
class Cursor:
    """The last track of a page: its value in the sort, and its number; or its sort key, and 0."""

    sort: Sort
    value: float
    number: int

    @property
    def is_key(self) -> bool:
        """Whether `value` is a sort key."""
        return self.number == 0

    def __str__(self) -> str:
        content = json.dumps([self.sort, self.value, self.number], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read(text: str, sort: Sort) -> Cursor:
    """The cursor that a text stands for.

    Raises:
        CursorError: it is none, or one of a list with another sort.
    """
    try:
        content = json.loads(base64.urlsafe_b64decode(text[:_LONGEST] + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise CursorError(f"must be a next_cursor, got {text[:40]!r}") from error
    match content:
        case [str(given), int() | float() as value, int(number)] if _is_fit(value, number):
            if given != sort:
                raise CursorError(f"must be a next_cursor of a list by {sort}, got one by {given[:20]}")
            return Cursor(sort, value, number)
    raise CursorError(f"must be a next_cursor, got {text[:40]!r}")


def _is_fit(value: float, number: int) -> bool:
    """Whether a database can hold both."""
    whole = isinstance(value, int)
    return abs(number) <= LARGEST and (abs(value) <= LARGEST if whole else math.isfinite(value))
