"""`soundbox analyze`."""

import json
import textwrap
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cli.options import JsonOption

MOST_BYTES = 2 * 2**30
"""A file beyond this is refused without being read."""

_TOGETHER = "\N{NO-BREAK SPACE}"  # between a name and its value, so that no line ends there


def command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Sounds: WAV, FLAC, Ogg or MP3.", show_default=False),
    ],
    kind: Annotated[
        Literal["music", "audio"], typer.Option(help="What they are judged as: music, or audio for effects.")
    ] = "music",
    as_json: JsonOption = False,
) -> None:
    """Judge sound files as the pipeline judges takes: a score, what is wrong, and what was measured.

    Exit status 1 when a file cannot be read; the others are judged all the same.
    """
    found = [_judged(file, kind) for file in files]
    if as_json:
        typer.echo(json.dumps({"files": found}, indent=2, ensure_ascii=False))
    else:
        for one in found:
            _show(one)
    raise typer.Exit(any("error" in one for one in found))


def _judged(file: Path, kind: Literal["music", "audio"]) -> dict[str, Any]:
    """The report about a file, or the error that says why there is none."""
    from services.analyzer.quality import is_good
    from services.analyzer.report import report_on
    from shared.audio import read_wav
    from shared.errors import PermanentError

    told: dict[str, Any] = {"file": str(file), "kind": kind}
    try:
        if file.stat().st_size > MOST_BYTES:
            return {**told, "error": f"{file} has more than {MOST_BYTES // 2**30} GiB."}
        report = report_on(read_wav(str(file), file.read_bytes()), kind)
    except OSError as error:
        return {**told, "error": f"{file} cannot be read: {error.strerror}."}
    except PermanentError as error:
        return {**told, "error": str(error)}
    return {
        **told,
        "publishable": is_good(report),
        **report.model_dump(mode="json"),
    }


def _show(one: dict[str, Any]) -> None:
    if "error" in one:
        typer.echo(one["error"], err=True)
        return
    verdict = "good enough" if one["publishable"] else "would be tried again"
    typer.echo(f"{one['file']}: {one['score']} of 100 as {one['kind']}, {verdict}")
    for issue in one["issues"]:
        typer.echo(f"  {issue['name']} (-{issue['penalty']}): {issue['sentence']}")
    typer.echo(_numbers(one["measures"]))
    typer.echo(_numbers(one["descriptors"]))


def _numbers(values: dict[str, Any]) -> str:
    """Names with their values, in lines of at most 100 characters; no lists, and nothing empty."""
    told = (
        f"{name}{_TOGETHER}{value:g}" if isinstance(value, float | int) else f"{name}{_TOGETHER}{value}"
        for name, value in values.items()
        if isinstance(value, float | int | str)
    )
    lines = textwrap.fill("  ".join(told), 100, initial_indent="  ", subsequent_indent="  ")
    return lines.replace(_TOGETHER, " ")
