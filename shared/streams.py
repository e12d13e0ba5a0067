"""What the generator and the web app agree on about sounds that are heard while they are made."""

from shared.messages.job import Part

GAIN = 0.5
"""By how much parts are quieter than the take: nobody knows yet how loud it will get."""


class Format(Part):
    """The format of a stream's parts: 16-bit little-endian samples, channels interleaved."""

    sample_rate_hz: int
    channels: int
