"""`python -m services.generator`: makes takes, one lane and one engine process a model."""

import logging
import threading
from functools import partial

from services.generator.engine_process import EngineProcess
from services.generator.engines import registry
from services.generator.stage import STAGE, Cancellations, Generator
from shared.bus import topology
from shared.bus.consumer import Lane
from shared.bus.live import Ear
from shared.bus.service import Service, or_exit
from shared.errors import MessageError, SoundBoxError
from shared.messages import envelope
from shared.messages.events import JobCancelled
from shared.messages.job import Model
from shared.messages.live import ModelState

_log = logging.getLogger(STAGE)


class ModelStates:
    """The state of each model, shown in the heartbeat."""

    def __init__(self, service: Service) -> None:
        self._beat = service.beat
        self._states: dict[Model, ModelState] = dict.fromkeys(service.settings.models, "pending")

    def preload(self, model: Model, engine: EngineProcess) -> None:
        """Load the model and show how that goes."""
        self._show(model, "loading")
        try:
            ready = engine.start()
        except SoundBoxError as error:
            _log.error("%s cannot be loaded: %s", model, error)
            self._show(model, "error", reason=str(error))
        else:
            self._show(model, "ready", engine=ready.engine)

    def _show(self, model: Model, state: ModelState, **more: str) -> None:
        self._states = {**self._states, model: state}
        self._beat.change(models=self._states, **more)


def main() -> None:
    """Serve the models of SOUNDBOX_GENERATOR_MODELS until SIGTERM."""
    service = Service(STAGE)
    registry.check(service.settings.engine)  # a name that means no engine must stop the start, not every job
    cancellations = Cancellations()
    states = ModelStates(service)
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
    generator = Generator(
        service.worker,
        engine,
        cancellations,
        service.publisher.publish,
        service.live.publish,
        service.stop,
    )
    return Lane(topology.generate_queue(model), service.stage(generator))


def _heard(cancellations: Cancellations, _type: str, body: bytes) -> None:
    try:
        cancellations.cancel(envelope.decode(body).event.subject)
    except MessageError as error:
        _log.warning("a cancellation could not be read: %s", error)


if __name__ == "__main__":
    or_exit(main)
