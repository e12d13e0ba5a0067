"""The log as a file: of each entry the number of its bytes, a line end, the bytes, a line end.

Whatever somebody published is kept as it came, so that the log can be made again byte for byte.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cli.errors import CommandError

_HEAD_BYTES = 16  # of the number; a message has at most 1 MiB


def append(file: IO[bytes], body: bytes) -> None:
    """Write an entry."""
    file.write(b"%d\n%b\n" % (len(body), body))


def entries(path: Path) -> Iterator[bytes]:
    """Read the entries.

    Raises:
        CommandError: the file is cut off, or is no log.
    """
    with path.open("rb") as file:
        while head := file.readline(_HEAD_BYTES):
            size = int(head) if head[:-1].isdigit() and head.endswith(b"\n") else -1
            body = file.read(size) if size >= 0 else b""
            if len(body) != size or file.read(1) != b"\n":
                raise CommandError(f"The log in the backup cannot be read before byte {file.tell()}.")
            yield body
