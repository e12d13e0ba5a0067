import numpy as np
import pytest

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ
from services.generator.engines.synth.music import compose

from .listening import level_db


@pytest.mark.parametrize(
    ("prompt", "duration_s"),
    [
        ("ambient", 6.0),
        ("techno", 4.0),
        ("lo-fi with rain", 5.5),
        ("metal", 3.2),
        ("organ waltz", 4.0),
        ("reggae", 1.0),
    ],
)
def test_a_loop_runs_on_from_its_end_to_its_start(prompt: str, duration_s: float) -> None:
    x = compose(prompt, duration_s, 2, True, lambda _: None).samples
    steps = np.abs(np.diff(x, axis=0))
    assert np.abs(x[0] - x[-1]).max() <= np.quantile(steps, 0.999)
    bend = np.abs((x[0] - x[-1]) - (x[-1] - x[-2])).max()
    assert bend <= np.quantile(np.abs(np.diff(x, 2, axis=0)), 0.9995)


@pytest.mark.parametrize("prompt", ["ambient", "strings", "synthwave"])
def test_the_level_around_the_seam_is_that_of_the_rest(prompt: str) -> None:
    x = compose(prompt, 8, 4, True, lambda _: None).samples
    half = SAMPLE_RATE_HZ // 2
    around = level_db(np.concatenate([x[-half:], x[:half]]))
    inside = [level_db(x[i : i + 2 * half]) for i in range(half, len(x) - 2 * half, half)]
    assert min(inside) - 3 < around < max(inside) + 3


def test_tails_are_folded_onto_the_start() -> None:
    once = compose("piano", 4, 3, False, lambda _: None).samples
    loop = compose("piano", 4, 3, True, lambda _: None).samples
    first = slice(0, 441)
    assert level_db(loop[first]) > level_db(once[first])
