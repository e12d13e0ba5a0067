"""Clips in slots: each is decoded window by window, and joins or leaves the batch between two steps."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from services.generator.decoder import delays, sampling
from services.generator.decoder.sampling import Noise, Sampling
from services.generator.decoder.transformer import Slot, Stack, Transformer


@dataclass(frozen=True)
class Conditions:
    """What the transformer hears beside the tokens.

    Attributes:
        text: float32 (length, dim) for cross-attention; None for an empty prompt and for other models.
        prefix: float32 (2, length, dim) before the tokens, conditional and unconditional; None without.
    """

    text: torch.Tensor | None = None
    prefix: torch.Tensor | None = None

    @property
    def guide(self) -> bool:
        """Whether the conditional and the unconditional row differ at all."""
        return self.text is not None or self.prefix is not None

    def on(self, device: torch.device) -> "Conditions":
        """The same on a device."""
        moved = [part if part is None else part.to(device) for part in (self.text, self.prefix)]
        return Conditions(*moved)


@dataclass(frozen=True)
class Windows:
    """How clips longer than the model was trained on are made, in frames.

    A window has at most `longest` frames; the next one starts `stride` frames later and is given the
    overlap as tokens.
    """

    longest: int
    stride: int


@dataclass(frozen=True)
class Clip:
    """One clip to make.

    Attributes:
        frames: its length in frames of the codec, what it continues included.
        conditions: those of the window that starts at a frame.
        start: int64 (K, n) codes that it continues; n is 0 for a clip from nothing.
    """

    frames: int
    seed: int
    conditions: Callable[[int], Conditions]
    start: torch.Tensor
    sampling: Sampling


@dataclass(frozen=True)
class _Window:
    """Frames `first` .. `first + frames` of a clip, of which the first `given` are known already."""

    first: int
    frames: int
    given: int


class Generation:
    """A clip on its way through a slot.

    Attributes:
        steps_done, steps_total: token columns chosen so far, and in all; known in advance.
    """

    def __init__(self, clip: Clip, windows: Windows, stack: Stack, slot: Slot) -> None:
        weights = stack.weights
        self.slot = slot
        self._clip = clip
        self._stack = stack
        self._delays = weights.delays
        self._ahead = plan(clip.frames, clip.start.shape[1], windows)
        self._done = clip.start.to(weights.device)
        self.steps_done = 0
        self.steps_total = sum(
            delays.steps(window.frames, self._delays) - delays.first_step(window.given, self._delays)
            for window in self._ahead
        )
        self._prepare()
        self._begin()

    @property
    def finished(self) -> bool:
        """Whether every token is chosen."""
        return self.steps_done == self.steps_total

    @property
    def column(self) -> torch.Tensor:
        """The tokens chosen last, int64 (K,)."""
        return self._sequence[:, self._at - 1]

    def codes(self) -> torch.Tensor:
        """The codes known so far in every codebook, int64 (K, frames), on the decoder's device."""
        if self.finished:
            return self._done
        complete = max(self._at - 1 - max(self._delays), 0)
        new = delays.gather(self._sequence, complete, self._delays)[:, self._window.given :]
        return torch.cat([self._done, new], dim=1)

    def take(self, logits: torch.Tensor) -> None:
        """Choose the next column from the slot's logits, (rows, K, card), and go on."""
        chosen = logits[0]
        if len(logits) == 2:
            chosen = sampling.guided(logits[0], logits[1], self._clip.sampling.cfg_coef)
        tokens = sampling.choose(chosen, self._clip.sampling, self._noise)
        column = self._sequence[:, self._at]
        self._sequence[:, self._at] = torch.where(column == delays.UNKNOWN, tokens, column)
        self.go_on()

    def go_on(self) -> None:
        """Count the column that was chosen; after a window's last, take in the next window."""
        self._count()
        if self._at == self._sequence.shape[1]:
            self._end_window()

    def _prepare(self) -> None:
        weights = self._stack.weights
        self._noise = Noise(self._clip.seed, len(weights.delays), weights.card, weights.device)

    def _keep(self, sequence: torch.Tensor, _guided: bool) -> torch.Tensor:
        """Where the sequence of a window stands while its columns are chosen."""
        return sequence

    def _count(self) -> None:
        self._at += 1
        self.steps_done += 1

    def _begin(self) -> None:
        """Take in what is known at the start of the next window, and choose its first column."""
        window = self._window = self._ahead.pop(0)
        given = self._done[:, window.first : window.first + window.given]
        weights = self._stack.weights
        conditions = self._clip.conditions(window.first).on(weights.device)
        guided = conditions.guide and self._clip.sampling.cfg_coef != 1.0
        self._at = delays.first_step(window.given, self._delays)
        self._sequence = self._keep(delays.lay_out(given, window.frames, self._delays, weights.card), guided)
        self._stack.listen(self.slot, conditions.text)
        self._take_in(conditions.prefix, guided)

    def _take_in(self, prefix: torch.Tensor | None, guided: bool) -> None:
        """Have the slot hear what stands before the column to choose, and choose that."""
        x = self._stack.embed(self._sequence[:, : self._at])[None].expand(2, -1, -1)
        if prefix is not None:
            x = torch.cat([prefix, x], dim=1)
        self.take(self._stack.prefill(self.slot, x if guided else x[:1]))

    def _end_window(self) -> None:
        codes = delays.gather(self._sequence, self._window.frames, self._delays)
        self._done = torch.cat([self._done, codes[:, self._window.given :]], dim=1)
        if self._ahead:
            self._begin()


class Slots(ABC):
    """The slots of one model, and the generations in them. Not for several threads at once."""

    def __init__(self, slots: int, windows: Windows) -> None:
        self._windows = windows
        self._free = [Slot(number) for number in range(slots)]
        self._running: list[Generation] = []

    @property
    def has_room(self) -> bool:
        """Whether a slot is free."""
        return bool(self._free)

    @property
    def running(self) -> Sequence[Generation]:
        """The generations that the next step takes further."""
        return self._running

    def admit(self, clip: Clip) -> Generation:
        """Give a clip a free slot, the first; it takes part from the next step on.

        Raises:
            ValueError: no slot is free, or the clip fits into none.
        """
        slot = min(self._free, key=lambda one: one.number)
        generation = self._begun(clip, slot)
        self._free.remove(slot)
        self._running.append(generation)
        if generation.finished:
            self.drop(generation)
        return generation

    def drop(self, generation: Generation) -> None:
        """Free a generation's slot, whether it is finished or not."""
        self._running.remove(generation)
        self._free.append(generation.slot)

    @abstractmethod
    def step(self) -> None:
        """Take every running generation one token column further; finished ones leave their slot."""

    @abstractmethod
    def _begun(self, clip: Clip, slot: Slot) -> Generation:
        """A clip in its slot, its first column chosen."""

    def _drop_finished(self) -> None:
        for one in list(self._running):
            if one.finished:
                self.drop(one)


class Batch(Slots):
    """The slots of a `Transformer`, stepped as many rows as there are."""

    def __init__(self, transformer: Transformer, slots: int, windows: Windows) -> None:
        super().__init__(slots, windows)
        self._transformer = transformer

    def step(self) -> None:
        running = sorted(self._running, key=lambda one: one.slot.rows, reverse=True)
        if not running:
            return
        with self._transformer.stepping():
            tokens = torch.stack([one.column for one in running], dim=1)
            logits = self._transformer.step([one.slot for one in running], tokens)
            for place, one in enumerate(running):
                one.take(logits[place :: len(running)] if one.slot.rows == 2 else logits[place : place + 1])
        self._drop_finished()

    def _begun(self, clip: Clip, slot: Slot) -> Generation:
        return Generation(clip, self._windows, self._transformer, slot)


def plan(frames: int, given: int, windows: Windows) -> list[_Window]:
    """The windows of a clip of `frames` frames of which `given` are known.

    As audiocraft's: every window but the first is given what the one before left after its stride.

    Raises:
        ValueError: nothing is left to make, or the known part fills the first window.
    """
    if given >= frames:
        raise ValueError(f"a clip of {frames} frames cannot continue {given}")
    planned = [_Window(0, min(frames, windows.longest), given)]
    if given >= planned[0].frames:
        raise ValueError(f"a window of {planned[0].frames} frames cannot continue {given}")
    while planned[-1].first + planned[-1].frames < frames:
        last = planned[-1]
        first = last.first + windows.stride
        planned.append(_Window(first, min(frames - first, windows.longest), last.frames - windows.stride))
    return planned
