"""The sounds that a job names come from the store, or the job fails with a sentence that says why."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
import soundfile

from services.generator import prompts
from services.generator.engines.engine import ABILITIES, AudioPrompt, Request, abilities_of
from services.generator.prompts import Prompts, check, load
from shared import keys
from shared.errors import PermanentError
from shared.messages.ids import new_id
from shared.settings import load as load_settings
from shared.store import Store, open_store
from tests.jobs import a_job
from tests.services.generator.strange_engine import StrangeEngine

TRACK = new_id()
MELODY = "0123456789abcdef" * 4


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(load_settings({"SOUNDBOX_DATA": str(tmp_path)}))


def wav(seconds: float, rate: int = 8000, channels: int = 2) -> bytes:
    buffer = io.BytesIO()
    ramp = np.linspace(-0.5, 0.5, round(seconds * rate), dtype=np.float32)
    soundfile.write(buffer, np.tile(ramp[:, None], (1, channels)), rate, format="WAV", subtype="FLOAT")
    return buffer.getvalue()


def assert_fails(code: str, text: str, job_extends: str | None, store: Store, duration_s: float = 8) -> None:
    with pytest.raises(PermanentError, match=text) as failure:
        load(a_job(extend=job_extends, duration_s=duration_s), store)
    assert failure.value.code == code


def test_a_job_that_names_no_sound_needs_no_store(store: Store) -> None:
    assert load(a_job(), store) == Prompts(None, None)


def test_the_track_to_continue_comes_with_its_own_rate_and_channels(store: Store) -> None:
    store.put(keys.audio(TRACK), wav(2.0))
    start = load(a_job(extend=TRACK), store).start
    assert start is not None
    assert start.samples.shape == (16000, 2)
    assert start.samples.dtype == np.float32
    assert (start.sample_rate_hz, start.duration_s) == (8000, 2.0)
    assert (start.samples[0, 0], start.samples[-1, 1]) == (-0.5, 0.5)


def test_a_melody_and_a_start_are_both_given(store: Store) -> None:
    store.put(keys.audio(TRACK), wav(2.0))
    store.put(keys.melody(MELODY), wav(3.0, 32000, 1))
    heard = load(a_job(extend=TRACK, melody=MELODY), store)
    assert heard.start is not None
    assert heard.melody is not None
    assert heard.melody.samples.shape == (96000, 1)


def test_a_track_that_is_not_there_fails_the_job(store: Store) -> None:
    assert_fails("unknown_track", f"There is no track {TRACK} to continue", TRACK, store)


def test_a_melody_that_is_not_there_fails_the_job(store: Store) -> None:
    with pytest.raises(PermanentError, match=f"There is no melody {MELODY}") as failure:
        load(a_job(melody=MELODY), store)
    assert failure.value.code == "unknown_melody"


@pytest.mark.parametrize("asked_s", [1.0, 2.0, 2.05])
def test_a_track_is_only_made_longer(store: Store, asked_s: float) -> None:
    store.put(keys.audio(TRACK), wav(2.0))
    assert_fails("too_short", f"has 2 s already; asked for were {asked_s:g} s", TRACK, store, asked_s)
    assert load(a_job(extend=TRACK, duration_s=2.1), store).start is not None


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", wav(2.0)[:30], b"\x00" * 5000], ids=["empty", "four bytes", "cut", "zeros"]
)
def test_a_file_that_is_no_sound_fails_the_job(store: Store, content: bytes) -> None:
    store.put(keys.audio(TRACK), content)
    assert_fails("take_unreadable", keys.audio(TRACK), TRACK, store)


def test_a_strangely_large_file_is_not_even_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(keys.audio(TRACK), wav(2.0))
    monkeypatch.setattr(prompts, "MOST_BYTES", 1000)
    monkeypatch.delattr(Store, "read")
    assert_fails("take_unreadable", "wanted at most 1000", TRACK, store)


@pytest.mark.parametrize(
    ("named", "ability", "code"),
    [
        ({"extend": TRACK}, "extend", "cannot_extend"),
        ({"melody": MELODY}, "melody", "cannot_follow_melody"),
    ],
)
def test_an_engine_is_not_asked_for_what_it_cannot_do(named: dict[str, str], ability: str, code: str) -> None:
    job = a_job(**named)
    able = [one for one in ABILITIES if one == ability]
    check(job, "audiocraft", able)
    with pytest.raises(PermanentError, match=r"engine synth cannot .* with the model music") as failure:
        check(job, "synth", [one for one in ABILITIES if one != ability])
    assert failure.value.code == code


def test_every_engine_makes_a_sound_from_a_prompt_whatever_the_settings() -> None:
    check(a_job(sampling={"cfg_coef": 9}), "synth", [])


class AbleEngine(StrangeEngine):
    """Says what it can do, in an order of its own, and something that nobody knows."""

    abilities = frozenset({"sing", "melody", "extend"})


def test_an_engine_can_do_what_it_says_and_nothing_when_it_says_nothing() -> None:
    assert abilities_of(StrangeEngine()) == ()
    assert abilities_of(AbleEngine()) == ("extend", "melody")


def test_a_request_is_the_same_after_the_way_to_the_engines_process() -> None:
    samples = np.linspace(-1, 1, 16, dtype=np.float32).reshape(8, 2)
    request = Request("1", "rain", "music", 8.0, False, 1, start=AudioPrompt(samples, 8000))
    assert pickle.loads(pickle.dumps(request)) == request
    assert hash(pickle.loads(pickle.dumps(request))) == hash(request)
    for other in (AudioPrompt(samples, 16000), AudioPrompt(samples[:4], 8000), AudioPrompt(-samples, 8000)):
        assert other != request.start
