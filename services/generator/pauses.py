"""Whether a model may be worked on: an admin's pause lies in the store, and a fact says when to look."""

import logging
import threading
from collections.abc import Callable, Sequence

from shared import keys
from shared.errors import StoreError
from shared.messages.job import Model
from shared.store import Store

_log = logging.getLogger("generator")
LOOK_EACH_S = 5.0


class Pauses:
    """The models that are paused. Until it is known, all of them: what waits is not lost."""

    def __init__(
        self, models: Sequence[Model], store: Store, on_change: Callable[[tuple[Model, ...]], None]
    ) -> None:
        """`on_change` is called with the models that are paused, when that is known or changes."""
        self._models = tuple(models)
        self._store = store
        self._on_change = on_change
        self._lock = threading.Lock()
        self._paused: tuple[Model, ...] | None = None

    def holds(self, model: Model) -> bool:
        """Whether no job of the model may be begun now."""
        return self._paused is None or model in self._paused

    def look(self) -> None:
        """Look into the store; from any thread. While that is away, it stays as it was."""
        with self._lock:
            try:
                found = tuple(model for model in self._models if self._store.exists(keys.paused(model)))
            except StoreError as error:
                _log.warning("%s What was known of pauses stays.", error)
                return
            if found == self._paused:
                return
            if found or self._paused:
                _log.info("paused now: %s", ", ".join(found) or "nothing")
            self._paused = found
            self._on_change(found)

    def follow(self, stop: threading.Event) -> None:
        """Look again and again until `stop` is set, since a fact may go by while the broker is away."""
        self.look()
        while not stop.wait(LOOK_EACH_S):
            self.look()
