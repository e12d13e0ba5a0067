"""The decoder on a GPU, with 1 to 64 jobs at a time, beside audiocraft's own and beside the memory's limit.

All jobs of a batch have the same length and begin together, as audiocraft wants it; ours need not. A step
is one column of tokens for one job with guidance.
"""

import copy
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch

from bench import random_models
from bench.figures import Figure
from bench.random_models import FRAME_RATE_HZ
from services.generator.decoder import choice, delays, weights
from services.generator.decoder import codec as codecs
from services.generator.decoder.codec import Codec, CodecStream
from services.generator.decoder.generation import Clip, Conditions, Generation, Windows
from services.generator.decoder.linear import Precision
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.static.batch import StaticBatch
from services.generator.decoder.static.transformer import StaticTransformer
from services.generator.decoder.weights import Weights

PROMPT = "calm piano over soft rain at night with a cello"
BATCHES = (1, 8, 32, 64)
CLIP_S = 10
_BLOCK_BYTES = 2**31


def figures(
    lm: Any,
    compression: Any,
    device: torch.device,
    sizes: Sequence[int] = BATCHES,
    frames: int = CLIP_S * FRAME_RATE_HZ,
    precision: Precision | None = None,
) -> list[Figure]:
    """Steps a second of an audiocraft `LMModel` on a device, a batch's jobs together; and whole sounds."""
    bandwidth = bandwidth_gb_s(device, _BLOCK_BYTES if device.type == "cuda" else 2**24)
    packed = weights.dense_of(lm, precision or choice.best_precision(device), device)
    theirs, codec = _theirs(lm, device), Codec(compression, device)
    found = [Figure(f"{device.type}_memory_bandwidth", bandwidth, "GB/s")]
    for jobs in sizes:
        steps = jobs * (delays.steps(frames, packed.delays) - 1)
        theirs(jobs, 4)  # warm-up
        baseline = steps / _seconds(partial(theirs, jobs, frames), device)
        slots, begin_s = _recorded(packed, jobs, frames, device)
        _made(lm, slots, 1, 4)  # warm-up
        ours = steps / _seconds(partial(_made, lm, slots, jobs, frames), device)
        _sounds(lm, codec, slots, jobs, frames)  # warm-up
        first_s, whole_s = _sounds(lm, codec, slots, jobs, frames)
        limit = jobs * bandwidth * 1e9 / step_bytes(packed, jobs, frames, len(PROMPT.split()))
        name = f"{device.type}_{packed.precision}_batch_{jobs}"
        found += [
            Figure(f"{name}_steps_per_s", ours, "steps/s", baseline),
            Figure(f"{name}_share_of_memory_limit", ours / limit, "of 1"),
            Figure(f"{name}_recording", begin_s, "s"),
            Figure(f"{name}_realtime_factor", jobs * frames / FRAME_RATE_HZ / whole_s, "x"),
            Figure(f"{name}_first_sound", first_s, "s", whole_s),
        ]
    return found


def step_bytes(packed: Weights, jobs: int, frames: int, text: int) -> float:
    """Bytes that one step of so many jobs cannot but read: weights once, and on average half of all keys
    and values of both rows, with those of the text of one."""
    token: int = 2 * packed.dim * len(packed.layers) * packed.dtype.itemsize
    tokens = 2 * delays.steps(frames, packed.delays) / 2 + text
    return packed.step_bytes + jobs * tokens * token


def bandwidth_gb_s(device: torch.device, block_bytes: int) -> float:
    """How fast a device reads its memory: the best of a few sums over a block."""
    block = torch.ones(block_bytes // 4, device=device)
    block.sum()  # warm-up
    return max(block_bytes / 1e9 / _seconds(block.sum, device) for _ in range(5))


def _theirs(lm: Any, device: torch.device) -> Callable[[int, int], Any]:
    """Audiocraft's own `generate` for jobs and frames, set up as by its loaders: float16 on a GPU."""
    model = copy.deepcopy(lm).to(device)
    on_gpu = device.type != "cpu"
    if on_gpu:
        model = model.half()

    def generate(jobs: int, frames: int) -> Any:
        asked = [random_models.description(PROMPT)] * jobs
        with torch.autocast(device.type, torch.float16, enabled=on_gpu):
            return model.generate(None, asked, max_gen_len=frames, cfg_coef=3.0)

    return generate


def _recorded(packed: Weights, jobs: int, frames: int, device: torch.device) -> tuple[StaticBatch, float]:
    """Slots for so many jobs, and the seconds until they were there."""
    made: list[StaticBatch] = []
    longest = delays.steps(frames, packed.delays)
    kind = choice.static(packed) if device.type == "cuda" else StaticTransformer
    windows = Windows(frames, frames)
    taken = _seconds(lambda: made.append(StaticBatch(packed, jobs, longest, windows, kind)), device)
    return made[0], taken


def _begun(lm: Any, slots: StaticBatch, jobs: int, frames: int) -> list[Generation]:
    heard = Conditions(random_models.embedded(lm, PROMPT))
    nothing = torch.zeros(len(lm.pattern_provider.delays), 0, dtype=torch.long)
    return [
        slots.admit(Clip(frames, seed, lambda _first: heard, nothing, Sampling())) for seed in range(jobs)
    ]


def _made(lm: Any, slots: StaticBatch, jobs: int, frames: int) -> None:
    _begun(lm, slots, jobs, frames)
    while slots.running:
        slots.step()


def _sounds(lm: Any, codec: Codec, slots: StaticBatch, jobs: int, frames: int) -> tuple[float, float]:
    """Seconds until the first samples of a batch are on the host, and until all are."""
    started, first_s, steps, heard = time.perf_counter(), 0.0, 0, 0
    generations = _begun(lm, slots, jobs, frames)
    streams = [CodecStream(codec) for _ in generations]
    while slots.running:
        slots.step()
        steps += 1
        if steps % FRAME_RATE_HZ == 0 or not slots.running:
            known = [one.codes() for one in generations]
            made = codecs.push(streams, [codes[:, heard:] for codes in known])
            sizes = {part.cpu().shape[-1] for part in made}
            heard, first_s = known[0].shape[1], first_s or (time.perf_counter() - started) * any(sizes)
    for rest in codecs.end(streams):
        rest.cpu()
    return first_s, time.perf_counter() - started


def _seconds(work: Callable[[], Any], device: torch.device) -> float:
    """What some work takes until the device is done with it."""
    _settle(device)
    started = time.perf_counter()
    work()
    _settle(device)
    return time.perf_counter() - started


def _settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
