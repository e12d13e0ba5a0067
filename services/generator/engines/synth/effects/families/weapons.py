"""Explosions, shots, lasers, fireworks."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    exp_decay,
    frames,
    highpass,
    lowpass,
    noise,
    sine,
    square,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    band,
    burst,
    curve,
    glide,
    scattered,
    slow,
    struck,
    swell,
)

_Rng = np.random.Generator


def _explosion(n: int, how: Manner, rng: _Rng) -> Signal:
    """A shock front, a fireball that rolls away below 200 Hz, and debris that rains down."""
    m = min(n, frames(4.2 * how.length * min(how.size, 1.5)))
    shock = band(noise(rng, m), 60.0, 7000.0) * exp_decay(m, 0.05) * 2.0
    boom = sine(glide(m, (0, 95.0), (0.06, 42.0), (1, 26.0)), m) * exp_decay(m, 0.38) * 1.6
    roll = slow(m, rng, 0.13, 0.25)
    fireball = lowpass(noise(rng, m), 240.0, 2) * exp_decay(m, 0.75) * roll * 5.5
    burning = band(noise(rng, m), 200.0, 1800.0) * exp_decay(m, 0.5) * roll * 0.9
    debris = scattered(
        m, rng, 45.0, lambda: burst(rng, 0.05, rng.uniform(500, 3500), 1.5, 0.006), 24
    ) * swell(m, 0.35, 0.7)
    return np.asarray(
        np.tanh((shock + boom + fireball + burning) * 1.3) * curve(m, (0, 1), (0.7, 1), (1, 0))
        + debris * 0.3,
        np.float32,
    )


def _gunshot(n: int, how: Manner, rng: _Rng) -> Signal:
    """A crack of a few milliseconds, the muzzle's thump, and the land's answer."""
    m = min(n, frames(1.6 * how.length))
    heavy = how.says("shotgun, rifle, sniper, cannon, musket")
    crack = (noise(rng, m) + 1.5 * highpass(noise(rng, m), 2500.0)) * exp_decay(m, 0.007) * 4.0
    blast = band(noise(rng, m), 300.0, 6000.0) * exp_decay(m, 0.06 if heavy else 0.035) * 2.0
    fall = glide(m, (0, 210.0), (0.04, 75.0 if heavy else 95.0), (1, 45.0))
    thump = sine(fall, m) * exp_decay(m, 0.09 if heavy else 0.045) * (0.9 if heavy else 0.55)
    echoes = [
        (at, band(noise(rng, m), 150.0, 1600.0) * exp_decay(m, 0.16) * level)
        for at, level in ((0.09, 0.22), (0.22, 0.16), (0.41, 0.09))
    ]
    answer = added(m, echoes) * curve(m, (0, 1), (0.6, 1), (1, 0))
    return np.asarray(np.tanh(crack + blast) + thump + answer, np.float32)


def _automatic(n: int, how: Manner, rng: _Rng) -> Signal:
    """A burst of shots, eleven a second, with the bolt between them."""
    m = min(n, frames(1.3 * how.length))
    shots = []
    for k in range(max(1, int((m / SAMPLE_RATE_HZ - 0.35) * 11 * how.speed))):
        shot = _gunshot(frames(0.5), how, rng) * np.float32(rng.uniform(0.85, 1.0))
        shots.append((k / (11.0 * how.speed) + float(rng.uniform(0, 0.004)), shot))
    return added(m, shots)


def _reload(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Magazine out, magazine in, slide back, slide forward: four metal clacks and a scrape."""
    m = min(n, frames(1.3))

    def clack(low: float, level: float) -> Signal:
        k = frames(0.12)
        tone = struck(
            [low, low * 2.3, low * 3.9, low * 6.1], [0.02, 0.016, 0.012, 0.008], [1.0, 0.7, 0.6, 0.4], k
        )
        return np.asarray((tone + highpass(noise(rng, k), 2000.0) * exp_decay(k, 0.004)) * level, np.float32)

    k = frames(0.12)
    scrape = bandpass(noise(rng, k), 3200.0, 1.2) * arch(k) * 0.5
    return added(
        m,
        [
            (0.0, clack(720, 0.6)),
            (0.42, clack(430, 1.0)),
            (0.74, scrape),
            (0.84, clack(880, 0.8)),
            (1.0, clack(610, 1.1)),
        ],
    )


def _laser(n: int, how: Manner, rng: _Rng) -> Signal:
    """Pew: a bright pulse wave that falls four octaves in a third of a second."""
    m = min(n, frames(0.38 * how.length))
    top = rng.uniform(2600, 3600)
    pitch = glide(m, (0, top), (0.25, top * 0.32), (1, top * 0.055))
    ring = 1.0 + 0.5 * sine(pitch * np.float32(1.5), m)
    zap = square(pitch, m, width=0.3) * 0.6 + sine(pitch, m) * 0.6
    return np.asarray(
        lowpass(np.asarray(zap * ring, np.float32), 9000.0) * curve(m, (0, 1), (0.3, 0.75), (1, 0)),
        np.float32,
    )


def _fireworks(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A rocket whistles up, bursts, and its stars crackle out."""
    m = min(n, frames(3.6))
    up = min(frames(1.1), m // 2)
    whistle = sine(glide(up, (0, 900.0), (1, 2700.0)), up) * 0.2 + highpass(noise(rng, up), 3500.0) * 0.12
    bang = lowpass(noise(rng, m), 900.0) * exp_decay(m, 0.09) * 2.8 + sine(
        glide(m, (0, 120.0), (0.1, 52.0), (1, 40.0)), m
    ) * exp_decay(m, 0.16)
    stars = scattered(
        m, rng, 85.0, lambda: burst(rng, 0.012, rng.uniform(2000, 7000), 1.5, 0.002), 40
    ) * swell(m, 0.25, 0.55)
    at = up / SAMPLE_RATE_HZ
    return added(
        m,
        [
            (0.0, np.asarray(whistle * curve(up, (0, 0), (0.3, 1), (0.9, 0.5), (1, 0)), np.float32)),
            (at, np.asarray(bang, np.float32)),
            (at + 0.15, np.asarray(stars * 1.3, np.float32)),
        ],
    )


FAMILIES: tuple[Family, ...] = (
    event("explosion",
          "explosion, explosions, explode, explodes, exploding, bomb, blast, boom, detonation, "
          "grenade, dynamite, nuke, artillery, mortar, missile, explosión, bomba, bombe, knall, "
          "esplosione, 爆炸, 爆発, взрыв",
          _explosion, Rhythm(1.6, 0.2, 1, 6.0), -11.0),
    event("gunshot",
          "gunshot, gunshots, gun, shot, shots, gun shot, gunfire, pistol, rifle, shotgun, "
          "sniper, shooting, revolver, cannon, musket, schuss, schüsse, pistole, disparo, "
          "disparos, coup de feu, sparo, 枪, 銃, выстрел",
          _gunshot, Rhythm(0.7, 0.3, 1, 2.2), -12.0),
    event("machine gun",
          "machine gun, machine guns, automatic rifle, minigun, assault rifle, uzi, ak 47, burst "
          "fire, maschinengewehr, ametralladora, mitrailleuse",
          _automatic, Rhythm(1.6, 0.15, 1, 2.2), -12.0),
    event("gun reload",
          "reload, reloading, gun reload, gun cocking, cocking a gun, shotgun pump, magazine, "
          "loading a gun, nachladen, recargar, recharger",
          _reload, Rhythm(1.5, 0.1, 1, 2.4), -15.0),
    event("laser",
          "laser, lasers, laser gun, ray gun, blaster, pew, pew pew, zap gun, phaser, laser shot, "
          "laser beam, láser, 激光, レーザー, лазер",
          _laser, Rhythm(0.42, 0.15, 1, 0.9), -15.0, dry=True),
    event("fireworks",
          "firework, fireworks, firecracker, firecrackers, feuerwerk, fuegos artificiales, feu "
          "d'artifice, feux d'artifice, 烟花, 花火",
          _fireworks, Rhythm(1.5, 0.4, 1, 1.7), -12.0),
)  # fmt: skip
