"""Birds, small and large."""

import numpy as np

from services.generator.engines.synth.dsp import (
    Signal,
    bandpass,
    frames,
    lowpass,
    noise,
    pink,
    saw,
    sine,
    square,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    band,
    curve,
    formants,
    glide,
    scattered,
)

_Rng = np.random.Generator


def _song(rng: _Rng) -> Signal:
    """Return one phrase of a songbird: a few notes, swept up and down or trilled."""
    base = rng.uniform(2300.0, 4600.0)
    kind = int(rng.integers(0, 4))
    pieces: list[Signal] = []
    for _ in range(int(rng.integers(2, 6))):
        m = frames(rng.uniform(0.05, 0.16))
        high, low = base * rng.uniform(1.05, 1.5), base * rng.uniform(0.75, 1.0)
        shapes: tuple[Signal, ...] = (
            glide(m, (0, low), (0.6, high), (1, high * 0.97)),
            glide(m, (0, high), (1, low)),
            base * (1.0 + 0.12 * sine(28.0, m)),
            glide(m, (0, low), (0.5, high), (1, low)),
        )
        pitch = shapes[kind]
        note = (sine(pitch, m) + 0.12 * sine(pitch * 2.0, m)) * arch(m) ** 0.7
        pieces += [np.asarray(note, np.float32), np.zeros(frames(rng.uniform(0.03, 0.09)), np.float32)]
    return np.concatenate(pieces)


def _birds(n: int, how: Manner, rng: _Rng) -> Signal:
    near = scattered(n, rng, 1.3 * how.speed, lambda: _song(rng), 8)
    far = lowpass(scattered(n, rng, 1.6 * how.speed, lambda: _song(rng), 8), 4000.0)
    return np.asarray(
        near + added(n, [(0.05, _song(rng) * 0.6)]) + far * 0.3 + band(pink(rng, n), 200.0, 2500.0) * 0.02,
        np.float32,
    )


def _owl(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Hoo, hoo-hoo, hooo: soft tones with breath."""
    m = min(n, frames(2.1))
    pieces = []
    for start_s, length_s in ((0.0, 0.42), (0.62, 0.16), (0.84, 0.16), (1.1, 0.75)):
        k = frames(length_s)
        pitch = 345.0 * glide(k, (0, 0.94), (0.25, 1.0), (1, 0.9))
        tone = (
            sine(pitch, k) + 0.12 * sine(pitch * 2, k) + bandpass(noise(rng, k), 360.0, 6.0) * 0.25
        ) * arch(k) ** 0.6
        pieces.append((start_s, np.asarray(tone, np.float32)))
    return added(m, pieces)


def _crow(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(rng.uniform(0.32, 0.42)))
    pitch = glide(m, (0, 470.0), (0.2, 560.0), (1, 430.0)) * (1.0 + 0.25 * lowpass(noise(rng, m), 90.0) * 3)
    voice = saw(np.asarray(pitch, np.float32), m) + noise(rng, m) * 0.5
    caw = formants(
        np.asarray(voice, np.float32), [(1150.0, 3.5, 1.0), (1700.0, 4.0, 0.9), (3100.0, 4.0, 0.4)]
    )
    return np.asarray(caw * curve(m, (0, 0), (0.12, 1), (0.6, 0.9), (1, 0)), np.float32)


def _rooster(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Cock-a-doodle-doo: three short calls and a long one that rises, holds and falls."""
    m = min(n, frames(1.9))
    pieces = []
    for start_s, length_s, low, high in (
        (0.0, 0.18, 480, 620),
        (0.22, 0.12, 620, 650),
        (0.37, 0.2, 640, 860),
        (0.6, 1.2, 760, 900),
    ):
        k = frames(length_s)
        pitch = glide(k, (0, low), (0.25, high), (0.6, high * 0.97), (1, low * 0.7))
        voice = saw(pitch, k) + bandpass(noise(rng, k), 1500.0, 1.0) * 0.3
        call = formants(
            np.asarray(voice, np.float32), [(950.0, 3.0, 1.0), (1900.0, 4.0, 0.8), (3300.0, 4.0, 0.35)]
        )
        pieces.append(
            (start_s, np.asarray(call * curve(k, (0, 0), (0.1, 1), (0.75, 0.9), (1, 0)), np.float32))
        )
    return added(m, pieces)


def _gull(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(rng.uniform(0.45, 0.7)))
    high = rng.uniform(1050, 1350)
    pitch = glide(m, (0, high * 0.7), (0.15, high), (0.5, high * 0.9), (1, high * 0.62))
    voice = saw(pitch, m) + noise(rng, m) * 0.15
    cry = formants(
        np.asarray(voice, np.float32), [(1600.0, 2.5, 1.0), (2900.0, 3.0, 0.7), (4300.0, 3.0, 0.3)]
    )
    return np.asarray(cry * curve(m, (0, 0), (0.1, 1), (0.6, 0.7), (1, 0)), np.float32)


def _duck(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.24))
    pitch = glide(m, (0, 250.0), (0.3, 235.0), (1, 170.0)) * rng.uniform(0.95, 1.05)
    voice = square(np.asarray(pitch, np.float32), m, width=0.22) + noise(rng, m) * 0.25
    quack = formants(
        np.asarray(voice, np.float32), [(1000.0, 5.0, 1.0), (1900.0, 6.0, 0.9), (2900.0, 5.0, 0.6)]
    )
    return np.asarray(quack * curve(m, (0, 0), (0.12, 1), (0.55, 0.8), (1, 0)), np.float32)


FAMILIES: tuple[Family, ...] = (
    bed("birds",
        "bird, birds, birdsong, bird song, chirp, chirping, chirps, tweet, tweeting, songbird, "
        "birds singing, sparrow, canary, spring morning, meadow, vogel, vögel, vogelgezwitscher, "
        "pájaro, pájaros, oiseau, oiseaux, 鸟, 鳥, птицы",
        _birds, -22.0, wide=True, lasting=True),
    event("owl",
          "owl, hoot, hooting, owl hooting, eule, uhu, búho, hibou",
          _owl, Rhythm(2.4, 0.1, 1, 4.0), -17.0),
    event("crow",
          "crow, crows, raven, caw, cawing, krähe, rabe, cuervo, corbeau",
          _crow, Rhythm(0.55, 0.2, 3, 2.0), -16.0),
    event("rooster",
          "rooster, cock a doodle doo, cockerel, hahn, gallo, coq",
          _rooster, Rhythm(2.2, 0.1, 1, 4.0), -16.0),
    event("seagull",
          "seagull, gull, seagulls, möwe, möwen, gaviota, mouette",
          _gull, Rhythm(0.7, 0.3, 3, 1.8), -17.0),
    event("duck",
          "duck, ducks, quack, quacking, goose, ente, pato, canard",
          _duck, Rhythm(0.34, 0.2, 3, 1.4), -16.0),
)  # fmt: skip
