"""How often tempo and key are found in pieces whose tempo and key the synthesizer knows, and how fast.

The pieces are of every genre, of 70 to 170 bpm; a quarter of them are in a key of their genre's choice,
half in a major or minor key, a quarter in any of the synthesizer's thirteen modes.
"""

import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from bench.figures import Figure
from services.analyzer.descriptors import describe
from services.analyzer.descriptors.key import TONICS
from services.generator.engines.synth.music import compose
from services.generator.engines.synth.music.genres.catalogue import GENRES
from services.generator.engines.synth.music.theory import MODES
from shared.audio import Audio
from shared.messages.job import Descriptors

PIECES = 200
FIRST = 1000  # the pieces before were there when weights were chosen
PIECE_S = 12.0
TIMED_S, TIMED_RATE_HZ, TIMED_RUNS = 10, 32_000, 20
SHARE_AIM, TIME_AIM_MS = 0.9, 40.0
TEMPO_TOLERANCE = 0.04

_MAJOR = ("major", "lydian", "mixolydian", "major pentatonic", "whole tone")
"""Modes with a major third; a key is right when its tonic is, and the size of its third."""
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Piece:
    """A piece, with what the synthesizer says of it."""

    audio: Audio
    bpm: float
    key: str


def run(pieces: int = PIECES) -> list[Figure]:
    """Compose so many pieces, describe each, and time the description of one."""
    right = [_right(piece) for piece in made(pieces)]
    tempos, keys = (statistics.mean(one) for one in zip(*right, strict=True))
    typical, slowest = _times_ms(next(made(1)).audio)
    return [
        Figure("pieces", pieces, ""),
        Figure("tempo_right", tempos, "of 1", aim=SHARE_AIM, at_least=True),
        Figure("key_right", keys, "of 1", aim=SHARE_AIM, at_least=True),
        Figure("core_time_median", typical, "ms", aim=TIME_AIM_MS),
        Figure("core_time_longest", slowest, "ms"),
    ]


def made(count: int) -> Iterator[Piece]:
    """The first so many pieces; the same ones every time."""
    for number in range(FIRST, FIRST + count):
        sound = compose(prompt(number), PIECE_S, number, False, lambda _fraction: None)
        yield Piece(
            Audio(sound.samples, sound.sample_rate_hz), float(sound.tags["bpm"]), str(sound.tags["key"])
        )


def prompt(number: int) -> str:
    """What a piece is made of; steps without common divisors let genres, tempos and keys mix."""
    genre = list(GENRES)[number % len(GENRES)]
    bpm = 70 + number * 37 % 101
    return f"{genre} at {bpm} bpm{_key(number)}"


def is_tempo(bpm: float, heard: Descriptors) -> bool:
    """Whether the tempo is within 4 %, or so many halvings or doublings of it."""
    if heard.bpm is None:
        return False
    octaves = math.log2(heard.bpm / bpm)
    return 2 ** abs(octaves - round(octaves)) - 1 <= TEMPO_TOLERANCE


def is_key(key: str, heard: Descriptors) -> bool:
    """Whether tonic and third are right."""
    return heard.key is not None and _tonic_and_third(heard.key) == _tonic_and_third(key)


def _right(piece: Piece) -> tuple[bool, bool]:
    """Whether tempo and key are found."""
    heard = describe(piece.audio, "music")
    return is_tempo(piece.bpm, heard), is_key(piece.key, heard)


def _key(number: int) -> str:
    tonic = TONICS[(number * 7 + number // 12) % 12]
    match number % 4:
        case 0:
            return ""
        case 3:
            return f" in {tonic} {list(MODES)[number // 4 % len(MODES)]}"
        case _:
            return f" in {tonic} {('major', 'minor')[number // 2 % 2]}"


def _tonic_and_third(key: str) -> tuple[int, bool]:
    tonic, _, mode = key.partition(" ")
    sharps = tonic.count("#") - tonic[1:].count("b")
    return (_SEMITONES[tonic[0]] + sharps) % 12, mode in _MAJOR


def _times_ms(audio: Audio) -> tuple[float, float]:
    """Median and longest processor time, on one core, of describing 10 s at 32 kHz."""
    sound = Audio(audio.samples[: TIMED_S * TIMED_RATE_HZ], TIMED_RATE_HZ)
    with threadpool_limits(1):
        times = [_milliseconds(Audio(sound.samples, sound.sample_rate_hz)) for _ in range(TIMED_RUNS + 1)]
    return statistics.median(times[1:]), max(times[1:])


def _milliseconds(audio: Audio) -> float:
    started = time.process_time()
    describe(audio, "music")
    return (time.process_time() - started) * 1000
