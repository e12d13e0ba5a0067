"""Alarms, sirens, horns, telephones, doorbells."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    frames,
    lowpass,
    noise,
    saw,
    sine,
    square,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    band,
    curve,
    formants,
    glide,
    struck,
)

_Rng = np.random.Generator


def _cycle(n: int, period_s: float) -> Signal:
    """Return the phase 0..1 of each frame in a cycle."""
    return np.asarray((np.arange(n) / SAMPLE_RATE_HZ / period_s) % 1.0, np.float32)


def _alarm(n: int, how: Manner, rng: _Rng) -> Signal:
    """Two hard tones in turn, twice a second each."""
    phase = _cycle(n, how.fitted(0.5 / how.speed))
    pitch = (np.where(phase < 0.5, 960.0, 760.0) * rng.uniform(0.9, 1.1)).astype(np.float32)
    tone = square(pitch, n, width=0.35) + 0.4 * sine(pitch * np.float32(2.0), n)
    gaps = lowpass(np.asarray((phase % 0.5 > 0.03).astype(np.float32)), 400.0)
    return np.asarray(lowpass(tone, 7000.0) * gaps, np.float32)


def _alarm_clock(n: int, how: Manner, rng: _Rng) -> Signal:
    """Four short beeps and a pause, once a second."""
    time = _cycle(n, how.fitted(1.0 / how.speed))
    on = lowpass(np.asarray(((time * 8.0 % 1.0 < 0.55) & (time < 0.5)).astype(np.float32)), 500.0)
    pitch = 2048.0 * float(rng.uniform(0.93, 1.07))
    return np.asarray((square(pitch, n) + 0.3 * sine(pitch * 2.0, n)) * on, np.float32)


def _siren(n: int, how: Manner, rng: _Rng) -> Signal:
    """A wail that climbs and falls in four seconds; a two-tone horn where the words are European."""
    if how.says("european, martinshorn, two tone, hi lo, polizei, feuerwehr, krankenwagen"):
        pitch = np.where(_cycle(n, how.fitted(1.3 / how.speed)) < 0.5, 440.0, 585.0).astype(np.float32)
    else:
        sweep = 0.5 - 0.5 * np.cos(
            2 * np.pi * _cycle(n, how.fitted((0.45 if how.says("yelp") else 3.6) / how.speed))
        )
        pitch = np.asarray(560.0 * 2.3**sweep, np.float32)
    pitch = np.asarray(pitch * rng.uniform(0.92, 1.08), np.float32)
    horn = saw(pitch, n) + 0.5 * square(pitch, n)
    return formants(np.asarray(horn, np.float32), [(900.0, 1.0, 1.0), (1900.0, 1.5, 0.7), (3200.0, 2.0, 0.3)])


def _phone(n: int, how: Manner, _rng: _Rng) -> Signal:
    """An old telephone's two bells under one hammer; a newer one's warble."""
    m = min(n, frames(1.9))
    gate = curve(m, (0, 0), (0.01, 1), (0.94, 1), (1, 0))
    if how.says("mobile, cell, cell phone, smartphone, ringtone, digital, handy"):
        k = _cycle(m, 0.08)
        pitch = np.where(k < 0.5, 1320.0, 1056.0).astype(np.float32)
        return np.asarray(
            (sine(pitch, m) + 0.3 * sine(pitch * np.float32(2), m)) * gate * (_cycle(m, 0.95) < 0.62),
            np.float32,
        )
    blows = [
        (
            0.045 * k,
            struck(
                [(1180.0, 1490.0)[k % 2], (3050.0, 3800.0)[k % 2], 5200.0],
                [0.16, 0.09, 0.05],
                [1.0, 0.6, 0.3],
                frames(0.4),
            ),
        )
        for k in range(int((m / SAMPLE_RATE_HZ - 0.15) / 0.045))
    ]
    return np.asarray(added(m, blows) * gate, np.float32)


def _doorbell(n: int, _how: Manner, _rng: _Rng) -> Signal:
    """Ding-dong: two struck bars, a major third down."""
    m = min(n, frames(2.4))

    def bar(hz: float) -> Signal:
        return struck(
            [hz, hz * 2.76, hz * 5.4, hz * 1.002],
            [0.75, 0.25, 0.08, 0.7],
            [1.0, 0.28, 0.12, 0.5],
            frames(1.7),
        )

    return added(m, [(0.0, bar(659.26)), (0.6, bar(523.25))])


def _car_horn(n: int, how: Manner, _rng: _Rng) -> Signal:
    """Two reeds a third apart through a trumpet."""
    m = min(n, frames(0.65 * how.length))
    reeds = sum(square(hz, m, width=0.3) for hz in (415.0, 522.0))
    horn = formants(
        np.asarray(reeds, np.float32), [(850.0, 1.2, 1.0), (2100.0, 1.5, 0.8), (3500.0, 2.0, 0.4)]
    )
    return np.asarray(horn * curve(m, (0, 0), (0.04, 1), (0.94, 1), (1, 0)), np.float32)


def _boat_horn(n: int, how: Manner, rng: _Rng) -> Signal:
    """A ship's horn: a very low reed that speaks slowly."""
    m = min(n, frames(3.0 * how.length))
    pitch = 88.0 * glide(m, (0, 0.93), (0.08, 1.0), (0.9, 1.0), (1, 0.96))
    reeds = saw(np.asarray(pitch, np.float32), m) + 0.8 * saw(np.asarray(pitch * 1.255, np.float32), m)
    air = band(noise(rng, m), 300.0, 2500.0) * 0.08
    horn = formants(np.asarray(reeds, np.float32), [(180.0, 1.2, 1.2), (420.0, 1.5, 0.9), (900.0, 1.5, 0.4)])
    return np.asarray((horn + air) * curve(m, (0, 0), (0.08, 1), (0.85, 0.95), (1, 0)), np.float32)


def _referee(n: int, how: Manner, rng: _Rng) -> Signal:
    """A pea whistle: a high tone that the pea shakes forty times a second."""
    m = min(n, frames(0.75 * how.length))
    shake = sine(38.0, m)
    tone = sine(np.asarray(2850.0 * (1.0 + 0.022 * shake), np.float32), m) * (0.7 + 0.3 * shake)
    air = bandpass(noise(rng, m), 2900.0, 4.0) * 0.5
    return np.asarray((tone + air) * curve(m, (0, 0), (0.05, 1), (0.9, 1), (1, 0)), np.float32)


FAMILIES: tuple[Family, ...] = (
    bed("alarm",
        "alarm, alarms, fire alarm, smoke detector, burglar alarm, car alarm, warning, emergency, "
        "red alert, alert, klaxon, evacuation, alarma, alarme, feueralarm, 警报",
        _alarm, -17.0),
    bed("alarm clock",
        "alarm clock, wake up alarm, digital clock alarm, timer, wecker, despertador, réveil, 闹钟",
        _alarm_clock, -19.0, dry=True),
    bed("siren",
        "siren, sirens, police siren, police, police car, ambulance, fire truck, fire engine, air "
        "raid, sirene, martinshorn, polizei, krankenwagen, feuerwehr, sirena, sirène, 警笛, сирена",
        _siren, -16.0),
    event("telephone",
          "phone, telephone, phone ringing, telephone ringing, phone ring, ringtone, ringing "
          "phone, cell phone, mobile phone, telefon, teléfono, téléphone, 电话, 電話",
          _phone, Rhythm(3.0, 0.0, 1, 3.0), -17.0, dry=True, heap=1),
    event("doorbell",
          "doorbell, door bell, ding dong, doorbell ringing, türklingel, klingel, timbre, "
          "sonnette",
          _doorbell, Rhythm(2.4, 0.0, 1, 3.4), -16.0, heap=1),
    event("car horn",
          "car horn, horn, honk, honking, honks, beep beep, hupe, hupen, bocina, claxon, "
          "klaxonner, car horns, honking horn",
          _car_horn, Rhythm(0.8, 0.3, 2, 1.8), -14.0, heap=3),
    event("boat horn",
          "boat horn, ship horn, foghorn, fog horn, ship, boat, ferry, steamboat, harbor, "
          "harbour, nebelhorn, schiff, barco, bateau, 船",
          _boat_horn, Rhythm(3.4, 0.0, 1, 4.6), -14.0, heap=2),
    event("referee whistle",
          "referee whistle, referee, sports whistle, coach whistle, gym whistle, blow a whistle, "
          "blowing a whistle, trillerpfeife",
          _referee, Rhythm(1.0, 0.1, 1, 1.7), -15.0, heap=3),
)  # fmt: skip
