"""The parts of a sound that is still being made, as objects that the web app hands out meanwhile."""

from services.generator.engines.engine import Sound
from shared import keys
from shared.store import Store
from shared.streams import Format, as_pcm


def store_part(store: Store, stream: str, number: int, part: Sound) -> int:
    """Store a part, the first one with the stream's format; returns 1, or 0 for an empty part."""
    if len(part.samples) == 0:
        return 0
    if number == 0:
        head = Format(sample_rate_hz=part.sample_rate_hz, channels=part.samples.shape[1])
        store.put(keys.stream_format(stream), head.model_dump_json().encode())
    store.put(keys.stream_part(stream, number), as_pcm(part.samples))
    return 1


def parts_of(stream: str, count: int) -> tuple[str, ...]:
    """The keys of a stream of so many parts."""
    if count == 0:
        return ()
    return (keys.stream_format(stream), *(keys.stream_part(stream, number) for number in range(count)))
