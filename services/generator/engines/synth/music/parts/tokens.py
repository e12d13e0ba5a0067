"""Reading the one-character-a-sixteenth patterns against a bar."""

from dataclasses import dataclass

from services.generator.engines.synth.music.score import Bar

STEP_BEATS = 0.25


@dataclass(frozen=True, slots=True)
class Token:
    """One sounding character of a pattern: from a beat for some beats."""

    beat: float
    beats: float
    mark: str


def tokens(pattern: str, bar: Bar) -> list[Token]:
    """Return what sounds in a bar, each token lasting until the next one, a "-" or the end of the bar."""
    line = _line(pattern, bar)
    found: list[Token] = []
    for step, mark in enumerate(line):
        if mark in ".-":
            continue
        length = 1
        while step + length < len(line) and line[step + length] == ".":
            length += 1
        found.append(Token(bar.beat + step * STEP_BEATS, length * STEP_BEATS, mark))
    return found


def strokes(pattern: str, bar: Bar) -> list[Token]:
    """Return the marks of a drum line, where "." and "-" are both silence."""
    line = _line(pattern, bar)
    return [
        Token(bar.beat + i * STEP_BEATS, STEP_BEATS, mark) for i, mark in enumerate(line) if mark not in ".-"
    ]


def _line(pattern: str, bar: Bar) -> str:
    lines = pattern.split("|")
    return lines[bar.number % len(lines)][: round(bar.beats / STEP_BEATS)]
