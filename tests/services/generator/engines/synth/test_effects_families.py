import numpy as np
import pytest

from services.analyzer.measures import measure
from services.analyzer.quality import is_good, judge
from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ
from services.generator.engines.synth.effects import render
from services.generator.engines.synth.effects.catalogue import BY_PHRASE, FAMILIES
from shared.audio import Audio

from .effects import SPARSE, family, features_of, fresh
from .listening import level_db

NAMES = list(FAMILIES)


def test_there_are_many_families() -> None:
    assert len(NAMES) > 100
    asked_for = (
        "rain, thunder, wind, sea, fire, birds, crickets, footsteps, door, glass, explosion, gunshot, laser, "
        "power-up, coin, jump, click, notification, alarm, siren, engine, helicopter, train, heartbeat, "
        "whoosh, magic, robot, applause, typing, bell"
    )
    assert set(asked_for.split(", ")) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_family_asks_for_it(name: str) -> None:
    for word in FAMILIES[name].words:
        assert BY_PHRASE[word] == (name,), word


@pytest.mark.parametrize(
    ("name", "duration_s"), [(n, d) for d in (4.0, 1.0) for n in NAMES] + [(n, 8.0) for n in SPARSE]
)
def test_a_family_is_a_sound_the_analyzer_publishes(name: str, duration_s: float) -> None:
    x = family(name) if duration_s == 4.0 else fresh(FAMILIES[name].words[0], duration_s)
    assert x.shape == (round(duration_s * SAMPLE_RATE_HZ), 2)
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    assert np.abs(x).max() <= 0.9
    assert np.abs(x.mean(axis=0)).max() < 2e-3
    assert level_db(x) > -40
    report = judge(measure(Audio(x, SAMPLE_RATE_HZ)), "audio")
    assert is_good(report), report
    assert report.score >= 50


@pytest.mark.parametrize("name", NAMES)
def test_a_family_begins_at_once_and_ends_without_a_cut(name: str) -> None:
    x = family(name)
    assert level_db(x[: SAMPLE_RATE_HZ // 2]) > -60
    assert np.abs(x[-1]).max() < 0.005
    assert np.abs(x[-44:]).max() < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_samples_and_another_seed_others(name: str) -> None:
    word = FAMILIES[name].words[0]
    first, again, other = (render(word, 0.3, seed, False, lambda _: None) for seed in (1, 1, 2))
    assert np.array_equal(again.samples, first.samples)
    assert first.tags == {"effects": name}
    assert not np.array_equal(other.samples, first.samples)


def test_every_two_families_differ_clearly() -> None:
    heard = np.array([features_of(FAMILIES[name].words[0]) for name in NAMES])
    distance = np.abs(heard[:, None] - heard[None]).mean(axis=2)
    np.fill_diagonal(distance, np.inf)
    closest = np.unravel_index(np.argmin(distance), distance.shape)
    assert distance[closest] > 0.5, [NAMES[k] for k in closest]
    assert np.median(distance.min(axis=1)) > 0.9


def test_another_seed_of_a_family_is_nearer_to_it_than_to_any_other() -> None:
    known = np.array([features_of(FAMILIES[name].words[0]) for name in NAMES])
    right = []
    for name in NAMES[::5]:
        other = features_of(FAMILIES[name].words[0], seed=2)
        right.append(NAMES[int(np.abs(known - other).mean(axis=1).argmin())] == name)
    assert np.mean(right) >= 0.95
