"""The machine's GPU, as NVIDIA's management library tells it: torch is in the engine's process alone."""

import logging
import os
import threading
from collections.abc import Callable

import pynvml

from shared.messages.live import Gpu

_log = logging.getLogger("generator")
_UUIDS = ("GPU-", "MIG-")


class GpuWatch:
    """Tells the memory of the GPU that an engine here would use, and how busy it is."""

    def __init__(self, tell: Callable[[Gpu], None], every_s: float = 5.0) -> None:
        self._tell = tell
        self._every_s = every_s

    def follow(self, stop: threading.Event) -> None:
        """Tell of every change until `stop` is set; returns at once where there is no GPU."""
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError:
            return  # no driver, so no GPU: most machines
        try:
            self._follow(stop)
        except pynvml.NVMLError as error:
            _log.warning("the GPU can no longer be watched: %s", error)
        finally:
            pynvml.nvmlShutdown()

    def _follow(self, stop: threading.Event) -> None:
        handle = _handle(os.environ.get("CUDA_VISIBLE_DEVICES"))
        told = None
        while not stop.is_set():
            now = _read(handle)
            if now != told:
                self._tell(now)
                told = now
            stop.wait(self._every_s)


def _handle(visible: str | None) -> object:
    """The first GPU that CUDA sees here: by its number, or by the identity in CUDA_VISIBLE_DEVICES."""
    first = (visible or "0").split(",")[0].strip()
    if first.startswith(_UUIDS):
        return pynvml.nvmlDeviceGetHandleByUUID(first)
    return pynvml.nvmlDeviceGetHandleByIndex(int(first) if first.isdecimal() else 0)


def _read(handle: object) -> Gpu:
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    name = pynvml.nvmlDeviceGetName(handle)
    return Gpu(
        name=name,
        memory_used_bytes=int(memory.used),
        memory_total_bytes=int(memory.total),
        load=_load(handle),
    )


def _load(handle: object) -> float | None:
    try:
        return float(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu) / 100
    except pynvml.NVMLError:
        return None  # a part of a divided GPU does not know
