"""A loop has the length asked for, and its seam is not heard."""

import numpy as np
import pytest
from numpy.typing import NDArray

from services.generator.engines.audiocraft import loops

RATE = 8_000
FADE = 400


def heard_twice(loop: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([loop, loop])


def tone(hertz: float, seconds: float) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE).astype(np.float32)[:, None]


def noise(seconds: float) -> NDArray[np.float32]:
    rng = np.random.default_rng(5)
    return rng.normal(scale=0.25, size=(int(seconds * RATE), 2)).astype(np.float32)


@pytest.mark.parametrize("hertz", [97.3, 440.0, 1234.5])
def test_a_tone_goes_on_through_the_seam(hertz: float) -> None:
    loop = loops.close(tone(hertz, 4), 2 * RATE, FADE)
    twice = heard_twice(loop)[:, 0]
    assert len(loop) == 2 * RATE
    steepest = np.abs(np.diff(tone(hertz, 1)[:, 0])).max()
    assert np.abs(np.diff(twice)).max() <= steepest * 1.02
    around = twice[2 * RATE - 800 : 2 * RATE + 800]
    assert abs(np.abs(around[:800]).max() - 1) < 0.03


def test_noise_keeps_its_loudness_through_the_seam() -> None:
    loop = loops.close(noise(4), 2 * RATE, FADE)
    in_the_fade = np.sqrt(np.mean(loop[-FADE:] ** 2))
    elsewhere = np.sqrt(np.mean(loop[:-FADE] ** 2))
    assert abs(20 * np.log10(in_the_fade / elsewhere)) < 1


def test_what_leads_up_to_the_start_is_what_the_loop_ends_with() -> None:
    take = noise(4)
    loop = loops.close(take, 2 * RATE, FADE)
    start = next(
        place for place in range(FADE, len(take)) if np.array_equal(take[place : place + 50], loop[:50])
    )
    assert np.allclose(loop[-1], take[start - 1], atol=1e-6)


def test_the_seam_goes_where_the_beats_fit() -> None:
    take = np.zeros((5 * RATE, 1), dtype=np.float32)
    beats = range(700, len(take) - 200, 1_900)  # two seconds are no number of these
    for number, beat in enumerate(beats):
        take[beat : beat + 200] += tone(300 + 40 * (number % 5), 0.025)
    loop = loops.close(take, 5 * 1_900, FADE)  # five different beats: only one way to close them
    again = np.flatnonzero(np.abs(heard_twice(loop)[:, 0]) > 0.01)
    gaps = np.diff(again)
    assert 1_600 < gaps.max() < 1_900


def test_a_swell_is_closed_where_it_is_as_loud() -> None:
    time = np.arange(5 * RATE) / RATE
    take = (tone(220, 5) * (1 + 0.9 * np.sin(2 * np.pi * time / 2.5))[:, None]).astype(np.float32)
    loop = loops.close(take, int(2.5 * RATE), FADE)
    before, after = loop[-800:-400], loop[:400]
    assert abs(20 * np.log10(np.sqrt(np.mean(after**2)) / np.sqrt(np.mean(before**2)))) < 3


def test_silence_is_closed_into_silence() -> None:
    assert not loops.close(np.zeros((4 * RATE, 1), dtype=np.float32), 2 * RATE, FADE).any()


def test_a_take_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="16400 frames cannot be closed into 16000"):
        loops.close(np.zeros((2 * RATE + FADE, 1), dtype=np.float32), 2 * RATE, FADE)
