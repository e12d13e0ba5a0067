"""Shapes of answers that are of no part alone, and what all shapes are made of.

The views are checked against them, and /openapi.json is made of them.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from shared.messages.job import Tier

exact = with_config(ConfigDict(extra="forbid", strict=True))
Percent = Annotated[int, Field(ge=0, le=100)]
Time = Annotated[
    str, Field(description="RFC 3339, UTC.", pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
]
Seconds = Annotated[float, Field(ge=0)]


@exact
class SignedIn(TypedDict):
    """Who somebody is from now on."""

    success: Literal[True]
    user_id: str
    tier: Tier


@exact
class Check(TypedDict, total=False):
    """Whether a part is well."""

    ok: Annotated[bool, Field()]
    error: str


@exact
class Readiness(TypedDict):
    """Whether a job handed in now would be worked on."""

    ready: bool
    checks: dict[str, Check]


@exact
class FieldProblem(TypedDict, total=False):
    """What is wrong with a field."""

    field: str
    pointer: Annotated[str, Field(description="JSON Pointer to a field of the body, as a URI fragment.")]
    detail: str
    error: Annotated[str, Field(description="The same as `detail`.")]


class _ProblemMembers(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    error: Annotated[str, Field(description="The sentence for a person.")]


@with_config(ConfigDict(extra="allow", strict=True))
class Problem(_ProblemMembers, total=False):
    """RFC 9457 problem document."""

    errors: list[FieldProblem]
