"""Tools, appliances, electricity."""

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
    pink,
    saw,
    sine,
    square,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    band,
    burst,
    curve,
    formants,
    scattered,
    slow,
    struck,
    swell,
)

_Rng = np.random.Generator


def _cycle(n: int, period_s: float) -> Signal:
    return np.asarray((np.arange(n) / SAMPLE_RATE_HZ / period_s) % 1.0, np.float32)


def _saw(n: int, how: Manner, rng: _Rng) -> Signal:
    """A hand saw: strokes to and fro, each a rasp that climbs; a chainsaw roars, a circular one screams."""
    if how.says("chainsaw, chain saw, kettensäge, motosierra"):
        load = slow(n, rng, 0.7, 0.0)
        pitch = np.asarray(92.0 * (1.25 - 0.3 * load), np.float32)
        raw = saw(pitch, n) + square(pitch * np.float32(0.5), n, width=0.3) + noise(rng, n) * (0.4 + load)
        return np.asarray(
            np.tanh(
                formants(
                    np.asarray(raw, np.float32), [(240.0, 1.2, 1.0), (1100.0, 1.5, 1.0), (2700.0, 1.5, 0.8)]
                )
                * 1.5
            ),
            np.float32,
        )
    if how.says("circular, circular saw, table saw, buzz saw, power saw, electric"):
        load = slow(n, rng, 0.9, 0.0)
        pitch = np.asarray(1450.0 * (1.0 - 0.12 * load), np.float32)
        blade = saw(pitch, n) * 0.5 + sine(pitch * np.float32(2.02), n) * 0.4
        return np.asarray(blade + bandpass(noise(rng, n), 4200.0, 0.8) * (0.3 + load), np.float32)
    phase = _cycle(n, how.fitted(0.85 / how.speed))
    stroke = np.maximum(np.sin(2 * np.pi * phase), 0) + 0.75 * np.maximum(-np.sin(2 * np.pi * phase), 0)
    teeth = 0.35 + 0.65 * np.maximum(saw(np.asarray(30.0 + 70.0 * stroke, np.float32), n), 0)
    rasp = formants(noise(rng, n), [(900.0, 2.0, 0.8), (2100.0, 2.0, 1.0), (4200.0, 1.5, 0.7)])
    return np.asarray(rasp * teeth * stroke**1.3, np.float32)


def _drill(n: int, how: Manner, rng: _Rng) -> Signal:
    """An electric motor under load: harmonics of the commutator, gears, and the bit's grinding."""
    bite = slow(n, rng, 0.5, 0.0)
    run_up = curve(n, (0, 0.4), (0.06, 1), (1, 1)) if how.loop_s == 0 else np.ones(n, np.float32)
    pitch = np.asarray(410.0 * how.speed**0.4 * run_up * (1.05 - 0.12 * bite), np.float32)
    motor = saw(pitch, n) + 0.5 * square(pitch * np.float32(3.02), n) + 0.3 * saw(pitch * np.float32(0.25), n)
    grind = bandpass(noise(rng, n), 3000.0, 0.8) * (0.25 + 0.8 * bite)
    hammering = 1.0 + (
        0.8 * np.maximum(saw(38.0, n), 0)
        if how.says("jackhammer, hammer drill, pneumatic, presslufthammer")
        else 0.0
    )
    return np.asarray(
        formants(np.asarray(motor, np.float32), [(600.0, 1.0, 0.8), (1900.0, 1.2, 1.0), (3900.0, 1.5, 0.6)])
        * hammering
        + grind,
        np.float32,
    )


def _steam(n: int, how: Manner, rng: _Rng) -> Signal:
    """Steam from a valve: a dense hiss with a bright edge that comes in gusts."""
    jet = band(noise(rng, n), 2200.0, 12000.0) * slow(n, rng, 0.06, 0.7)
    body = bandpass(noise(rng, n), 1100.0, 1.2) * 0.35
    puffs = slow(n, rng, 1.1 / how.speed, 0.05) ** 1.5
    whistle = sine(np.asarray(2350.0 * (1 + 0.01 * slow(n, rng, 0.2, 0.0)), np.float32), n) * (
        0.35 if how.says("kettle, whistling, tea kettle, teekessel") else 0.0
    )
    return np.asarray((jet + body) * (0.2 + puffs) + whistle, np.float32)


def _static(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Between two stations: noise, crackles, heterodyne whistles that drift, scraps of carrier."""
    hiss = band(noise(rng, n), 300.0, 6500.0) * slow(n, rng, 0.25, 0.45)
    drift = np.asarray(500.0 + 2200.0 * slow(n, rng, 0.7, 0.0) ** 2, np.float32)
    whistle = sine(drift, n) * slow(n, rng, 0.5, 0.0) ** 4 * 0.5
    crackle = scattered(n, rng, 45.0, lambda: burst(rng, 0.01, rng.uniform(800, 6000), 0.8, 0.0012), 30)
    flutter = np.asarray(0.65 + 0.35 * (slow(n, rng, 0.09, 0.0) > 0.35), np.float32)
    return np.asarray((hiss + whistle) * lowpass(flutter, 60.0) + crackle * 1.2, np.float32)


def _clock(n: int, how: Manner, rng: _Rng) -> Signal:
    """Tick and tock: the escapement's two sides, half a second apart."""
    m = min(n, frames(0.95))

    def beat(pitch: float) -> Signal:
        k = frames(0.07)
        return struck([pitch, pitch * 1.78, pitch * 2.9], [0.008, 0.006, 0.004], [1.0, 0.8, 0.5], k) + burst(
            rng, 0.07, pitch * 2.0, 1.5, 0.002
        )

    return added(m, [(0.0, beat(2300.0)), (0.5 / how.speed, beat(1750.0) * np.float32(0.85))])


def _factory(n: int, how: Manner, rng: _Rng) -> Signal:
    """A hall of machines: a press that stamps, belts that run, air that is let out."""
    beat = how.fitted(0.9 / how.speed)
    hall = band(pink(rng, n), 50.0, 900.0) * 0.3 + 0.12 * lowpass(saw(58.0, n), 500.0)
    m = frames(0.5)
    stamp = struck(
        [88.0, 143.0, 320.0, 870.0, 1490.0], [0.09, 0.07, 0.05, 0.09, 0.06], [1.5, 1.0, 0.6, 0.5, 0.35], m
    )
    puff = band(noise(rng, m), 2500.0, 9000.0) * swell(m, 0.04, 0.08) * 0.35
    clack = burst(rng, 0.04, 1900.0, 3.0, 0.008) * 0.6
    turn = [(0.0, stamp), (0.45, puff), (0.25, clack), (0.5, clack), (0.75, clack)]
    times = range(int(n / SAMPLE_RATE_HZ / beat) + 1)
    return hall + added(n, [((k + part) * beat, piece) for k in times for part, piece in turn])


def _fan(n: int, how: Manner, rng: _Rng) -> Signal:
    """A vacuum cleaner, a fan, an air conditioner: a motor's hum in a stream of air."""
    hum_hz = (
        118.0
        if not how.says("vacuum, vacuum cleaner, hoover, hair dryer, blow dryer, staubsauger")
        else 236.0
    )
    hum = sum(sine(hum_hz * k, n) / k for k in (1, 2, 3, 5)) * np.float32(0.22)
    air = band(pink(rng, n), 180.0, 4200.0)
    whirr = 1.0 + 0.12 * sine(11.0, n)
    return np.asarray((air * 0.8 + hum) * whirr, np.float32)


def _electricity(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Arcs over mains hum: bursts of harsh buzzing and snapping sparks."""
    mains = np.asarray(np.sign(sine(100.0, n)) * np.abs(sine(100.0, n)) ** 0.3, np.float32)
    bursts = np.clip(slow(n, rng, 0.11, -0.9), 0, 1) ** 0.5
    arc = highpass(noise(rng, n), 1200.0) * (np.maximum(mains, 0) + 0.2) * bursts * 1.2
    snap = scattered(n, rng, 13.0, lambda: highpass(noise(rng, 900), 1800.0) * exp_decay(900, 0.004), 20)
    hum = lowpass(mains, 900.0) * 0.12
    return np.asarray(arc + snap * 1.7 + hum, np.float32)


def _printer(n: int, how: Manner, rng: _Rng) -> Signal:
    """The head runs over the line and back while pins rattle; then the paper moves on."""
    period = how.fitted(1.2 / how.speed)
    phase = _cycle(n, period)
    running = lowpass(np.asarray((phase < 0.72).astype(np.float32)), 60.0)
    pins = np.maximum(square(46.0, n), 0) * bandpass(noise(rng, n), 2600.0, 1.2)
    stepper = square(np.asarray(np.where(phase < 0.72, 310.0, 190.0), np.float32), n) * 0.13
    feed = lowpass(np.asarray(((phase > 0.78) & (phase < 0.95)).astype(np.float32)), 60.0)
    return np.asarray(
        (pins + stepper) * running + (stepper * 2.0 + band(noise(rng, n), 900.0, 4500.0) * 0.3) * feed,
        np.float32,
    )


def _vinyl(n: int, how: Manner, rng: _Rng) -> Signal:
    """An old record without music: hiss, rumble, ticks, and the scratch that comes round with every turn."""
    turn = how.fitted(1.8)
    ticks = scattered(
        n, rng, 16.0 + 30.0 * how.force, lambda: burst(rng, 0.006, rng.uniform(1500, 6000), 1.0, 0.0007), 30
    )
    scratch = burst(rng, 0.02, 2600.0, 0.8, 0.002) * 1.6
    rounds = [
        (k * turn + part, scratch) for k in range(int(n / SAMPLE_RATE_HZ / turn) + 1) for part in (0.21, 0.26)
    ]
    hiss = band(noise(rng, n), 500.0, 7000.0) * 0.07 + lowpass(pink(rng, n), 90.0) * 0.1
    return np.asarray(ticks * 1.4 + added(n, rounds) + hiss, np.float32)


def _vibration(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A telephone that shakes on a table, twice."""
    m = min(n, frames(1.35))
    k = frames(0.45)
    motor = saw(np.asarray(168.0 * (1.0 + 0.01 * slow(k, rng, 0.1, 0.0)), np.float32), k)
    table = formants(motor, [(168.0, 3.0, 1.2), (510.0, 3.0, 0.6), (1180.0, 4.0, 0.35)])
    chatter = band(noise(rng, k), 900.0, 4000.0) * np.maximum(motor, 0) * 0.25
    buzz = np.asarray((table + chatter) * curve(k, (0, 0), (0.08, 1), (0.92, 1), (1, 0)), np.float32)
    return added(m, [(0.0, buzz), (0.65, buzz)])


FAMILIES: tuple[Family, ...] = (
    bed("vinyl",
        "vinyl, vinyl crackle, record crackle, record player, gramophone, turntable, old record, "
        "phonograph, schallplatte, vinilo",
        _vinyl, -21.0),
    event("vibration",
          "vibration, vibrate, vibrating, vibrating phone, phone vibrating, phone vibration, "
          "vibration alert, vibrieren",
          _vibration, Rhythm(2.2, 0.0, 1, 2.6), -16.0, dry=True, heap=2),
    bed("saw",
        "saw, sawing, hand saw, chainsaw, chain saw, circular saw, table saw, buzz saw, power "
        "saw, säge, sägen, kettensäge, sierra, motosierra, scie",
        _saw, -16.0),
    bed("drill",
        "drill, drilling, power drill, electric drill, power tool, jackhammer, dentist, dentist "
        "drill, grinder, sander, bohrmaschine, bohrer, taladro, perceuse",
        _drill, -17.0),
    bed("steam",
        "steam, hiss, hissing, steam hiss, pressure release, gas leak, air leak, kettle, tea "
        "kettle, spray, spraying, snake, dampf, zischen, vapor, vapeur",
        _steam, -19.0),
    bed("static",
        "static, radio static, white noise, noise, tv static, radio, interference, tuning a "
        "radio, radio tuning, detuned radio, tape hiss, rauschen, estática, parasites",
        _static, -20.0),
    event("clock",
          "clock, clock ticking, ticking clock, tick, ticking, tick tock, watch, pocket watch, "
          "metronome, time bomb, uhr, ticken, reloj, horloge, 时钟, 時計",
          _clock, Rhythm(1.0, 0.0), -16.0, dry=True, heap=4),
    bed("factory",
        "factory, machine, machinery, industrial, machines, press, assembly line, conveyor, "
        "gears, mechanical, washing machine, fabrik, maschine, máquina, fábrica, usine",
        _factory, -17.0, lasting=True),
    bed("fan",
        "fan, vacuum, vacuum cleaner, hoover, air conditioner, ventilation, hair dryer, hum, "
        "humming, refrigerator, fridge, computer fan, appliance, airplane cabin, staubsauger, "
        "ventilator, aspiradora, aspirateur, microwave, microwave oven, dryer",
        _fan, -19.0, lasting=True),
    bed("electricity",
        "electricity, electric, spark, sparks, electrical, zap, zapping, tesla coil, short "
        "circuit, electric shock, arc, high voltage, taser, strom, funken, electricidad, "
        "électricité, 电",
        _electricity, -18.0),
    bed("printer",
        "printer, printing, fax, dot matrix, copier, scanner, drucker, impresora, imprimante",
        _printer, -18.0, dry=True),
)  # fmt: skip
