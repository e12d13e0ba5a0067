"""`python -m services.analyzer`: scores takes."""

import numpy as np

from services.analyzer.report import report_on
from services.analyzer.stage import STAGE, handle
from shared.audio import Audio
from shared.bus import topology
from shared.bus.service import run_stage
from shared.bus.stage import Work
from shared.settings import Settings
from shared.store import Store

USUAL_RATES_HZ = (16_000, 32_000, 44_100)
"""Of AudioGen, of MusicGen and of the synthesizer."""


def make_work(settings: Settings, store: Store) -> Work:
    """The analyzer's work, with its transforms planned so that no job waits for that."""
    for rate_hz in USUAL_RATES_HZ:
        silence = Audio(np.zeros((rate_hz, 2), dtype=np.float32), rate_hz)
        report_on(silence, "music")
    return lambda event: handle(event, store, settings.max_attempts)


if __name__ == "__main__":
    run_stage(STAGE, [topology.ANALYZE_QUEUE], make_work)
