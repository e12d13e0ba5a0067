"""Our decoder against audiocraft's own, both with the real dimensions and random weights, in one run.

Steps a second, a step being one column of tokens for one job with guidance; 50 make a second of sound.
Where there is a GPU, it is measured as well, with several jobs at a time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch

from bench import batches, random_models
from bench.figures import Figure
from bench.random_models import DELAYS, FRAME_RATE_HZ, SIZES, Size
from services.generator.decoder import choice, weights
from services.generator.decoder.codec import Codec, CodecStream
from services.generator.decoder.generation import Batch, Clip, Conditions, Generation, Windows
from services.generator.decoder.linear import PRECISIONS, Precision
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.weights import Weights

PROMPT = "calm piano over soft rain at night with a cello"
SEED = 3
STEPS_FRAMES = 60
CLIP_S = 3
STREAM_S = 10
PART_FRAMES = FRAME_RATE_HZ

# At least so many times audiocraft's speed.
AIMS: dict[Precision, float] = {"fp32": 1.4, "bf16": 5, "int8": 10}
END_TO_END_AIM = 6
REAL_TIME_STEPS = FRAME_RATE_HZ


def run(size: str = "small", device: Literal["cpu", "cuda"] | None = None) -> list[Figure]:
    """Measure a size of `SIZES` on a device, or on all there are.

    Raises:
        SettingsError: a GPU is wanted and there is none.
    """
    with torch.inference_mode():
        bench = _Bench(SIZES[size])
        found = [] if device == "cuda" else bench.figures()
        if device == "cuda" or (device is None and torch.cuda.is_available()):
            found += bench.figures_of_gpu()
    return found


@dataclass(frozen=True)
class _Rate:
    """What a run of tokens took."""

    steps_per_s: float
    codes: torch.Tensor


class _Bench:
    def __init__(self, size: Size) -> None:
        self._lm = random_models.language_model(size)
        self._compression = random_models.compression_model(size)
        self._codec = Codec(self._compression)

    def figures(self) -> list[Figure]:
        bandwidth = _bandwidth_gb_s()
        theirs = self._audiocraft(STEPS_FRAMES)
        found = [Figure("audiocraft_steps_per_s", theirs.steps_per_s, "steps/s")]
        for precision in PRECISIONS:
            packed = weights.of(self._lm, precision)
            ours = self._ours(packed, precision, STEPS_FRAMES)
            found += _speed(precision, ours, theirs, packed, bandwidth)
            if precision == choice.best_precision():
                found += self._end_to_end(packed, precision)
        return [*found, *self._codec_figures(), Figure("memory_bandwidth", bandwidth, "GB/s")]

    def figures_of_gpu(self) -> list[Figure]:
        return batches.figures(self._lm, self._compression, choice.device("cuda"))

    def _audiocraft(self, frames: int) -> _Rate:
        def generate() -> torch.Tensor:
            torch.manual_seed(SEED)
            found: torch.Tensor = self._lm.generate(
                None, [random_models.description(PROMPT)], max_gen_len=frames, cfg_coef=3.0
            )
            return found[0]

        seconds, codes = _timed(generate)
        return _Rate((frames + max(DELAYS)) / seconds, codes)

    def _ours(self, packed: Weights, precision: Precision, frames: int) -> _Rate:
        self._generated(packed, precision, 4)  # warm-up
        seconds, codes = _timed(lambda: self._generated(packed, precision, frames).codes())
        return _Rate((frames + max(DELAYS)) / seconds, codes)

    def _begun(self, packed: Weights, precision: Precision, frames: int) -> tuple[Batch, Generation]:
        transformer = choice.transformer(packed, 1, frames + len(DELAYS) + 1)
        batch = Batch(transformer, 1, Windows(longest=frames, stride=frames))
        heard = Conditions(random_models.embedded(self._lm, PROMPT))
        start = torch.zeros(len(DELAYS), 0, dtype=torch.long)
        return batch, batch.admit(Clip(frames, SEED, lambda _first: heard, start, Sampling()))

    def _generated(self, packed: Weights, precision: Precision, frames: int) -> Generation:
        batch, generation = self._begun(packed, precision, frames)
        while not generation.finished:
            batch.step()
        return generation

    def _end_to_end(self, packed: Weights, precision: Precision) -> list[Figure]:
        frames = CLIP_S * FRAME_RATE_HZ
        theirs, _ = _timed(lambda: self._compression.decode(self._audiocraft(frames).codes[None]))
        ours, _ = _timed(lambda: self._codec.decode(self._generated(packed, precision, frames).codes()))
        first, whole = self._streamed(packed, precision)
        return [
            Figure(
                "end_to_end_realtime_factor",
                CLIP_S / ours,
                "x",
                CLIP_S / theirs,
                aim=END_TO_END_AIM * CLIP_S / theirs,
                at_least=True,
            ),
            Figure(f"first_sound_of_{STREAM_S}_s", first, "s", whole),
        ]

    def _streamed(self, packed: Weights, precision: Precision) -> tuple[float, float]:
        """Seconds until the first part of a clip can be heard, and until all of it is made."""
        started = time.perf_counter()
        batch, generation = self._begun(packed, precision, STREAM_S * FRAME_RATE_HZ)
        stream, heard, first = CodecStream(self._codec), 0, 0.0
        while not generation.finished:
            batch.step()
            codes = generation.codes()
            if generation.finished or codes.shape[1] - heard >= PART_FRAMES:
                part = stream.push(codes[:, heard:])
                heard = codes.shape[1]
                first = first or (time.perf_counter() - started if part.shape[-1] else 0.0)
        stream.end()
        return first, time.perf_counter() - started

    def _codec_figures(self) -> list[Figure]:
        codes = torch.randint(0, self._compression.cardinality, (len(DELAYS), STREAM_S * FRAME_RATE_HZ))
        self._codec.decode(codes)  # warm-up
        self._compression.decode(codes[None])
        theirs, expected = _timed(lambda: self._compression.decode(codes[None])[0])
        ours, found = _timed(lambda: self._codec.decode(codes))
        error = float((expected - found).abs().max())
        return [
            Figure("codec_realtime_factor", STREAM_S / ours, "x", STREAM_S / theirs),
            Figure("codec_largest_error", error, "of full scale"),
        ]


def _speed(
    precision: Precision, ours: _Rate, theirs: _Rate, packed: Weights, bandwidth: float
) -> list[Figure]:
    used = packed.step_bytes * ours.steps_per_s / 1e9
    same = float((ours.codes == theirs.codes).float().mean())
    aim = AIMS[precision] * theirs.steps_per_s
    figures = [
        Figure(
            f"{precision}_steps_per_s", ours.steps_per_s, "steps/s", theirs.steps_per_s, aim, at_least=True
        ),
        Figure(f"{precision}_share_of_bandwidth", used / bandwidth, "of 1"),
    ]
    if precision == "fp32":
        figures.append(Figure("tokens_identical", same, "of 1", aim=1, at_least=True))
    else:
        figures.append(Figure(f"{precision}_tokens_as_audiocraft", same, "of 1"))
    return figures


def _timed(work: Callable[[], torch.Tensor]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _bandwidth_gb_s() -> float:
    """How fast this machine reads memory: the best of a few sums over 1 GiB."""
    block = torch.ones(2**28)
    gigabytes: float = block.nbytes / 1e9
    return max(gigabytes / _timed(block.sum)[0] for _ in range(5))
