"""What pika itself stumbles over in a message's headers, read without falling.

A header may be a time that no calendar holds. The broker passes it on; pika's reading of it raises in
the thread that moves the frames, before anybody could refuse the message, which then comes again.
"""

from typing import Any

from pika import data

_TIME = b"T"
_TIME_BYTES = 1 + 8  # the kind, then 64 bits of seconds

_decode = data.decode_value


def read_any_time() -> None:
    """Have pika read a time that it cannot represent as None, from now on in this process."""
    data.decode_value = _decode_value


def _decode_value(encoded: bytes, offset: int) -> tuple[Any, int]:
    try:
        value, end = _decode(encoded, offset)
    except (ValueError, OverflowError, OSError):
        if encoded[offset : offset + 1] != _TIME:
            raise
        return None, offset + _TIME_BYTES
    return value, end
