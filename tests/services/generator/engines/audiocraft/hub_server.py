"""As much of the Hugging Face hub as its client needs to fetch the tiny checkpoints, on loopback."""

import hashlib
import math
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_RESOLVE = re.compile(r"/(?P<repo>[^/]+(?:/[^/]+)?)/resolve/(?P<revision>[^/]+)/(?P<file>.+)")
_RANGE = re.compile(r"bytes=(\d+)-")
_CHUNK = 1 << 18


@dataclass
class Hub:
    """A hub that serves what a hub cache holds, and does what it is told to.

    Attributes:
        folder: the hub cache.
        chunk_pause_s: how long each 256 KiB of a large file take.
        holds_at: bytes of a file after which it sends no more for now.
        answer: what it says to everything instead.
        breaks_off: downloads that end in the middle, by the name of the file; counted down.
        resets: whether they end with a reset instead of a close.
        asked: (method, path, first byte) of each request.
    """

    folder: Path
    chunk_pause_s: float = 0.0
    holds_at: float = math.inf
    answer: HTTPStatus | None = None
    breaks_off: dict[str, int] = field(default_factory=dict)
    resets: bool = False
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    url: str = ""

    def gets(self, file: str) -> list[int]:
        """The first bytes that were asked for in each download of a file."""
        return [first for method, path, first in self.asked if method == "GET" and path.endswith(f"/{file}")]


@contextmanager
def served(hub: Hub) -> Iterator[Hub]:
    """Serve it on a free port, which goes into its `url`."""

    class Handler(_Handler):
        pass

    Handler.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def _serve(self, with_body: bool) -> None:
        found = _RANGE.match(self.headers.get("Range", ""))
        first = int(found[1]) if found else 0
        self.hub.asked.append((self.command, self.path, first))
        wanted = _RESOLVE.fullmatch(self.path)
        folder = self._snapshot(wanted["repo"]) if wanted else None
        if self.hub.answer is not None:
            self._refuse(self.hub.answer)
        elif wanted is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif folder is None:
            self._refuse(HTTPStatus.NOT_FOUND, "RepoNotFound")
        elif (folder / wanted["file"]).is_file():
            self._send((folder / wanted["file"]).read_bytes(), first, folder.name, with_body)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "EntryNotFound", folder.name)

    def _snapshot(self, repository: str) -> Path | None:
        return next(self.hub.folder.glob(f"models--{repository.replace('/', '--')}/snapshots/*"), None)

    def _refuse(self, status: HTTPStatus, code: str | None = None, commit: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if code is not None:
            self.send_header("X-Error-Code", code)
        if commit is not None:
            self.send_header("X-Repo-Commit", commit)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.send_header("Retry-After", "0")
        self.end_headers()

    def _send(self, content: bytes, first: int, commit: str, with_body: bool) -> None:
        self.send_response(HTTPStatus.PARTIAL_CONTENT if first else HTTPStatus.OK)
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content) - first))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if with_body:
            self._stream(content[first:])

    def _stream(self, content: bytes) -> None:
        file = self.path.rpartition("/")[2]
        ends_early = self.hub.breaks_off.get(file, 0) > 0
        if ends_early:
            self.hub.breaks_off[file] -= 1
        for start in range(0, len(content) // 2 if ends_early else len(content), _CHUNK):
            while start >= self.hub.holds_at:
                time.sleep(0.01)
            self.wfile.write(content[start : start + _CHUNK])
            if len(content) > _CHUNK:
                time.sleep(self.hub.chunk_pause_s)
        if ends_early:
            self._hang_up()

    def _hang_up(self) -> None:
        if self.hub.resets:  # a close without lingering is a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close() if self.hub.resets else self.connection.shutdown(socket.SHUT_RDWR)
