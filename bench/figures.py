"""What a benchmark prints: figures with their baselines and aims, as a table or as one JSON object."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One number.

    Attributes:
        baseline: the same quantity measured in the same run without what is judged.
        aim: what is wanted; `at_least` says in which direction.
        table: which of the benchmark's tables it stands in, if there are several.
        notes: what else is to be said about it, below its table.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    aim: float | None = None
    at_least: bool = False
    table: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Value over baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None without one."""
        if self.aim is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim


def as_json(bench: str, figures: Sequence[Figure]) -> str:
    """One JSON object with the machine and every figure."""
    rows = [{**_plain(figure), "ratio": figure.ratio, "met": figure.met} for figure in figures]
    return json.dumps({"bench": bench, "machine": machine(), "figures": rows})


def show(bench: str, figures: Sequence[Figure]) -> None:
    """Print the figures as tables, each with its notes below."""
    console = Console()
    for name in dict.fromkeys(figure.table for figure in figures):
        those = [figure for figure in figures if figure.table == name]
        console.print(_table(f"{bench}: {name}" if name else bench, those))
        for note in (note for figure in those for note in figure.notes):
            console.print(f"  {note}", markup=False, highlight=False, soft_wrap=True)


def _table(title: str, figures: Sequence[Figure]) -> Table:
    table = Table(title=f"{title}, on {machine()}", title_justify="left")
    for column in ("figure", "value", "baseline", "ratio", "aim", ""):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for figure in figures:
        direction = "≥" if figure.at_least else "≤"
        table.add_row(
            figure.name,
            f"{figure.value:.4g} {figure.unit}",
            "" if figure.baseline is None else f"{figure.baseline:.4g} {figure.unit}",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            "" if figure.aim is None else f"{direction} {figure.aim:g} {figure.unit}",
            {None: "", True: "met", False: "missed"}[figure.met],
        )
    return table


def machine() -> str:
    """Processor, how many cores this process may use, memory and Python."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores, {memory_gib:.0f} GiB, Python {platform.python_version()}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _plain(figure: Figure) -> dict[str, object]:
    hidden = {"at_least", *(name for name in ("table", "notes") if not getattr(figure, name))}
    return {name: value for name, value in asdict(figure).items() if name not in hidden}
