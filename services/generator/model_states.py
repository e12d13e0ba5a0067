"""The state of each model, shown in the heartbeat."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from services.generator.engine_pipe import Loading, Ready
from services.generator.engines.engine import Ability
from shared.bus.service import Beat
from shared.errors import SoundBoxError
from shared.messages.job import Model
from shared.messages.live import ModelState

_log = logging.getLogger("generator")
_UNITS = ((1_000_000, "MB"), (1_000, "KB"))
_LOGGED_SHARES = 10  # of a download


class ModelStates:
    """What the heartbeat says of the models; the witness of each engine's process is a `Shown`."""

    def __init__(self, models: Sequence[Model], beat: Beat) -> None:
        self._beat = beat
        self._lock = threading.Lock()
        self._states: dict[Model, ModelState] = dict.fromkeys(models, "pending")
        self._reasons: dict[Model, str] = {}
        self._abilities: dict[Model, tuple[Ability, ...]] = {}

    def change(self, model: Model, state: ModelState, reason: str = "") -> None:
        """Show the state of a model, with a sentence about it."""
        with self._lock:
            self._states[model] = state
            self._reasons[model] = reason
            reasons = dict.fromkeys(filter(None, self._reasons.values()))
            self._beat.change(models=dict(self._states), reason=" ".join(reasons) or None)

    def can(self, model: Model, ready: Ready) -> None:
        """Show which engine a model has, and what that can do."""
        with self._lock:
            self._abilities[model] = ready.abilities
            self._beat.change(engine=ready.engine, abilities=dict(self._abilities))


@dataclass
class Shown:
    """Shows how one engine's process fares; its `Witness`.

    Attributes:
        told: the file and the tenth of it that the log told last.
    """

    states: ModelStates
    model: Model
    told: tuple[str, int] | None = None

    def loading(self, download: Loading | None = None) -> None:
        """Show that it is being loaded, or how far it is with a download; the log hears of each tenth."""
        if download is None:
            self.states.change(self.model, "loading")
            return
        sentence = far(download)
        self.states.change(self.model, "loading", sentence)
        now = (download.what, _LOGGED_SHARES * download.done_bytes // max(download.total_bytes, 1))
        if now != self.told:
            self.told = now
            _log.info("%s: %s", self.model, sentence)

    def ready(self, ready: Ready) -> None:
        """Show that it can be used, and for what."""
        self.states.can(self.model, ready)
        self.states.change(self.model, "ready")

    def failed(self, error: SoundBoxError) -> None:
        """Show why it cannot be loaded."""
        self.states.change(self.model, "error", str(error))

    def unloaded(self) -> None:
        """Show that its memory is free."""
        self.states.change(self.model, "unloaded")


def far(download: Loading) -> str:
    """How far a download is, for a person: `Downloading facebook/musicgen-small: 412 of 841 MB.`"""
    size, unit = next((one for one in _UNITS if download.total_bytes >= one[0]), _UNITS[-1])
    done, total = download.done_bytes // size, download.total_bytes // size
    return f"Downloading {download.what}: {done} of {total} {unit}."
