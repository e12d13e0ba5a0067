import numpy as np
import pytest

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ
from services.generator.engines.synth.music import compose
from services.generator.engines.synth.music.composer import write
from services.generator.engines.synth.sound import Sound

from .listening import bands, beat_strength, level_db, pitch_classes


def heard(prompt: str, duration_s: float = 6.0, seed: int = 1, loop: bool = False) -> Sound:
    return compose(prompt, duration_s, seed, loop, lambda _: None)


def tonal(prompt: str, duration_s: float, seed: int = 1) -> tuple[Sound, list[int]]:
    return heard(prompt, duration_s, seed), list(write(prompt, duration_s, seed, False).plan.key.scale)


@pytest.mark.parametrize("duration_s", [1.0, 1.237, 5.0])
@pytest.mark.parametrize("loop", [False, True])
def test_music_has_exactly_the_length_asked_for(duration_s: float, loop: bool) -> None:
    sound = heard("funk", duration_s, loop=loop)
    assert sound.samples.shape == (round(duration_s * SAMPLE_RATE_HZ), 2)
    assert sound.samples.dtype == np.float32
    assert sound.sample_rate_hz == SAMPLE_RATE_HZ


def test_the_same_request_gives_the_same_samples() -> None:
    first, second = heard("lo-fi with rain", 5, 7), heard("lo-fi with rain", 5, 7)
    assert np.array_equal(first.samples, second.samples)
    assert first.tags == second.tags


def test_tags_say_what_the_music_is() -> None:
    tags = heard("house in D minor, 124 bpm, with piano", 4).tags
    assert tags["bpm"] == 124.0
    assert tags["key"] == "D minor"
    assert tags["genre"] == "house"
    assert "piano" in str(tags["instruments"]).split(", ")


@pytest.mark.parametrize(
    "prompt",
    [
        "ambient",
        "techno",
        "lo-fi",
        "metal",
        "jazz trio",
        "orchestral",
        "chiptune",
        "calm piano over soft rain",
        "trap",
        "bossa nova",
        "solo flute",
        "drum loop",
    ],
)
def test_levels_spectrum_and_ending_are_those_of_finished_music(prompt: str) -> None:
    x = heard(prompt, 6, 2).samples
    assert np.isfinite(x).all()
    assert 0.45 <= np.abs(x).max() <= 0.9
    assert -26 < level_db(x) < -10
    assert abs(float(x.mean())) < 1e-3
    at_ceiling = np.abs(x).max(axis=1) > 0.8899
    assert not (at_ceiling[:-2] & at_ceiling[1:-1] & at_ceiling[2:]).any(), "a clipped run"
    power = np.square(np.abs(np.fft.rfft(x.mean(axis=1))))
    assert power[round(14000 * len(x) / SAMPLE_RATE_HZ) :].sum() < 0.05 * power.sum()
    assert np.abs(x[0]).max() < 0.02
    assert np.abs(x[-1]).max() < 1e-3
    assert level_db(x[-2205:]) < level_db(x) - 15
    seconds = [level_db(x[i : i + SAMPLE_RATE_HZ]) for i in range(0, 4 * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)]
    assert min(seconds) > -45, "a silent second"


def test_different_prompts_sound_different() -> None:
    prompts = ("techno", "calm piano", "chiptune", "orchestral", "solo flute", "heavy metal")
    spectra = [bands(heard(prompt, 5).samples) for prompt in prompts]
    for i, one in enumerate(spectra):
        for other in spectra[i + 1 :]:
            assert np.abs(one - other).mean() > 3


def test_different_seeds_play_different_notes() -> None:
    scores = [write("piano in C major, 90 bpm", 10, seed, False).notes for seed in range(4)]
    assert len(set(scores)) == 4
    sounds = [heard("piano in C major, 90 bpm", 4, seed).samples for seed in (1, 2)]
    both = [x[:, 0] / np.linalg.norm(x[:, 0]) for x in sounds]
    assert abs(float(np.dot(*both))) < 0.8


@pytest.mark.parametrize(
    ("prompt", "bpm"), [("techno 128 bpm", 128), ("rock, 100 bpm", 100), ("reggae 76 bpm", 76)]
)
def test_the_written_tempo_is_heard(prompt: str, bpm: float) -> None:
    x = heard(prompt, 10, 3).samples
    assert beat_strength(x, bpm) > 0.3
    assert beat_strength(x, bpm) > beat_strength(x, bpm * 1.17) + 0.15


@pytest.mark.parametrize(
    "prompt", ["piano in C major", "strings in F# minor, no drums", "choir in Eb dorian, no drums"]
)
def test_the_written_key_is_heard(prompt: str) -> None:
    sound, scale = tonal(prompt, 10, 2)
    assert pitch_classes(sound.samples)[scale].sum() > 0.8


def test_refused_drums_are_not_heard() -> None:
    with_drums = heard("house, 120 bpm", 6).samples
    without = heard("house, 120 bpm, no drums", 6).samples
    assert beat_strength(with_drums, 120) > beat_strength(without, 120) + 0.1


def test_rain_fills_the_gaps_quietly() -> None:
    dry, wet = bands(heard("solo piano", 5).samples), bands(heard("solo piano and rain", 5).samples)
    assert wet[18:].mean() > dry[18:].mean() + 10
    assert wet[20:].max() < wet.max() - 10


@pytest.mark.parametrize("prompt", ["", "🎵🎵", "x" * 500, "no drums no bass no melody no chords no pads"])
def test_any_text_becomes_music(prompt: str) -> None:
    assert level_db(heard(prompt, 2).samples) > -30


@pytest.mark.parametrize("prompt", ["waltz", "ambient", "techno", "solo violin"])
def test_one_second_is_a_phrase_that_ends(prompt: str) -> None:
    x = heard(prompt, 1).samples
    assert level_db(x[:22050]) > -30
    assert np.abs(x[-1]).max() < 1e-3
    score = write(prompt, 1, 1, False)
    assert sum(len(notes) for _, notes in score.notes) >= 2


def test_two_minutes_have_sections_of_different_strength() -> None:
    x = heard("piano ballad without drums", 120).samples
    assert len(x) == 120 * SAMPLE_RATE_HZ
    levels = [
        level_db(x[i : i + 5 * SAMPLE_RATE_HZ])
        for i in range(0, len(x) - 5 * SAMPLE_RATE_HZ, 5 * SAMPLE_RATE_HZ)
    ]
    assert max(levels) - min(levels) > 2
    assert min(levels) > -40


def test_progress_runs_from_nothing_to_all_and_often() -> None:
    seen: list[float] = []
    compose("rock", 8, 1, False, seen.append)
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 1
    assert len(seen) > 25


@pytest.mark.parametrize("stop_at", [0.0, 0.3, 0.8])
def test_what_progress_raises_stops_the_work(stop_at: float) -> None:
    class StoppedError(Exception):
        pass

    calls = []

    def progress(done: float) -> None:
        calls.append(done)
        if done >= stop_at:
            raise StoppedError

    with pytest.raises(StoppedError):
        compose("orchestral", 30, 1, False, progress)
    assert sum(done >= stop_at for done in calls) == 1
