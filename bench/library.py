"""How fast the library answers over HTTP, with made-up tracks that the real projection filed.

`python -m web` serves them; one client on a kept connection gives the percentiles, sixteen give the
requests a second. The baseline of a question is the query that a textbook would write for it, by SQL
on the same file without any HTTP.
"""

import http.client
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from bench import questions
from bench.figures import Figure
from bench.made_up_library import fill, fill_log
from bench.questions import Question
from cli.ports import pick
from shared.settings import Settings

ROWS = 1_000_000
P99_AIM_MS = 10.0
RATE_AIM = 300.0
CLIENTS = 16

_TIMES = 200
_WARM_UP = 5
_TEXTBOOK_TIMES = 3
_START_S = 120.0
_LOOK_S = 1.0
_BUSY_PCT = 5.0
_SECONDS = 10.0
_NO_BROKER = "amqp://nobody:nothing@127.0.0.1:1/"
_ROOT = Path(__file__).resolve().parent.parent


def run(
    rows: int = ROWS, keep: Path | None = None, times: int = _TIMES, seconds: float = _SECONDS
) -> list[Figure]:
    """Ask every question `times` times, and all of them for `seconds` with sixteen clients.

    With `keep` that data folder is made, its log included, so that `soundbox up` can serve it; one that
    is there already is measured as it is.
    """
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        data = keep or Path(folder)
        settings = Settings(data=data)
        started = time.perf_counter()
        if not settings.database.exists():
            fill(settings.database, rows) if keep is None else fill_log(data, rows)
        filled_s = time.perf_counter() - started
        with served(data) as web:
            _wait_until_prepared(web)
            found = _measured(web, settings.database, times, seconds)
            memory = _own_memory_mib(web)
    return [
        Figure("tracks", rows, ""),
        Figure("filling the library", filled_s, "s"),
        Figure("web app's memory", memory, "MiB"),
        *found,
    ]


@dataclass(frozen=True)
class Web:
    """A web app that runs."""

    pid: int
    port: int


@contextmanager
def served(data: Path) -> Iterator[Web]:
    """`python -m web` on a free port over a data folder, without a broker."""
    port = pick("127.0.0.1")
    environment = {
        **os.environ,
        "SOUNDBOX_DATA": str(data),
        "SOUNDBOX_PORT": str(port),
        "SOUNDBOX_AMQP_URL": _NO_BROKER,
        "SOUNDBOX_LOG_LEVEL": "error",
    }
    process = subprocess.Popen([sys.executable, "-m", "web"], cwd=_ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield Web(process.pid, port)
    finally:
        process.terminate()
        process.wait(30)


class Client:
    """One visitor on a kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers: dict[str, str] = {}

    def get(self, path: str) -> bytes:
        """The body of an answer that went well."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"GET {path} answered {answer.status}: {body[:300]!r}")
        if cookie := answer.headers.get("Set-Cookie"):
            self._headers["Cookie"] = cookie.partition(";")[0]
        return body

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _measured(web: Web, database: Path, times: int, seconds: float) -> list[Figure]:
    with closing(Client(web.port)) as client, closing(_open(database)) as connection:
        asked = questions.questions(connection, client.get)
        found = [figure for question in asked for figure in _percentiles(client, connection, question, times)]
        rate = _requests_a_second(web.port, asked, seconds)
        plain = _requests_a_second(web.port, [questions.LIVENESS], seconds)
    return [
        *found,
        Figure(f"requests/s with {CLIENTS} clients", rate, "/s", plain, aim=RATE_AIM, at_least=True),
    ]


def _percentiles(
    client: Client, connection: sqlite3.Connection, question: Question, times: int
) -> Iterator[Figure]:
    rng = random.Random(question.name)
    for _ in range(_WARM_UP):
        client.get(question.path(rng))
    took = [_milliseconds(partial(client.get, question.path(rng))) for _ in range(times)]
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    baseline = _textbook_ms(connection, question, rng)
    yield Figure(f"{question.name}, p50", cuts[49], "ms", baseline)
    yield Figure(f"{question.name}, p95", cuts[94], "ms")
    yield Figure(f"{question.name}, p99", cuts[98], "ms", aim=P99_AIM_MS)


def _textbook_ms(connection: sqlite3.Connection, question: Question, rng: random.Random) -> float | None:
    if question.textbook is None:
        return None
    asked = [question.textbook(rng) for _ in range(_TEXTBOOK_TIMES)]
    return statistics.median(_milliseconds(connection.execute(sql, values).fetchall) for sql, values in asked)


def _requests_a_second(port: int, asked: Sequence[Question], seconds: float) -> float:
    """All questions in turn, by so many clients at once, each beginning at another one."""
    done: list[int] = []
    stop_at = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_ask_until, args=(stop_at, port, asked, number, done))
        for number in range(CLIENTS)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) < CLIENTS:
        raise RuntimeError(f"only {len(done)} of {CLIENTS} clients came to their end")
    return sum(done) / (time.perf_counter() - started)


def _ask_until(stop_at: float, port: int, asked: Sequence[Question], number: int, done: list[int]) -> None:
    rng = random.Random(number)
    count = 0
    with closing(Client(port)) as client:
        while time.perf_counter() < stop_at:
            client.get(asked[(number + count) % len(asked)].path(rng))
            count += 1
    done.append(count)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(Client(port)) as client:
                client.get(questions.LIVENESS.path(random.Random()))
                return
        except ConnectionError:
            time.sleep(0.05)
    raise RuntimeError("the web app did not start")


def _wait_until_prepared(web: Web) -> None:
    """A web app that has just begun reads what lists and searches need; then it rests."""
    process = psutil.Process(web.pid)
    deadline = time.monotonic() + _START_S
    while process.cpu_percent(_LOOK_S) > _BUSY_PCT:
        if time.monotonic() > deadline:
            raise RuntimeError("the web app does not come to rest")


def _own_memory_mib(web: Web) -> float:
    """Without the database's file, of which the system keeps parts in memory for everybody."""
    memory = psutil.Process(web.pid).memory_info()
    return float(memory.rss - getattr(memory, "shared", 0)) / 2**20


def _open(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
