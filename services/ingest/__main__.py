"""`python -m services.ingest`: admits jobs and cancellations."""

from services.ingest.stage import STAGE, Intake
from shared.bus import topology
from shared.bus.consumer import Lane
from shared.bus.publisher import Publisher
from shared.bus.service import or_exit, serve, stop_on_signals
from shared.settings import load
from shared.store import open_store
from shared.telemetry import configure
from shared.tokens import signing_key


def main() -> None:
    """Serve the intake until SIGTERM."""
    settings = load()
    configure(settings, STAGE)
    signing_key(settings)  # a key that cannot be read must stop the start, not the first request
    stop = stop_on_signals()
    publisher = Publisher(settings)
    intake = Intake(settings, open_store(settings), publisher, stop)
    serve(settings, STAGE, [Lane(topology.INTAKE_QUEUE, intake)], publisher, stop)


if __name__ == "__main__":
    or_exit(main)
