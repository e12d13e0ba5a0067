"""Entries of the log, and where they stand. Without the broker's client, which only their reading needs."""

from dataclasses import dataclass
from typing import NamedTuple

from shared.errors import MessageError
from shared.messages import envelope
from shared.messages.envelope import Recorded


@dataclass(frozen=True)
class Place:
    """Where an entry that was read stands in the log.

    Attributes:
        event_id: of its fact; None where that could not be decoded.
    """

    offset: int
    event_id: str | None


@dataclass(frozen=True)
class LogEntry:
    """One entry of the log. Offsets grow, with gaps. An entry that is no known fact has `recorded` None.

    Attributes:
        body: the message as it came; empty where an entry was made otherwise.
    """

    offset: int
    recorded: Recorded | None
    error: str | None = None
    body: bytes = b""

    @property
    def place(self) -> Place:
        """Where it stands, to read on from there."""
        return Place(self.offset, self.recorded.id if self.recorded else None)


class Message(NamedTuple):
    """An entry as it comes, before anybody has looked into it."""

    offset: int
    body: bytes

    def read(self) -> LogEntry:
        """The entry that it is."""
        try:
            return LogEntry(self.offset, envelope.decode(self.body), body=self.body)
        except MessageError as error:
            return LogEntry(self.offset, None, str(error), self.body)
