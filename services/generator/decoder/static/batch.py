"""Clips in slots of a static transformer: each step is one call for all of them, without a wait."""

import torch

from services.generator.decoder import delays
from services.generator.decoder.generation import Clip, Generation, Slots, Windows
from services.generator.decoder.static import sampling
from services.generator.decoder.static.buffers import NOISE_STEPS
from services.generator.decoder.static.graphs import Graphs
from services.generator.decoder.static.sampling import NoiseTape
from services.generator.decoder.static.transformer import StaticTransformer
from services.generator.decoder.transformer import Slot
from services.generator.decoder.weights import Weights


class StaticGeneration(Generation):
    """A clip whose tokens are chosen where they stand: `Generation` only keeps count of them."""

    _stack: StaticTransformer

    def take(self, logits: torch.Tensor) -> None:
        """Choose the first column of a window, from the logits of its start."""
        number = self.slot.number
        self._state.length[number] = self.slot.length
        sampling.advance(self._state.part(number, number + 1), logits[None].expand(1, 2, -1, -1))
        self.go_on()

    def _take_in(self, prefix: torch.Tensor | None, guided: bool) -> None:
        """As in `Generation`; a single column is left to the next step, which takes in one anyway."""
        if prefix is not None or self._at > 1:
            super()._take_in(prefix, guided)
            return
        self.slot.rows, self.slot.length = 1 + guided, 0
        self._state.length[self.slot.number] = 0

    def _prepare(self) -> None:
        self._state = self._stack.state
        self._state.drawn[self.slot.number] = 0
        self._tape = NoiseTape(self._clip.seed, self._state.noise[self.slot.number])
        self._tape.draw()

    def _keep(self, sequence: torch.Tensor, guided: bool) -> torch.Tensor:
        number, state = self.slot.number, self._state
        sampling.tell(state, number, self._clip.sampling, guided, self._stack.weights.card)
        state.at[number] = self._at
        state.active[number] = True
        place = state.sequence[number, :, : sequence.shape[1]]
        place.copy_(sequence)
        return place

    def _count(self) -> None:
        super()._count()
        if self.steps_done % NOISE_STEPS == 0:
            self._tape.draw()


class StaticBatch(Slots):
    """The slots of a model on a CUDA device, or on a processor to the same tokens.

    What the host needs to know it counts itself; it reads nothing back but the codes that somebody asks for.
    """

    def __init__(
        self,
        weights: Weights,
        slots: int,
        longest: int,
        windows: Windows,
        transformer: type[StaticTransformer] = StaticTransformer,
    ) -> None:
        """Reserve the slots, and record the graphs of all shapes, which takes seconds.

        Args:
            weights: from `weights.dense_of`.
            longest: tokens of a slot, the prefix included.
        """
        super().__init__(slots, windows)
        columns = delays.steps(windows.longest, weights.delays)
        self._transformer = transformer(weights, slots, longest, columns)
        self._graphs = Graphs(self._transformer.step, weights.device)
        self._graphs.record(self._transformer.shapes.all())

    def step(self) -> None:
        if not self._running:
            return
        used = [one.slot for one in self._running]
        self._graphs.run(
            self._transformer.shapes.fitting(
                slots=max(slot.number for slot in used) + 1,
                tokens=max(slot.length for slot in used) + 1,
                text=max(slot.text_length for slot in used),
            )
        )
        for slot in used:
            slot.length += 1
        for one in self._running:
            one.go_on()
        self._drop_finished()

    def drop(self, generation: Generation) -> None:
        """As in `Slots`; later steps leave the slot alone."""
        super().drop(generation)
        self._transformer.state.leave(generation.slot.number)

    def _begun(self, clip: Clip, slot: Slot) -> Generation:
        try:
            return StaticGeneration(clip, self._windows, self._transformer, slot)
        except BaseException:
            self._transformer.state.leave(slot.number)
            raise
