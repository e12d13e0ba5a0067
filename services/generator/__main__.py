"""`python -m services.generator`: makes takes, one lane and one engine process a model."""

import logging
import threading
from collections.abc import Sequence
from functools import partial

from services.generator.engine_process import EngineProcess
from services.generator.engines import registry
from services.generator.stage import ENGINE_PAUSE_S, STAGE, Cancellations, Generator, Maker, Outside
from shared.bus import topology
from shared.bus.consumer import Lane
from shared.bus.live import Ear
from shared.bus.service import Beat, Service, or_exit
from shared.errors import MessageError, SoundBoxError
from shared.messages import envelope
from shared.messages.events import JobCancelled
from shared.messages.job import Model
from shared.messages.live import ModelState

_log = logging.getLogger(STAGE)


class ModelStates:
    """The state of each model, shown in the heartbeat."""

    def __init__(self, models: Sequence[Model], beat: Beat, stop: threading.Event) -> None:
        self._beat = beat
        self._stop = stop
        self._lock = threading.Lock()
        self._states: dict[Model, ModelState] = dict.fromkeys(models, "pending")
        self._reasons: dict[Model, str] = {}

    def preload(self, model: Model, engine: Maker) -> None:
        """Load the model and show how that goes; one that cannot be loaded is tried until it can."""
        self._show(model, "loading")
        while not self._stop.is_set():
            try:
                ready = engine.start()
            except SoundBoxError as error:
                _log.error("%s cannot be loaded: %s", model, error)
                self._show(model, "error", str(error))
                self._stop.wait(ENGINE_PAUSE_S)
            else:
                self._beat.change(engine=ready.engine)
                self._show(model, "ready")
                return

    def _show(self, model: Model, state: ModelState, reason: str = "") -> None:
        with self._lock:
            self._states[model] = state
            self._reasons[model] = reason
            reasons = dict.fromkeys(filter(None, self._reasons.values()))
            self._beat.change(models=dict(self._states), reason=" ".join(reasons) or None)


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
    ]
    for thread in threads:
        thread.start()
    try:
        service.serve([_lane(service, cancellations, *pair) for pair in engines.items()])
    finally:
        for engine in engines.values():
            engine.stop()


def _lane(service: Service, cancellations: Cancellations, model: Model, engine: EngineProcess) -> Lane:
    outside = Outside(service.publisher.publish, service.live.publish, service.store.delete, service.stop)
    generator = Generator(service.worker, engine, cancellations, outside)
    return Lane(
        topology.generate_queue(model), service.stage(generator), registry.slots(service.settings, model)
    )


def _heard(cancellations: Cancellations, _type: str, body: bytes) -> None:
    try:
        cancellations.cancel(envelope.decode(body).event.subject)
    except MessageError as error:
        _log.warning("a cancellation could not be read: %s", error)


if __name__ == "__main__":
    or_exit(main)
