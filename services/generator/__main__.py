"""`python -m services.generator`: makes takes, one lane and one engine process a model."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from services.generator.engine_pipe import Order, Ready
from services.generator.engine_process import EngineProcess, OnStep
from services.generator.engines import registry
from services.generator.engines.engine import Ability
from services.generator.stage import ENGINE_PAUSE_S, STAGE, Cancellations, Generator, Maker, Outside
from shared.bus import topology
from shared.bus.consumer import Lane
from shared.bus.live import Ear
from shared.bus.service import Beat, Service, or_exit
from shared.errors import MessageError, SoundBoxError
from shared.messages import envelope
from shared.messages.events import JobCancelled
from shared.messages.job import Model, Take
from shared.messages.live import ModelState

_log = logging.getLogger(STAGE)


_LOOK_EACH_S = 5.0


class ModelStates:
    """The state of each model, shown in the heartbeat."""

    def __init__(self, models: Sequence[Model], beat: Beat, stop: threading.Event) -> None:
        self._beat = beat
        self._stop = stop
        self._lock = threading.Lock()
        self._states: dict[Model, ModelState] = dict.fromkeys(models, "pending")
        self._reasons: dict[Model, str] = {}
        self._abilities: dict[Model, tuple[Ability, ...]] = {}

    def load(self, model: Model, engine: Maker) -> Ready:
        """Load the model and show how that goes.

        Raises:
            SoundBoxError: it cannot be loaded; says why.
        """
        if self._states[model] != "ready":
            self._show(model, "loading")
        try:
            ready = engine.start()
        except SoundBoxError as error:
            self._show(model, "error", str(error))
            raise
        if self._states[model] != "ready":
            self._abilities[model] = ready.abilities
            self._beat.change(engine=ready.engine, abilities=dict(self._abilities))
            self._show(model, "ready")
        return ready

    def preload(self, model: Model, engine: Maker) -> None:
        """Load the model before anybody asks; one that cannot be loaded is tried until it can."""
        while not self._stop.is_set():
            try:
                self.load(model, engine)
            except SoundBoxError as error:
                _log.error("%s cannot be loaded: %s", model, error)
                self._stop.wait(ENGINE_PAUSE_S)
            else:
                return

    def unload_when_idle(self, model: Model, engine: EngineProcess, idle_s: float) -> None:
        """Take the model out of memory whenever it was idle for so long; the next job loads it again."""
        while not self._stop.wait(_LOOK_EACH_S):
            if engine.unload(idle_s):
                _log.info("%s was idle for %g s and is unloaded", model, idle_s)
                self._show(model, "unloaded")

    def _show(self, model: Model, state: ModelState, reason: str = "") -> None:
        with self._lock:
            self._states[model] = state
            self._reasons[model] = reason
            reasons = dict.fromkeys(filter(None, self._reasons.values()))
            self._beat.change(models=dict(self._states), reason=" ".join(reasons) or None)


@dataclass(frozen=True)
class _Shown:
    """An engine whose loading is shown, also when it is a job that has it loaded."""

    states: ModelStates
    model: Model
    engine: EngineProcess

    def start(self) -> Ready:
        return self.states.load(self.model, self.engine)

    def make(self, order: Order, on_step: OnStep, cancelled: threading.Event) -> Take:
        return self.engine.make(order, on_step, cancelled)


def main() -> None:
    """Serve the models of SOUNDBOX_GENERATOR_MODELS until SIGTERM."""
    service = Service(STAGE)
    registry.check(service.settings.engine)  # one that means no engine must stop the start, not every job
    cancellations = Cancellations()
    states = ModelStates(service.settings.models, service.beat, service.stop)
    engines = {model: EngineProcess(service.settings, model) for model in service.settings.models}
    ear = Ear(service.settings, topology.EVENTS_EXCHANGE, JobCancelled.TYPE)
    threads = [
        threading.Thread(target=ear.listen, args=(partial(_heard, cancellations), service.stop), daemon=True),
        *(threading.Thread(target=states.preload, args=pair, daemon=True) for pair in engines.items()),
        *(
            threading.Thread(target=states.unload_when_idle, args=(model, engine, idle_s), daemon=True)
            for model, engine in engines.items()
            if (idle_s := registry.unload_after_s(service.settings, model))
        ),
    ]
    for thread in threads:
        thread.start()
    try:
        shown = [_Shown(states, *pair) for pair in engines.items()]
        service.serve([_lane(service, cancellations, engine) for engine in shown])
    finally:
        for engine in engines.values():
            engine.stop()


def _lane(service: Service, cancellations: Cancellations, engine: _Shown) -> Lane:
    outside = Outside(service.publisher.publish, service.live.publish, service.store, service.stop)
    stage = service.stage(Generator(service.worker, engine, cancellations, outside))
    slots = registry.slots(service.settings, engine.model)
    return Lane(topology.generate_queue(engine.model), stage, slots)


def _heard(cancellations: Cancellations, _type: str, body: bytes) -> None:
    try:
        cancellations.cancel(envelope.decode(body).event.subject)
    except MessageError as error:
        _log.warning("a cancellation could not be read: %s", error)


if __name__ == "__main__":
    or_exit(main)
