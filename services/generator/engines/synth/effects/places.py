"""Where a scene is: the room around it and what the way to the ear takes from it."""

from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.dsp import Signal, frames, highpass, lowpass
from services.generator.engines.synth.finish import roomed
from services.generator.engines.synth.sound import Progress
from services.generator.engines.synth.words import Prompt

from .levels import steady_level


@dataclass(frozen=True)
class Place:
    """A surrounding.

    Attributes:
        room_s: time its echo takes to fall by 60 dB, in seconds.
        wet: level of that echo beside the sound itself.
        lowest_hz, highest_hz: the band that gets through.
        drive: how hard the sound is pressed through a small loudspeaker, 0 for not at all.
    """

    room_s: float = 0.5
    wet: float = 1.0
    lowest_hz: float = 20.0
    highest_hz: float = 18000.0
    drive: float = 0.0


OUTSIDE = Place()

_CAVE = Place(3.6, 4.5)
_HALL = Place(2.8, 3.6)
_ROOM = Place(0.7, 3.0)
_TILED = Place(1.3, 4.0)
_TUNNEL = Place(2.2, 4.2)
_UNDER_WATER = Place(1.2, 2.5, 20.0, 480.0)
_MUFFLED = Place(0.5, 1.5, 20.0, 620.0)
_ECHO = Place(2.0, 3.6)
_CANYON = Place(4.5, 3.6)
_LOUDSPEAKER = Place(0.3, 0.5, 420.0, 3200.0, 2.5)

_PHRASES: tuple[tuple[Place, str], ...] = (
    (_UNDER_WATER, "underwater, under water, submerged, under the sea, "
                  "unter wasser, bajo el agua, sous l'eau"),
    (_MUFFLED, "muffled, through a wall, through the wall, through walls, behind a wall, behind a door, "
               "behind the door, next door, in the next room, gedämpft, apagado, étouffé"),
    (_LOUDSPEAKER, "through a radio, over the radio, on the radio, through a phone, over the phone, "
                   "through a walkie talkie, through a megaphone, lo fi speaker, old speaker, bullhorn"),
    (_CAVE, "cave, cavern, mine shaft, höhle, cueva, grotte"),
    (_CANYON, "canyon, in the mountains, valley, mountain valley"),
    (_TUNNEL, "tunnel, parking garage, garage, underpass, subway station, sewer, in a pipe"),
    (_HALL, "hall, cathedral, in a church, inside a church, big room, large room, arena, stadium, "
            "auditorium, warehouse, hangar, gym, temple"),
    (_TILED, "bathroom, staircase, stairwell, hallway, corridor, kitchen, dungeon"),
    (_ROOM, "in a room, in the room, small room, in a house, office, indoors, inside, bedroom, "
            "living room, basement, classroom"),
    (_ECHO, "echo, echoes, echoing, reverb, reverberant, resonant"),
)  # fmt: skip

_DRY_WORDS = ("echo", "reverb", "room", "ambience", "reverberation")


def place(prompt: Prompt) -> Place:
    """Return where the prompt says it is; the open air where it says nothing."""
    if prompt.refuses(_DRY_WORDS):
        return Place(0.3, 0.0)
    for found, phrases in _PHRASES:
        if prompt.has(phrase.strip() for phrase in phrases.split(",")):
            return found
    return OUTSIDE


def heard_in(where: Place, dry: Signal, send: Signal, loop: bool, progress: Progress) -> Signal:
    """Return shape (2, n): the dry sound with the room's answer, as far as it gets through."""
    mix = dry
    if where.wet > 0 and send.any():
        mix = dry + np.float32(where.wet) * roomed(send, where.room_s, loop, progress)
    lead = min(frames(0.25), mix.shape[1]) if loop else 0
    longer = np.concatenate([mix[:, mix.shape[1] - lead :], mix], axis=1).T
    if where.highest_hz < OUTSIDE.highest_hz:
        longer = lowpass(longer, where.highest_hz, 3)
    if where.lowest_hz > OUTSIDE.lowest_hz:
        longer = highpass(longer, where.lowest_hz, 3)
    if where.drive > 0:
        peak = max(float(np.abs(longer).max(initial=0.0)), 1e-9)
        longer = np.tanh(longer / peak * where.drive * 2.0) * peak / 2.0
    through = np.asarray(longer.T[:, lead:], np.float32)
    if where == OUTSIDE or not through.any():
        return through
    return through * np.float32(0.85 * steady_level(mix) / max(steady_level(through), 1e-9))
