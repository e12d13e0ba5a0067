from itertools import pairwise

import pytest

from services.generator.engines.synth.music.composer import write
from services.generator.engines.synth.music.genres.catalogue import GENRES
from services.generator.engines.synth.music.instruments.registry import VOICES
from services.generator.engines.synth.music.score import Note


def lead(prompt: str, duration_s: float = 30, seed: int = 1) -> list[Note]:
    score = write(prompt, duration_s, seed, False)
    return [note for part, notes in score.notes for note in notes if part.role == "lead"]


@pytest.mark.parametrize("genre", list(GENRES))
def test_every_genre_writes_music_within_its_length_and_range(genre: str) -> None:
    for duration_s, loop in ((1, False), (7.3, True), (40, False), (120, False)):
        score = write(genre, duration_s, 3, loop)
        assert any(notes for _, notes in score.notes)
        for part, notes in score.notes:
            for note in notes:
                assert 0 <= note.beat < score.grid.length_beats, part
                assert note.beats > 0
                assert 0 < note.velocity <= 1
                assert VOICES[part.voice].low - 2 <= note.pitch <= 108, part


@pytest.mark.parametrize("genre", [name for name in GENRES if "lead" in GENRES[name].layers])
def test_melodies_move_mostly_by_step_and_keep_within_two_octaves(genre: str) -> None:
    pitches = [note.pitch for note in lead(genre)]
    assert len(pitches) >= 6
    leaps = [abs(a - b) for a, b in pairwise(pitches)]
    assert max(leaps) <= 12
    assert sum(leap <= 5 for leap in leaps) >= 0.6 * len(leaps)
    assert max(pitches) - min(pitches) <= 26


def test_stressed_melody_notes_belong_to_the_chord() -> None:
    score = write("pop in C major", 30, 2, False)
    notes = {round(n.beat, 3): n for part, ns in score.notes for n in ns if part.role == "lead"}
    checked = 0
    for bar in score.song.bars:
        for beat in (bar.beat, bar.beat + 2):
            if beat in notes:
                assert notes[beat].pitch % 12 in bar.chord_at(beat).classes
                checked += 1
    assert checked >= 4


def test_a_theme_that_returns_brings_its_rhythm_back() -> None:
    score = write("folk in G major, 100 bpm", 60, 4, False)
    melody = [n for part, ns in score.notes for n in ns if part.role == "lead"]
    starts = {}
    for bar in score.song.bars:
        if bar.number == 0 and bar.section.theme == "B":
            inside = tuple(round(n.beat - bar.beat, 3) for n in melody if bar.beat <= n.beat < bar.beat + 8)
            starts[bar.section.repetition] = inside
    assert len(starts) == 2
    assert starts[0] == starts[1]


def test_longer_pieces_open_and_close_with_fewer_players() -> None:
    score = write("rock 120 bpm", 60, 1, False)
    names = list(dict.fromkeys(bar.section.name for bar in score.song.bars))
    assert names[0] == "intro"
    assert names[-1] == "outro"
    assert "chorus" in names
    opening = {part.role for part, notes in score.notes if any(note.beat < 4 for note in notes)}
    assert "lead" not in opening


def test_the_last_chord_is_the_tonic_and_has_time_to_ring() -> None:
    for genre in GENRES:
        for duration_s in (2, 10, 30):
            score = write(genre, duration_s, 5, False)
            assert score.song.last is not None
            assert score.song.last.chord.root == score.plan.key.tonic
            tail_s = score.song.last.beats * 60 / score.grid.bpm
            assert min(0.2 * duration_s, 1.2) <= tail_s <= 5.5


def test_swing_comes_late_and_straight_music_does_not() -> None:
    assert write("jazz", 10, 1, False).plan.genre.swing > 0.6
    assert write("techno", 10, 1, False).plan.genre.swing == 0.5


def test_a_loop_is_whole_bars_at_nearly_the_wanted_tempo() -> None:
    score = write("house, 120 bpm", 16, 1, True)
    assert score.grid.bpm == 120
    assert score.grid.bars == (4.0,) * 8
    bent = write("house, 124 bpm", 15.7, 1, True)
    assert abs(bent.grid.bpm / 124 - 1) < 0.04


def test_drums_fill_where_a_section_closes() -> None:
    score = write("rock 120 bpm", 40, 2, False)
    closing = next(
        b for b in score.song.bars if b.closing and b.section.plays("drums") and b.section.intensity > 0.6
    )
    usual = next(b for b in score.song.bars if b.section == closing.section and b.number == 0)

    def played(beat: float) -> set[tuple[float, str]]:
        return {(round(s.beat - beat, 2), s.piece) for s in score.strokes if beat + 2 <= s.beat < beat + 4}

    assert played(closing.beat) != played(usual.beat)
