"""A loaded checkpoint at work: requests join and leave between two steps, their sound comes in parts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from services.generator.decoder import choice, codec, delays
from services.generator.decoder.codec import CodecStream
from services.generator.decoder.generation import Clip, Generation
from services.generator.decoder.sampling import Sampling
from services.generator.engines.audiocraft import continuation, loops
from services.generator.engines.audiocraft.checkpoint import Checkpoint
from services.generator.engines.audiocraft.conditions import Melody
from services.generator.engines.audiocraft.continuation import Start
from services.generator.engines.engine import Request, Sound
from services.generator.engines.stepping import Advance
from shared.messages.commands import PROMPT_CHARACTERS

PART_S = 1.0
"""Codes are made into samples so many seconds at a time; each time a few frames around are computed again."""

_FEWEST_FRAMES = 10
"""With fewer than these a first part waits for the next time."""

_PROMPT_TOKENS = PROMPT_CHARACTERS[1] + 2  # at most a token a character, a leading space and an end


@dataclass
class _Work:
    """A request in its slot.

    Attributes:
        start: what it continues.
        next_part: steps after which the codec is given what is known.
        heard: frames of codes that it has had.
        parts: the samples of the sound so far.
    """

    request: Request
    generation: Generation
    stream: CodecStream
    start: Start | None
    next_part: int
    heard: int = 0
    parts: list[NDArray[np.float32]] = field(default_factory=list)


class _Part(NamedTuple):
    """Samples (channels, n) that became final, and the frames of codes that the codec has had by now."""

    samples: torch.Tensor
    frames: int


class Studio:
    """Makes the sounds of one checkpoint, up to `slots` at a time. Call it in torch's inference mode.

    Attributes:
        checkpoint: what it was made of.
    """

    def __init__(self, loaded: Checkpoint, slots: int) -> None:
        self.checkpoint = loaded
        listener = loaded.listener
        prefix = listener.melody_tokens + _PROMPT_TOKENS if listener.hears_melodies else 0
        tokens = prefix + delays.steps(loaded.windows.longest, loaded.weights.delays)
        self._slots = choice.slots(loaded.weights, slots, tokens, loaded.windows)
        self._part_frames = math.ceil(PART_S * loaded.frame_rate_hz)
        self._steps = 0
        self._works: dict[str, _Work] = {}

    @property
    def hears_melodies(self) -> bool:
        """Whether requests may bring a melody."""
        return self.checkpoint.listener.hears_melodies

    def begin(self, request: Request) -> None:
        """Give a request a free slot and take in its prompt.

        Raises:
            PermanentError: what it continues leaves nothing to add.
        """
        loaded, frames = self.checkpoint, self._frames(request)
        start = None
        if request.start is not None:
            start = continuation.start_of(request.start, loaded.encoder, loaded.windows, frames)
        generation = self._slots.admit(self._clip(request, frames, start))
        work = _Work(request, generation, CodecStream(loaded.codec), start, self._first_part())
        if start is not None and start.left_out:
            work.parts.append(start.lead(loaded.codec.hop_length))
        self._works[request.job_id] = work

    def step(self) -> list[Advance]:
        """One step of every request, with the samples that became final."""
        self._slots.step()
        self._steps += 1
        due = [work for work in self._works.values() if _is_due(work)]
        new = self._decoded(due)
        advances = [self._advance(work, new.get(job_id)) for job_id, work in self._works.items()]
        for advance in advances:
            if advance.sound is not None:
                del self._works[advance.job_id]
        return advances

    def stop(self, job_id: str) -> None:
        """Free the slot of a request, if it has one."""
        work = self._works.pop(job_id, None)
        if work is not None and work.generation in self._slots.running:
            self._slots.drop(work.generation)

    def _frames(self, request: Request) -> int:
        """Length of the clip that is decoded for a request; that of a loop is longer."""
        length_s = loops.needed_s(request.duration_s, request.model) if request.loop else request.duration_s
        # A part of a frame counts as one and is cut off again; the least bit too much is rounding.
        return math.ceil(length_s * self.checkpoint.frame_rate_hz - 1e-6)

    def _clip(self, request: Request, frames: int, start: Start | None) -> Clip:
        loaded, rate = self.checkpoint, self.checkpoint.frame_rate_hz
        melody = None
        if request.melody is not None:
            melody = Melody(loaded.encoder.samples(request.melody, channels=1))
        skipped = 0 if start is None else start.left_out
        one_window = frames - skipped <= loaded.windows.longest
        heard = loaded.listener.windows(request.prompt, melody, None if one_window else loaded.window_s)
        return Clip(
            frames=frames - skipped,
            seed=request.seed,
            conditions=lambda first: heard((first + skipped) / rate),
            start=torch.zeros(len(loaded.weights.delays), 0, dtype=torch.long)
            if start is None
            else start.codes,
            sampling=Sampling(**request.sampling.model_dump()),
        )

    def _first_part(self) -> int:
        """Steps until the codec is first given what is known: with the others, where that is quicker."""
        if not self.checkpoint.codec.is_quicker_together:
            return self._part_frames
        ahead = self._part_frames - self._steps % self._part_frames
        return ahead if ahead >= _FEWEST_FRAMES else ahead + self._part_frames

    def _decoded(self, due: Sequence[_Work]) -> dict[str, _Part]:
        """What became final of each work that is due, by its job."""
        codes = [work.generation.codes() for work in due]
        new = [known[:, work.heard :] for work, known in zip(due, codes, strict=True)]
        samples = codec.push([work.stream for work in due], new)
        finished = [place for place, work in enumerate(due) if work.generation.finished]
        for place, rest in zip(finished, codec.end([due[place].stream for place in finished]), strict=True):
            samples[place] = torch.cat([samples[place], rest], dim=-1)
        return {
            work.request.job_id: _Part(made, known.shape[1])
            for work, made, known in zip(due, samples, codes, strict=True)
        }

    def _advance(self, work: _Work, new: _Part | None) -> Advance:
        generation, job_id = work.generation, work.request.job_id
        fraction = generation.steps_done / generation.steps_total
        if new is None:
            return Advance(job_id, fraction)
        work.next_part += self._part_frames
        part = self._made(work, new)
        if work.request.loop:  # it does not begin where the clip does
            part = None
        return Advance(job_id, fraction, part, self._whole(work) if generation.finished else None)

    def _made(self, work: _Work, new: _Part) -> Sound | None:
        """The samples that became final, up to the length that was asked for."""
        first_part = work.heard == 0
        work.heard = new.frames
        made, at = new.samples.t().contiguous().cpu().numpy(), sum(len(part) for part in work.parts)
        if work.start is not None:
            made = work.start.join(made, at, self.checkpoint.codec.sample_rate_hz)
        work.parts.append(made)
        if first_part:
            made, at = np.concatenate(work.parts), 0
        return self._named(made[: max(self._length(work.request) - at, 0)])

    def _whole(self, work: _Work) -> Sound:
        samples, length = np.concatenate(work.parts), self._length(work.request)
        if work.request.loop:
            rate = self.checkpoint.codec.sample_rate_hz
            fade = round(loops.FADE_S[work.request.model] * rate)
            samples = loops.close(samples[: -round(loops.TAIL_S * rate)], length, fade)
        return self._named(samples[:length])

    def _length(self, request: Request) -> int:
        return round(request.duration_s * self.checkpoint.codec.sample_rate_hz)

    def _named(self, samples: NDArray[np.float32]) -> Sound:
        return Sound(samples, self.checkpoint.codec.sample_rate_hz, {"model": self.checkpoint.name})


def _is_due(work: _Work) -> bool:
    return work.generation.finished or work.generation.steps_done >= work.next_part
