"""Doors, glass, blows, blades."""

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
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
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


_RESONANCES = {
    "wood": ([155.0, 310.0, 470.0, 780.0, 1240.0], [0.06, 0.045, 0.03, 0.02, 0.012]),
    "metal": ([310.0, 742.0, 1193.0, 1910.0, 2640.0, 3890.0], [0.55, 0.45, 0.38, 0.3, 0.22, 0.15]),
    "glass": ([1240.0, 2890.0, 4100.0, 6020.0], [0.12, 0.09, 0.06, 0.04]),
    "stone": ([420.0, 890.0, 1500.0], [0.018, 0.012, 0.008]),
}


def _body(how: Manner, otherwise: str, m: int, rng: _Rng) -> Signal:
    pitches, decays = _RESONANCES.get(how.surface, _RESONANCES[otherwise])
    moved = np.asarray(pitches) * rng.uniform(0.96, 1.04, len(pitches))
    return struck(moved, decays, np.linspace(1.0, 0.3, len(pitches)), m)


def _creak(m: int, rng: _Rng) -> Signal:
    """Stick and slip: a hinge jumps in small irregular steps, each a click into wooden resonances."""
    rate = 45.0 + 260.0 * slow(m, rng, 0.3, 0.0) ** 1.5
    phase = np.cumsum(rate * (1.0 + 0.25 * lowpass(noise(rng, m), 40.0) * 4)) / SAMPLE_RATE_HZ
    clicks = np.zeros(m, np.float32)
    clicks[np.flatnonzero(np.diff(np.floor(phase)) > 0)] = 1.0
    return formants(clicks, [(520.0, 9.0, 6.0), (1130.0, 11.0, 8.0), (1980.0, 12.0, 7.0), (3100.0, 9.0, 4.0)])


def _door(n: int, how: Manner, rng: _Rng) -> Signal:
    """A latch, a creaking hinge, and the door coming to rest."""
    m = min(n, frames(1.9 * how.length / how.speed))
    latch = struck([640.0, 1480.0, 2900.0], [0.012, 0.009, 0.006], [1.0, 0.8, 0.6], frames(0.08))
    creak_s = max(m / SAMPLE_RATE_HZ - 0.6, 0.2)
    k = frames(creak_s)
    hinge = _creak(k, rng) * curve(k, (0, 0), (0.1, 0.7), (0.6, 1), (1, 0)) * 3.0
    thud = struck([92.0, 160.0, 270.0], [0.09, 0.06, 0.04], [1.0, 0.6, 0.3], frames(0.3)) * 0.8
    return added(
        m, [(0.0, latch), (0.05, latch * 0.6), (0.14, np.asarray(hinge, np.float32)), (0.16 + creak_s, thud)]
    )


def _slam(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.9))
    boom = struck([58.0, 96.0, 149.0, 231.0], [0.16, 0.12, 0.09, 0.05], [1.2, 1.0, 0.8, 0.5], m)
    slap = band(noise(rng, m), 150.0, 3500.0) * exp_decay(m, 0.02) * 1.6
    rattle = added(
        m, [(0.03 + 0.045 * k, struck([1350.0, 2450.0], 0.012, 0.3 * 0.6**k, frames(0.08))) for k in range(4)]
    )
    return np.asarray(boom + slap + rattle + _body(how, "wood", m, rng) * 0.5, np.float32)


def _knock(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.22 if how.surface != "metal" else 0.9))
    knuckle = band(noise(rng, m), 300.0, 2600.0) * exp_decay(m, 0.004) * 1.4
    return np.asarray(_body(how, "wood", m, rng) + knuckle, np.float32)


def _glass(n: int, how: Manner, rng: _Rng) -> Signal:
    """A blow, the break's bright burst, and shards that ring as they fall and settle."""
    m = min(n, frames(1.8 * how.length))

    def shard() -> Signal:
        k = frames(0.16)
        base = rng.uniform(2100.0, 7200.0)
        return struck([base, base * 1.41, base * 1.93], rng.uniform(0.008, 0.04), [1.0, 0.6, 0.4], k)

    blow = struck([180.0, 420.0], [0.03, 0.02], [0.8, 0.5], m)
    crash = highpass(noise(rng, m), 2200.0) * exp_decay(m, 0.045) * 1.5
    first = scattered(m, rng, 130.0, shard, 40) * swell(m, 0.004, 0.16) * 1.6
    falling = scattered(m, rng, 34.0, shard, 30) * swell(m, 0.12, 0.42)
    return np.asarray(blow + crash + first + falling, np.float32)


def _clang(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A sheet or a pipe: modes in no harmonic order, a bright start that outlives the blow."""
    m = min(n, frames(2.2))
    base = rng.uniform(230, 420)
    ratios = np.array([1.0, 1.73, 2.41, 3.17, 4.29, 5.43, 6.79, 8.21]) * rng.uniform(0.97, 1.03, 8)
    ringing = struck(base * ratios, np.linspace(0.5, 0.12, 8), np.linspace(0.8, 0.35, 8), m)
    return np.asarray(ringing + band(noise(rng, m), 1000.0, 9000.0) * exp_decay(m, 0.006) * 1.2, np.float32)


def _crash(n: int, how: Manner, rng: _Rng) -> Signal:
    """Things come down: a blow, splintering, and pieces that roll to rest."""
    m = min(n, frames(1.9))

    def piece() -> Signal:
        return _body(how, "wood", frames(0.3), rng) * np.float32(rng.uniform(0.3, 1.0)) + burst(
            rng, 0.3, 2500.0, 0.7, 0.006
        )

    first = (
        lowpass(noise(rng, m), 170.0) * exp_decay(m, 0.12) * 3.5
        + band(noise(rng, m), 300.0, 6000.0) * exp_decay(m, 0.07) * 1.6
    )
    debris = scattered(m, rng, 38.0, piece, 24) * swell(m, 0.03, 0.4)
    return np.asarray(first + debris * 1.5, np.float32)


def _punch(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A film punch: a low thump, a fleshy slap, a crack on top."""
    m = min(n, frames(0.35))
    thump = sine(glide(m, (0, 170.0), (0.15, 72.0), (1, 48.0)), m) * exp_decay(m, 0.05) * 1.3
    slap = band(noise(rng, m), 500.0, 2800.0) * exp_decay(m, 0.014) * 1.5
    crack = highpass(noise(rng, m), 3500.0) * exp_decay(m, 0.003) * 0.7
    return np.asarray(np.tanh((thump + slap + crack) * 1.5), np.float32)


def _thud(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.55))
    fall = sine(glide(m, (0, 120.0), (0.2, 62.0), (1, 50.0)), m) * exp_decay(m, 0.08)
    cloth = lowpass(noise(rng, m), 420.0) * exp_decay(m, 0.035) * 2.2
    return np.asarray(fall + cloth, np.float32)


def _sword(n: int, how: Manner, rng: _Rng) -> Signal:
    """Steel on steel: a clash, and two blades ringing high and slightly apart; drawn, it scrapes first."""
    m = min(n, frames(1.5))
    modes = np.array([1890.0, 2760.0, 3920.0, 5150.0, 6730.0, 8480.0])
    ringing = struck(
        np.concatenate([modes, modes * rng.uniform(1.006, 1.02, 6)]),
        np.tile(np.linspace(0.5, 0.14, 6), 2),
        0.35,
        m,
    )
    clash = highpass(noise(rng, m), 2500.0) * exp_decay(m, 0.012) * 1.4
    if not how.says("draw, drawn, drawing, unsheathe, unsheathing, sheath, unsheathed"):
        return np.asarray(ringing + clash, np.float32)
    k = min(frames(0.45), m)
    scrape = bandpass(noise(rng, k), 4200.0, 1.2) * curve(k, (0, 0), (0.7, 0.7), (0.95, 1), (1, 0))
    return added(m, [(0.0, np.asarray(scrape, np.float32)), (0.4, ringing * 0.6)])


def _hammer(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.5))
    nail = struck([2350.0, 3870.0, 5400.0], [0.05, 0.035, 0.02], [0.7, 0.5, 0.3], m)
    return np.asarray(
        nail + _body(how, "wood", m, rng) * 1.1 + burst(rng, 0.5, 1800.0, 0.7, 0.004)[:m] * 1.5, np.float32
    )


def _ball(n: int, how: Manner, rng: _Rng) -> Signal:
    """A ball let fall: each bounce lower and sooner than the last, by the same share."""
    m = min(n, frames(2.4))
    pieces: list[tuple[float, Signal]] = []
    at, gap, level = 0.0, 0.56 / how.speed**0.5, 1.0
    while gap > 0.035 and len(pieces) < 24:
        k = frames(0.2)
        pitch = float(rng.uniform(0.97, 1.03)) * 128.0
        skin = struck(
            [pitch, pitch * 2.1, pitch * 3.4, 940.0], [0.04, 0.025, 0.015, 0.02], [1.2, 0.7, 0.4, 0.2], k
        )
        pieces.append(
            (at, np.asarray((skin + burst(rng, 0.2, 900.0, 0.7, 0.006)) * np.float32(level), np.float32))
        )
        at, gap, level = at + gap, gap * 0.8, level * 0.78
    return added(m, pieces)


def _snap(n: int, how: Manner, rng: _Rng) -> Signal:
    """A branch, a bone, ice: a few tears, then the break."""
    m = min(n, frames(0.5))
    tears = [
        (float(at), burst(rng, 0.03, float(rng.uniform(1200, 4000)), 1.2, 0.002) * np.float32(0.5))
        for at in np.sort(rng.uniform(0.0, 0.09, 5))
    ]
    split = _body(how, "wood", frames(0.25), rng) * 0.6 + burst(rng, 0.25, 2300.0, 0.5, 0.005) * 2.2
    return added(m, [*tears, (0.1, np.asarray(split, np.float32))])


FAMILIES: tuple[Family, ...] = (
    event("ball",
          "ball, bouncing ball, ball bouncing, basketball, bounce, bouncing, football, tennis "
          "ball, dribbling, ping pong, pelota, balle",
          _ball, Rhythm(2.0, 0.1, 1, 2.7), -14.0, heap=3),
    event("snap",
          "snap, snapping, cracking, crack, cracks, twig, branch, breaking branch, ice cracking, "
          "bone crack, bone, finger snap, knacken, crujido",
          _snap, Rhythm(0.7, 0.3, 1, 1.3), -15.0),
    event("door",
          "door, door opens, door opening, opening door, creaking door, door creak, door "
          "creaking, creak, creaking, creaky, gate, squeaky door, squeaking hinge, door closing, "
          "tür, puerta, porte, porta, 门, ドア, дверь, door knob, doorknob",
          _door, Rhythm(2.4, 0.1, 1, 4.0), -17.0, heap=3),
    event("door slam",
          "door slam, door slams, slamming door, slam, slams, slammed, door shuts, door shut, car "
          "door, portazo, türknall",
          _slam, Rhythm(1.0, 0.1, 1, 3.0), -13.0),
    event("knock",
          "knock, knocks, knocking, knocking on a door, door knock, knock on the door, rap, "
          "tapping, klopfen, anklopfen, golpes en la puerta, toc toc, frapper, 敲门",
          _knock, Rhythm(0.24, 0.12, 3, 1.8), -15.0, surfaces=True),
    event("glass",
          "glass, glass breaking, breaking glass, glass shatter, glass shattering, shattering "
          "glass, shatter, shattering, broken glass, window breaking, window smash, smashing "
          "window, glas, scherben, vidrio roto, cristal, verre, 玻璃, стекло, wine glass breaking, "
          "glass bottle breaking",
          _glass, Rhythm(1.4, 0.1, 1, 3.2), -14.0),
    event("metal clang",
          "clang, clank, metal, metal hit, metal pipe, metal impact, anvil, pipe, chain, chains, "
          "metallic hit, metallic clang, pan, metall, metal bang",
          _clang, Rhythm(1.0, 0.15, 1, 2.2), -14.0),
    event("crash",
          "crash, crashing, smash, collapse, collapsing, debris, wood breaking, breaking wood, "
          "car crash, car accident, rubble, wreck, zusammenbruch, choque, tree falling, falling "
          "tree, timber",
          _crash, Rhythm(2.0, 0.1, 1, 4.0), -12.0),
    event("punch",
          "punch, punches, punching, slap, smack, kick, hit, fight, fighting, boxing, fist, "
          "schlag, puñetazo, coup de poing",
          _punch, Rhythm(0.5, 0.3, 1, 1.1), -12.0),
    event("thud",
          "thud, thump, drop, dropped, falling body, body fall, fall, falls, bump, heavy object, "
          "impact, plumps, caída",
          _thud, Rhythm(0.8, 0.2, 1, 1.8), -12.0),
    event("sword",
          "sword, swords, blade, sword fight, sword clash, clash, knife, dagger, katana, "
          "lightsaber clash, unsheathe, sword draw, schwert, espada, épée, 剑",
          _sword, Rhythm(0.8, 0.3, 1, 1.5), -15.0),
    event("hammer",
          "hammer, hammering, hammers, nail, carpenter, construction, construction site, "
          "blacksmith, hammern, martillo, marteau",
          _hammer, Rhythm(0.62, 0.08), -14.0),
)  # fmt: skip
