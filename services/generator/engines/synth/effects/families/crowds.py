"""Many people at once, and single voices."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    frames,
    highpass,
    lowpass,
    noise,
    pink,
    saw,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    band,
    burst,
    curve,
    formants,
    glide,
    scattered,
    slow,
)

_Rng = np.random.Generator


_VOWELS = (
    [(730.0, 5.0, 1.0), (1090.0, 6.0, 0.7), (2440.0, 6.0, 0.25)],
    [(530.0, 5.0, 1.0), (1840.0, 6.0, 0.5), (2480.0, 6.0, 0.3)],
    [(570.0, 5.0, 1.0), (840.0, 6.0, 0.8), (2410.0, 6.0, 0.15)],
    [(300.0, 5.0, 1.0), (870.0, 6.0, 0.5), (2240.0, 6.0, 0.12)],
    [(270.0, 5.0, 1.0), (2290.0, 7.0, 0.4), (3010.0, 6.0, 0.3)],
)
"""Formants of a, e, o, u, i (Peterson and Barney, 1952): centre in Hz, q, gain."""


def _clap(rng: _Rng) -> Signal:
    m = frames(0.03)
    return burst(rng, 0.03, rng.uniform(850, 2300), rng.uniform(0.9, 2.2), rng.uniform(0.003, 0.008))[:m]


def _applause(n: int, how: Manner, rng: _Rng) -> Signal:
    """Each listener claps at an own pace of three to five a second; many of them are a rush."""
    people = int(8 + 50 * how.force)
    out = np.zeros(n, np.float32)
    time_s = n / SAMPLE_RATE_HZ
    for _ in range(people):
        clap, pace = _clap(rng), rng.uniform(0.19, 0.33)
        level = rng.uniform(0.25, 1.0)
        beats = np.arange(rng.uniform(0, pace), time_s, pace)
        for at in beats + rng.normal(0, 0.02, len(beats)):
            start = int(np.clip(frames(float(at)), 0, n - 1))
            end = min(n, start + len(clap))
            out[start:end] += clap[: end - start] * np.float32(level)
    rush = bandpass(noise(rng, n), 1400.0, 0.8) * slow(n, rng, 1.2, 0.7) * (0.1 + 0.5 * how.force)
    return out + np.asarray(rush, np.float32)


def _syllable(pitch_hz: float, rng: _Rng) -> Signal:
    m = frames(rng.uniform(0.09, 0.24))
    pitch = pitch_hz * glide(m, (0, 1.0), (0.4, rng.uniform(0.95, 1.15)), (1, rng.uniform(0.8, 1.0)))
    voice = saw(np.asarray(pitch, np.float32), m) + noise(rng, m) * 0.15
    return np.asarray(
        formants(np.asarray(voice, np.float32), _VOWELS[int(rng.integers(0, 5))]) * arch(m) ** 0.6, np.float32
    )


def _chatter(n: int, how: Manner, rng: _Rng) -> Signal:
    """Voices without words: syllables of many pitches, from near and far, with sibilants."""
    rate = 14.0 + 50.0 * how.force
    near = scattered(
        n,
        rng,
        rate,
        lambda: _syllable(rng.choice([105.0, 125.0, 190.0, 220.0]) * rng.uniform(0.85, 1.2), rng),
        60,
    )
    far = lowpass(scattered(n, rng, rate * 1.5, lambda: _syllable(rng.uniform(95.0, 230.0), rng), 40), 1400.0)
    hiss = scattered(n, rng, rate * 0.35, lambda: highpass(noise(rng, 3000), 4500.0) * arch(3000) * 0.15, 10)
    return np.asarray(near + far * 0.7 + hiss + lowpass(pink(rng, n), 400.0) * 0.1, np.float32)


def _cheer(n: int, how: Manner, rng: _Rng) -> Signal:
    """A shouting crowd: a broad ah that swells, whistles above it, claps beneath it."""

    def shout() -> Signal:
        m = frames(rng.uniform(0.5, 1.1))
        pitch = rng.uniform(210, 480) * glide(m, (0, 0.85), (0.3, 1.1), (1, 0.85))
        return np.asarray(formants(saw(np.asarray(pitch, np.float32), m), _VOWELS[0]) * arch(m), np.float32)

    voices = scattered(n, rng, 26.0, shout, 40)
    roar = formants(noise(rng, n), [(800.0, 1.2, 1.0), (1300.0, 1.5, 0.8), (2700.0, 1.5, 0.4)]) * slow(
        n, rng, 0.9, 0.6
    )

    def whistle() -> Signal:
        m = frames(rng.uniform(0.25, 0.5))
        pitch = glide(m, (0, 1900.0), (0.5, rng.uniform(2500, 3100)), (1, 2100.0))
        return np.asarray(sine(pitch, m) * arch(m) * 0.25, np.float32)

    return np.asarray(
        voices * 0.5
        + roar * (1.0 + how.force)
        + scattered(n, rng, 0.9, whistle, 8)
        + _applause(n, how, rng) * 0.3,
        np.float32,
    )


def _laugh(n: int, how: Manner, rng: _Rng) -> Signal:
    """Ha ha ha: breathy syllables that fall in pitch and loudness."""
    m = min(n, frames(1.6))
    base = rng.uniform(180, 260) if how.says("man, male, evil, sinister") else rng.uniform(280, 380)
    pieces = []
    for k in range(int(rng.integers(6, 8))):
        length = frames(0.15)
        pitch = base * 0.95**k * glide(length, (0, 1.1), (1, 0.9))
        voice = saw(np.asarray(pitch, np.float32), length) * curve(
            length, (0, 0), (0.35, 1), (0.7, 0.8), (1, 0)
        )
        breath = noise(rng, length) * curve(length, (0, 0.4), (0.4, 0.15), (1, 0.3))
        pieces.append(
            (
                0.19 * k / how.speed,
                np.asarray(formants(voice + breath, _VOWELS[0]) * np.float32(0.93**k), np.float32),
            )
        )
    return added(m, pieces)


def _cry(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A baby's wail: a second of a harsh open vowel, then a gasp."""
    m = min(n, frames(rng.uniform(1.1, 1.4)))
    pitch = glide(m, (0, 360.0), (0.2, 480.0), (0.6, 450.0), (1, 330.0)) * (1.0 + 0.02 * sine(7.0, m))
    voice = saw(np.asarray(pitch, np.float32), m) + noise(rng, m) * 0.12
    wail = formants(
        np.asarray(voice, np.float32), [(1000.0, 4.0, 1.0), (1700.0, 5.0, 0.8), (3600.0, 5.0, 0.5)]
    )
    return np.asarray(
        np.tanh(wail * 1.5) * curve(m, (0, 0), (0.1, 0.8), (0.5, 1), (0.8, 0.7), (1, 0)), np.float32
    )


def _scream(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(1.5 * how.length))
    pitch = glide(m, (0, 620.0), (0.12, 1050.0), (0.6, 980.0), (1, 700.0)) * (
        1.0 + 0.05 * lowpass(noise(rng, m), 60.0) * 5
    )
    voice = saw(np.asarray(pitch, np.float32), m) + noise(rng, m) * 0.35
    out = formants(
        np.asarray(voice, np.float32), [(1100.0, 3.0, 1.0), (2100.0, 4.0, 0.9), (3500.0, 4.0, 0.6)]
    )
    return np.asarray(np.tanh(out * 2.0) * curve(m, (0, 0), (0.06, 1), (0.7, 0.9), (1, 0)), np.float32)


def _whistle(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Two notes between pursed lips, the second sliding up."""
    m = min(n, frames(0.95))
    pieces = []
    for start_s, length_s, low, high in ((0.0, 0.28, 1250.0, 1500.0), (0.36, 0.5, 1150.0, 1900.0)):
        k = frames(length_s)
        pitch = glide(k, (0, low), (0.5, (low * high) ** 0.5), (1, high))
        tone = (
            sine(pitch, k) + 0.06 * sine(pitch * 2, k) + bandpass(noise(rng, k), 1500.0, 4.0) * 0.2
        ) * arch(k) ** 0.4
        pieces.append((start_s, np.asarray(tone, np.float32)))
    return added(m, pieces)


def _whisper(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Breath shaped by lips and tongue, without a voice."""
    m = min(n, frames(rng.uniform(1.2, 1.7)))
    pieces, at = [], 0.0
    while at < m / SAMPLE_RATE_HZ - 0.15:
        k = frames(float(rng.uniform(0.08, 0.2)))
        vowel = formants(noise(rng, k), _VOWELS[int(rng.integers(0, 5))]) + 0.25 * band(
            noise(rng, k), 2500.0, 6000.0
        )
        hiss = highpass(noise(rng, k), 4800.0) * 0.4
        pieces.append((at, np.asarray((hiss if rng.random() < 0.3 else vowel) * arch(k) ** 0.6, np.float32)))
        at += k / SAMPLE_RATE_HZ * float(rng.uniform(0.85, 1.3))
    return added(m, pieces)


FAMILIES: tuple[Family, ...] = (
    event("whisper",
          "whisper, whispers, whispering, whispered, flüstern, susurro, susurros, chuchotement",
          _whisper, Rhythm(1.8, 0.2), -19.0, heap=6),
    bed("applause",
        "applause, clapping, claps, clap, applauding, audience clapping, beifall, klatschen, "
        "aplauso, aplausos, applaudissements, 掌声",
        _applause, -18.0, wide=True),
    bed("crowd chatter",
        "crowd, chatter, people talking, talking, crowd talking, murmur, restaurant, cafe, café, "
        "bar, pub, party, market, people, audience, cafeteria, coffee shop, babble, conversation, "
        "speaking, menschenmenge, multitud, foule, 人群",
        _chatter, -20.0, wide=True, lasting=True),
    bed("cheering",
        "cheer, cheering, cheers, crowd cheering, cheering crowd, crowd roar, stadium crowd, "
        "jubel, ovación, yay, hooray, goal celebration",
        _cheer, -16.0, wide=True),
    event("laughter",
          "laugh, laughing, laughter, laughs, giggle, giggling, chuckle, lachen, gelächter, risa, "
          "rire, 笑",
          _laugh, Rhythm(1.9, 0.1, 1, 2.6), -16.0),
    event("baby crying",
          "baby, baby crying, crying, cry, crying baby, wailing baby, weinen, llanto, bebé, bébé, "
          "sobbing",
          _cry, Rhythm(1.6, 0.1), -15.0),
    event("scream",
          "scream, screaming, screams, shriek, yell, shout, shouting, schrei, schreien, grito, "
          "cri",
          _scream, Rhythm(2.0, 0.1, 1, 3.5), -13.0),
    event("human whistle",
          "whistle, whistling, whistles, person whistling, wolf whistle, pfeifen, silbido, "
          "sifflement",
          _whistle, Rhythm(1.2, 0.1, 1, 2.0), -16.0),
)  # fmt: skip
