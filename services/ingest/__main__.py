"""`python -m services.ingest`: admits jobs and cancellations."""

from services.ingest.stage import STAGE, Intake
from shared.bus import topology
from shared.bus.consumer import Lane
from shared.bus.service import Service, or_exit
from shared.tokens import signing_key


def main() -> None:
    """Serve the intake until SIGTERM."""
    service = Service(STAGE)
    signing_key(service.settings)  # a key that cannot be read must stop the start, not the first request
    intake = Intake(service.settings, service.store, service.publisher, service.stop)
    service.serve([Lane(topology.INTAKE_QUEUE, intake)])


if __name__ == "__main__":
    or_exit(main)
