"""Steps of fixed shapes as CUDA graphs: recorded once for each shape, then replayed with one launch.

A graph keeps the addresses that it was recorded with, so a step may only read and write tensors that stay.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import torch

from services.generator.decoder.static.buffers import Shape

_WARM_UPS = 2
"""Steps before a recording: libraries set themselves up in the first, which may not be recorded."""


class Graphs:
    """Runs steps: as graphs on a CUDA device, as they are elsewhere."""

    def __init__(self, step: Callable[[Shape], None], device: torch.device) -> None:
        self._step = step
        self._device = device
        self._graphs: dict[Shape, torch.cuda.CUDAGraph] = {}
        if device.type == "cuda":
            self._stream = torch.cuda.Stream(device)
            self._pool = torch.cuda.graph_pool_handle()  # one for all: they never run at the same time
            self._paces = [torch.cuda.Event(), torch.cuda.Event()]

    def record(self, shapes: Iterable[Shape]) -> None:
        """Record a graph for each shape; the step is run meanwhile, so no slot may be active.

        The largest shape should come first: the smaller ones then find the memory they need.
        """
        if self._device.type != "cuda":
            return
        with torch.inference_mode():
            for shape in shapes:
                self._graphs[shape] = self._recorded(shape)

    def run(self, shape: Shape) -> None:
        """Run a step. On a CUDA device it goes on when this returns; the one before it does not."""
        if self._device.type != "cuda":
            self._step(shape)
            return
        self._graphs[shape].replay()
        # Else the host would be seconds ahead: its progress wrong, and whoever joins or leaves late.
        previous, mine = self._paces
        mine.record()
        previous.synchronize()
        self._paces = [mine, previous]

    def _recorded(self, shape: Shape) -> "torch.cuda.CUDAGraph":
        """Warm-up and recording on the same stream: cuBLAS has its workspace for each stream."""
        here = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(here)
        with torch.cuda.stream(self._stream):
            for _ in range(_WARM_UPS):
                self._step(shape)
        here.wait_stream(self._stream)
        graph = torch.cuda.CUDAGraph()
        # Other threads of this process may go on using the device.
        with torch.cuda.graph(graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"):
            self._step(shape)
        return graph


Work = Callable[..., tuple[torch.Tensor, ...]]

_SEEN_BEFORE_RECORDING = 2
_MOST_RECORDINGS = 16


@dataclass(frozen=True)
class _Recording:
    """A graph, and where it reads and leaves tensors."""

    graph: "torch.cuda.CUDAGraph"
    inputs: tuple[torch.Tensor, ...]
    outputs: tuple[torch.Tensor, ...]


class Recordings:
    """Runs work that mostly has the same sizes: on a CUDA device as a graph, once they have come again."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._seen: Counter[Hashable] = Counter()
        self._kept: dict[Hashable, _Recording] = {}

    def run(self, name: Hashable, work: Work, given: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        """What the work makes of some tensors.

        Args:
            name: stands for everything but the tensors that decides what the work does.
        """
        if self._device.type != "cuda":
            return work(*given)
        key = (name, tuple(one.shape for one in given))
        if key not in self._kept:
            self._seen[key] += 1
            if self._seen[key] <= _SEEN_BEFORE_RECORDING or len(self._kept) == _MOST_RECORDINGS:
                return work(*given)
            self._kept[key] = self._recorded(work, given)
        kept = self._kept[key]
        for place, one in zip(kept.inputs, given, strict=True):
            place.copy_(one)
        kept.graph.replay()
        return tuple(one.clone() for one in kept.outputs)

    def _recorded(self, work: Work, given: Sequence[torch.Tensor]) -> _Recording:
        inputs = tuple(one.clone() for one in given)
        here, stream = torch.cuda.current_stream(self._device), torch.cuda.Stream(self._device)
        stream.wait_stream(here)
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UPS):
                work(*inputs)
        here.wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
            outputs = work(*inputs)
        return _Recording(graph, inputs, outputs)
