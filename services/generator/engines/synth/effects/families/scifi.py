"""Robots, spaceships, teleporters, magic, dread."""

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
    square,
    triangle,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    curve,
    formants,
    glide,
    scattered,
    slow,
    struck,
    swell,
)

_Rng = np.random.Generator


def _robot(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A machine that talks: ring-modulated vowels, each at a pitch of its own, and a servo's whirr."""
    m = min(n, frames(rng.uniform(1.3, 1.7)))
    vowels = (
        [(730.0, 6.0, 1.0), (1090.0, 7.0, 0.8)],
        [(530.0, 6.0, 1.0), (1840.0, 7.0, 0.7)],
        [(300.0, 6.0, 1.0), (870.0, 7.0, 0.6)],
        [(270.0, 6.0, 1.0), (2290.0, 7.0, 0.7)],
    )
    pieces, at = [], 0.0
    while at < m / SAMPLE_RATE_HZ - 0.12:
        k = frames(float(rng.choice([0.09, 0.13, 0.18])))
        pitch = 110.0 * 2 ** (float(rng.choice([0, 2, 3, 7, 12])) / 12)
        voice = square(pitch, k, width=0.35) + saw(pitch * 1.01, k)
        spoken = formants(np.asarray(voice, np.float32), vowels[int(rng.integers(0, 4))]) * (
            0.6 + 0.4 * sine(73.0, k)
        )
        pieces.append((at, np.asarray(spoken * curve(k, (0, 0), (0.05, 1), (0.9, 1), (1, 0)), np.float32)))
        at += k / SAMPLE_RATE_HZ + 0.02
    servo = sine(glide(m, (0, 420.0), (0.3, 900.0), (0.7, 850.0), (1, 380.0)), m) * 0.08
    return np.asarray(np.round(added(m, pieces) * 24) / 24 + servo * arch(m), np.float32)


def _spaceship(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Inside a ship: a deep beating hum, air, and thin tones of machines far off."""
    hum = sum(
        sine(hz, n) * level
        for hz, level in ((54.0, 1.0), (54.7, 0.8), (108.6, 0.5), (163.0, 0.25), (217.3, 0.15))
    )
    air = bandpass(pink(rng, n), 420.0, 0.7) * slow(n, rng, 2.4, 0.5) * 0.6
    shimmer = sum(sine(hz, n) * slow(n, rng, 1.6, 0.0) ** 3 for hz in (1320.0, 1760.0, 2217.0)) * np.float32(
        0.05
    )
    return np.asarray(hum * np.float32(0.4) + air + shimmer, np.float32)


def _ufo(n: int, how: Manner, rng: _Rng) -> Signal:
    """The flying saucer of old films: a tone that warbles up and down, with a slower swoop beneath."""
    time = np.arange(n) / SAMPLE_RATE_HZ
    fast = np.sin(2 * np.pi * time / how.fitted(1.0 / (6.5 * how.speed)))
    slowly = np.sin(2 * np.pi * time / how.fitted(2.2 / how.speed))
    pitch = np.asarray(rng.uniform(540.0, 700.0) * 2.0 ** (0.28 * fast + 0.45 * slowly), np.float32)
    tone = sine(pitch, n) + 0.45 * sine(pitch * np.float32(1.5), n) + 0.2 * sine(pitch * np.float32(2.01), n)
    return np.asarray(tone * (0.7 + 0.3 * fast) + 0.25 * sine(95.0, n), np.float32)


def _teleport(n: int, how: Manner, rng: _Rng) -> Signal:
    """A body dissolves: tones that sweep up through each other, a shimmer of grains, a last inward rush."""
    m = min(n, frames(1.7 * how.length))
    sweeps = sum(
        sine(glide(m, (0, low), (0.75, low * 9.0), (1, low * 14.0)), m) * level
        for low, level in ((140.0, 1.0), (188.0, 0.7), (251.0, 0.5))
    )
    shimmer = scattered(
        m, rng, 120.0, lambda: struck([rng.uniform(1800, 6500)], 0.05, 0.5, 4000), 24
    ) * curve(m, (0, 0.1), (0.6, 1), (1, 0))
    rush = bandpass(noise(rng, m), 2200.0, 0.8) * curve(m, (0, 0), (0.4, 0.2), (0.8, 1), (0.84, 0), (1, 0))
    wobble = 0.6 + 0.4 * sine(glide(m, (0, 6.0), (1, 32.0)), m)
    return np.asarray(
        sweeps * wobble * curve(m, (0, 0), (0.1, 0.7), (0.78, 1), (0.84, 0.1), (1, 0)) * np.float32(0.5)
        + shimmer
        + rush,
        np.float32,
    )


def _space_door(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A door that slides into the wall: a puff of air, a servo that rises, a soft stop."""
    m = min(n, frames(0.85))
    puff = highpass(noise(rng, m), 1800.0) * swell(m, 0.012, 0.07) * 0.8
    slide = bandpass(noise(rng, m), 950.0, 1.2) * curve(m, (0, 0), (0.12, 1), (0.6, 0.7), (0.72, 0), (1, 0))
    servo = saw(glide(m, (0, 190.0), (0.55, 520.0), (0.7, 430.0), (1, 430.0)), m) * curve(
        m, (0, 0), (0.1, 0.4), (0.65, 0.35), (0.72, 0), (1, 0)
    )
    stop = struck([88.0, 190.0, 505.0], [0.05, 0.03, 0.02], [1.0, 0.6, 0.3], frames(0.2))
    return added(
        m,
        [
            (0.0, np.asarray(puff + slide + lowpass(np.asarray(servo, np.float32), 2600.0), np.float32)),
            (0.6, stop * 0.9),
        ],
    )


def _force_field(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A light sword or a shield: a hum of two close tones that buzz, swung now and then."""
    swing = 1.0 + 0.22 * (slow(n, rng, 0.45, 0.0) - 0.5)
    pitch = np.asarray(92.0 * swing, np.float32)
    hum = saw(pitch, n) + saw(pitch * np.float32(1.012), n) + 0.6 * square(pitch * np.float32(2.0), n)
    return np.asarray(
        formants(np.asarray(hum, np.float32), [(184.0, 1.5, 1.2), (560.0, 2.0, 0.7), (1500.0, 2.0, 0.25)])
        * (0.6 + 0.6 * np.abs(swing - 1.0) * 4),
        np.float32,
    )


def _computer(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A thinking machine of the films: a run of short tones, none like the last."""
    m = min(n, frames(0.95))
    pieces = []
    for k in range(int(rng.integers(7, 11))):
        length = frames(0.07)
        pitch = 700.0 * 2 ** (float(rng.integers(0, 25)) / 12)
        tone = sine(pitch, length) + 0.3 * square(pitch, length) * (rng.random() < 0.4)
        pieces.append(
            (0.09 * k, np.asarray(tone * curve(length, (0, 0), (0.06, 1), (0.85, 0.8), (1, 0)), np.float32))
        )
    return added(m, pieces)


def _magic(n: int, how: Manner, rng: _Rng) -> Signal:
    """A wand: bells that run up a pentatonic scale and keep glittering, over a breath of air."""
    m = min(n, frames(2.2 * how.length))
    steps = (0, 2, 4, 7, 9)
    root = 783.99 * 2 ** (float(rng.integers(-3, 4)) / 12)
    pieces = []
    for k in range(14):
        hz = root * 2 ** ((steps[k % 5] + 12 * (k // 5)) / 12)
        pieces.append(
            (
                0.045 * k + float(rng.uniform(0, 0.012)),
                struck([hz, hz * 2.76], [0.42, 0.16], [0.5, 0.2], frames(1.3)),
            )
        )
    glitter = scattered(
        m,
        rng,
        34.0,
        lambda: struck([root * 2 ** (float(rng.choice(steps)) / 12 + 2)], 0.12, 0.4, frames(0.4)),
        20,
    )
    air = bandpass(noise(rng, m), 5200.0, 0.8) * arch(m) * 0.12
    return np.asarray(added(m, pieces) + glitter * curve(m, (0, 0), (0.25, 1), (1, 0)) + air, np.float32)


def _whoosh(n: int, how: Manner, rng: _Rng) -> Signal:
    """Air parted by something quick: noise whose band climbs and falls with the speed."""
    m = min(n, frames(0.62 * how.length / how.speed**0.5))
    rise = curve(m, (0, 0), (0.45, 1), (1, 0)) ** 1.6
    low = bandpass(noise(rng, m), 480.0, 0.8) * rise
    high = bandpass(noise(rng, m), 1700.0, 0.9) * rise**2
    top = highpass(noise(rng, m), 3800.0) * rise**4 * 0.5
    side = np.linspace(-0.8, 0.8, m, dtype=np.float32) * (1 if rng.random() < 0.5 else -1)
    angle = (side + 1.0) * np.float32(np.pi / 4)
    both = np.asarray(low + high + top, np.float32)
    return np.asarray(np.stack([both * np.cos(angle), both * np.sin(angle)]), np.float32)


def _dread(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Horror: a low cluster that never rests, a groan, glassy tones that slide against each other."""
    low = sum(
        sine(hz * (1 + 0.004 * slow(n, rng, 1.3, 0.0)), n) * slow(n, rng, 1.9, 0.3)
        for hz in (55.0, 58.3, 82.4, 87.5)
    )
    high = sum(
        sine(hz * (1 + 0.03 * slow(n, rng, 2.6, 0.0)), n) * slow(n, rng, 2.2, 0.0) ** 3
        for hz in (1046.0, 1109.0, 1480.0)
    ) * np.float32(0.16)
    groan = bandpass(pink(rng, n), 140.0, 5.0) * slow(n, rng, 1.1, 0.0) ** 2 * 2.0
    return np.asarray(low * np.float32(0.4) + high + groan, np.float32)


def _ghost(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Ooooh: a hollow voice that slides up and trembles down."""
    m = min(n, frames(2.8))
    pitch = glide(m, (0, 210.0), (0.35, 430.0), (0.6, 390.0), (1, 190.0)) * (1.0 + 0.025 * sine(5.5, m))
    voice = triangle(np.asarray(pitch, np.float32), m) + bandpass(noise(rng, m), 420.0, 2.0) * 0.7
    hollow = formants(
        np.asarray(voice, np.float32), [(350.0, 3.0, 1.0), (780.0, 4.0, 0.6), (2400.0, 4.0, 0.08)]
    )
    return np.asarray(hollow * arch(m) ** 0.6, np.float32)


def _riser(n: int, how: Manner, rng: _Rng) -> Signal:
    """Tension that grows until it breaks off."""
    m = min(n, frames(4.0 * how.length))
    growth = curve(m, (0, 0.03), (0.96, 1), (1, 0)) ** 2
    tone = saw(glide(m, (0, 110.0), (1, 880.0)), m) + saw(glide(m, (0, 112.0), (1, 894.0)), m)
    air = sum(
        bandpass(noise(rng, m), hz, 1.5) * np.exp(-np.square((np.linspace(0, 3, m) - k) * 1.3))
        for k, hz in enumerate((500.0, 1100.0, 2400.0, 5200.0))
    )
    pulse = 0.65 + 0.35 * sine(glide(m, (0, 3.0), (1, 18.0)), m)
    return np.asarray(
        (lowpass(np.asarray(tone, np.float32), 3500.0) * 0.4 * pulse + air) * growth, np.float32
    )


FAMILIES: tuple[Family, ...] = (
    event("robot",
          "robot, robots, android, cyborg, robot voice, robotic, droid, robot talking, mech, "
          "roboter, 机器人, ロボット, робот",
          _robot, Rhythm(1.7, 0.1, 1, 2.1), -16.0, dry=True, heap=4),
    bed("spaceship",
        "spaceship, space ship, starship, spacecraft, sci fi, sci fi ambience, science fiction, "
        "space, space station, spaceship interior, futuristic, cosmic, galaxy, raumschiff, nave "
        "espacial, vaisseau spatial, 宇宙, 宇宙船",
        _spaceship, -18.0, wide=True, lasting=True),
    bed("ufo",
        "ufo, flying saucer, alien, aliens, alien ship, theremin, martian, extraterrestrial, "
        "außerirdische, extraterrestre, ovni",
        _ufo, -18.0),
    event("teleport",
          "teleport, teleporter, teleportation, warp, portal, time travel, time machine, beam me "
          "up, transporter, hyperspace, teleportieren, teletransporte, téléportation",
          _teleport, Rhythm(1.8, 0.1, 1, 2.6), -15.0, heap=4),
    event("space door",
          "space door, spaceship door, sci fi door, sliding door, automatic door, airlock, "
          "futuristic door, elevator door, pneumatic door",
          _space_door, Rhythm(1.2, 0.1, 1, 2.0), -15.0, heap=4),
    bed("force field",
        "force field, lightsaber, light saber, laser sword, energy shield, shield, plasma, "
        "energy, reactor, electric hum, power core",
        _force_field, -17.0),
    event("computer",
          "computer, computing, data, processing, hacking, hacker, terminal, scan, scanning, "
          "digital, telemetry, supercomputer, mainframe, bleeps, download, ordenador, ordinateur",
          _computer, Rhythm(1.05, 0.05), -18.0, dry=True, heap=6),
    event("magic",
          "magic, magical, spell, spells, wand, magic wand, fairy, fairy dust, sparkle, sparkles, "
          "twinkle, enchantment, enchanted, wizard, casting a spell, pixie, glitter, zauber, "
          "magie, magia, hechizo, 魔法",
          _magic, Rhythm(1.4, 0.1, 1, 2.6), -16.0, heap=4),
    event("whoosh",
          "whoosh, swoosh, swish, woosh, swing, fly by, flyby, swipe, transition, arrow, throw, "
          "throwing, arrow flying, bow and arrow, spear, boomerang, whip, dash, zoom",
          _whoosh, Rhythm(0.7, 0.2, 1, 1.15), -15.0, heap=6),
    bed("dread",
        "horror, scary, creepy, haunted, haunting, spooky, dread, eerie, ominous, sinister, "
        "nightmare, suspense, tension, terror, grusel, miedo, terreur, drone sound, dark ambience",
        _dread, -18.0, wide=True, lasting=True),
    event("ghost",
          "ghost, ghosts, spirit, phantom, banshee, haunted voice, geist, gespenst, fantasma, "
          "fantôme, 鬼",
          _ghost, Rhythm(2.6, 0.1, 1, 3.6), -16.0, heap=4),
    event("riser",
          "riser, rising tension, build up, buildup, uplifter, cinematic riser, trailer",
          _riser, Rhythm(4.2, 0.0, 1, 4.4), -15.0, heap=2),
)  # fmt: skip
