"""`python -m services.generator`: makes takes, one lane and one engine process a model."""

import logging
import threading
from collections.abc import Mapping
from functools import partial

from services.generator.engine_process import EngineProcess
from services.generator.engines import registry
from services.generator.gpu import GpuWatch
from services.generator.keeper import Keeper
from services.generator.model_states import ModelStates, Shown
from services.generator.pauses import Pauses
from services.generator.stage import STAGE, Cancellations, Generator, Outside
from shared.bus import topology
from shared.bus.consumer import Lane
from shared.bus.live import Ear
from shared.bus.service import Service, or_exit
from shared.errors import MessageError
from shared.messages import envelope
from shared.messages.events import JobCancelled
from shared.messages.job import Model
from shared.messages.live import ModelWanted

_log = logging.getLogger(STAGE)


def main() -> None:
    """Serve the models of SOUNDBOX_GENERATOR_MODELS until SIGTERM."""
    service = Service(STAGE)
    settings, stop = service.settings, service.stop
    registry.check(settings.engine)  # one that means no engine must stop the start, not every job
    cancellations = Cancellations()
    states = ModelStates(settings.models, service.beat)
    engines = {model: EngineProcess(settings, model, Shown(states, model)) for model in settings.models}
    keepers = {
        model: Keeper(model, engine, registry.unload_after_s(settings, model), stop)
        for model, engine in engines.items()
    }
    cancelled = Ear(settings, topology.EVENTS_EXCHANGE, JobCancelled.TYPE)
    switched = Ear(settings, topology.EVENTS_EXCHANGE, "queue.*")
    notices = Ear(settings, topology.LIVE_EXCHANGE)
    gpu = GpuWatch(lambda gpu: service.beat.change(gpu=gpu))
    pauses = Pauses(settings.models, service.store, lambda paused: service.beat.change(paused=paused))
    threads = [
        threading.Thread(target=cancelled.listen, args=(partial(_heard, cancellations), stop), daemon=True),
        threading.Thread(target=switched.listen, args=(lambda *_: pauses.look(), stop), daemon=True),
        threading.Thread(target=pauses.follow, args=(stop,), daemon=True),
        threading.Thread(target=gpu.follow, args=(stop,), daemon=True),
        threading.Thread(target=notices.listen, args=(partial(wanted, keepers), stop), daemon=True),
        *(threading.Thread(target=keeper.keep, daemon=True) for keeper in keepers.values()),
        threading.Thread(target=_break_off, args=(engines, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        service.serve([_lane(service, cancellations, pauses, *pair) for pair in engines.items()])
    finally:
        for engine in engines.values():
            engine.stop()


def wanted(keepers: Mapping[Model, Keeper], name: str, body: bytes) -> None:
    """Hand on what a notice wants of a model; other notices, and models served elsewhere, are passed over."""
    if name != ModelWanted.TYPE:
        return
    try:
        notice = ModelWanted.model_validate_json(body)
    except ValueError as error:
        _log.warning("a notice about a model could not be read: %s", error)
        return
    if notice.model in keepers:
        _log.info("%s is wanted %s", notice.model, notice.state)
        keepers[notice.model].hear(notice.state)


def _lane(
    service: Service, cancellations: Cancellations, pauses: Pauses, model: Model, engine: EngineProcess
) -> Lane:
    outside = Outside(service.publisher.publish, service.live.publish, service.store, service.stop)
    stage = service.stage(Generator(service.worker, engine, cancellations, outside))
    slots = registry.slots(service.settings, model)
    return Lane(topology.generate_queue(model), stage, slots, partial(pauses.holds, model))


def _heard(cancellations: Cancellations, _type: str, body: bytes) -> None:
    try:
        cancellations.cancel(envelope.decode(body).event.subject)
    except MessageError as error:
        _log.warning("a cancellation could not be read: %s", error)


def _break_off(engines: Mapping[Model, EngineProcess], stop: threading.Event) -> None:
    """What still loads when the process is to end, a long download perhaps, is waited for by nobody."""
    stop.wait()
    for engine in engines.values():
        engine.break_off()


if __name__ == "__main__":
    or_exit(main)
