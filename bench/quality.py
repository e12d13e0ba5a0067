"""How many good sounds the analyzer would send back, and how many spoilt ones it notices.

The good ones are clips of recorded and composed sounds that nobody here made; the spoilt ones are the same
clips after each of a table of damages.
"""

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from threadpoolctl import threadpool_limits

from bench import sounds
from bench.clips import DOUBLE, Clip, cut
from bench.damages import DAMAGES, Damage
from bench.figures import Figure
from bench.sounds import Source
from services.analyzer.measures import measure
from services.analyzer.quality import CHECKS, is_good, judge
from shared.audio import Audio
from shared.messages.job import Model, Report

REJECTED_AIM, FLAGGED_AIM = 2.0, 97.0
CLEAN, DAMAGED = "good sounds", "spoilt sounds"
_KINDS: tuple[tuple[str, Model], ...] = (("music", "music"), ("effects", "audio"))
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Verdict:
    """What the analyzer says of a sound.

    Attributes:
        issues: names of what it found.
        is_rejected: whether it would be made again.
        why: the sentences of what it found.
    """

    issues: tuple[str, ...]
    is_rejected: bool
    why: str


@dataclass(frozen=True)
class Judged:
    """A clip with what the analyzer says of it, as it is and after each damage that applies to it."""

    name: str
    model: Model
    clean: Verdict
    damaged: dict[str, Verdict]


@dataclass
class Found:
    """The clips of many files, and why others are none."""

    clips: list[Judged] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Found") -> None:
        """Take over what was found elsewhere."""
        self.clips += other.clips
        self.left_out += other.left_out


def run() -> list[Figure]:
    """Judge the clips of all packages, and all that is made of them."""
    found = judged(sounds.fetch())
    packages = sounds.versions()
    named = ", ".join(f"{name} {version}" for name, version in packages.items())
    return [Figure("packages", len(packages), "", table=CLEAN, notes=(named,)), *figures(found)]


def judged(sources: Sequence[Source]) -> Found:
    """The clips of the files, judged on every processor."""
    different, doubles = without_doubles(sources)
    found = Found(left_out=Counter({DOUBLE: doubles}))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=threadpool_limits, initargs=(1,)) as pool:
        for one in pool.map(_judged_file, different):
            found.add(one)
    return found


def without_doubles(sources: Iterable[Source]) -> tuple[list[Source], int]:
    """The first of every kind of equal files, and how many others there are."""
    given = list(sources)
    first = {source.path.read_bytes(): source for source in reversed(given)}
    kept = set(first.values())
    different = [source for source in given if source in kept]
    return different, len(given) - len(different)


def _judged_file(source: Source) -> Found:
    found = Found()
    found.clips = [judged_clip(clip) for clip in cut(source, found.left_out)]
    return found


def sample(music: int, effects: int) -> list[Clip]:
    """The first clips of so many files of the small packages, spread evenly; the same ones every time.

    Raises:
        SoundsMissingError: they can be neither found nor fetched.
    """
    different, _ = without_doubles(sounds.fetch(sounds.SMALL))
    return [*_firsts(different, "music", music), *_firsts(different, "audio", effects)]


def _firsts(sources: Sequence[Source], model: Model, count: int) -> Iterator[Clip]:
    """A clip of each of so many files that have one."""
    those = [source for source in sources if source.model == model]
    spread = sorted(range(len(those)), key=lambda number: (number * count) % len(those))
    clips = (next(cut(those[number], Counter()), None) for number in spread)
    return islice((clip for clip in clips if clip is not None), count)


def judged_clip(clip: Clip, damages: Sequence[Damage] = DAMAGES) -> Judged:
    """What the analyzer says of a clip, whole and spoilt."""
    spoilt = {damage.name: damage.applied(clip.audio, clip.name) for damage in damages}
    return Judged(
        clip.name,
        clip.model,
        _verdict(clip.audio, clip.model),
        {name: _verdict(audio, clip.model) for name, audio in spoilt.items() if audio is not None},
    )


def _verdict(audio: Audio, model: Model) -> Verdict:
    report = judge(measure(audio), model)
    return Verdict(tuple(issue.name for issue in report.issues), not is_good(report), _why(report))


def _why(report: Report) -> str:
    return " ".join(issue.sentence for issue in report.issues)


def figures(found: Found) -> list[Figure]:
    """Both tables."""
    return [*_clean(found), *_damaged(found.clips)]


def _clean(found: Found) -> list[Figure]:
    clips = found.clips
    rejected = [one for one in clips if one.clean.is_rejected]
    notes = [f"{one.name} ({one.model}): {one.clean.why}" for one in rejected]
    left_out = [f"{count} left out: {reason}" for reason, count in sorted(found.left_out.items())]
    kinds = [(label, [one for one in clips if one.model == model]) for label, model in _KINDS]
    return [
        Figure("clips", len(clips), "", table=CLEAN, notes=tuple(left_out)),
        *(Figure(f"clips of {label}", len(those), "", table=CLEAN) for label, those in kinds),
        Figure("rejected", _rejected(clips), "%", aim=REJECTED_AIM, table=CLEAN, notes=tuple(notes)),
        *(Figure(f"rejected of {label}", _rejected(those), "%", table=CLEAN) for label, those in kinds),
        *(Figure(f"found with {name}", _with_issue(clips, name), "%", table=CLEAN) for name in issue_names()),
    ]


def _damaged(clips: Sequence[Judged]) -> list[Figure]:
    spoilt = [(damage, verdict) for damage in DAMAGES for _, verdict in _spoilt_by(damage, clips)]
    flagged = sum(_is_named(damage, verdict) for damage, verdict in spoilt)
    rejected = sum(verdict.is_rejected for _, verdict in spoilt)
    return [
        Figure("spoilt clips", len(spoilt), "", table=DAMAGED),
        Figure("flagged", _percent(flagged, len(spoilt)), "%", aim=FLAGGED_AIM, at_least=True, table=DAMAGED),
        Figure("rejected", _percent(rejected, len(spoilt)), "%", table=DAMAGED),
        *(_flagged(damage, clips) for damage in DAMAGES),
    ]


def _flagged(damage: Damage, clips: Sequence[Judged]) -> Figure:
    """How many clips with a damage are named for it, against how many are without it."""
    those = _spoilt_by(damage, clips)
    missed = [name for name, verdict in those if not _is_named(damage, verdict)]
    rejected = sum(verdict.is_rejected for _, verdict in those)
    shown = "; ".join(missed[:_MOST_SHOWN]) + ("; …" if len(missed) > _MOST_SHOWN else "")
    told = f"{damage.name}: {len(missed)} of {len(those)} not flagged, {rejected} rejected"
    return Figure(
        damage.name,
        _percent(len(those) - len(missed), len(those)),
        "%",
        baseline=_named_without(damage, clips),
        aim=FLAGGED_AIM,
        at_least=True,
        table=DAMAGED,
        notes=(f"{told}: {shown}" if missed else told,),
    )


def _named_without(damage: Damage, clips: Sequence[Judged]) -> float:
    """Percent of the clips that are named for a damage which they have not."""
    those = [one for one in clips if damage.name in one.damaged]
    return _percent(sum(_is_named(damage, one.clean) for one in those), len(those))


def _is_named(damage: Damage, verdict: Verdict) -> bool:
    return not set(damage.issues).isdisjoint(verdict.issues)


def _spoilt_by(damage: Damage, clips: Sequence[Judged]) -> list[tuple[str, Verdict]]:
    return [(one.name, one.damaged[damage.name]) for one in clips if damage.name in one.damaged]


def issue_names() -> list[str]:
    """Names of everything that can be wrong, each once."""
    return list(dict.fromkeys(check.name for check in CHECKS))


def _rejected(clips: Sequence[Judged]) -> float:
    return _percent(sum(one.clean.is_rejected for one in clips), len(clips))


def _with_issue(clips: Sequence[Judged], name: str) -> float:
    return _percent(sum(name in one.clean.issues for one in clips), len(clips))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
