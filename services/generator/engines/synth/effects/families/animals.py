"""Dogs, cats, cattle, horses, whales, monsters."""

import numpy as np

from services.generator.engines.synth.dsp import (
    Signal,
    exp_decay,
    frames,
    lowpass,
    noise,
    saw,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    band,
    curve,
    formants,
    glide,
    mouth,
    struck,
)

_Rng = np.random.Generator


def _voiced(pitch: Signal, rng: _Rng, breath: float, roughness: float = 0.0) -> Signal:
    """Return a throat: a sawtooth at a pitch, roughened by fast unsteadiness, with breath."""
    n = len(pitch)
    uneven = pitch * (1.0 + roughness * lowpass(noise(rng, n), 70.0) * 4.0)
    return np.asarray(saw(np.asarray(uneven, np.float32), n) + noise(rng, n) * breath, np.float32)


def _dog(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A bark: the mouth snaps open and shut over a pitch that jumps up and falls."""
    m = min(n, frames(rng.uniform(0.17, 0.23)))
    top = rng.uniform(460, 540)
    voice = _voiced(glide(m, (0, top * 0.6), (0.18, top), (0.5, top * 0.85), (1, top * 0.45)), rng, 0.5, 0.25)
    closed = [(420.0, 3.0, 0.8), (900.0, 3.0, 0.4)]
    opened = [(750.0, 3.0, 1.0), (1350.0, 3.5, 0.9), (2700.0, 3.0, 0.4)]
    bark = mouth(voice, (0, closed), (0.25, opened), (0.6, opened), (1, closed))
    return np.asarray(np.tanh(bark * 2.0) * curve(m, (0, 0), (0.08, 1), (0.45, 0.8), (1, 0)), np.float32)


def _wolf(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(3.4 * how.length))
    top = rng.uniform(500, 580)
    pitch = glide(m, (0, 240.0), (0.12, top * 0.9), (0.3, top), (0.7, top * 0.94), (1, 230.0))
    vibrato = 1.0 + 0.008 * sine(5.0, m) * curve(m, (0, 0), (0.4, 1), (1, 1))
    tone = _voiced(np.asarray(pitch * vibrato, np.float32), rng, 0.06)
    howl = formants(lowpass(tone, 1400.0), [(500.0, 2.0, 1.0), (1000.0, 4.0, 0.35)])
    return np.asarray(howl * curve(m, (0, 0), (0.12, 0.8), (0.4, 1), (0.8, 0.6), (1, 0)), np.float32)


def _cat(n: int, how: Manner, rng: _Rng) -> Signal:
    """Mi-a-ow: the mouth opens from a closed i to an a and rounds to a u."""
    if how.says("purr, purring, purrs, schnurren"):
        return _purr(n, how, rng)
    m = min(n, frames(rng.uniform(0.75, 0.95) * how.length))
    top = rng.uniform(640, 760)
    voice = _voiced(glide(m, (0, top * 0.75), (0.3, top), (0.65, top * 0.92), (1, top * 0.62)), rng, 0.05)
    i = [(380.0, 5.0, 0.7), (2400.0, 6.0, 0.7), (3300.0, 6.0, 0.3)]
    a = [(1050.0, 4.0, 1.0), (1800.0, 5.0, 0.8), (3400.0, 5.0, 0.3)]
    u = [(500.0, 4.0, 0.9), (950.0, 5.0, 0.5)]
    meow = mouth(voice, (0, i), (0.12, i), (0.42, a), (0.65, a), (1, u))
    return np.asarray(meow * curve(m, (0, 0), (0.12, 0.7), (0.4, 1), (0.75, 0.6), (1, 0)), np.float32)


def _purr(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(1.7))
    pulses = lowpass(np.asarray(np.maximum(saw(25.0, m), 0) ** 3, np.float32), 300.0)
    return np.asarray(
        band(noise(rng, m), 60.0, 900.0) * pulses * curve(m, (0, 0), (0.1, 1), (0.85, 0.9), (1, 0)),
        np.float32,
    )


def _cow(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(rng.uniform(1.5, 1.9) * how.length))
    voice = _voiced(glide(m, (0, 120.0), (0.25, 165.0), (0.7, 158.0), (1, 112.0)), rng, 0.08, 0.03)
    closed, opened = (
        [(260.0, 4.0, 1.0), (800.0, 6.0, 0.15)],
        [(480.0, 3.0, 1.0), (900.0, 4.0, 0.7), (2200.0, 4.0, 0.2)],
    )
    moo = mouth(voice, (0, closed), (0.22, closed), (0.45, opened), (0.8, opened), (1, closed))
    return np.asarray(moo * curve(m, (0, 0), (0.15, 0.8), (0.45, 1), (0.85, 0.7), (1, 0)), np.float32)


def _sheep(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(rng.uniform(0.8, 1.0)))
    bleat = 1.0 + 0.55 * sine(9.5, m)
    voice = _voiced(glide(m, (0, 330.0), (0.2, 370.0), (1, 300.0)), rng, 0.15, 0.05) * bleat
    baa = formants(np.asarray(voice, np.float32), [(700.0, 3.0, 1.0), (1750.0, 4.0, 0.8), (2700.0, 4.0, 0.4)])
    return np.asarray(baa * curve(m, (0, 0), (0.1, 1), (0.8, 0.8), (1, 0)), np.float32)


def _pig(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(rng.uniform(0.28, 0.4)))
    pulses = np.asarray(0.3 + np.maximum(saw(rng.uniform(38, 55), m), 0) ** 2, np.float32)
    grunt = formants(
        noise(rng, m) * pulses, [(320.0, 4.0, 1.2), (800.0, 4.0, 1.0), (1500.0, 4.0, 0.7), (2600.0, 3.0, 0.3)]
    )
    return np.asarray(grunt * curve(m, (0, 0), (0.2, 1), (0.7, 0.8), (1, 0)), np.float32)


def _hoof(n: int, how: Manner, rng: _Rng) -> Signal:
    """A hoof: a hollow knock; on soft ground a thud."""
    m = min(n, frames(0.16))
    hard = how.surface in ("", "stone", "wood", "metal")
    pitch = rng.uniform(620, 900) if hard else rng.uniform(130, 190)
    knock = struck([pitch, pitch * 1.52, pitch * 2.4], [0.022, 0.014, 0.009], [1.0, 0.7, 0.4], m)
    return np.asarray(
        knock + band(noise(rng, m), 300.0, 3000.0) * exp_decay(m, 0.006) + struck(95.0, 0.03, 0.7, m),
        np.float32,
    )


def _gallop(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.62))
    beats = [(0.0, 0.8), (0.13, 0.9), (0.26, 1.15)]
    return added(
        m, [(start_s / how.speed, _hoof(n, how, rng) * np.float32(level)) for start_s, level in beats]
    )


def _neigh(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(2.1))
    shake = 1.0 + 0.14 * sine(glide(m, (0, 9.0), (1, 13.0)), m) * curve(m, (0, 0.2), (0.3, 1), (1, 1))
    pitch = glide(m, (0, 700.0), (0.15, 1150.0), (0.5, 900.0), (1, 380.0)) * shake
    voice = _voiced(np.asarray(pitch, np.float32), rng, 0.3, 0.06)
    cry = formants(voice, [(900.0, 2.5, 1.0), (1900.0, 3.0, 0.8), (3300.0, 3.0, 0.35)])
    return np.asarray(
        cry * np.maximum(1.0 + 5.0 * (shake - 1.0), 0.1) * curve(m, (0, 0), (0.08, 1), (0.6, 0.8), (1, 0)),
        np.float32,
    )


def _whale(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(rng.uniform(3.0, 4.5) * how.length))
    low, high = rng.uniform(140, 220), rng.uniform(380, 620)
    shape = (
        [(0, low), (0.3, high), (0.55, high * 0.8), (1, low * 1.2)]
        if rng.random() < 0.5
        else [(0, high), (0.4, low), (1, high * 1.3)]
    )
    pitch = glide(m, *shape) * (1.0 + 0.012 * sine(4.0, m))
    tone = sine(np.asarray(pitch, np.float32), m) + 0.35 * sine(pitch * 2.0, m) + 0.18 * sine(pitch * 3.01, m)
    out = tone * arch(m) ** 0.6
    return np.asarray(out + added(m, [(0.45, out[: m // 2] * 0.35), (0.9, out[: m // 3] * 0.2)]), np.float32)


def _monster(n: int, how: Manner, rng: _Rng) -> Signal:
    """A growl: a very low rough throat, doubled an octave below, with a hiss of breath."""
    m = min(n, frames(rng.uniform(1.7, 2.3) * how.length))
    pitch = glide(m, (0, 62.0), (0.3, 88.0), (0.7, 74.0), (1, 46.0))
    voice = _voiced(pitch, rng, 0.6, 0.3) + 0.8 * _voiced(pitch * np.float32(0.5), rng, 0.2, 0.3)
    closed, opened = (
        [(240.0, 3.0, 1.0), (600.0, 3.0, 0.5)],
        [(430.0, 2.5, 1.0), (950.0, 3.0, 0.8), (2300.0, 2.5, 0.35)],
    )
    roar = mouth(np.asarray(voice, np.float32), (0, closed), (0.35, opened), (0.7, opened), (1, closed))
    return np.asarray(
        np.tanh(roar * 2.5) * curve(m, (0, 0), (0.12, 0.7), (0.4, 1), (0.75, 0.8), (1, 0)), np.float32
    )


FAMILIES: tuple[Family, ...] = (
    event("dog",
          "dog, dogs, bark, barks, barking, barked, dog barking, dog bark, woof, puppy, hund, "
          "hundegebell, bellen, bellt, perro, ladrido, ladrando, chien, aboiement, aboie, cane, "
          "狗, 犬, собака",
          _dog, Rhythm(0.42, 0.25, 3, 1.3), -14.0),
    event("wolf",
          "wolf, wolves, howl, howls, wolf howl, wolf howling, coyote, werewolf, lobo, loup, 狼",
          _wolf, Rhythm(3.0, 0.1, 1, 4.5), -16.0),
    event("cat",
          "cat, cats, meow, meowing, miaow, kitten, kitty, purr, purring, katze, miau, miauen, "
          "gato, chat, miaulement, 猫, кот",
          _cat, Rhythm(1.2, 0.2, 1, 1.8), -16.0),
    event("cow",
          "cow, cows, moo, mooing, cattle, bull, kuh, muhen, vaca, vache, 牛",
          _cow, Rhythm(2.2, 0.1, 1, 3.2), -15.0),
    event("sheep",
          "sheep, lamb, goat, baa, bleat, bleating, schaf, ziege, oveja, cabra, mouton, chèvre, 羊",
          _sheep, Rhythm(1.2, 0.2, 1, 1.9), -16.0),
    event("pig",
          "pig, pigs, oink, oinking, grunt, boar, schwein, cerdo, cochon",
          _pig, Rhythm(0.45, 0.3, 3, 1.2), -16.0),
    event("horse",
          "horse, horses, gallop, galloping, hooves, hoofbeats, horse galloping, galloping horse, "
          "horse running, pferd, caballo, cheval, 马",
          _gallop, Rhythm(0.56, 0.05), -15.0),
    event("neigh",
          "neigh, neighing, whinny, horse neigh, horse neighing, horse whinny, wiehern, relincho",
          _neigh, Rhythm(2.0, 0.1, 1, 3.0), -16.0),
    event("whale",
          "whale, whales, whale song, wal, ballena, baleine, 鲸",
          _whale, Rhythm(3.5, 0.2, 1, 4.2), -17.0),
    event("monster",
          "monster, growl, growling, roar, roars, beast, dragon, lion, tiger, bear, dinosaur, "
          "zombie, creature, demon, snarl, orc, troll, ogre, t rex, ungeheuer, drache, löwe, "
          "monstruo, rugido, monstre, rugissement, 怪物",
          _monster, Rhythm(2.4, 0.1, 1, 3.2), -13.0),
)  # fmt: skip
