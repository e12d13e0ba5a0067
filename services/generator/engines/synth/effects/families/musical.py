"""Bells, gongs, drums, chimes."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    exp_decay,
    frames,
    highpass,
    lowpass,
    noise,
    saw,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    band,
    burst,
    curve,
    glide,
    struck,
    swell,
)

_Rng = np.random.Generator


_CHURCH = (0.5, 1.0, 1.183, 1.506, 2.0, 2.514, 2.662, 3.011, 4.166, 5.433)
"""Partials of a church bell beside its strike note: hum, prime, tierce, quint, nominal and above."""


def _bell(n: int, how: Manner, rng: _Rng) -> Signal:
    """A church bell; a hand bell or a bicycle's where the words say so."""
    if how.says(
        "bicycle, bike, fahrradklingel, hand bell, handbell, school bell, sleigh bells, jingle bells, cowbell"
    ):
        m = min(n, frames(1.3))
        base = 2150.0 * rng.uniform(0.98, 1.02)
        ring = struck(
            np.array([1.0, 1.003, 2.71, 4.9]) * base, [0.4, 0.42, 0.14, 0.06], [1.0, 0.7, 0.5, 0.3], m
        )
        return np.asarray(ring + added(m, [(0.11, ring * 0.8)]), np.float32)
    m = min(n, frames(5.5 * how.length))
    strike = 330.0 * rng.uniform(0.985, 1.015)
    partials = np.array(_CHURCH) * strike
    decays = np.array([3.4, 2.0, 1.6, 1.1, 0.95, 0.5, 0.45, 0.4, 0.25, 0.15])
    levels = np.array([0.5, 0.7, 0.75, 0.35, 1.0, 0.4, 0.35, 0.45, 0.3, 0.2])
    ring = struck(
        np.concatenate([partials, partials * 1.0022]),
        np.tile(decays, 2),
        np.concatenate([levels, levels * 0.5]),
        m,
    )
    return np.asarray(
        ring + added(m, [(0.0, burst(rng, 0.08, 2400.0, 0.7, 0.008) * 1.2)]),
        np.float32,
    )


def _gong(n: int, how: Manner, rng: _Rng) -> Signal:
    """A crowd of modes that bloom late: the highs come after the blow and the pitch sinks."""
    m = min(n, frames(5.5 * how.length))
    modes = 78.0 * np.cumsum(np.concatenate([[1.0], rng.uniform(0.25, 0.75, 12), rng.uniform(0.8, 2.6, 26)]))
    low = struck(modes[:8], np.linspace(3.2, 1.6, 8), np.linspace(1.0, 0.5, 8), m)
    high = struck(modes[8:], np.linspace(1.8, 0.5, 31), 0.4, m) * curve(m, (0, 0.15), (0.07, 1), (1, 1))
    shimmer = band(noise(rng, m), 1500.0, 6000.0) * swell(m, 0.25, 0.7) * 0.12
    return np.asarray(low + high + shimmer, np.float32)


def _chimes(n: int, how: Manner, rng: _Rng) -> Signal:
    """Wind chimes: tubes of a pentatonic scale, touched in gusts."""
    scale = 880.0 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)

    def tube() -> Signal:
        hz = float(rng.choice(scale)) * rng.uniform(0.997, 1.003)
        return struck(
            [hz, hz * 2.756, hz * 5.404], [0.75, 0.3, 0.1], [0.6, 0.3, 0.12], frames(1.8)
        ) * np.float32(rng.uniform(0.4, 1.0))

    out = np.zeros(n + frames(2.0), np.float32)
    at = 0.0
    while at < n / SAMPLE_RATE_HZ:
        for _ in range(int(rng.integers(2, 6))):
            tone = tube()
            start = frames(at)
            if start < n:
                out[start : start + len(tone)] += tone
            at += float(rng.exponential(0.1)) + 0.03
        at += float(rng.exponential(0.45)) / how.speed
    return out[:n]


def _drum_roll(n: int, how: Manner, rng: _Rng) -> Signal:
    """A snare roll that swells, and a stroke with a cymbal at the end."""
    m = min(n, frames(3.2 * how.length))
    end = max(m / SAMPLE_RATE_HZ - 0.75, 0.15)
    strokes, at = [], 0.0

    def snare(level: float) -> Signal:
        k = frames(0.16)
        skin = struck([186.0, 331.0], [0.03, 0.02], [0.8, 0.4], k)
        return np.asarray(
            (skin + highpass(noise(rng, k), 1500.0) * exp_decay(k, 0.035) * 1.4) * level, np.float32
        )

    while at < end:
        strokes.append(
            (
                at + float(rng.uniform(0, 0.006)),
                snare(float((0.25 + 0.75 * (at / end) ** 1.5) * rng.uniform(0.75, 1.0))),
            )
        )
        at += 0.047 / how.speed**0.5
    k = frames(1.2)
    cymbal = highpass(noise(rng, k), 4200.0) * exp_decay(k, 0.22) * 0.8
    return added(m, [*strokes, (end, snare(1.7)), (end, np.asarray(cymbal, np.float32))])


def _drum(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A big drum; a taiko."""
    m = min(n, frames(1.2))
    skin = sine(glide(m, (0, 105.0), (0.1, 68.0), (1, 62.0)), m) * exp_decay(m, 0.22)
    rim = struck([151.0, 226.0, 304.0], [0.1, 0.07, 0.05], [0.5, 0.3, 0.2], m)
    return np.asarray(
        skin * 1.2 + rim + added(m, [(0.0, burst(rng, 0.08, 1200.0, 0.7, 0.007))]),
        np.float32,
    )


def _cymbal(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(2.6 * how.length))
    modes = rng.uniform(400.0, 9500.0, 60)
    metal = struck(modes, rng.uniform(0.3, 0.9, 60), 0.12, m)
    return np.asarray(
        metal
        + highpass(noise(rng, m), 3000.0) * exp_decay(m, 0.4) * 0.9
        + band(noise(rng, m), 600.0, 3000.0) * exp_decay(m, 0.08) * 0.5,
        np.float32,
    )


def _harp(n: int, how: Manner, _rng: _Rng) -> Signal:
    """A glissando over two and a half octaves."""
    m = min(n, frames(2.4))
    scale = (0, 2, 4, 6, 7, 9, 11)
    down = how.says("down, descending, falling")
    pieces = []
    for k in range(19):
        step = 18 - k if down else k
        hz = 196.0 * 2 ** ((scale[step % 7] + 12 * (step // 7)) / 12)
        partials = np.arange(1, 7)
        pieces.append(
            (0.05 * k, struck(hz * partials, 0.9 / partials**0.8, 0.5 / partials**1.4, frames(1.3)))
        )
    return added(m, pieces)


def _orchestra_hit(n: int, how: Manner, rng: _Rng) -> Signal:
    """Braam: low brass of many saws in octaves and fifths that growls and dies away."""
    m = min(n, frames(3.2 * how.length))
    root = 55.0
    brass = sum(
        saw(root * ratio * (1 + float(rng.uniform(-0.004, 0.004))), m) / ratio**0.5
        for ratio in (1, 1, 1.5, 2, 2, 3, 4)
    )
    swelling = swell(m, 0.09, 1.0)
    tone = (
        lowpass(np.asarray(brass, np.float32), 420.0)
        + lowpass(np.asarray(brass, np.float32), 2300.0) * swelling**2 * 0.7
    )
    boom = sine(glide(m, (0, 70.0), (0.1, 36.0), (1, 33.0)), m) * exp_decay(m, 0.6) * 2.0
    return np.asarray(np.tanh((tone * swelling + boom) * 0.8), np.float32)


FAMILIES: tuple[Family, ...] = (
    event("bell",
          "bell, bells, church bell, church bells, bell ringing, bell tolling, toll, tolling, "
          "hand bell, bicycle bell, school bell, cathedral bell, jingle bells, sleigh bells, "
          "cowbell, glocke, glocken, kirchenglocke, fahrradklingel, campana, campanas, cloche, "
          "cloches, campane, 钟, 鐘, колокол",
          _bell, Rhythm(1.7, 0.03, 1, 2.6), -15.0, heap=3),
    event("gong",
          "gong, gongs, tam tam, singing bowl, tibetan bowl, 锣, bronze gong",
          _gong, Rhythm(3.0, 0.0, 1, 5.0), -14.0, heap=2),
    bed("wind chimes",
        "wind chime, wind chimes, chime, chimes, chimes in the wind, windspiel, carillon, "
        "campanitas",
        _chimes, -20.0, wide=True),
    event("drum roll",
          "drum roll, drumroll, snare roll, trommelwirbel, redoble, roulement de tambour",
          _drum_roll, Rhythm(3.4, 0.0, 1, 4.2), -14.0, heap=2),
    event("drum",
          "drum, drums, taiko, war drum, war drums, bass drum, tribal drum, timpani, trommel, "
          "tambor, tambour, 鼓, 太鼓",
          _drum, Rhythm(0.6, 0.03), -13.0),
    event("cymbal",
          "cymbal, cymbals, cymbal crash, hi hat, becken, platillos, cymbale",
          _cymbal, Rhythm(1.5, 0.1, 1, 2.8), -16.0, heap=4),
    event("harp",
          "harp, harp glissando, glissando, dream sequence, harfe, arpa, harpe",
          _harp, Rhythm(2.4, 0.0, 1, 2.9), -16.0, heap=2),
    event("braam",
          "braam, orchestra hit, cinematic hit, trailer hit, stinger, inception horn, dramatic "
          "hit, orchestral hit, dun dun dun",
          _orchestra_hit, Rhythm(2.6, 0.0, 1, 4.0), -13.0, heap=2),
)  # fmt: skip
