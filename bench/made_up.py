"""Made-up tracks with the statistics of a real library: words, lengths, tempos and people by Zipf's law.

Everything follows from a seed and a track's number, so that two runs have the same library.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from numpy.random import Generator

from shared import keys
from shared.messages.deeds import TrackPlayed, TrackVoted
from shared.messages.event import Event
from shared.messages.events import (
    AudioApproved,
    AudioGenerated,
    GenerationStarted,
    JobAccepted,
    TrackPublished,
)
from shared.messages.job import Descriptors, Issue, Job, Model, Report, Take

START = datetime(2026, 1, 1, tzinfo=UTC)
STAGES: dict[type[Event], str] = {
    JobAccepted: "ingest",
    GenerationStarted: "generator",
    AudioGenerated: "generator",
    AudioApproved: "analyzer",
    TrackPublished: "renderer",
    TrackPlayed: "ingest",
    TrackVoted: "ingest",
}

_SEED = 20260101
_CHUNK = 2_000  # tracks whose numbers are drawn at once
_USERS = 5_000
_TAIL_WORDS = 20_000
_ZIPF_EXPONENT = 1.15  # of words in natural language it is about 1; prompts use fewer
_ZIPF_OFFSET = 20  # Mandelbrot's: the most frequent word stands in a sixth of the prompts
_GLUE = ("a", "with", "and", "of", "the", "in", "over", "for", "on", "to")
_GLUE_SHARE = 0.25
_TIMED_SHARE = 0.1  # prompts that say how many beats a minute they want
_EFFECT_SHARE = 0.4
_LIKED_SHARE = 0.8

# The most frequent first: what people ask for is far from even.
_COMMON = """
    piano ambient rain calm soft guitar drums deep synth slow dark beat warm bass strings night pad wind
    dreamy lo-fi heavy gentle bright water jazz loop cinematic distant ocean fast forest electronic low
    acoustic fire epic happy melody chill city thunder sad birds old door bell metal steps engine crackle
    vinyl laser hip hop techno house rock folk blues orchestra choir flute violin cello trumpet saxophone
    organ harp 8-bit arcade retro synthwave funky groove 808 sub kick snare hi-hat shaker tambourine
    percussion storm river waves stream cave jungle desert mountain snow ice garden street cafe market
    train car plane helicopter motor machine robot alarm siren phone keyboard typing paper glass wood
    stone gravel explosion impact whoosh click button menu coin jump level power-up spell magic dragon
    monster zombie ghost scream laugh crowd applause cheering footsteps running walking breathing
    heartbeat whisper morning evening midnight summer winter autumn spring sunrise sunset space alien
    planet cosmic drum'n'bass trap dubstep trance disco reggae latin bossa nova samba tango waltz march
    anthem lullaby peaceful melancholic hopeful tense mysterious romantic playful aggressive uplifting
    nostalgic
""".split()  # noqa: SIM905 - a list of words reads like one

_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_CLIPPING = Issue(name="clipping", penalty=12, sentence="0.4 % of the samples clip; up to 0.1 % is fine.")


@dataclass(frozen=True)
class Vocabulary:
    """Words, the most frequent first, and how likely each is."""

    words: Sequence[str]
    shares: np.ndarray[Any, np.dtype[np.float64]]

    def common(self, count: int) -> list[str]:
        """The most frequent words."""
        return list(self.words[:count])

    def rare(self, count: int) -> list[str]:
        """Words of the tail, each of which a few tracks in a hundred thousand have."""
        return list(self.words[len(_COMMON) + 2_000 :: 17][:count])


def vocabulary() -> Vocabulary:
    """The words of all prompts, glue apart; the same ones every time."""
    words = [*dict.fromkeys(_COMMON), *_tail(np.random.default_rng(_SEED))]
    weights = 1.0 / (np.arange(len(words)) + _ZIPF_OFFSET) ** _ZIPF_EXPONENT
    return Vocabulary(words, weights / weights.sum())


def tracks(count: int) -> Iterator[TrackPublished]:
    """The first `count` tracks, the oldest first."""
    return islice(_endless(), count)


def library(count: int) -> Iterator[Event]:
    """The first `count` tracks, and between them what people did with those before: by Zipf's law, too.

    There are two plays for three tracks, and a vote for four.
    """
    rng = np.random.default_rng([_SEED, count])
    for number, track in enumerate(tracks(count)):
        yield track
        if number % 3:
            yield TrackPlayed(user_id=_listener(rng), track_id=job_id(_liked(rng, number)))
        if number % 4 == 0:
            vote = 1 if rng.random() < _LIKED_SHARE else -1
            yield TrackVoted(user_id=_listener(rng), track_id=job_id(_liked(rng, number)), vote=vote)


def life(track: TrackPublished) -> list[Event]:
    """Every event of a track's job, its publication last."""
    job, take = track.job, track.take
    return [
        JobAccepted(job=job),
        GenerationStarted(job_id=job.job_id, attempt=0, engine=take.engine, worker="generator"),
        AudioGenerated(job=job, attempt=0, take=take),
        AudioApproved(job=job, attempt=0, take=take, report=track.report, attempts=1),
        track,
    ]


def time_of(number: int) -> datetime:
    """When the event of this number was published: one every 20 s."""
    return START + timedelta(seconds=20 * number)


def job_id(number: int) -> str:
    """Id of the job of this number; looks like any other, and grows with time as those do."""
    milliseconds = int(time_of(number).timestamp() * 1000)
    noise = number * 0x9E3779B97F4A7C15 & (1 << 62) - 1  # Fibonacci hashing: spreads neighbours
    return str(uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | (number & 0xFFF) << 64 | 0b10 << 62 | noise))


def _listener(rng: Generator) -> str:
    return f"listener-{rng.zipf(1.3) % _USERS}"


def _liked(rng: Generator, newest: int) -> int:
    """One of the tracks so far; a few hundred have most of what is done."""
    return int(min(rng.zipf(1.2), 2**40) * 7919 % (newest + 1))


def _endless() -> Iterator[TrackPublished]:
    known = vocabulary()
    first = 0
    while True:
        yield from _chunk(known, first)
        first += _CHUNK


def _chunk(known: Vocabulary, first: int) -> Iterator[TrackPublished]:
    rng = np.random.default_rng([_SEED, first])
    prompts = _prompts(known, rng)
    effect = rng.random(_CHUNK) < _EFFECT_SHARE
    lengths = np.where(effect, rng.uniform(1, 30, _CHUNK), rng.choice([8, 15, 30, 60, 120], _CHUNK))
    users = rng.zipf(1.3, _CHUNK) % _USERS
    bpms, keys_of = rng.normal(110, 25, _CHUNK).clip(50, 200), rng.integers(0, 24, _CHUNK)
    scores, loops = rng.integers(50, 101, _CHUNK), rng.random(_CHUNK) < 0.15
    features = rng.normal(0, 1, (_CHUNK, 64)).round(3).tolist()
    peaks = rng.integers(0, 256, (_CHUNK, 100)).tolist()
    for place in range(_CHUNK):
        is_effect = bool(effect[place])
        yield _track(
            first + place,
            prompt=prompts[place],
            model="audio" if is_effect else "music",
            duration_s=round(float(lengths[place]), 1),
            user_id=f"listener-{users[place]}",
            loop=bool(loops[place]),
            score=int(scores[place]),
            heard=_heard(is_effect, float(bpms[place]), int(keys_of[place]), features[place]),
            peaks=peaks[place],
        )


def _prompts(known: Vocabulary, rng: Generator) -> list[str]:
    lengths = rng.integers(3, 26, _CHUNK)
    chosen = rng.choice(len(known.words), int(lengths.sum()), p=known.shares).tolist()
    glue = (rng.random(len(chosen)) < _GLUE_SHARE).tolist()
    bpm = np.where(rng.random(_CHUNK) < _TIMED_SHARE, rng.integers(60, 180, _CHUNK), 0).tolist()
    found, start = [], 0
    for place, length in enumerate(lengths.tolist()):
        words = [
            _GLUE[number % len(_GLUE)] if glue[start + at] else known.words[number]
            for at, number in enumerate(chosen[start : start + length])
        ]
        start += length
        ending = f", {bpm[place]} bpm" if bpm[place] else ""
        found.append(" ".join(words)[:480] + ending)
    return found


def _heard(is_effect: bool, bpm: float, key: int, features: list[float]) -> Descriptors:
    mode = "minor" if key >= len(_TONICS) else "major"
    return Descriptors(
        bpm=None if is_effect else round(bpm, 1),
        bpm_confidence=0.8,
        key=None if is_effect else f"{_TONICS[key % len(_TONICS)]} {mode}",
        key_confidence=0.7,
        brightness_hz=1800.0,
        dynamic_range_db=9.5,
        onset_rate_hz=2.5,
        seam=0.5,
        leading_silence_s=0.0,
        trailing_silence_s=0.1,
        features=tuple(features),
    )


def _track(
    number: int,
    *,
    prompt: str,
    model: Model,
    duration_s: float,
    user_id: str,
    loop: bool,
    score: int,
    heard: Descriptors,
    peaks: list[int],
) -> TrackPublished:
    name = job_id(number)
    digest = f"{number:064x}"
    engine = "audiocraft" if number % 3 == 0 else "synth"
    job = Job(
        job_id=name,
        prompt=prompt,
        model=model,
        duration_s=duration_s,
        loop=loop,
        seed=number,
        tier="free",
        user_id=user_id,
        priority=0,
    )
    take = Take(
        key=keys.take(name, 0),
        sha256=digest,
        duration_s=duration_s,
        sample_rate_hz=32_000,
        channels=2,
        seed=number,
        engine=engine,
        engine_version="1",
        elapsed_ms=900.0 * duration_s,
    )
    return TrackPublished(
        job=job,
        attempt=0,
        take=take,
        report=Report(score=score, issues=(_CLIPPING,) if score < 60 else (), descriptors=heard),
        attempts=1,
        audio_key=keys.audio(name),
        audio_sha256=digest,
        spectrogram_key=keys.spectrogram(name),
        peaks_key=keys.peaks(name),
        duration_s=duration_s,
        loudness_lufs=-14.0,
        peaks=tuple(peaks),
    )


def _tail(rng: Generator) -> list[str]:
    """Words that can be spoken and mean nothing, each one once."""
    onsets, vowels, codas = (*"bdfgklmnprstvz", "sh", "tr", "st"), "aeiou", ("", "n", "r", "l", "s")
    made: dict[str, None] = {}
    while len(made) < _TAIL_WORDS:
        syllables = int(rng.integers(2, 4))
        word = "".join(
            onsets[rng.integers(len(onsets))] + vowels[rng.integers(5)] + codas[rng.integers(5)]
            for _ in range(syllables)
        )
        made[word] = None
    return list(made)
