"""Good sounds are let through: the benchmark of quality, in short."""

from collections import Counter
from pathlib import Path

import pytest

from bench.clips import DOUBLE
from bench.damages import DAMAGES
from bench.figures import Figure, as_json
from bench.quality import Found, Judged, figures, judged, judged_clip, sample
from bench.sounds import SoundsMissingError, Source
from tests.conftest import missing
from tests.sounds import sine, wav

MUSIC, EFFECTS = 10, 50
MOST_REJECTED = 4.0
"""Looser than the aim, which holds for all sounds: here one clip of 60 is 1.7 %."""


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    """A part of the sounds that nobody here made, judged as they are."""
    try:
        return [judged_clip(clip, ()) for clip in sample(MUSIC, EFFECTS)]
    except SoundsMissingError as error:
        missing(str(error))


def by_name(found: Found) -> dict[tuple[str, str], Figure]:
    return {(figure.table, figure.name): figure for figure in figures(found)}


def test_good_sounds_are_let_through(found: list[Judged]) -> None:
    told = by_name(Found(found))["good sounds", "rejected"]
    assert len(found) == MUSIC + EFFECTS
    assert told.value <= MOST_REJECTED, told.notes


def tone(tmp_path: Path, name: str, level: float = 0.5) -> Source:
    path = tmp_path / name
    path.write_bytes(wav(sine(level=level, seconds=1.0, rate_hz=32_000), 32_000))
    return Source(name, path, "music")


def test_files_are_judged_side_by_side_and_equal_ones_once(tmp_path: Path) -> None:
    sources = [tone(tmp_path, "a.wav"), tone(tmp_path, "b.wav"), tone(tmp_path, "quiet.wav", 0.002)]
    found = judged(sources)
    assert [one.name for one in found.clips] == ["a.wav", "quiet.wav"]
    assert found.left_out == Counter({DOUBLE: 1})
    told = by_name(found)
    assert told["good sounds", "clips"].value == 2
    rejected = told["good sounds", "rejected"]
    assert (rejected.value, rejected.met) == (50, False)
    (why,) = rejected.notes
    assert why.startswith("quiet.wav (music): ")
    assert told["good sounds", "found with silence"].value == 50
    silence = told["spoilt sounds", "near silence"]
    assert (silence.value, silence.baseline, silence.met) == (100, 50, True)
    assert {name for table, name in told if table == "spoilt sounds"} >= {one.name for one in DAMAGES}


def test_without_any_sound_nothing_is_claimed() -> None:
    assert all(figure.value == 0 for figure in figures(Found()))


def test_only_figures_with_tables_and_notes_tell_them_in_json() -> None:
    plain, full = (
        as_json("x", [Figure("a", 1, "")]),
        as_json("x", [Figure("a", 1, "", table="t", notes=("n",))]),
    )
    assert '"table"' not in plain
    assert '"notes"' not in plain
    assert '"table": "t", "notes": ["n"]' in full
