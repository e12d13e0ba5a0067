"""Steps of fixed shapes as CUDA graphs: recorded once for each shape, then replayed with one launch.

A graph keeps the addresses that it was recorded with, so a step may only read and write tensors that stay.
"""

from collections.abc import Callable, Iterable

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
