"""The desk: levels by role, side-chain, echo, room, tone, limiter. Signals are planar stereo (2, n)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    exp_decay,
    fade,
    frames,
    highpass,
    lowpass,
)
from services.generator.engines.synth.finish import CEILING, around_ends

from .instruments.amplifiers import around
from .plan import MusicPlan
from .player import Track

ROLE_DB = {
    "drums": -15.0,
    "bass": -19.0,
    "chords": -21.5,
    "pad": -25.0,
    "arp": -24.5,
    "lead": -19.0,
    "counter": -25.5,
}
"""RMS of each role while it plays; basses by what is there, others by what is heard (lows weigh less)."""

_ROOM_SHARE = {"bass": 0.15, "chords": 0.8, "pad": 1.1, "arp": 1.1, "lead": 1.0, "counter": 1.1}
_LOW_CUT_HZ = {"chords": 110.0, "pad": 150.0, "arp": 180.0, "lead": 150.0, "counter": 150.0}
_PUMPED = {"bass": 1.0, "pad": 0.9, "chords": 0.8, "arp": 0.6, "counter": 0.6, "lead": 0.25}
_DEEPEST_LIMITING_DB = 6.0


@dataclass(frozen=True)
class Desk:
    """Where parts come together: the dry mix, what goes to the room and to the echo, all (2, n)."""

    dry: Signal
    room: Signal
    echo: Signal


def desk(track: Track) -> Desk:
    """Return an empty desk."""
    return Desk(*(np.zeros((2, track.n), np.float32) for _ in range(3)))


def add_part(
    to: Desk, sound: Signal, role: str, level_db: float, send: float, duck: Signal | None, loop: bool
) -> None:
    """Bring a part to its role's level, cut what lies below it, duck it under the kick, and send it on."""
    if role in _LOW_CUT_HZ:
        sound = around(sound, loop, lambda x: highpass(x.T, _LOW_CUT_HZ[role]).T)
    gain = 10 ** ((ROLE_DB[role] + level_db) / 20) / max(loudness(sound, weighted=role != "bass"), 1e-6)
    sound = sound * np.float32(gain)
    if duck is not None:
        sound *= 1.0 - np.float32(_PUMPED.get(role, 0.0)) * duck
    to.dry[:] += sound
    to.room[:] += sound * np.float32(send * _ROOM_SHARE.get(role, 1.0))
    if role in ("lead", "arp"):
        to.echo[:] += sound


def add_drums(to: Desk, sound: Signal, level_db: float) -> None:
    """Bring the drums (4, n), dry and room, to their level."""
    gain = np.float32(
        10 ** ((ROLE_DB["drums"] + level_db) / 20) / max(loudness(sound[:2], weighted=False), 1e-6)
    )
    to.dry[:] += sound[:2] * gain
    to.room[:] += sound[2:] * gain


def loudness(sound: Signal, weighted: bool) -> float:
    """Return the RMS of a part over the half seconds in which it plays; 0 for silence."""
    mono = sound[0] + sound[1]
    if weighted:
        mono = highpass(mono, 350.0, 1)
    block = frames(0.1)
    if len(mono) < block:
        return float(np.sqrt(np.mean(np.square(mono)) / 2))
    power = np.mean(np.square(mono[: len(mono) // block * block].reshape(-1, block)), axis=1)
    playing = power[power > power.max(initial=0.0) * 10**-2.5]
    return float(np.sqrt(playing.mean() / 2)) if len(playing) else 0.0


def ducking(kicks_s: Sequence[float], depth: float, track: Track) -> Signal | None:
    """Return shape (n,), `depth` at each kick and 0 again within a beat, or None where nothing ducks."""
    if depth <= 0 or not kicks_s:
        return None
    dip = np.float32(depth) * exp_decay(frames(track.beat_s), track.beat_s * 0.28)
    dip[: frames(0.004)] *= np.linspace(0.0, 1.0, frames(0.004), dtype=np.float32)
    dip *= np.linspace(1.0, 0.0, len(dip), dtype=np.float32)
    duck = np.zeros(track.n, np.float32)
    for kick in kicks_s:
        start = frames(kick) % track.n if track.loop else frames(kick)
        part = dip[: max(track.n - start, 0)]
        duck[start : start + len(part)] = np.maximum(duck[start : start + len(part)], part)
    return duck


def echoed(sound: Signal, amount: float, track: Track) -> Signal:
    """Return what comes back from a ping-pong echo of three sixteenths, without the sound itself."""
    out = np.zeros_like(sound)
    if amount <= 0:
        return out
    delay = frames(track.beat_s * 0.75)
    soft = around(sound, track.loop, lambda x: lowpass(highpass(x.T, 300.0), 4200.0).T)
    mono = soft.mean(axis=0)
    for tap in range(1, 5):
        back = delay * tap
        level = np.float32(amount * 0.55 ** (tap - 1))
        if track.loop:
            out[tap % 2] += level * np.roll(mono, back % track.n)
        elif back < track.n:
            out[tap % 2, back:] += level * mono[: track.n - back]
    return out


def mastered(mix: Signal, plan: MusicPlan, loop: bool, tail_s: float) -> Signal:
    """Return shape (n, 2): toned, at the genre's loudness, limited to 0.89, faded out over the tail."""
    toned = around(mix, loop, lambda x: _toned(x.T, plan.bright).T)
    toned = toned - toned.mean(axis=1, keepdims=True)
    rms, peak = loudness(toned, weighted=False), float(np.abs(toned).max(initial=0.0))
    if rms < 1e-7:
        return np.asarray(toned.T, np.float32)
    wanted = 10 ** (plan.genre.loudness_db / 20)
    hottest = CEILING * 10 ** (_DEEPEST_LIMITING_DB / 20) / peak
    gain = min(wanted / rms, hottest)
    # Quiet music is brought up to the ceiling, as far as that doesn't make it loud.
    gain = max(gain, min(CEILING / peak, gain * 10 ** (4.0 / 20)))
    loud = around_ends(np.asarray(toned * np.float32(gain), np.float32), loop)
    if loop:
        return np.ascontiguousarray(loud.T)
    return fade(np.ascontiguousarray(loud.T), 0.002, max(min(tail_s * 0.75, 2.5), 0.02))


def _toned(x: Signal, bright: float) -> Signal:
    y = lowpass(highpass(x, 28.0), 14500.0)
    y += np.float32(0.7) * highpass(y, 3200.0, 1)  # presence: synthesized tones lack the air of recorded ones
    if bright < 0:
        return lowpass(y, 15000.0 * 2.0 ** (bright * 3.2), 1)
    return np.asarray(y + np.float32(0.5 * bright) * highpass(y, 3500.0, 1), np.float32)


def duration_s(track: Track) -> float:
    """Return a track's length in seconds."""
    return track.n / SAMPLE_RATE_HZ
