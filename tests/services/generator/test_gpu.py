"""What a generator tells of its machine's GPU. NVIDIA's driver is played: machines that test have none."""

import threading
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest

from services.generator.gpu import GpuWatch
from shared.messages.live import Gpu
from tests.waiting import eventually

GB = 1_000_000_000


class Driver:
    """Two GPUs; the second has no counter of its load, like a part of a divided one."""

    def __init__(self) -> None:
        self.used = [1 * GB, 2 * GB]
        self.is_gone = False
        self.is_open = False

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name, does in {
            "nvmlInit": self._open,
            "nvmlShutdown": self._close,
            "nvmlDeviceGetHandleByIndex": lambda index: index,
            "nvmlDeviceGetHandleByUUID": lambda name: ["GPU-one", "MIG-two"].index(name),
            "nvmlDeviceGetName": lambda handle: f"Card {handle}",
            "nvmlDeviceGetMemoryInfo": self._memory,
            "nvmlDeviceGetUtilizationRates": self._load,
        }.items():
            patch.setattr(pynvml, name, does)

    def _open(self) -> None:
        self.is_open = True

    def _close(self) -> None:
        self.is_open = False

    def _memory(self, handle: int) -> Any:
        if self.is_gone:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)
        return SimpleNamespace(used=self.used[handle], total=80 * GB)

    def _load(self, handle: int) -> Any:
        if handle == 1:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
        return SimpleNamespace(gpu=50)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    driver = Driver()
    driver.install(monkeypatch)
    return driver


def test_every_change_is_told_until_it_stops(driver: Driver) -> None:
    told: list[Gpu] = []
    stop = threading.Event()
    thread = threading.Thread(target=GpuWatch(told.append, 0.01).follow, args=(stop,))
    thread.start()
    eventually(lambda: len(told) == 1)
    driver.used[0] = 7 * GB
    eventually(lambda: len(told) == 2)
    stop.set()
    thread.join(5)
    assert [gpu.memory_used_bytes for gpu in told] == [1 * GB, 7 * GB]
    assert told[0] == Gpu(name="Card 0", memory_used_bytes=1 * GB, memory_total_bytes=80 * GB, load=0.5)
    assert not driver.is_open


@pytest.mark.parametrize(
    ("visible", "name"),
    [
        (None, "Card 0"),
        ("", "Card 0"),
        ("1", "Card 1"),
        ("1,0", "Card 1"),
        ("GPU-one", "Card 0"),
        ("MIG-two,GPU-one", "Card 1"),
        ("nonsense", "Card 0"),
    ],
)
def test_it_is_the_first_one_that_cuda_sees(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, visible: str | None, name: str
) -> None:
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    stop = threading.Event()
    told: list[Gpu] = []

    def tell(gpu: Gpu) -> None:
        told.append(gpu)
        stop.set()

    GpuWatch(tell).follow(stop)
    assert [gpu.name for gpu in told] == [name]
    assert told[0].load == (None if name == "Card 1" else 0.5)


def test_a_gpu_that_is_lost_ends_the_watch_with_a_line_in_the_log(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    driver.is_gone = True
    GpuWatch(lambda _: None).follow(threading.Event())
    assert "the GPU can no longer be watched" in caplog.text
    assert not driver.is_open


def test_without_a_driver_nothing_is_told_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", missing)
    told: list[Gpu] = []
    GpuWatch(told.append).follow(threading.Event())
    assert told == []
