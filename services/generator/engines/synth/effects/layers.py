"""Laying the layers of a scene: each made, moved away, and put in its time. Signals are planar: (2, n)."""

from dataclasses import dataclass, replace

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, generator
from services.generator.engines.synth.sound import Progress

from .beds import filled
from .events import natural_s, sequence
from .places import OUTSIDE, Place
from .placing import Slot, slots
from .scene import Layer, Scene

_SEND, _DRY_SEND = 0.07, 0.04
"""How much of a sound nearby the room around it answers with."""
_LEAD_S = 0.8
"""In a place that is heard already, events wait this long at most before they begin."""


@dataclass(frozen=True)
class Stage:
    """What all layers share: the number of frames, whether they loop, the seed."""

    n: int
    loop: bool
    seed: int

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return self.n / SAMPLE_RATE_HZ

    def random(self, *names: str) -> np.random.Generator:
        """Return the random generator of a part of the work."""
        return generator(self.seed, "effects", *names)


@dataclass(frozen=True)
class Desk:
    """Where layers come together: the dry mix, and what the room hears; both (2, n)."""

    dry: Signal
    send: Signal


def lay(asked: Scene, stage: Stage, progress: Progress) -> Desk:
    """Return the desk with every layer of a scene on it."""
    desk = Desk(np.zeros((2, stage.n), np.float32), np.zeros((2, stage.n), np.float32))
    layers = [_in_order(layer, asked, stage) for layer in asked.layers]
    times = slots([_wanted_s(layers, step, stage) for step in range(asked.steps)], stage.duration_s)
    for number, layer in enumerate(layers):
        share = _share(progress, number, len(layers))
        share(0.0)
        slot = _own_slot(layers, number, times, stage)
        sound = _made(layer, slot, stage, share)
        desk.dry[:] += sound * np.float32(_dry(layer))
        desk.send[:] += sound * np.float32(_send(layer, asked.place))
    return desk


def _in_order(layer: Layer, asked: Scene, stage: Stage) -> Layer:
    """Return the layer knowing the loop; what happens once in an order of events is counted."""
    made = replace(layer.manner, loop_s=stage.duration_s if stage.loop and asked.steps == 1 else 0.0)
    rhythm = layer.family.rhythm
    if asked.steps > 1 and rhythm is not None and not rhythm.endless and made.count is None:
        made = replace(made, count=rhythm.group)
    return replace(layer, manner=made)


def _wanted_s(layers: list[Layer], step: int, stage: Stage) -> float | None:
    """Return the time a step of single events needs; None if anything in it goes on."""
    lengths = [0.1]
    for layer in (layer for layer in layers if layer.step == step):
        if layer.family.rhythm is None or layer.manner.count is None:
            return None
        lengths.append(natural_s(layer, stage.n, stage.random(layer.family.name)))
    return max(lengths)


def _own_slot(layers: list[Layer], number: int, times: list[Slot], stage: Stage) -> Slot:
    """Return when a layer sounds: places stay once begun, events leave room for a place to be heard."""
    layer, slot = layers[number], times[layers[number].step]
    if layer.family.rhythm is None:
        return Slot(slot.start_s, stage.duration_s - slot.start_s) if layer.family.lasting else slot
    before = sum(other.family.rhythm is not None and other.step == layer.step for other in layers[:number])
    with_place = any(other.family.rhythm is None for other in layers)
    late = min(_LEAD_S * with_place + 0.45 * before, 0.12 * slot.length_s * (with_place + before))
    return Slot(slot.start_s + late, slot.length_s - late)


def _made(layer: Layer, slot: Slot, stage: Stage, progress: Progress) -> Signal:
    if layer.family.rhythm is None:
        sound = filled(layer, slot, stage.n, stage.loop, stage.random(layer.family.name), progress)
    else:
        sound = sequence(layer, slot, stage.n, stage.loop, stage.random(layer.family.name), progress)
    return sound


def _dry(layer: Layer) -> float:
    return 1.0 - 0.55 * max(layer.manner.distance, 0.0)


def _send(layer: Layer, place: Place) -> float:
    away = 0.22 * max(layer.manner.distance, 0.0)
    if layer.family.wide and place == OUTSIDE:
        return away  # what comes from all around has its space already
    return (_DRY_SEND if layer.family.dry else _SEND) + away


def _share(progress: Progress, number: int, total: int) -> Progress:
    """Return a progress for one of several equal parts of the work."""
    return lambda done: progress((number + done) / total)
