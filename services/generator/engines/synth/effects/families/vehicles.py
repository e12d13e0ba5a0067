"""Engines, cars, trains, aircraft."""

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
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    arch,
    band,
    burst,
    curve,
    formants,
    scattered,
    slow,
    struck,
)

_Rng = np.random.Generator


def _motor(firing_hz: Signal, rng: _Rng, roughness: float = 0.25) -> Signal:
    """Return an engine: a pulse a firing, unequal from cylinder to cylinder, and the exhaust's noise."""
    n = len(firing_hz)
    phase = np.cumsum(firing_hz, dtype=np.float64) / SAMPLE_RATE_HZ
    turns = np.floor(phase).astype(int)
    unequal = (1.0 + roughness * rng.standard_normal(turns[-1] + 1))[turns] * np.array(
        [1.0, 0.86, 1.05, 0.9]
    )[turns % 4]
    share = (phase % 1.0).astype(np.float32)
    pulse = np.asarray(np.exp(-7.0 * share) * unequal, np.float32)
    air = noise(rng, n) * np.exp(-4.0 * share)
    return np.asarray(
        highpass(pulse, 25.0, 1) + 0.5 * lowpass(np.asarray(air, np.float32), 3500.0), np.float32
    )


def _exhaust(x: Signal, low_hz: float, high_hz: float) -> Signal:
    return formants(x, [(low_hz, 1.2, 1.4), (low_hz * 2.3, 1.5, 0.9), (high_hz, 1.2, 0.5)])


def _engine(n: int, how: Manner, rng: _Rng) -> Signal:
    """An engine that idles, or is revved where the words say so."""
    if how.says("rev, revving, revs, accelerating, accelerate, racing"):
        rise = curve(n, (0, 0.1), (0.15, 1.0), (0.3, 0.25), (0.45, 1.1), (0.65, 0.3), (0.8, 1.3), (1, 0.2))
    else:
        rise = 0.12 * slow(n, rng, 0.8, 0.0) + (how.speed - 1.0) * 0.5
    rate = 30.0 * 2.0 ** (2.0 * rise)
    return np.asarray(
        np.tanh(_exhaust(_motor(np.asarray(rate, np.float32), rng), 95.0, 900.0) * 1.5), np.float32
    )


def _doppler(time: Signal, speed_mps: float, distance_m: float) -> tuple[Signal, Signal, Signal]:
    """Return pitch factor, loudness and side (-1..1) of what passes at time 0; sound travels at 343 m/s."""
    along = time * speed_mps
    away = np.sqrt(along**2 + distance_m**2)
    towards = -speed_mps * along / away
    return (
        np.asarray(343.0 / (343.0 - towards), np.float32),
        np.asarray(distance_m / away, np.float32),
        np.asarray(along / away, np.float32),
    )


def _passing(n: int, at: float, speed_mps: float, distance_m: float) -> tuple[Signal, Signal, Signal]:
    return _doppler(
        np.asarray(np.arange(n) / SAMPLE_RATE_HZ - at * n / SAMPLE_RATE_HZ, np.float32), speed_mps, distance_m
    )


def _sided(x: Signal, side: Signal) -> Signal:
    """Return shape (2, n): x moving with `side`, equal power."""
    angle = (side * 0.85 + 1.0) * np.float32(np.pi / 4)
    return np.asarray(np.stack([x * np.cos(angle), x * np.sin(angle)]), np.float32)


def _car(n: int, how: Manner, rng: _Rng) -> Signal:
    """A car goes by: engine and tyres, louder and higher as it comes, lower as it goes."""
    m = min(n, frames(5.0 / how.speed**0.5))
    pitch, near, side = _passing(m, 0.45, 17.0 * how.speed, 5.0)
    motor = _exhaust(_motor(np.asarray(62.0 * pitch, np.float32), rng, 0.15), 120.0, 700.0)
    tyres = band(pink(rng, m), 300.0, 3800.0) * 1.2
    if how.says("skid, skidding, drift, drifting, screech, screeching, tires, brake, braking"):
        tyres = tyres + formants(
            saw(np.asarray(820.0 * pitch, np.float32), m) + noise(rng, m),
            [(900.0, 6.0, 1.0), (1750.0, 6.0, 0.7)],
        )
    side = side if rng.random() < 0.5 else -side
    ends = curve(m, (0, 0), (0.08, 1), (0.9, 1), (1, 0))
    return _sided(np.asarray((motor * 0.8 + tyres) * near * ends, np.float32), side)


def _motorcycle(n: int, how: Manner, rng: _Rng) -> Signal:
    """A twin that is opened up: the revs climb through two gears."""
    rise = (
        curve(n, (0, 0.2), (0.08, 0.35), (0.4, 1.25), (0.44, 0.75), (0.9, 1.45), (1, 1.3))
        if how.loop_s == 0
        else 0.7 + 0.2 * slow(n, rng, 1.0, 0.0)
    )
    rate = np.asarray(42.0 * 2.0 ** (rise * how.speed**0.5), np.float32)
    motor = _motor(rate, rng, 0.4)
    return np.asarray(
        np.tanh(_exhaust(motor, 190.0, 1900.0) * 2.2) + bandpass(motor, 3300.0, 2.0) * 0.4, np.float32
    )


def _helicopter(n: int, how: Manner, rng: _Rng) -> Signal:
    """Blades that slap the air thirteen times a second over the turbine's whine."""
    period = how.fitted(1.0 / (13.0 * how.speed))
    phase = (np.arange(n) / SAMPLE_RATE_HZ / period) % 1.0
    chop = np.maximum(lowpass(np.asarray(np.exp(-5.0 * phase), np.float32), 220.0), 0.0)
    thump = lowpass(noise(rng, n), 170.0) * 3.2 + band(noise(rng, n), 170.0, 1500.0) * 0.8
    slap = lowpass(chop - chop.mean(), 240.0)
    whine = (sine(820.0, n) + 0.6 * sine(1236.0, n)) * 0.05
    wash = band(pink(rng, n), 300.0, 3000.0) * 0.2
    return np.asarray(thump * chop**1.5 + slap * 1.2 + (whine + wash) * (0.4 + 0.6 * chop), np.float32)


def _train(n: int, how: Manner, rng: _Rng) -> Signal:
    """Wheels over rail joints, da-dum da-dum, above the rumble; first a whistle where one is wanted."""
    period = how.fitted(0.78 / how.speed)
    out = np.zeros(n + frames(0.3), np.float32)
    for k in range(int(n / SAMPLE_RATE_HZ / period) + 1):
        for offset, level in ((0.0, 1.0), (0.13, 0.8), (0.31, 0.9), (0.44, 0.7)):
            start = frames(k * period + offset * period / 0.78)
            if start < n:
                m = frames(0.16)
                clack = struck([142.0, 336.0, 823.0], [0.05, 0.03, 0.02], [1.2, 0.7, 0.35], m) + band(
                    noise(rng, m), 400.0, 3000.0
                ) * exp_decay(m, 0.014)
                out[start : start + m] += clack * np.float32(level * rng.uniform(0.8, 1.0))
    rumble = lowpass(pink(rng, n), 170.0) * 1.0 + band(pink(rng, n), 170.0, 1200.0) * 0.3
    whistle = np.zeros(n, np.float32)
    if how.says("whistle, horn, steam, steam train, locomotive") and how.loop_s == 0:
        k = min(frames(1.8), n)
        chord = sum(saw(hz, k) for hz in (311.0, 370.0, 415.0, 494.0))
        blow = (
            lowpass(np.asarray(chord, np.float32), 2200.0) * 0.3 + band(noise(rng, k), 500.0, 3000.0) * 0.25
        )
        whistle[:k] = blow * curve(k, (0, 0), (0.06, 1), (0.75, 0.9), (1, 0))
    return np.asarray(out[:n] * 1.1 + rumble * 0.9 + whistle, np.float32)


def _plane(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A jet overhead: a broad roar and the fans' whine that fall as it passes."""
    m = min(n, frames(8.0))
    pitch, near, side = _passing(m, 0.42, 85.0, 190.0)
    roar = lowpass(pink(rng, m), 900.0) * 1.3 + band(noise(rng, m), 500.0, 4500.0) * near**2 * 0.5
    whine = (sine(2100.0 * pitch**2, m) + 0.7 * sine(3160.0 * pitch**2, m)) * 0.09
    return _sided(
        np.asarray((roar + whine) * near**1.3 * curve(m, (0, 0), (0.1, 1), (0.85, 1), (1, 0)), np.float32),
        side,
    )


def _propeller(n: int, how: Manner, rng: _Rng) -> Signal:
    drone = _motor(np.asarray(82.0 * how.speed * (1.0 + 0.02 * slow(n, rng, 1.5, 0.0)), np.float32), rng, 0.1)
    beat = 1.0 + 0.3 * sine(2.3, n)
    return np.asarray(
        _exhaust(drone, 164.0, 820.0) * beat + band(pink(rng, n), 200.0, 1500.0) * 0.25, np.float32
    )


def _traffic(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A street: a steady rush, with single cars that swell and pass."""
    rush = (
        bandpass(noise(rng, n), 950.0, 1.3) * slow(n, rng, 2.0, 0.6) * 0.9
        + band(pink(rng, n), 60.0, 140.0) * 0.12
    )

    def passing() -> Signal:
        m = frames(rng.uniform(2.0, 3.5))
        tyres = bandpass(noise(rng, m), 1000.0, 0.8) + 0.5 * _exhaust(
            _motor(np.full(m, rng.uniform(45, 80), np.float32), rng), 120.0, 600.0
        )
        return np.asarray(tyres * arch(m) ** 2, np.float32)

    return np.asarray(rush + scattered(n, rng, 0.7, passing, 5) * 1.3, np.float32)


def _rocket(n: int, how: Manner, rng: _Rng) -> Signal:
    """A launch: ignition, a roar that shakes, crackling as it climbs."""
    shake = slow(n, rng, 0.05, 0.3)
    roar = np.tanh(lowpass(noise(rng, n), 130.0) * 9.0) * shake + band(
        noise(rng, n), 300.0, 4000.0
    ) * 0.6 * slow(n, rng, 0.03, 0.3)
    crackle = scattered(n, rng, 120.0, lambda: burst(rng, 0.02, rng.uniform(300, 1800), 1.0, 0.004), 30)
    rise = (
        curve(n, (0, 0), (0.08, 0.9), (0.3, 1), (0.7, 0.9), (1, 0.5))
        if how.loop_s == 0
        else np.ones(n, np.float32)
    )
    return np.asarray((roar + crackle * 0.8) * rise, np.float32)


FAMILIES: tuple[Family, ...] = (
    bed("engine",
        "engine, motor, car engine, engine idling, truck, tractor, diesel, generator, revving, "
        "rev, bus, lorry, lawnmower, lawn mower, boat engine, motorboat, lastwagen, motore, "
        "moteur, 发动机, エンジン, двигатель",
        _engine, -16.0),
    event("car",
          "car, cars, car passing, car driving, car pass by, vehicle, automobile, driving, skid, "
          "skidding, car drifting, tires screeching, tire screech, taxi, auto, coche, voiture, "
          "macchina, 汽车, 車, машина",
          _car, Rhythm(3.0, 0.3, 1, 5.2), -14.0, heap=3),
    bed("motorcycle",
        "motorcycle, motorbike, scooter, harley, chopper bike, dirt bike, moped, motorrad, moto, "
        "motocicleta, 摩托车",
        _motorcycle, -15.0),
    bed("helicopter",
        "helicopter, chopper, rotor, helicopters, hubschrauber, helikopter, helicóptero, "
        "hélicoptère, elicottero, 直升机, ヘリコプター",
        _helicopter, -15.0),
    bed("train",
        "train, railway, railroad, locomotive, subway, tram, steam train, metro, zug, eisenbahn, "
        "tren, 火车, 電車, поезд, train horn",
        _train, -15.0),
    event("plane",
          "plane, airplane, aeroplane, jet, aircraft, flyover, plane passing, jet engine, "
          "airliner, takeoff, flugzeug, avión, avion, aereo, 飞机, 飛行機, самолёт",
          _plane, Rhythm(6.0, 0.1, 1, 8.0), -14.0, heap=2),
    bed("propeller plane",
        "propeller, propeller plane, biplane, drone, quadcopter, small plane, cessna, propeller "
        "aircraft",
        _propeller, -17.0),
    bed("traffic",
        "traffic, city, street, highway, road, busy street, city street, downtown, urban, rush "
        "hour, freeway, motorway, verkehr, stadt, ciudad, tráfico, ville, circulation, 城市, "
        "traffic jam, city traffic, wet road",
        _traffic, -19.0, wide=True, lasting=True),
    bed("rocket",
        "rocket, rocket launch, launch, lift off, liftoff, thruster, spaceship launch, "
        "afterburner, rakete, cohete, fusée, 火箭",
        _rocket, -13.0, wide=True),
)  # fmt: skip
