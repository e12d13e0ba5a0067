"""The shape in time: how many bars fit, where the piece ends, and which sections it has."""

from dataclasses import dataclass

from .plan import MusicPlan
from .score import Section


@dataclass(frozen=True)
class Grid:
    """Beats a minute as played, the beats of each bar, and the length of everything in beats."""

    bpm: float
    bars: tuple[float, ...]
    length_beats: float

    @property
    def body_beats(self) -> float:
        """Beats before the last chord (of a loop: all)."""
        return sum(self.bars)


def loop_grid(plan: MusicPlan, duration_s: float) -> Grid:
    """Return a grid that fills the duration: whole bars, a shorter last one if bars would bend the tempo."""
    meter = plan.genre.meter
    exact = duration_s * plan.bpm / 60.0
    allowed = 0.04 if plan.bpm_given else 0.12
    for unit in (meter, meter / 2 if meter % 2 == 0 else 1, 1):
        beats = max(1, round(exact / unit)) * unit
        if abs(beats / exact - 1.0) <= allowed or unit == 1:
            break
    return Grid(beats * 60.0 / duration_s, _bars(beats, meter), beats)


def song_grid(plan: MusicPlan, duration_s: float) -> Grid:
    """Return a grid whose last chord falls on a beat and has time to ring out before the end."""
    meter = plan.genre.meter
    tail_s = min(3.2 if plan.genre.form in ("drift", "classical", "rise") else 2.3, 0.34 * duration_s)
    for unit in (meter, meter / 2 if meter % 2 == 0 else 1, 1, 0.5):
        beats, stretch = _fitted(duration_s, tail_s, unit, plan.bpm / 60.0)
        if abs(stretch - 1.0) <= (0.001 if plan.bpm_given else 0.04):
            break
    bpm = plan.bpm if plan.bpm_given else plan.bpm * stretch
    return Grid(bpm, _bars(beats, meter), duration_s * bpm / 60.0)


def _fitted(duration_s: float, tail_s: float, unit: float, beats_a_second: float) -> tuple[float, float]:
    """Return how many beats, in whole units, leave a good tail, and the factor they need on the tempo."""
    shortest, longest = 0.65 * tail_s, 1.35 * tail_s
    usual = round((duration_s - tail_s) * beats_a_second / unit)
    best = (unit, float("inf"))
    for count in (usual, usual - 1, usual + 1):
        beats = max(1, count) * unit
        body_s = beats / beats_a_second
        stretch = body_s / min(max(body_s, duration_s - longest), duration_s - shortest)
        best = min(best, (beats, stretch), key=lambda fit: abs(fit[1] - 1.0))
    return best


def _bars(beats: float, meter: int) -> tuple[float, ...]:
    whole = int(beats // meter)
    rest = beats - whole * meter
    return (float(meter),) * whole + ((rest,) if rest > 1e-6 else ())


_Row = tuple[str, str, float, float, str]
"""(name, theme, share of the bars, intensity, roles that are silent)."""

_FORMS: dict[str, tuple[_Row, ...]] = {
    "song": (
        ("intro", "A", 0.12, 0.45, "lead arp counter"),
        ("verse", "A", 0.24, 0.65, "arp pad"),
        ("chorus", "B", 0.22, 0.95, ""),
        ("break", "A", 0.12, 0.5, "bass arp"),
        ("chorus", "B", 0.22, 1.0, ""),
        ("outro", "A", 0.08, 0.55, "arp counter"),
    ),
    "build": (
        ("intro", "A", 0.14, 0.5, "lead pad chords"),
        ("build", "A", 0.2, 0.75, "lead pad"),
        ("break", "B", 0.16, 0.45, "drums bass"),
        ("drop", "B", 0.26, 1.0, ""),
        ("drop", "B", 0.14, 0.95, "pad"),
        ("outro", "A", 0.1, 0.6, "lead arp"),
    ),
    "drift": (
        ("opening", "A", 0.2, 0.4, "lead arp"),
        ("drift", "A", 0.3, 0.6, "counter"),
        ("swell", "B", 0.3, 0.9, ""),
        ("fading", "A", 0.2, 0.45, "arp"),
    ),
    "classical": (
        ("intro", "A", 0.08, 0.45, "lead"),
        ("first", "A", 0.28, 0.6, "counter"),
        ("second", "B", 0.28, 0.85, ""),
        ("first", "A", 0.28, 0.7, ""),
        ("coda", "A", 0.08, 0.45, "counter"),
    ),
    "rise": (
        ("opening", "A", 0.2, 0.4, "drums lead arp"),
        ("rise", "A", 0.3, 0.65, "arp"),
        ("climax", "B", 0.34, 1.0, ""),
        ("closing", "A", 0.16, 0.6, "drums"),
    ),
}

_SHORT: dict[str, tuple[_Row, ...]] = {
    "song": (("verse", "A", 0.5, 0.75, ""), ("chorus", "B", 0.5, 0.95, "")),
    "build": (("build", "A", 0.4, 0.75, "pad"), ("drop", "B", 0.6, 1.0, "")),
    "drift": (("drift", "A", 0.5, 0.6, ""), ("swell", "B", 0.5, 0.8, "")),
    "classical": (("first", "A", 0.5, 0.65, ""), ("second", "B", 0.5, 0.8, "")),
    "rise": (("rise", "A", 0.45, 0.6, ""), ("climax", "B", 0.55, 1.0, "")),
}

_LONG_ENOUGH_BARS = 9
"""Below this a piece has no room for an introduction and a close."""


def sections(plan: MusicPlan, bars: int, loop: bool, duration_s: float) -> tuple[Section, ...]:
    """Return sections that add up to the bars; a short piece is one or two, all players in from the start."""
    if bars < 6 or (duration_s <= 12.0 and bars < _LONG_ENOUGH_BARS):
        return (Section("verse", "A", bars, 0.85),)
    full = bars >= _LONG_ENOUGH_BARS and duration_s > 20.0 and not loop
    rows = (_FORMS if full else _SHORT)[plan.genre.form]
    repeats = max(1, round(bars / 72)) if full else 1
    rows = (rows[0], *rows[1:-1] * repeats, rows[-1]) if full else rows
    lengths = _lengths([row[2] for row in rows], bars)
    result: list[Section] = []
    roles = {part.role for part in plan.parts} | ({"drums"} if plan.ensemble.kit else set())
    for (name, theme, _, intensity, silent), length in zip(rows, lengths, strict=True):
        if length:
            quiet = _still_playing(frozenset(silent.split()), roles)
            repetition = sum(1 for section in result if section.theme == theme)
            result.append(Section(name, theme, length, intensity, quiet, repetition))
    return tuple(result)


def _still_playing(silent: frozenset[str], roles: set[str]) -> frozenset[str]:
    """Return who is silent, nobody if that would leave fewer than two players (or none of a soloist)."""
    return silent if len(roles - silent) >= min(2, len(roles)) else frozenset()


def _lengths(shares: list[float], bars: int) -> list[int]:
    """Return whole bars a section near its share, in fours where there is room, then in twos."""
    total = sum(shares)
    unit = 4 if bars >= 32 else 2 if bars >= 10 else 1
    lengths = [max(unit, round(bars * share / total / unit) * unit) for share in shares]
    while sum(lengths) > bars:
        longest = max(range(len(lengths)), key=lambda i: (lengths[i] - bars * shares[i] / total, i))
        lengths[longest] -= min(unit, sum(lengths) - bars, lengths[longest])
    if sum(lengths) < bars:
        neediest = max(range(len(lengths)), key=lambda i: (bars * shares[i] / total - lengths[i], -i))
        lengths[neediest] += bars - sum(lengths)
    return lengths
