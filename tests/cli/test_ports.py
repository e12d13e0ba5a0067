"""A port that was chosen stays with who chose it, until a server listens there and after."""

import random
import socket
import subprocess
import sys

import pytest

from cli import ports
from tests.running import ROOT


def _elsewhere(code: str) -> subprocess.Popen[str]:
    """Another process, which has printed one line; it lives until its input ends."""
    program = f"import sys; from cli import ports; print({code}, flush=True); sys.stdin.read()"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _listening() -> socket.socket:
    """A server on a port that this process does not keep."""
    with _elsewhere("ports.pick()") as other:
        port = int(_said(other))
        other.communicate()
    return socket.create_server(("127.0.0.1", port))


def test_they_lie_below_those_of_outgoing_connections() -> None:
    assert all(20_000 <= ports.pick() < 32_768 for _ in range(20))


def test_what_one_process_keeps_no_other_gets_until_it_is_gone() -> None:
    with _elsewhere("ports.pick()") as other:
        port = int(_said(other))
        assert ports.is_free(port)
        assert not ports.keep(port)
        other.kill()
    assert ports.keep(port)
    with _elsewhere(f"ports.keep({port})") as other:
        assert _said(other) == "False"
        other.communicate()
    assert ports.keep(port), "one's own stays one's own"


def test_a_process_picks_no_port_twice_and_none_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.randrange
    with _listening() as taken:
        proposed = [ports.pick(), taken.getsockname()[1]]
        left = iter(proposed)
        monkeypatch.setattr(random, "randrange", lambda *bounds: next(left, None) or chance(*bounds))
        assert ports.pick() not in proposed
        assert next(left, None) is None, "both were looked at"


def test_a_port_that_somebody_listens_on_is_not_kept_and_can_be_when_it_is_free_again() -> None:
    with _listening() as taken:
        port = taken.getsockname()[1]
        assert not ports.keep(port)
    with _elsewhere(f"ports.keep({port})") as other:
        assert _said(other) == "True"
        other.communicate()
