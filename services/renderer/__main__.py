"""`python -m services.renderer`: finishes approved takes."""

from services.renderer import pictures
from services.renderer.stage import STAGE, handle
from shared.bus import topology
from shared.bus.service import run_stage
from shared.bus.stage import Work
from shared.settings import Settings
from shared.store import Store


def make_work(_settings: Settings, store: Store) -> Work:
    """The renderer's work, warmed up so that no job waits for filters and fonts."""
    pictures.warm()
    return lambda event: handle(event, store)


if __name__ == "__main__":
    run_stage(STAGE, [topology.RENDER_QUEUE], make_work)
