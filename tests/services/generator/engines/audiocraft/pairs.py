"""A checkpoint twice in one process: as AudioCraft's own model, and in our decoder."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from services.generator.decoder import weights
from services.generator.decoder.generation import Batch, Clip, Generation, Slots
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.static.batch import StaticBatch
from services.generator.decoder.transformer import Transformer
from services.generator.engines.audiocraft import checkpoint
from services.generator.engines.audiocraft.conditions import Melody
from shared.messages.job import Model
from tests.services.generator.engines.audiocraft.checkpoints import AUDIO, Kind

_TOKENS = 800  # of a slot: the longest window, its delays, and a melody and text before it


@dataclass(frozen=True)
class Wish:
    """One clip to make on both sides."""

    prompt: str
    duration_s: float = 3.0
    seed: int = 1
    sampling: Sampling = field(default_factory=Sampling)
    start: torch.Tensor | None = None
    melody: torch.Tensor | None = None

    def but(self, **changes: Any) -> "Wish":
        """The same with something else."""
        return replace(self, **changes)


class Pair:
    """Both sides of a checkpoint."""

    def __init__(self, kind: Kind) -> None:
        self.model: Model = "audio" if kind == AUDIO else "music"
        self.theirs = checkpoint.read(kind.name, self.model)
        self.ours = checkpoint.load(kind.name, self.model, "fp32")

    def codes_of_theirs(self, wish: Wish) -> torch.Tensor:
        """AudioCraft's codes, (K, frames), alone and from the seed."""
        self._prepare(wish)
        melody = {} if wish.melody is None else {"melody_wavs": [wish.melody]}
        attributes, _ = self.theirs._prepare_tokens_and_attributes([wish.prompt], None, **melody)
        start = None if wish.start is None else wish.start[None]
        with torch.no_grad():
            codes: torch.Tensor = self.theirs._generate_tokens(attributes, start)[0]
        return codes

    def samples_of_theirs(self, wish: Wish) -> torch.Tensor:
        """AudioCraft's samples, (channels, samples), by its front door."""
        self._prepare(wish)
        samples: torch.Tensor = self.theirs.generate([wish.prompt])[0]
        return samples

    def codes_of_ours(
        self, *wishes: Wish, slots: int = 1, apart: int = 0, static: bool = False
    ) -> list[torch.Tensor]:
        """Our codes. Each wish joins the batch as soon as a slot is free, and `apart` steps passed.

        With `static` by the steps that graphs of a GPU are recorded from, on the processor.
        """
        with torch.inference_mode():
            batch = self._static(slots) if static else self._exact(slots)
            generations: list[Generation] = []
            for wish in wishes:
                while not batch.has_room:
                    batch.step()
                generations.append(batch.admit(self._clip(wish)))
                for _ in range(apart):
                    batch.step()
            while batch.running:
                batch.step()
            return [generation.codes() for generation in generations]

    def _exact(self, slots: int) -> Slots:
        return Batch(Transformer(self.ours.weights, slots, _TOKENS), slots, self.ours.windows)

    def _static(self, slots: int) -> Slots:
        packed = weights.dense_of(self.theirs.lm, "fp32", torch.device("cpu"))
        return StaticBatch(packed, slots, _TOKENS, self.ours.windows)

    def _clip(self, wish: Wish) -> Clip:
        rate, longest_s = self.ours.frame_rate_hz, self.ours.window_s
        melody = None if wish.melody is None else Melody(wish.melody)
        window_s = longest_s if wish.duration_s > longest_s else None
        heard = self.ours.listener.windows(wish.prompt, melody, window_s)
        nothing = torch.zeros(len(self.ours.weights.delays), 0, dtype=torch.long)
        return Clip(
            frames=int(wish.duration_s * rate),
            seed=wish.seed,
            conditions=lambda first: heard(first / rate),
            start=nothing if wish.start is None else wish.start,
            sampling=wish.sampling,
        )

    def _prepare(self, wish: Wish) -> None:
        torch.manual_seed(wish.seed)
        self.theirs.set_generation_params(
            duration=wish.duration_s,
            use_sampling=not wish.sampling.greedy,
            top_k=wish.sampling.top_k,
            top_p=wish.sampling.top_p,
            temperature=wish.sampling.temperature,
            cfg_coef=wish.sampling.cfg_coef,
        )


def all_equal(ours: Sequence[torch.Tensor], theirs: Sequence[torch.Tensor]) -> bool:
    """Whether all codes are the same, and are no monotony in which anything would be."""
    varied = all(len(codes.unique()) > 2 * len(codes) for codes in theirs)
    return varied and all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))
