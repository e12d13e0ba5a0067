"""When a fact happened, as rows keep it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Moment:
    """A fact's place in time and in the log.

    Attributes:
        time: RFC 3339, UTC.
        time_s: the same in seconds since 1970.
    """

    time: str
    time_s: float
    offset: int


def moment(time: datetime, offset: int) -> Moment:
    """The moment of a fact that says this time and lies at this offset."""
    text = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Moment(text, time.timestamp(), offset)
