"""The parts of a sound that is still being made, as objects that the web app can hand out meanwhile.

Part n of a stream lies under `<stream>/<n>`: 16-bit little-endian samples, channels interleaved. The
take itself is not known yet, so nobody knows how loud it will get: parts are 6 dB down, which leaves
room for what codecs overshoot, and what is louder still is cut off here, in the preview alone.
"""

import numpy as np

from services.generator.engines.engine import Sound
from shared import keys
from shared.store import Store
from shared.streams import GAIN, Format

_FULL_SCALE = 32767


def store_part(store: Store, stream: str, number: int, part: Sound) -> int:
    """Store a part, the first one with the stream's format; returns 1, or 0 for an empty part."""
    if len(part.samples) == 0:
        return 0
    if number == 0:
        head = Format(sample_rate_hz=part.sample_rate_hz, channels=part.samples.shape[1])
        store.put(keys.stream_format(stream), head.model_dump_json().encode())
    loud = np.clip(part.samples * np.float32(GAIN * _FULL_SCALE), -_FULL_SCALE - 1, _FULL_SCALE)
    store.put(keys.stream_part(stream, number), loud.astype("<i2").tobytes())
    return 1


def parts_of(stream: str, count: int) -> tuple[str, ...]:
    """The keys of a stream of so many parts."""
    if count == 0:
        return ()
    return (keys.stream_format(stream), *(keys.stream_part(stream, number) for number in range(count)))
