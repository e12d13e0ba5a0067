import numpy as np
import pytest

from services.analyzer.measures import measure
from services.analyzer.quality import judge
from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ
from shared.audio import Audio

from .effects import heard, named
from .listening import centroid_hz, features

WORDS = ("banana", "qwertz", "liminal", "zorp", "the colour of tuesday", "凸凹")


@pytest.mark.parametrize("prompt", [*WORDS, "", " ", "🎵🔥", "x" * 500, "no rain"])
def test_unknown_words_become_a_texture_that_says_so(prompt: str) -> None:
    assert named(prompt) == "abstract texture"
    x = heard(prompt, 2.0)
    assert np.isfinite(x).all()
    assert judge(measure(Audio(x, SAMPLE_RATE_HZ)), "audio").score == 100


def test_known_words_are_not_called_abstract() -> None:
    assert named("zorp in the rain") == "rain"


def test_other_words_give_another_texture() -> None:
    sounds = [features(heard(prompt, 2.0)) for prompt in WORDS]
    for i, one in enumerate(sounds):
        for other in sounds[i + 1 :]:
            assert np.abs(one - other).mean() > 0.4


def test_the_same_words_give_the_same_kind_of_texture() -> None:
    first, second = (features(heard("banana", 2.0, seed)) for seed in (1, 2))
    other = features(heard("zorp", 2.0))
    assert np.abs(first - second).mean() < np.abs(first - other).mean()


@pytest.mark.parametrize(("low", "high"), [("dark zorp", "bright zorp"), ("huge blorb", "tiny blorb")])
def test_adjectives_move_the_texture(low: str, high: str) -> None:
    assert centroid_hz(heard(high, 2.0)) > 1.5 * centroid_hz(heard(low, 2.0))
