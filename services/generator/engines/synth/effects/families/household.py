"""Small things in hands."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    frames,
    highpass,
    noise,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
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
    struck,
    swell,
)

_Rng = np.random.Generator


def _zipper(n: int, how: Manner, rng: _Rng) -> Signal:
    """Teeth that close ever faster: a click a tooth, up to two hundred a second."""
    m = min(n, frames(0.75 * how.length / how.speed))
    rate = curve(m, (0, 55.0), (0.5, 150.0), (0.85, 200.0), (1, 120.0))
    teeth = np.diff(np.floor(np.cumsum(rate) / SAMPLE_RATE_HZ), prepend=0.0).astype(np.float32)
    rasp = formants(
        teeth * 8.0 + noise(rng, m) * 0.08, [(1700.0, 2.0, 0.8), (3400.0, 2.0, 1.0), (6100.0, 2.0, 0.6)]
    )
    return np.asarray(rasp * curve(m, (0, 0), (0.05, 0.7), (0.8, 1), (1, 0)), np.float32)


def _paper(n: int, how: Manner, rng: _Rng) -> Signal:
    """A page that is turned and crackles, torn along its length, or crumpled."""
    m = min(n, frames(0.9 * how.length))
    tear = how.says("tear, tearing, rip, ripping, ripped, torn, reißen, rasgar, déchirer")
    crinkle = scattered(
        m, rng, 900.0 if tear else 190.0, lambda: burst(rng, 0.008, rng.uniform(1500, 8500), 1.2, 0.0012), 60
    )
    sweep = band(noise(rng, m), 1800.0, 9500.0) * slow(m, rng, 0.05, 0.1)
    if tear:
        return np.asarray(
            (crinkle * 0.8 + sweep) * curve(m, (0, 0), (0.06, 0.7), (0.8, 1), (1, 0)), np.float32
        )
    return np.asarray(
        crinkle * slow(m, rng, 0.09, 0.0) * 1.5 * arch(m) + sweep * 0.35 * arch(m) ** 2, np.float32
    )


def _keys(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Keys on a ring: many small high modes that strike each other."""
    m = min(n, frames(0.8))

    def jingle() -> Signal:
        base = rng.uniform(3000, 6200)
        return struck(
            [base, base * 1.37, base * 1.82], rng.uniform(0.015, 0.06), [1.0, 0.7, 0.4], frames(0.2)
        )

    return np.asarray(
        scattered(m, rng, 42.0, jingle, 24) * slow(m, rng, 0.1, 0.15) * curve(m, (0, 1), (0.75, 0.8), (1, 0)),
        np.float32,
    )


def _dishes(n: int, _how: Manner, rng: _Rng) -> Signal:
    """China and cutlery set against each other."""
    m = min(n, frames(0.55))
    base = rng.uniform(1500, 2900)
    plate = struck(
        [base, base * 1.61, base * 2.42, base * 3.3], [0.09, 0.06, 0.04, 0.025], [1.0, 0.6, 0.45, 0.3], m
    )
    again = struck([base * 1.19, base * 2.07], [0.05, 0.03], [0.6, 0.4], frames(0.2))
    return np.asarray(
        plate + added(m, [(rng.uniform(0.03, 0.12), again)]) + burst(rng, 0.55, 3500.0, 1.0, 0.002)[:m],
        np.float32,
    )


def _scissors(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Two blades slide over each other and close."""
    m = min(n, frames(0.3))
    k = frames(0.14)
    slide = bandpass(noise(rng, k), 6000.0, 1.5) * curve(k, (0, 0), (0.8, 1), (1, 0.3)) * 0.8
    snip = struck([3900.0, 6150.0, 8200.0], [0.02, 0.014, 0.01], [0.7, 0.6, 0.4], frames(0.1)) + burst(
        rng, 0.1, 4500.0, 0.8, 0.003
    )
    return added(m, [(0.0, np.asarray(slide, np.float32)), (0.125, snip)])


def _writing(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A pencil on paper: strokes of unequal length, each a dry scratch."""
    m = min(n, frames(rng.uniform(0.12, 0.3)))
    scratch = formants(noise(rng, m), [(1500.0, 2.0, 0.6), (3400.0, 1.5, 1.0), (6200.0, 1.5, 0.5)])
    return np.asarray(scratch * slow(m, rng, 0.02, 0.3) * arch(m) ** 0.7, np.float32)


def _cork(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A cork leaves the neck: a pop tuned by the bottle, then fizz."""
    m = min(n, frames(1.2))
    pop = (
        sine(glide(m, (0, 380.0), (0.02, 760.0), (0.1, 640.0), (1, 640.0)), m) * swell(m, 0.001, 0.018) * 1.4
    )
    knock = burst(rng, 1.2, 1100.0, 0.8, 0.006)[:m] * 1.3
    fizz = highpass(noise(rng, m), 5000.0) * swell(m, 0.08, 0.3) * 0.16
    return np.asarray(pop + knock + fizz, np.float32)


FAMILIES: tuple[Family, ...] = (
    event("zipper",
          "zipper, zip, zipping, unzip, unzipping, reißverschluss, cremallera, fermeture éclair",
          _zipper, Rhythm(0.9, 0.1, 1, 1.5), -17.0, dry=True, heap=4),
    event("paper",
          "paper, page turn, turning pages, page, pages, book, crumple, crumpling, tearing paper, "
          "paper tearing, rustle, rustling, newspaper, map, papier, papel, 纸, 紙",
          _paper, Rhythm(1.0, 0.2, 1, 1.5), -18.0, dry=True, heap=5),
    event("keys",
          "keys, key, keys jingling, jingling, jingle, jingling keys, keychain, coins jingling, "
          "schlüssel, llaves, clés, 钥匙",
          _keys, Rhythm(0.9, 0.2, 1, 1.2), -18.0, heap=4),
    event("dishes",
          "dishes, dish, plate, plates, cutlery, silverware, fork, spoon, cup, cups, bowl, "
          "glasses clinking, clink, clinking, toast, kitchen sounds, tableware, geschirr, teller, "
          "platos, vaisselle",
          _dishes, Rhythm(0.5, 0.6), -17.0),
    event("scissors",
          "scissors, snip, snipping, haircut, cutting, schere, tijeras, ciseaux",
          _scissors, Rhythm(0.5, 0.15), -17.0, dry=True),
    event("writing",
          "writing, pencil, pen, chalk, scribble, scribbling, drawing, handwriting, chalkboard, "
          "schreiben, stift, escribir, écrire",
          _writing, Rhythm(0.26, 0.35), -18.0, dry=True, heap=12),
    event("cork",
          "cork, champagne, pop, bottle, bottle opening, uncork, wine bottle, popping, balloon, "
          "balloon pop, opening a bottle, soda can, korken, corcho, bouchon",
          _cork, Rhythm(1.3, 0.1, 1, 2.0), -14.0, dry=True, heap=4),
)  # fmt: skip
