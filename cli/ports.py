"""Finding ports that are free, and keeping them for one's own servers."""

import random
import socket
import sys
from pathlib import Path

import psutil

from cli.errors import CommandError

_LOWEST = 20_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_DEFAULT_EPHEMERAL_START = 32_768
_HIGHEST = 65_535
_TRIES = 200

_kept: set[int] = set()


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def pick(host: str = "127.0.0.1") -> int:
    """Choose a free port below those that the system gives to outgoing connections, and `keep` it.

    A client that keeps trying a silent port of the outgoing range on loopback ends up connected to
    itself, and so holds the port against the server it waits for.

    Raises:
        CommandError: no port is free.
    """
    highest = max(_ephemeral_start(), _LOWEST + _TRIES)
    for _ in range(_TRIES):
        port = random.randrange(_LOWEST, highest)
        if port not in _kept and keep(port, host):
            return port
    raise CommandError(f"No free port between {_LOWEST} and {highest} on {host}.")


def keep(port: int, host: str = "127.0.0.1") -> bool:
    """Keep a free port for this process and its children, until it ends; false where that cannot be.

    Between choosing a port and listening on it lie the seconds in which a server starts. Of all that
    ask here, in any process, only one is told that the port is free; kept twice by one process it is
    its own. Other programs know nothing of this.
    """
    if port in _kept:
        return is_free(port, host)
    try:
        mark = _mark(port)
    except OSError:
        return False
    if is_free(port, host):
        mark.detach()  # stays open, whatever becomes of the object
        _kept.add(port)
        return True
    mark.close()
    return False


def next_free(port: int, host: str = "127.0.0.1") -> int:
    """The first free port above a taken one, to be proposed instead."""
    for candidate in range(port + 1, min(port + _TRIES, _HIGHEST)):
        if is_free(candidate, host):
            return candidate
    return pick(host)


def is_local(host: str) -> bool:
    """Whether this machine can listen on that address at all."""
    return is_free(0, host)


def user_of(port: int) -> str:
    """Who listens on a port, as ` by NAME (pid N)`; nothing where the system does not tell us."""
    try:
        listeners = psutil.net_connections("inet")
    except psutil.AccessDenied:
        return ""
    for listener in listeners:
        mine = listener.laddr and listener.laddr.port == port and listener.status == psutil.CONN_LISTEN
        if mine and listener.pid:
            try:
                return f" by {psutil.Process(listener.pid).name()} (pid {listener.pid})"
            except psutil.NoSuchProcess:
                return ""
    return ""


def _ephemeral_start() -> int:
    try:
        return int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _DEFAULT_EPHEMERAL_START


def _mark(port: int) -> socket.socket:
    """Something that only one process can have, and that ends with it however it ends.

    In Linux that is a name of the abstract kind (unix(7)), which belongs to the network namespace, as
    ports do, and to no folder. Elsewhere it is a socket without a name, which keeps nobody out.

    Raises:
        OSError: another process has it.
    """
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    if sys.platform == "linux":
        try:
            mark.bind(f"\0soundbox-port-{port}")
        except OSError:
            mark.close()
            raise
    return mark
