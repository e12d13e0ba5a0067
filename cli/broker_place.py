"""Where RabbitMQ believes its files to be, put right after its folder was moved or restored elsewhere.

The Raft library of RabbitMQ 3.10 writes the absolute path of its folder beside each of its logs, and
looks there at the next start. With the path of before, no stream is ever found. (Later versions leave
the path out.)
"""

import re
from pathlib import Path

from cli import private_file

# Of Ra's two systems: the first looks after streams, the second after quorum queues.
_CONFIGURATIONS = ("*/coordination/*/*/config", "*/quorum/*/*/config")

# A path in an Erlang term: a string, or a list of code points where one of them is above 255.
_PATH = re.compile(r'\b((?:wal_)?data_dir =>\s*)("(?:[^"\\]|\\.)*"|\[\d[\d,\s]*\])')


def put_right(mnesia: Path) -> None:
    """Make the paths that are written below a stopped node's `mnesia` folder those of today.

    A file whose path is right already is left alone; a new one takes its place whole.
    """
    for pattern in _CONFIGURATIONS:
        for file in mnesia.glob(pattern):
            _put_right(file, today=str(file.parents[1]))


def _put_right(file: Path, today: str) -> None:
    text = file.read_text(encoding="latin-1")  # as Erlang wrote it: a byte a character
    if any(_read(found[2]) != today for found in _PATH.finditer(text)):
        right = _PATH.sub(lambda found: found[1] + _written(today), text)
        private_file.write(file, right, encoding="latin-1")


def _read(term: str) -> str:
    if term.startswith('"'):
        return term[1:-1]
    return "".join(chr(int(number)) for number in term[1:-1].split(","))


def _written(path: str) -> str:
    """The path as a list of code points: the one form in which every character can be said."""
    return f"[{','.join(str(ord(character)) for character in path)}]"
