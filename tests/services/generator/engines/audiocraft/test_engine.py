"""The engine makes what is asked for, says how far it is, stops when told, and works on many at once."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from services.generator.decoder.generation import Batch
from services.generator.engines.audiocraft.continuation import Encoder
from services.generator.engines.audiocraft.engine import AudioCraftEngine
from services.generator.engines.engine import AudioPrompt, Request, Sound, abilities_of
from services.generator.engines.memory import WithinMemory, is_short
from services.generator.engines.stepping import Advance
from shared.errors import PermanentError
from shared.messages.job import Sampling
from shared.settings import load
from tests.services.generator.decoder.conftest import DEVICES
from tests.services.generator.engines.audiocraft.checkpoints import AUDIO, MELODY, SMALL, STEREO
from tests.services.generator.engines.audiocraft.test_parity import PairOf

RATE = 32_000
EXACT = {"SOUNDBOX_PRECISION": "fp32", "SOUNDBOX_DEVICE": "cpu"}


@pytest.fixture(scope="module", params=DEVICES)
def engine(hub: Path, request: pytest.FixtureRequest) -> AudioCraftEngine:
    """On every device there is."""
    return AudioCraftEngine(load({**EXACT, "SOUNDBOX_DEVICE": request.param}))


@pytest.fixture(scope="module")
def exact(hub: Path) -> AudioCraftEngine:
    """On the processor, where its samples are AudioCraft's and neighbours change no bit of them."""
    return AudioCraftEngine(load(EXACT))


@pytest.fixture(scope="module")
def singer(hub: Path) -> AudioCraftEngine:
    """An engine that follows melodies."""
    settings = load({**EXACT, "SOUNDBOX_MUSIC_MODEL": MELODY.name})
    singer = AudioCraftEngine(settings)
    singer.load("music")
    return singer


def request(job_id: str = "1", prompt: str = "calm piano", duration_s: float = 2.0, **more: Any) -> Request:
    return Request(job_id, prompt, "music", duration_s, **{"loop": False, "seed": 7, **more})


def make(engine: AudioCraftEngine, *requests: Request) -> list[Sound]:
    made = engine.generate(requests, lambda _job_id, _fraction: True)
    return [sound for sound in made if sound is not None]


def fractions(engine: AudioCraftEngine, asked: Request) -> list[float]:
    heard: list[float] = []

    def progress(_job_id: str, fraction: float) -> bool:
        heard.append(fraction)
        return True

    engine.generate([asked], progress)
    return heard


def same(one: Sound, other: Sound) -> bool:
    return np.array_equal(one.samples, other.samples)


def on_gpu(engine: AudioCraftEngine) -> bool:
    return engine.version.endswith(".cuda")


def unchanged(engine: AudioCraftEngine, one: Sound, other: Sound) -> bool:
    """Whether two sounds are the same tokens: on a GPU a codec's pass rounds by what is in it."""
    if not on_gpu(engine):
        return same(one, other)
    return one.samples.shape == other.samples.shape and bool(np.abs(one.samples - other.samples).max() < 1e-5)


def first_step(engine: AudioCraftEngine) -> int:
    """How many columns are known when a request is told of for the first time."""
    return 1 if on_gpu(engine) else 2


def wave(seconds: float, rate: int = RATE, channels: int = 1) -> AudioPrompt:
    time = np.arange(int(seconds * rate)) / rate
    samples = 0.4 * np.sin(2 * np.pi * 330 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 1.5 * time))
    return AudioPrompt(np.repeat(samples[:, None], channels, axis=1).astype(np.float32), rate)


@pytest.mark.parametrize("duration_s", [1.0, 2.5, 3.333, 31.0])
def test_a_sound_is_exactly_as_long_as_asked(engine: AudioCraftEngine, duration_s: float) -> None:
    (sound,) = make(engine, request(duration_s=duration_s))
    assert sound.samples.dtype == np.float32
    assert sound.samples.shape == (round(duration_s * RATE), 1)
    assert sound.sample_rate_hz == RATE
    assert sound.tags == {"model": SMALL.name}


def test_effects_are_made_by_the_other_checkpoint(engine: AudioCraftEngine) -> None:
    (sound,) = make(engine, Request("1", "thunder", "audio", 2.0, loop=False, seed=1))
    assert (sound.sample_rate_hz, sound.tags) == (16_000, {"model": AUDIO.name})


def test_a_stereo_checkpoint_makes_two_channels(hub: Path) -> None:
    engine = AudioCraftEngine(load({**EXACT, "SOUNDBOX_MUSIC_MODEL": STEREO.name}))
    (sound,) = make(engine, request())
    assert sound.samples.shape == (2 * RATE, 2)
    assert not np.array_equal(sound.samples[:, 0], sound.samples[:, 1])


def test_the_same_request_gives_the_same_sound_and_another_seed_another(engine: AudioCraftEngine) -> None:
    first, second, other = (make(engine, request(seed=seed))[0] for seed in (3, 3, 4))
    assert same(first, second)
    assert not same(first, other)


def test_a_batch_gives_what_each_request_gives_alone(engine: AudioCraftEngine) -> None:
    requests = [request(str(n), f"drums {n}", 1.0 + n / 4, seed=n) for n in range(engine.slots + 3)]
    requests.append(Request("e", "rain", "audio", 1.5, loop=False, seed=2))
    together = make(engine, *requests)
    assert len(together) == len(requests)
    for asked, sound in zip(requests, together, strict=True):
        assert unchanged(engine, sound, make(engine, asked)[0])


def test_progress_is_exact_from_the_first_step_to_the_last(engine: AudioCraftEngine) -> None:
    heard = fractions(engine, request())
    steps = 2 * 5 + 3  # frames, and the delay of the last codebook
    assert heard == [step / steps for step in range(first_step(engine), steps + 1)]


def test_progress_counts_what_every_window_takes_in_again(engine: AudioCraftEngine) -> None:
    heard = fractions(engine, request(duration_s=40.0))
    steps = (150 + 3) + (110 - 60 + 3)
    assert heard[0] == first_step(engine) / steps
    assert heard[-1] == 1.0
    assert heard == sorted(set(heard))


def test_a_stopped_request_ends_within_a_step_and_leaves_the_others_alone(engine: AudioCraftEngine) -> None:
    told: list[str] = []

    def progress(job_id: str, fraction: float) -> bool:
        told.append(job_id)
        return job_id != "stop" or fraction < 0.5

    stopped, kept = engine.generate([request("stop", seed=1), request("keep", duration_s=3.0)], progress)
    assert stopped is None
    assert told.count("stop") == math.ceil(13 / 2) - first_step(engine) + 1
    assert kept is not None
    assert unchanged(engine, kept, make(engine, request("keep", duration_s=3.0))[0])


def test_a_failed_call_leaves_every_slot_free(engine: AudioCraftEngine) -> None:
    class LostError(Exception):
        pass

    def lose(_job_id: str, _fraction: float) -> bool:
        raise LostError

    requests = [request(str(n)) for n in range(engine.slots)]
    for _ in range(2):
        with pytest.raises(LostError):
            engine.generate(requests, lose)
    assert len(make(engine, *requests)) == engine.slots


def test_parts_are_the_sound_in_pieces_and_come_early(engine: AudioCraftEngine) -> None:
    engine.begin(request(duration_s=7.3))
    parts: list[NDArray[np.float32]] = []
    early, whole = 0.0, None
    while whole is None:
        (advance,) = engine.step()
        if advance.part is not None:
            parts.append(advance.part.samples)
            early = early or (advance.fraction if len(parts[-1]) else 0.0)
        whole = advance.sound
    assert early < 0.5
    assert len(parts) > 4
    assert np.array_equal(np.concatenate(parts), whole.samples)


def test_requests_join_and_leave_between_two_steps(engine: AudioCraftEngine) -> None:
    engine.begin(request("first", duration_s=4.0))
    for _ in range(5):
        engine.step()
    engine.begin(request("second", "epic", seed=9))
    engine.begin(request("third"))
    engine.stop("third")
    engine.stop("never begun")
    made: dict[str, Sound] = {}
    while len(made) < 2:
        made |= {one.job_id: one.sound for one in engine.step() if one.sound is not None}
    assert unchanged(engine, made["first"], make(engine, request(duration_s=4.0))[0])
    assert unchanged(engine, made["second"], make(engine, request(prompt="epic", seed=9))[0])
    assert engine.step() == []


@pytest.mark.parametrize("model", ["music", "audio"])
def test_a_loop_runs_on_from_its_end_into_its_start(engine: AudioCraftEngine, model: Any) -> None:
    (sound,) = make(engine, Request("1", "water", model, 2.0, loop=True, seed=1))
    samples = sound.samples[:, 0]
    assert len(samples) == 2 * sound.sample_rate_hz
    assert abs(samples[0] - samples[-1]) <= np.quantile(np.abs(np.diff(samples)), 0.999)


def test_a_loop_is_heard_only_when_it_is_closed(engine: AudioCraftEngine) -> None:
    engine.begin(request(loop=True))
    advances: list[Advance] = []
    while not advances or advances[-1].sound is None:
        advances += engine.step()
    assert [advance.part for advance in advances] == [None] * len(advances)


def test_sampling_is_as_asked(exact: AudioCraftEngine, pair: PairOf) -> None:
    sampling = Sampling(cfg_coef=5.0, temperature=1.2, top_k=40)
    (sound,) = make(exact, request(sampling=sampling))
    theirs = pair(SMALL).theirs
    theirs.set_generation_params(duration=2, cfg_coef=5.0, temperature=1.2, top_k=40)
    torch.manual_seed(7)
    assert np.abs(sound.samples - theirs.generate(["calm piano"])[0].t().numpy()).max() < 1e-6
    assert not same(sound, make(exact, request())[0])


def test_a_sound_is_continued_as_audiocraft_would_and_itself_stays(
    exact: AudioCraftEngine, pair: PairOf
) -> None:
    start = wave(3.0)
    (sound,) = make(exact, request(duration_s=6.0, start=start))
    theirs = pair(SMALL).theirs
    theirs.set_generation_params(duration=6)
    torch.manual_seed(7)
    whole = theirs.generate_continuation(torch.from_numpy(start.samples.T.copy()), RATE, ["calm piano"])
    fade = round(0.02 * RATE)
    assert np.array_equal(sound.samples[: 3 * RATE - fade], start.samples[:-fade])
    assert np.abs(sound.samples[3 * RATE :] - whole[0].t().numpy()[3 * RATE :]).max() < 1e-6
    steps = np.abs(np.diff(sound.samples[:, 0]))
    assert steps[3 * RATE - fade - 5 : 3 * RATE + 5].max() <= steps[3 * RATE + 5 :].max()


def test_a_sound_longer_than_a_window_is_continued_from_its_end(engine: AudioCraftEngine) -> None:
    start = wave(33.0)
    engine.begin(request(duration_s=38.0, start=start))
    parts, whole = [], None
    while whole is None:
        (advance,) = engine.step()
        parts += [advance.part.samples] if advance.part is not None else []
        whole = advance.sound
    assert whole.samples.shape == (38 * RATE, 1)
    assert np.array_equal(whole.samples[: 32 * RATE], start.samples[: 32 * RATE])
    assert np.array_equal(np.concatenate(parts), whole.samples)
    assert len(parts[0]) >= 21 * RATE  # what the model is not given any more is heard at once


def test_a_start_of_another_rate_and_channels_is_brought_to_the_models(engine: AudioCraftEngine) -> None:
    (sound,) = make(engine, request(duration_s=4.0, start=wave(2.0, rate=44_100, channels=2)))
    assert sound.samples.shape == (4 * RATE, 1)
    expected = wave(2.0).samples[2000 : 2 * RATE - 2000]
    assert np.abs(sound.samples[2000 : 2 * RATE - 2000] - expected).max() < 0.01


def test_a_start_that_leaves_nothing_to_add_is_refused_and_takes_no_slot(engine: AudioCraftEngine) -> None:
    for _ in range(engine.slots + 1):
        with pytest.raises(PermanentError, match="is 3 s long, which leaves nothing to add"):
            engine.begin(request(duration_s=3.0, start=wave(3.0)))
    assert len(make(engine, request())) == 1


def test_only_some_checkpoints_follow_melodies(engine: AudioCraftEngine, singer: AudioCraftEngine) -> None:
    engine.load("music")
    assert abilities_of(engine) == ("sampling", "extend")
    assert abilities_of(singer) == ("sampling", "extend", "melody")


@pytest.mark.parametrize("duration_s", [4.0, 40.0])
def test_a_melody_is_followed_as_by_audiocraft(
    singer: AudioCraftEngine, pair: PairOf, duration_s: float
) -> None:
    melody = wave(9.0)
    (sound,) = make(singer, request(duration_s=duration_s, melody=melody))
    theirs = pair(MELODY).theirs
    theirs.set_generation_params(duration=duration_s)
    torch.manual_seed(7)
    wav = theirs.generate_with_chroma(["calm piano"], torch.from_numpy(melody.samples.T.copy())[None], RATE)
    assert np.abs(sound.samples - wav[0].t().numpy()).max() < 1e-6


def test_a_long_prompt_before_a_melody_fits_into_a_slot(singer: AudioCraftEngine) -> None:
    prompt = "z" * 500  # unknown letters, a token each
    (sound,) = make(singer, request(prompt=prompt, duration_s=30.0, melody=wave(30.0)))
    assert len(sound.samples) == 30 * RATE


@pytest.mark.parametrize("precision", ["bf16", "int8"])
def test_less_precision_is_another_sound_of_the_same_kind(
    exact: AudioCraftEngine, hub: Path, precision: str
) -> None:
    less = AudioCraftEngine(load({**EXACT, "SOUNDBOX_PRECISION": precision}))
    (sound,), (again,), (full,) = make(less, request()), make(less, request()), make(exact, request())
    assert same(sound, again)
    assert np.isfinite(sound.samples).all()
    assert 0.5 < np.std(sound.samples) / np.std(full.samples) < 2
    assert less.version != exact.version


def test_a_codec_is_asked_in_whole_frames(pair: PairOf) -> None:
    encoder = Encoder(pair(STEREO).theirs.compression_model)
    samples = encoder.samples(wave(1.0, channels=1))
    assert samples.shape == (2, RATE)
    assert encoder.codes(samples).shape == (8, RATE // encoder.hop_length)


def test_when_the_memory_runs_short_half_of_them_go_on_and_nothing_else_changes(
    hub: Path, exact: AudioCraftEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(batch: Batch) -> None:
        if len(batch.running) > 2 and batch.running[0].steps_done > 12:
            torch.empty(1 << 50)  # more than any machine has
        batch_step(batch)

    batch_step = Batch.step
    requests = [request(str(n), f"drums {n}", 4.0 + n, seed=n) for n in range(4)]
    wanted = make(exact, *requests)
    monkeypatch.setattr(Batch, "step", step)
    within = WithinMemory(AudioCraftEngine(load({**EXACT, "SOUNDBOX_SLOTS": "4"})))
    parts: dict[str, list[NDArray[np.float32]]] = {asked.job_id: [] for asked in requests}
    sounds: dict[str, Sound] = {}
    for asked in requests:
        within.begin(asked)
    slots = [within.slots]
    while len(sounds) < len(requests):
        for advance in within.step():
            if advance.part is not None:
                parts[advance.job_id].append(advance.part.samples)
            if advance.sound is not None:
                sounds[advance.job_id] = advance.sound
        slots.append(within.slots)
    assert sorted(set(slots), reverse=True) == [4, 2]
    assert list(sounds) == ["0", "1", "2", "3"]
    for asked, sound in zip(requests, wanted, strict=True):
        assert same(sounds[asked.job_id], sound)
        assert np.array_equal(np.concatenate(parts[asked.job_id]), sound.samples)


def test_torchs_own_errors_tell_that_the_memory_is_short() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50)
    assert is_short(caught.value)
    assert is_short(torch.OutOfMemoryError("CUDA out of memory."))


def test_what_has_its_slot_taken_begins_anew_in_an_engine_that_shrank(engine: AudioCraftEngine) -> None:
    shrunk = AudioCraftEngine(load({**EXACT, "SOUNDBOX_DEVICE": "cuda" if on_gpu(engine) else "cpu"}))
    shrunk.begin(request("lost"))
    shrunk.shrink(1)
    assert shrunk.step() == []
    assert unchanged(engine, make(shrunk, request())[0], make(engine, request())[0])
    assert shrunk.slots == 1
