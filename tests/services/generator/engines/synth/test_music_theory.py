from collections.abc import Collection, Mapping
from itertools import pairwise

import pytest

from services.generator.engines.synth.music import progressions
from services.generator.engines.synth.music.genres.catalogue import GENRES
from services.generator.engines.synth.music.instruments.kits import KITS
from services.generator.engines.synth.music.instruments.registry import VOICES
from services.generator.engines.synth.music.patterns import ARPS, BASS, CHORDS, GROOVES, TRIPLE
from services.generator.engines.synth.music.theory import (
    MODES,
    Chord,
    Key,
    chord,
    coloured,
    near,
    scale_over,
    step_from,
    voiced,
)

C_MAJOR, A_MINOR = Key(0, "major"), Key(9, "minor")


@pytest.mark.parametrize(
    ("roman", "key", "classes"),
    [
        ("I", C_MAJOR, (0, 4, 7)),
        ("vi", C_MAJOR, (9, 0, 4)),
        ("V7", C_MAJOR, (7, 11, 2, 5)),
        ("ii7", C_MAJOR, (2, 5, 9, 0)),
        ("bVII", C_MAJOR, (10, 2, 5)),
        ("i", A_MINOR, (9, 0, 4)),
        ("bVI", A_MINOR, (5, 9, 0)),
        ("iim7b5", A_MINOR, (11, 2, 5, 9)),
        ("V7b9", A_MINOR, (4, 8, 11, 2, 5)),
    ],
)
def test_roman_numerals_spell_their_chords(roman: str, key: Key, classes: tuple[int, ...]) -> None:
    assert chord(roman, key).classes == classes


def test_a_numeral_that_is_none_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="chord 'H7': wanted a Roman numeral"):
        chord("H7", C_MAJOR)


def test_every_progression_and_cadence_can_be_read() -> None:
    tables: list[Mapping[str, tuple[str, ...]]] = [progressions.CADENCES, progressions.JAZZ_CADENCES]
    tables += [genre.progressions for genre in GENRES.values()]
    lines = [line for table in tables for choice in table.values() for line in choice]
    for line in lines:
        assert all(chord(roman, C_MAJOR).intervals for bar in line.split("|") for roman in bar.split())


def test_sevenths_and_ninths_come_from_the_scale() -> None:
    assert coloured(chord("I", C_MAJOR), "seventh", C_MAJOR).classes == (0, 4, 7, 11)
    assert coloured(chord("V", C_MAJOR), "seventh", C_MAJOR).classes == (7, 11, 2, 5)
    assert coloured(chord("ii", C_MAJOR), "ninth", C_MAJOR).classes == (2, 5, 9, 0, 4)


def test_a_melody_over_a_borrowed_chord_takes_its_tones() -> None:
    over_dominant = scale_over(chord("V7", A_MINOR), A_MINOR)
    assert 8 in over_dominant
    assert 7 not in over_dominant


def test_voices_move_little_from_chord_to_chord() -> None:
    previous = voiced(chord("I", C_MAJOR), None, 52, 74, 4)
    for roman in ("IV", "V7", "vi", "ii7", "V", "I"):
        current = voiced(chord(roman, C_MAJOR), previous, 52, 74, 4)
        assert all(52 - 12 <= pitch <= 74 for pitch in current)
        assert {pitch % 12 for pitch in current} <= set(chord(roman, C_MAJOR).classes)
        assert sum(abs(a - b) for a, b in zip(previous, current, strict=True)) <= 14
        assert all(a < b for a, b in pairwise(current))
        previous = current


def test_the_nearest_pitch_and_scale_steps_are_found() -> None:
    assert near(61, (0, 4, 7)) == 60
    assert step_from(60, 2, C_MAJOR.scale) == 64
    assert step_from(60, -1, C_MAJOR.scale) == 59


def test_keys_are_written_with_the_signs_people_use() -> None:
    assert Key(10, "major").label == "Bb major"
    assert Key(6, "minor").label == "F# minor"
    assert Key(3, "dorian").label == "Eb dorian"
    assert all(0 in steps for steps in MODES.values())


def test_a_power_chord_has_no_third() -> None:
    assert coloured(chord("i", A_MINOR), "power", A_MINOR) == Chord(9, (0, 7))


def test_every_template_names_voices_patterns_and_kits_that_exist() -> None:
    patterns: dict[str, Collection[str]] = {
        "bass": BASS,
        "chords": CHORDS,
        "pad": CHORDS,
        "arp": ARPS,
        "drums": GROOVES,
    }
    for genre in GENRES.values():
        assert set(genre.kits) <= set(KITS)
        for role, layer in genre.layers.items():
            assert set(layer.voices) <= set(VOICES), genre.name
            assert set(layer.patterns) <= set(patterns.get(role, ())), (genre.name, role)


def test_every_line_of_a_pattern_fills_its_bar() -> None:
    lines = [(name, text) for table in (BASS, CHORDS, ARPS) for name, text in table.items()]
    lines += [(name, text) for name, groove in GROOVES.items() for text in groove.values()]
    for name, text in lines:
        steps = 12 if name in TRIPLE else 16
        assert all(len(line) == steps for line in text.split("|")), name
