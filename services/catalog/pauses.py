"""Which models are paused: rows of the facts, and how the web app reads them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from services.catalog.crowd.seen import is_new
from shared.messages.job import MODELS, Model
from shared.messages.queue import AboutQueue, QueuePaused

if TYPE_CHECKING:
    from shared.messages.envelope import Recorded


def apply(connection: sqlite3.Connection, recorded: Recorded) -> None:
    """Project a fact about the queue; one that comes again, after others perhaps, has no effect."""
    event = recorded.event
    if not isinstance(event, AboutQueue) or not is_new(connection, recorded.id):
        return
    for model in event.models:
        if isinstance(event, QueuePaused):
            connection.execute("INSERT OR IGNORE INTO paused_models VALUES (?)", (model,))
        else:
            connection.execute("DELETE FROM paused_models WHERE model = ?", (model,))


def paused(connection: sqlite3.Connection) -> dict[Model, bool]:
    """Whether each model is paused."""
    found = {model for (model,) in connection.execute("SELECT model FROM paused_models")}
    return {model: model in found for model in MODELS}
