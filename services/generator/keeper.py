"""Keeps a model as it is wanted: loaded before anybody asks, out of memory when it is idle or when told."""

import logging
import queue
import threading
from typing import Protocol

from services.generator.engine_pipe import Ready
from services.generator.stage import ENGINE_PAUSE_S
from shared.errors import SoundBoxError
from shared.messages.job import Model
from shared.messages.live import WantedState

_log = logging.getLogger("generator")
LOOK_EACH_S = 5.0


class Keepable(Protocol):
    """What is kept: the engine's process."""

    def start(self) -> Ready:
        """Start it, if it is not there, and wait until it is loaded."""

    def unload_idle(self, idle_s: float) -> bool:
        """End it if it was idle for so long; says whether."""

    def unload(self) -> None:
        """End it when the work in hand is done."""

    def break_off(self) -> None:
        """End it if it is still loading."""


class Keeper:
    """Keeps one model. A job has its model loaded by itself, whatever is wanted here."""

    def __init__(self, model: Model, engine: Keepable, idle_s: float, stop: threading.Event) -> None:
        """`idle_s` is the idle time after which the model is unloaded, in seconds; 0 for never."""
        self._model = model
        self._engine = engine
        self._idle_s = idle_s
        self._stop = stop
        self._wishes: queue.SimpleQueue[WantedState] = queue.SimpleQueue()

    def hear(self, wanted: WantedState) -> None:
        """Somebody wants the model in this state now; from any thread."""
        self._wishes.put(wanted)
        if wanted == "unloaded":
            self._engine.break_off()

    def keep(self) -> None:
        """See to the model until `stop` is set; one that cannot be loaded is tried again until it can."""
        to_load = True
        while not self._stop.is_set():
            if to_load:
                to_load = not self._loads()
            try:
                wanted = self._wishes.get(timeout=ENGINE_PAUSE_S if to_load else LOOK_EACH_S)
            except queue.Empty:
                if not to_load:
                    self._unload_idle()
                continue
            to_load = wanted == "ready"
            if not to_load:
                self._engine.unload()

    def _loads(self) -> bool:
        try:
            self._engine.start()
        except SoundBoxError as error:
            if self._wishes.empty() and not self._stop.is_set():  # else it was broken off
                _log.error("%s cannot be loaded: %s", self._model, error)
            return False
        return True

    def _unload_idle(self) -> None:
        if self._idle_s and self._engine.unload_idle(self._idle_s):
            _log.info("%s was idle for %g s and is unloaded", self._model, self._idle_s)
