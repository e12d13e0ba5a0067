"""Query parameters: each is read, checked and described by one object."""

import math
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request

from services.catalog import taxonomy
from shared.messages.ids import is_id
from shared.messages.job import MODELS, Model
from web.api.problems import invalid

_SHOWN_CHARACTERS = 40
_MOST_PAGE = 1_000_000
MOST_CATEGORIES = 8
_MOST_SEED = 2**31 - 1
_SEED_DIGITS = 10
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class Parameter(Protocol):
    """What the description of the API says about a parameter."""

    @property
    def name(self) -> str:
        """Its name in the query."""

    @property
    def says(self) -> str:
        """What it does."""

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""


@dataclass(frozen=True)
class WholeNumber:
    """A whole number of at least `least`; one above `most` counts as `most`."""

    name: str
    says: str
    usual: int
    least: int
    most: int

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.usual}

    def of(self, request: Request) -> int:
        """Its value; the usual one when it is absent or empty.

        Raises:
            ProblemError: 422, it is no number, or too small.
        """
        text = request.query_params.get(self.name)
        if text is None or text == "":
            return self.usual
        if not _is_whole(text) or len(text) > 18 or int(text) < self.least:
            raise invalid([(self.name, f"must be a whole number from {self.least} on, got {_shown(text)}")])
        return min(int(text), self.most)


def _is_whole(text: str) -> bool:
    """Whether it is a whole number in the figures 0 to 9; Python takes those of other scripts as well."""
    return text.isascii() and text.removeprefix("-").isdecimal()


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    name: str
    says: str
    options: tuple[str, ...]

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "string", "enum": list(self.options)}

    def of(self, request: Request) -> str | None:
        """Its value; None when it is absent or empty.

        Raises:
            ProblemError: 422, it is another word.
        """
        text = request.query_params.get(self.name) or None
        if text is not None and text not in self.options:
            raise invalid([(self.name, f"must be one of {', '.join(self.options)}, got {_shown(text)}")])
        return text


@dataclass(frozen=True)
class Words:
    """Several words, by comma."""

    name: str
    says: str
    options: tuple[str, ...]

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "string"}

    def of(self, request: Request) -> tuple[str, ...]:
        """Its values; all there are when it is absent or empty.

        Raises:
            ProblemError: 422, one is another word.
        """
        given = [text.strip() for text in request.query_params.get(self.name, "").split(",")]
        words = tuple(text for text in given if text)
        wrong = next((text for text in words if text not in self.options), None)
        if wrong is not None:
            raise invalid([(self.name, f"must be some of {', '.join(self.options)}, got {_shown(wrong)}")])
        return words or self.options


@dataclass(frozen=True)
class Categories:
    """Ids of categories; the parameter may come several times."""

    name: str
    says: str

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "array", "items": {"type": "string"}, "maxItems": MOST_CATEGORIES}

    def of(self, request: Request) -> tuple[str, ...]:
        """Its values, each once; none when it is absent or empty.

        Raises:
            ProblemError: 422, one is no category, or there are too many.
        """
        given = tuple(dict.fromkeys(text for text in request.query_params.getlist(self.name) if text))
        if len(given) > MOST_CATEGORIES:
            raise invalid([(self.name, f"may be given at most {MOST_CATEGORIES} times, got {len(given)}")])
        unknown = next((text for text in given if text not in taxonomy.BY_ID), None)
        if unknown is not None:
            raise invalid([(self.name, unknown_category(unknown))])
        return given


@dataclass(frozen=True)
class Ids:
    """Ids of tracks; the parameter comes at least once, and at most `most` times."""

    name: str
    says: str
    most: int

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "minItems": 1,
            "maxItems": self.most,
        }

    def of(self, request: Request) -> tuple[str, ...]:
        """Its values, each once.

        Raises:
            ProblemError: 422, one is no id, or there are none, or too many.
        """
        given = tuple(dict.fromkeys(request.query_params.getlist(self.name)))
        if not 1 <= len(given) <= self.most:
            raise invalid([(self.name, f"must be given 1 to {self.most} times, got {len(given)}")])
        wrong = next((text for text in given if not is_id(text)), None)
        if wrong is not None:
            raise invalid([(self.name, f"must be a UUID in lower case, got {_shown(wrong)}")])
        return given


def unknown_category(text: str, model: Model | None = None) -> str:
    """What to say to the id of a category that there is not, of this model or at all."""
    nearest = taxonomy.nearest(text, model)
    hint = f"; did you mean {nearest}?" if nearest else ""
    where = f"/api/categories/{model}" if model else "/api/categories"
    return f"must be an id that {where} names, got {_shown(text)}{hint}"


@dataclass(frozen=True)
class Number:
    """A number from `least` to `most`."""

    name: str
    says: str
    least: float
    most: float

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "number", "minimum": self.least, "maximum": self.most}

    def of(self, request: Request) -> float | None:
        """Its value; None when it is absent or empty.

        Raises:
            ProblemError: 422, it is no number, or out of range.
        """
        text = request.query_params.get(self.name) or None
        if text is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not self.least <= value <= self.most:
            wanted = f"must be a number from {self.least:g} to {self.most:g}"
            raise invalid([(self.name, f"{wanted}, got {_shown(text)}")])
        return value


@dataclass(frozen=True)
class Seed:
    """A whole number from 0 to 2**31 - 1 that chance begins at."""

    name: str
    says: str

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "integer", "minimum": 0, "maximum": _MOST_SEED}

    def of(self, request: Request) -> int | None:
        """Its value; None when it is absent or empty.

        Raises:
            ProblemError: 422, it is no whole number, or out of range.
        """
        text = request.query_params.get(self.name) or None
        if text is None:
            return None
        if not text.isascii() or not text.isdecimal() or len(text) > _SEED_DIGITS or int(text) > _MOST_SEED:
            wanted = f"must be a whole number from 0 to {_MOST_SEED}"
            raise invalid([(self.name, f"{wanted}, got {_shown(text)}")])
        return int(text)


@dataclass(frozen=True)
class YesOrNo:
    """`true` or `false`, or `1` or `0`."""

    name: str
    says: str

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "boolean"}

    def of(self, request: Request) -> bool | None:
        """Its value; None when it is absent or empty.

        Raises:
            ProblemError: 422, it is something else.
        """
        text = request.query_params.get(self.name) or None
        if text is not None and text.lower() not in _TRUTH:
            raise invalid([(self.name, f"must be true or false, got {_shown(text)}")])
        return None if text is None else _TRUTH[text.lower()]


@dataclass(frozen=True)
class Text:
    """Any text; what is longer than `most` characters is cut."""

    name: str
    says: str
    most: int

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of its values."""
        return {"type": "string"}

    def of(self, request: Request) -> str:
        """Its value; empty when it is absent."""
        return request.query_params.get(self.name, "")[: self.most]


PAGE = WholeNumber("page", "Page of the list, from 1.", 1, 1, _MOST_PAGE)
PER_PAGE = WholeNumber("per_page", "Tracks on a page; more than 100 count as 100.", 20, 1, 100)
MODEL = Choice("model", "Only tracks of this model.", MODELS)
CATEGORY = Categories("category", "Only tracks in this category; given several times, in all of them.")
Q = Text("q", "Words to search for; a phrase in quotes, `-word` leaves out.", 500)
SEARCH = Text("search", "The same as `q`.", 500)


def _shown(text: str) -> str:
    return repr(text[:_SHOWN_CHARACTERS])
