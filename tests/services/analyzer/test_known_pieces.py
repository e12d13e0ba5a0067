"""Tempo and key of pieces that the synthesizer knows; `soundbox bench descriptors` takes 200 of them."""

from bench.descriptors import is_key, is_tempo, made
from services.analyzer.descriptors import describe

PIECES, ENOUGH = 12, 10


def test_tempo_and_key_of_most_pieces_are_found() -> None:
    found = [(piece, describe(piece.audio, "music")) for piece in made(PIECES)]
    tempos = [piece.bpm for piece, heard in found if not is_tempo(piece.bpm, heard)]
    keys = [piece.key for piece, heard in found if not is_key(piece.key, heard)]
    assert len(tempos) <= PIECES - ENOUGH, f"the tempos {tempos} were not found"
    assert len(keys) <= PIECES - ENOUGH, f"the keys {keys} were not found"


def test_a_tempo_and_a_key_may_be_wrong() -> None:
    (piece,) = made(1)
    heard = describe(piece.audio, "music")
    assert not is_tempo(piece.bpm * 1.3, heard)
    assert is_tempo(heard.bpm * 2.06 if heard.bpm else 0, heard)
    assert not is_tempo(heard.bpm * 1.06 if heard.bpm else 0, heard)
    assert is_key("C# blues", heard.model_copy(update={"key": "C# minor"}))
    assert is_key("Db lydian", heard.model_copy(update={"key": "C# major"}))
    assert not is_key("D major", heard.model_copy(update={"key": "D minor"}))
    assert not is_key("D major", heard.model_copy(update={"key": None}))
