"""From written beats to played seconds: swing, and hands that are never quite exact."""

import numpy as np

from .genre import Genre


def swung(beat: float, genre: Genre) -> float:
    """Return a beat moved by the genre's swing: the second of two equal notes comes late."""
    if genre.swing == 0.5:
        return beat
    pair = 2 * genre.swing_on
    start = beat // pair * pair
    place = (beat - start) / pair
    late = place * genre.swing / 0.5 if place < 0.5 else genre.swing + (place - 0.5) * (1 - genre.swing) / 0.5
    return start + late * pair


def jitter_s(genre: Genre, draw: np.random.Generator) -> float:
    """Return how many seconds early or late a stroke comes, at most twice the genre's spread."""
    return float(np.clip(draw.normal(0.0, 0.5), -2.0, 2.0)) * genre.loose_ms / 1000.0
