"""Finding ports that are free."""

import random
import socket
from collections.abc import Collection
from pathlib import Path

import psutil

from cli.errors import CommandError

_LOWEST = 20_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_DEFAULT_EPHEMERAL_START = 32_768
_HIGHEST = 65_535
_TRIES = 200


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


def pick(host: str = "127.0.0.1", besides: Collection[int] = ()) -> int:
    """Choose a free port below those that the system gives to outgoing connections.

    A client that keeps trying a silent port of the outgoing range on loopback ends up connected to
    itself, and so holds the port against the server it waits for.

    Raises:
        CommandError: no port is free.
    """
    highest = max(_ephemeral_start(), _LOWEST + _TRIES)
    for _ in range(_TRIES):
        port = random.randrange(_LOWEST, highest)
        if port not in besides and is_free(port, host):
            return port
    raise CommandError(f"No free port between {_LOWEST} and {highest} on {host}.")


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
