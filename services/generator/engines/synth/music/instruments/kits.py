"""Drum kits as data: what each piece of a kit is, how loud it is and where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from services.generator.engines.synth.dsp import Signal

from . import drums

Stroke = Callable[[np.random.Generator], Signal]


@dataclass(frozen=True)
class Piece:
    """One drum of a kit: its stroke, its level, its place -1..1, and the share that goes to the room."""

    stroke: Stroke
    level: float = 1.0
    place: float = 0.0
    send: float = 0.3


@dataclass(frozen=True)
class Kit:
    """A drum kit by piece name; dull_hz rolls it all off above (0: not at all), room is its reverb send."""

    name: str
    pieces: Mapping[str, Piece]
    room: float = 0.6
    dull_hz: float = 0.0


def _p(
    stroke: Callable[..., Signal], level: float = 1.0, place: float = 0.0, send: float = 0.3, **how: float
) -> Piece:
    return Piece(partial(stroke, **how), level, place, send)


_PERCUSSION = {
    "shaker": _p(drums.shaker, 0.6, 0.4),
    "tambourine": _p(drums.tambourine, 0.35, -0.4),
    "cowbell": _p(drums.cowbell, 0.35, 0.3),
    "conga hi": _p(drums.tom, 0.6, -0.35, 0.4, pitch_hz=310.0, decay_s=0.09, bend=0.08, skin=0.35),
    "conga lo": _p(drums.tom, 0.65, -0.2, 0.4, pitch_hz=205.0, decay_s=0.13, bend=0.08, skin=0.25),
    "snap": _p(drums.snap, 0.5, 0.1, 0.8),
    "rim": _p(drums.rim, 0.5, 0.15),
    "clap": _p(drums.clap, 0.7, 0.0, 0.5),
    "brush": _p(drums.brush, 0.5, 0.1),
    "tap": _p(drums.tap, 0.6, 0.05),
}

_TOMS = {
    "tom hi": _p(drums.tom, 0.8, -0.4, 0.4, pitch_hz=165.0, decay_s=0.17),
    "tom mid": _p(drums.tom, 0.85, 0.0, 0.4, pitch_hz=120.0, decay_s=0.2),
    "tom lo": _p(drums.tom, 0.9, 0.4, 0.4, pitch_hz=85.0, decay_s=0.24),
}

_ACOUSTIC = {
    **_PERCUSSION,
    **_TOMS,
    "kick": _p(drums.kick, 1.0, 0.0, 0.12, pitch_hz=56.0, sweep_hz=90.0, decay_s=0.13, click=0.45, drive=1.2),
    "snare": _p(drums.snare, 0.85, 0.05, 0.4),
    "hat": _p(drums.hat, 0.33, -0.35, 0.15, metal=0.25),
    "open": _p(drums.hat, 0.36, -0.35, 0.2, decay_s=0.22, metal=0.25),
    "ride": _p(drums.cymbal, 0.42, 0.4, 0.2, decay_s=0.7, bell=1.0, wash=0.12),
    "crash": _p(drums.cymbal, 0.55, -0.3, 0.3, decay_s=1.1, wash=0.6),
}

_ELECTRONIC = {
    **_ACOUSTIC,
    "kick": _p(
        drums.kick,
        1.0,
        0.0,
        0.03,
        pitch_hz=48.0,
        sweep_hz=230.0,
        sweep_s=0.028,
        decay_s=0.2,
        click=0.4,
        drive=2,
    ),
    "snare": _p(drums.snare, 0.75, 0.0, 0.4, pitch_hz=205.0, wire_s=0.14, bright_hz=8500.0),
    "hat": _p(drums.hat, 0.34, 0.15, 0.1, metal=0.75, decay_s=0.03),
    "open": _p(drums.hat, 0.4, 0.15, 0.15, metal=0.75, decay_s=0.17),
    "ride": _p(drums.cymbal, 0.36, 0.3, 0.2, decay_s=0.5, bell=0.5, wash=0.35),
}

_808 = {
    **_ELECTRONIC,
    "kick": _p(
        drums.kick, 1.0, 0.0, 0.02, pitch_hz=46.0, sweep_hz=110.0, sweep_s=0.018, decay_s=0.28, click=0.25
    ),
    "snare": _p(
        drums.snare, 0.75, 0.0, 0.3, pitch_hz=238.0, tone_s=0.06, wire_s=0.09, wire=0.8, bright_hz=7500.0
    ),
    "hat": _p(drums.hat, 0.34, 0.2, 0.06, metal=1.0, decay_s=0.022),
    "open": _p(drums.hat, 0.36, 0.2, 0.1, metal=1.0, decay_s=0.2),
}

_ROCK = {
    **_ACOUSTIC,
    "kick": _p(drums.kick, 1.0, 0.0, 0.15, pitch_hz=60.0, sweep_hz=120.0, decay_s=0.11, click=0.9, drive=1.8),
    "snare": _p(drums.snare, 1.0, 0.05, 0.55, pitch_hz=200.0, tone_s=0.09, wire_s=0.16),
    "hat": _p(drums.hat, 0.38, -0.35, 0.2, metal=0.3, decay_s=0.05),
}

_BREAK = {
    **_ACOUSTIC,
    "kick": _p(drums.kick, 1.0, 0.0, 0.08, pitch_hz=62.0, sweep_hz=150.0, decay_s=0.1, click=0.7, drive=2.0),
    "snare": _p(drums.snare, 1.0, 0.0, 0.35, pitch_hz=225.0, tone_s=0.06, wire_s=0.13, bright_hz=10500.0),
    "hat": _p(drums.hat, 0.36, -0.2, 0.1, metal=0.35, decay_s=0.03),
}

_CHIP = {
    "kick": _p(drums.chip_kick, 1.0, 0.0, 0.0),
    "snare": _p(drums.chip_noise, 0.6, 0.0, 0.05, rate_hz=9000.0, decay_s=0.07),
    "hat": _p(drums.chip_noise, 0.22, 0.0, 0.0, rate_hz=21000.0, decay_s=0.02),
    "open": _p(drums.chip_noise, 0.22, 0.0, 0.0, rate_hz=21000.0, decay_s=0.08),
    "crash": _p(drums.chip_noise, 0.4, 0.0, 0.1, rate_hz=14000.0, decay_s=0.35),
    "tom hi": _p(drums.chip_kick, 0.7, 0.0, 0.0, pitch_hz=170.0),
    "tom mid": _p(drums.chip_kick, 0.7, 0.0, 0.0, pitch_hz=120.0),
    "tom lo": _p(drums.chip_kick, 0.7, 0.0, 0.0, pitch_hz=80.0),
    "clap": _p(drums.chip_noise, 0.5, 0.0, 0.05, rate_hz=6000.0, decay_s=0.09),
    "ride": _p(drums.chip_noise, 0.2, 0.0, 0.0, rate_hz=24000.0, decay_s=0.05),
}

_BRUSHES = {
    **_ACOUSTIC,
    "kick": _p(drums.kick, 0.55, 0.0, 0.2, pitch_hz=62.0, sweep_hz=50.0, decay_s=0.12, click=0.15, drive=1.0),
    "snare": _p(drums.tap, 0.75, 0.05, 0.4),
    "hat": _p(drums.hat, 0.24, -0.35, 0.15, metal=0.2, decay_s=0.03),
    "ride": _p(drums.cymbal, 0.24, 0.4, 0.25, decay_s=0.9, bell=0.7, wash=0.15, low_hz=420.0),
}

_ORCHESTRAL = {
    **_ACOUSTIC,
    "kick": _p(drums.tom, 1.0, 0.0, 1.2, pitch_hz=46.0, decay_s=0.5, bend=0.35, skin=0.15),
    "snare": _p(drums.snare, 0.4, 0.2, 1.0, pitch_hz=210.0, tone_s=0.05, wire_s=0.1),
    "tom hi": _p(drums.tom, 0.9, -0.3, 1.2, pitch_hz=105.0, decay_s=0.35, bend=0.15, skin=0.3),
    "tom mid": _p(drums.tom, 0.95, 0.0, 1.2, pitch_hz=80.0, decay_s=0.4, bend=0.15, skin=0.3),
    "tom lo": _p(drums.tom, 1.0, 0.3, 1.2, pitch_hz=62.0, decay_s=0.5, bend=0.15, skin=0.3),
    "crash": _p(drums.cymbal, 0.5, 0.2, 1.0, decay_s=1.6, low_hz=300.0, wash=0.4),
    "hat": _p(drums.shaker, 0.3, 0.3, 0.8),
}

KITS = {
    kit.name: kit
    for kit in (
        Kit("acoustic", _ACOUSTIC),
        Kit("rock", _ROCK, room=0.9),
        Kit("brushes", _BRUSHES, room=0.9),
        Kit("808", _808, room=0.3),
        Kit("909", _ELECTRONIC, room=0.35),
        Kit("break", _BREAK, room=0.4),
        Kit("lo-fi", _ACOUSTIC, room=0.4, dull_hz=5200.0),
        Kit("chip", _CHIP, room=0.0),
        Kit("orchestral", _ORCHESTRAL, room=1.6),
        Kit("latin", _BRUSHES | {"snare": _PERCUSSION["rim"], "kick": _ACOUSTIC["kick"]}, room=0.6),
    )
}
