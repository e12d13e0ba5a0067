"""What games say: coins, jumps, power-ups, success and failure."""

import numpy as np

from services.generator.engines.synth.dsp import (
    Signal,
    bandpass,
    frames,
    lowpass,
    noise,
    saw,
    sine,
    square,
    triangle,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    curve,
    glide,
    swell,
)

_Rng = np.random.Generator


def _note(frequency_hz: float, seconds: float, decay_s: float, width: float = 0.5) -> Signal:
    m = frames(seconds)
    return square(frequency_hz, m, width=width) * swell(m, 0.002, decay_s) * np.float32(0.6)


def _coin(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Two tones a fourth apart, the second one left to ring."""
    m = min(n, frames(0.75))
    low = 987.77 * 2 ** (float(rng.integers(-1, 2)) / 12)
    return added(m, [(0.0, _note(low, 0.075, 0.3)), (0.075, _note(low * 4 / 3, 0.65, 0.16))])


def _jump(n: int, how: Manner, rng: _Rng) -> Signal:
    """A pulse wave that slides up by an octave and more, faster towards the end."""
    m = min(n, frames(0.3 * how.length))
    low = rng.uniform(210, 290)
    pitch = glide(m, (0, low * 1.25), (0.08, low), (0.5, low * 1.7), (1, low * 3.6))
    return np.asarray(square(pitch, m, width=0.25) * curve(m, (0, 0.9), (0.6, 0.7), (1, 0)), np.float32)


def _power_up(n: int, how: Manner, rng: _Rng) -> Signal:
    """A major arpeggio that climbs two octaves in steps, each step with its own small vibrato."""
    m = min(n, frames(1.25 * how.length))
    root = 261.63 * 2 ** (float(rng.integers(-2, 5)) / 12)
    pieces = []
    for k, half_tones in enumerate((0, 4, 7, 12, 16, 19, 24)):
        last = half_tones == 24
        k_frames = frames(0.5 if last else 0.1)
        pitch = root * 2 ** (half_tones / 12) * (1.0 + 0.012 * sine(14.0, k_frames))
        tone = square(np.asarray(pitch, np.float32), k_frames, width=0.25) + 0.5 * triangle(
            pitch * np.float32(2.0), k_frames
        )
        pieces.append(
            (
                0.085 * k * how.length,
                np.asarray(tone * swell(k_frames, 0.003, 0.18 if last else 0.09), np.float32),
            )
        )
    return added(m, pieces)


def _success(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A fanfare of brass: three quick upbeats and a held major chord."""
    m = min(n, frames(1.9))
    root = 392.0 * 2 ** (float(rng.integers(-2, 3)) / 12)

    def brass(half_tones: int, seconds: float) -> Signal:
        k = frames(seconds)
        hz = root * 2 ** (half_tones / 12)
        tone = saw(hz * 1.002, k) + saw(hz * 0.998, k)
        opening = swell(k, 0.03, seconds * 0.6)
        return (
            np.asarray(
                lowpass(tone, hz * 3.5) * opening + lowpass(tone, hz * 1.5) * opening * 0.6, np.float32
            )
            * 0.4
        )

    quick = [(0.13 * k, brass(0, 0.14)) for k in range(3)]
    return added(m, [*quick, *((0.42, brass(half_tones, 1.4)) for half_tones in (0, 4, 7, 12))])


def _failure(n: int, _how: Manner, rng: _Rng) -> Signal:
    """The quiz show's wrong answer: two low, rough, detuned buzzes."""
    m = min(n, frames(0.95))
    k = frames(0.34)
    root = rng.uniform(108, 122)

    def buzz(seconds: int) -> Signal:
        tone = (
            square(root, seconds) + saw(root * 1.058, seconds) + square(root * 2.01, seconds, width=0.3) * 0.5
        )
        return np.asarray(
            lowpass(tone, 3200.0) * curve(seconds, (0, 0), (0.03, 1), (0.93, 1), (1, 0)), np.float32
        )

    return added(m, [(0.0, buzz(frames(0.2))), (0.27, buzz(frames(0.55) if m > k else k))])


def _game_over(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A minor line that steps down and sinks on its last note."""
    m = min(n, frames(1.9))
    root = 440.0 * 2 ** (float(rng.integers(-3, 4)) / 12)
    pieces = []
    for k, half_tones in enumerate((0, -3, -5, -9)):
        length = frames(0.75 if k == 3 else 0.26)
        sinking = glide(length, (0, 1.0), (0.3, 1.0), (1, 0.72)) if k == 3 else np.ones(length, np.float32)
        pitch = np.asarray(root * 2 ** (half_tones / 12) * sinking, np.float32)
        pieces.append(
            (0.26 * k, np.asarray(square(pitch, length, width=0.25) * swell(length, 0.004, 0.3), np.float32))
        )
    return added(m, pieces)


def _slide_whistle(n: int, how: Manner, rng: _Rng) -> Signal:
    """The cartoon's fall: a whistle that slides down; up where the words go up."""
    m = min(n, frames(0.95 * how.length))
    ends = (
        ((0, 620.0), (0.9, 1900.0), (1, 2000.0))
        if how.says("up, rising, ascending")
        else ((0, 2000.0), (0.15, 1800.0), (1, 480.0))
    )
    pitch = glide(m, *ends) * (1.0 + 0.012 * sine(7.0, m))
    tone = (
        sine(pitch, m) + 0.18 * sine(pitch * np.float32(3.0), m) + bandpass(noise(rng, m), 1400.0, 1.5) * 0.1
    )
    return np.asarray(tone * curve(m, (0, 0), (0.05, 1), (0.85, 0.8), (1, 0)), np.float32)


FAMILIES: tuple[Family, ...] = (
    event("slide whistle",
          "slide whistle, cartoon slip, slip, slipping, cartoon fall, cartoon, slide, comedy",
          _slide_whistle, Rhythm(1.1, 0.1, 1, 1.7), -16.0, dry=True, heap=3),
    event("coin",
          "coin, coins, pickup, pick up, collect, collecting, item collect, gem, ring collect, "
          "loot, münze, moneda, pièce, moneta, 金币, コイン",
          _coin, Rhythm(0.3, 0.1, 1, 0.95), -17.0, dry=True, heap=4),
    event("jump",
          "jump, jumping, jumps, hop, boing, spring, leap, sprung, springen, salto, saltar, saut, "
          "跳, ジャンプ",
          _jump, Rhythm(0.45, 0.1, 1, 0.85), -16.0, dry=True, heap=4),
    event("power-up",
          "power up, powerup, power ups, level up, upgrade, bonus, 1up, extra life, evolve, "
          "evolution, heal, health, reward, achievement, unlock",
          _power_up, Rhythm(1.3, 0.0, 1, 2.2), -16.0, dry=True, heap=4),
    event("success",
          "success, fanfare, victory, win, winner, winning, triumph, tada, ta da, correct answer, "
          "mission complete, level complete, complete, completed, erfolg, sieg, éxito, victoria, "
          "succès, victoire, trumpet",
          _success, Rhythm(2.0, 0.0, 1, 3.2), -15.0, heap=3),
    event("error",
          "error, fail, failure, wrong, wrong answer, buzzer, buzz, denied, access denied, "
          "incorrect, invalid, fehler, erreur, fallo",
          _failure, Rhythm(1.1, 0.0, 1, 1.8), -16.0, dry=True, heap=3),
    event("game over",
          "game over, lose, losing, lost, defeat, death, you died, die, dying, life lost, "
          "niederlage, derrota, défaite",
          _game_over, Rhythm(2.0, 0.0, 1, 3.2), -16.0, dry=True, heap=3),
)  # fmt: skip
