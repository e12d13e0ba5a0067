"""What the web app works with: the library, the store, the broker, and what it remembers for a moment."""

import os
from dataclasses import dataclass, field
from typing import Protocol

from anyio import CapacityLimiter

from services.catalog.queries import Library
from shared.messages.command import Command
from shared.settings import Settings
from shared.store import Store, open_store
from web.live import Live
from web.page_errors import PageErrors
from web.submissions import Submissions
from web.workshop import Workshop


class Commands(Protocol):
    """Where commands go: the broker's intake."""

    @property
    def connected(self) -> bool:
        """Whether the broker can be reached."""

    def submit(self, command: Command) -> None:
        """Hand a command to the intake."""


_MOST_HANDED_IN_AT_ONCE = 16
_MOST_CONVERTED_AT_ONCE = 2  # each may fill a core, and some 100 MB of memory
_MOST_READ_AT_ONCE = max(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Ports:
    """Everything outside of the web app that a request may need."""

    settings: Settings
    library: Library
    store: Store
    commands: Commands
    live: Live = field(default_factory=Live)
    submissions: Submissions = field(default_factory=Submissions)
    workshop: Workshop = field(default_factory=Workshop)
    page_errors: PageErrors = field(default_factory=PageErrors)
    intake_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(_MOST_HANDED_IN_AT_ONCE))
    reading_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(_MOST_READ_AT_ONCE))
    conversion_threads: CapacityLimiter = field(
        default_factory=lambda: CapacityLimiter(_MOST_CONVERTED_AT_ONCE)
    )


def open_ports(settings: Settings, commands: Commands) -> Ports:
    """The ports that the settings name."""
    return Ports(settings, Library(settings.database), open_store(settings), commands)
