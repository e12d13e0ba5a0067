import time

import numpy as np
import pytest

from services.analyzer.measures import measure
from services.analyzer.quality import is_good, judge
from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ
from services.generator.engines.synth.effects import render
from shared.audio import Audio

from .effects import heard, named
from .listening import bands, level_db

LOOPS = [
    ("rain", 4.0),
    ("wind", 3.3),
    ("fire and crickets", 4.0),
    ("footsteps", 2.9),
    ("siren", 3.7),
    ("helicopter", 2.0),
    ("explosion", 3.0),
    ("church bell", 3.0),
    ("alarm", 1.0),
    ("storm in a cave", 5.0),
    ("distant train", 4.0),
    ("banana", 3.0),
]


@pytest.mark.parametrize("duration_s", [0.1, 0.37, 1.0, 2.345])
@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("prompt", ["rain", "gunshot", "door then footsteps", "deep siren", "zorp"])
def test_a_sound_has_exactly_the_length_asked_for(prompt: str, duration_s: float, loop: bool) -> None:
    x = heard(prompt, duration_s, 1, loop)
    assert x.shape == (round(duration_s * SAMPLE_RATE_HZ), 2)
    assert np.isfinite(x).all()
    assert 0.005 < np.abs(x).max() <= 0.9


@pytest.mark.parametrize("prompt", ["stream", "a single click"])
def test_the_longest_sounds_are_rendered_in_time(prompt: str) -> None:
    seen: list[float] = []
    begun = time.process_time()
    x = render(prompt, 120.0, 1, False, seen.append).samples
    assert time.process_time() - begun < 12
    assert len(x) == 120 * SAMPLE_RATE_HZ
    assert is_good(judge(measure(Audio(x, SAMPLE_RATE_HZ)), "audio"))
    assert len(seen) > 20


def test_ten_seconds_take_less_than_one() -> None:
    for prompt in ("cheering crowd", "heavy rain on a tin roof", "typing", "horror"):
        render(prompt, 0.2, 1, False, lambda _: None)
        begun = time.process_time()
        render(prompt, 10.0, 1, False, lambda _: None)
        assert time.process_time() - begun < 1.5, prompt


@pytest.mark.parametrize(("prompt", "duration_s"), LOOPS)
def test_a_loop_runs_on_from_its_end_to_its_start(prompt: str, duration_s: float) -> None:
    x = heard(prompt, duration_s, 2, True)
    steps = np.abs(np.diff(x, axis=0))
    assert np.abs(x[0] - x[-1]).max() <= np.quantile(steps, 0.9995)
    bend = np.abs((x[0] - x[-1]) - (x[-1] - x[-2])).max()
    assert bend <= np.quantile(np.abs(np.diff(x, 2, axis=0)), 0.9998)


@pytest.mark.parametrize("prompt", ["rain", "waterfall", "engine", "crickets", "applause"])
def test_a_loop_sounds_at_its_seam_as_elsewhere(prompt: str) -> None:
    x = heard(prompt, 4.0, 3, True)
    quarter = SAMPLE_RATE_HZ // 4
    around = bands(np.concatenate([x[-quarter:], x[:quarter]]))
    inside = np.array([bands(x[i : i + 2 * quarter]) for i in range(quarter, len(x) - 2 * quarter, quarter)])
    loud = inside.mean(axis=0) > inside.mean(axis=0).max() - 25
    assert (around[loud] > inside.min(axis=0)[loud] - 4).all()
    assert (around[loud] < inside.max(axis=0)[loud] + 4).all()


def test_the_tail_of_an_event_goes_round_a_loop() -> None:
    once, loop = heard("church bell", 3.0, 3), heard("church bell", 3.0, 3, True)
    assert level_db(loop[-2205:]) > level_db(once[-2205:]) + 6
    assert level_db(loop[:20]) > level_db(once[:20]) + 6


def test_tags_name_every_sound() -> None:
    assert named("rain and distant thunder") == "rain, thunder"
    assert named("door opens, then footsteps and a dog") == "door, footsteps, dog"


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "   ",
        "🎉🎉🎉",
        "雨",
        "私は猫です。猫",
        "x" * 500,
        "rain " * 100,
        "\x00\x07",
        "<script>",
        "a" * 3 + "́" * 40,
        "(((",
    ],
)
def test_any_text_becomes_a_sound(prompt: str) -> None:
    x = heard(prompt, 1.0)
    assert np.isfinite(x).all()
    assert level_db(x) > -40


def test_a_few_short_sounds_in_a_long_time_are_no_silence() -> None:
    x = heard("a single click", 30.0)
    assert is_good(judge(measure(Audio(x, SAMPLE_RATE_HZ)), "audio"))
    assert np.argmax(np.abs(x).max(axis=1)) < SAMPLE_RATE_HZ


@pytest.mark.parametrize("prompt", ["rain", "siren", "click", "explosion", "storm then birds", "zorp"])
@pytest.mark.parametrize("loop", [False, True])
def test_progress_runs_from_nothing_to_all(prompt: str, loop: bool) -> None:
    seen: list[float] = []
    render(prompt, 4.0, 1, loop, seen.append)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert len(seen) >= 9


@pytest.mark.parametrize("stop_at", [0.0, 0.4, 0.9])
def test_what_progress_raises_stops_the_work(stop_at: float) -> None:
    class StoppedError(Exception):
        pass

    calls = []

    def progress(done: float) -> None:
        calls.append(done)
        if done >= stop_at:
            raise StoppedError

    with pytest.raises(StoppedError):
        render("rain and a dog", 10.0, 1, False, progress)
    assert sum(done >= stop_at for done in calls) == 1
