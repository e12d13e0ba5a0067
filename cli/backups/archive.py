"""A backup as files with names and hashes, in a folder or in a tar file.

`backup.json` comes first and says what it is; `manifest.jsonl` comes last and names every other file with
its size and SHA-256, a line each, then how many there are. Files are hashed while they are copied.
"""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from cli.errors import CommandError

FORMAT = 1
HEAD, MANIFEST = "backup.json", "manifest.jsonl"

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_PIECE = 1 << 20
_PRIVATE = 0o600  # it holds the key that signs tokens


class DamagedError(CommandError):
    """A backup is not as it was made; says which file and how."""


class Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Read on; at most `size` bytes."""
        piece = self._file.read(size)
        self._sum.update(piece)
        self.size += len(piece)
        return piece

    def line(self, name: str) -> str:
        """The manifest's line about what was read."""
        return json.dumps({"path": name, "size": self.size, "sha256": self._sum.hexdigest()}) + "\n"


class _Place(Protocol):
    def put(self, name: str, file: Hashed, size: int) -> None: ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, name: str, file: Hashed, size: int) -> None:
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            shutil.copyfileobj(file, out, _PIECE)
        path.chmod(_PRIVATE)


class _Tar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def put(self, name: str, file: Hashed, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, _PRIVATE
        self._tar.addfile(member, file)  # it reads, and no more


class Writer:
    """Takes files into a backup, and keeps the manifest."""

    def __init__(self, place: _Place, manifest: IO[str]) -> None:
        self._place = place
        self._manifest = manifest
        self.files = 0

    def add(self, name: str, path: Path) -> bool:
        """Copy a file; False where there is none."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            self._add(name, file, os.fstat(file.fileno()).st_size)
        return True

    def add_text(self, name: str, text: str) -> None:
        """Write a small file."""
        content = text.encode()
        self._add(name, io.BytesIO(content), len(content))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        hashed = Hashed(file)
        self._place.put(name, hashed, size)
        self._manifest.write(hashed.line(name))
        self.files += 1


@contextmanager
def written(target: Path, work: Path, head: dict[str, Any]) -> Iterator[Writer]:
    """Write a backup, a tar file where the name ends so, else a folder; it has its name when it is complete.

    Args:
        work: folder for what is only needed meanwhile.

    Raises:
        CommandError: there is something at that place already.
    """
    if target.exists():
        raise CommandError(f"{target} is there already. Name a file or folder that is not.")
    making = target.with_name(f".{target.name}.making")
    discard(making)
    try:
        with (work / MANIFEST).open("w", encoding="utf-8") as manifest:
            if target.suffix == ".tar":
                descriptor = os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE)
                with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
                    yield from _filled(_Tar(tar), manifest, head)
                    file.flush()
                    os.fsync(descriptor)
            else:
                making.mkdir(mode=0o700)
                yield from _filled(_Folder(making), manifest, head)
        making.replace(target)
    finally:
        discard(making)


def _filled(place: _Place, manifest: IO[str], head: dict[str, Any]) -> Iterator[Writer]:
    writer = Writer(place, manifest)
    writer.add_text(HEAD, json.dumps({"format": FORMAT, **head}, indent=2) + "\n")
    yield writer
    manifest.write(json.dumps({"files": writer.files}) + "\n")
    manifest.flush()
    with Path(manifest.name).open("rb") as file:
        place.put(MANIFEST, Hashed(file), os.fstat(file.fileno()).st_size)


def discard(path: Path) -> None:
    """Remove a file or folder; one that is not there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Copy every file of a backup into a folder and compare it with the manifest; returns the head.

    Raises:
        DamagedError: it is no backup, or a file is missing, changed or cut off.
        CommandError: there is none, or another version made it.
    """
    if not source.exists():
        raise CommandError(f"There is no backup at {source}.")
    files = _in_folder(source) if source.is_dir() else _in_tar(source)
    head: dict[str, Any] | None = None
    seen = folder / "seen.jsonl"
    try:
        with seen.open("w", encoding="utf-8") as lines:
            for name, file in files:
                hashed = Hashed(file)
                _copy(hashed, folder, name)
                if head is None:
                    head = _head(source, name, folder)
                if name != MANIFEST:
                    lines.write(hashed.line(name))
    except (tarfile.TarError, EOFError) as error:
        raise DamagedError(f"{source} is damaged: {error}.") from error
    if head is None:
        raise DamagedError(f"{source} is no backup of Sound Box: it is empty.")
    _compare(source, seen, folder / MANIFEST)
    seen.unlink()
    (folder / MANIFEST).unlink()
    return head


def _in_tar(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(source, "r:") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is None:
                raise DamagedError(f"{source} is damaged: {member.name!r} is no file.")
            yield member.name, file


def _in_folder(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    names = (_said(source, line).get("path") for line in _lines(source, source / MANIFEST))
    for name in (*names, MANIFEST):
        if name is None:  # the last line, which counts
            continue
        try:
            with (source / _checked(source, name)).open("rb") as file:
                yield name, file
        except FileNotFoundError as error:
            raise DamagedError(f"{source} is damaged: {name} is missing.") from error


def _copy(file: Hashed, folder: Path, name: str) -> None:
    path = folder / _checked(folder, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as out:
        shutil.copyfileobj(file, out, _PIECE)


def _checked(source: Path, name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name:
        raise DamagedError(f"{source} is damaged: {name!r} is no name of a file in a backup.")
    return name


def _head(source: Path, name: str, folder: Path) -> dict[str, Any]:
    try:
        head = json.loads((folder / HEAD).read_bytes()) if name == HEAD else None
    except ValueError as error:
        raise DamagedError(f"{source} is damaged: {HEAD} is not JSON.") from error
    if not isinstance(head, dict) or "format" not in head:
        raise DamagedError(f"{source} is no backup of Sound Box: it does not begin with {HEAD}.")
    if head["format"] != FORMAT:
        raise CommandError(
            f"{source} has format {head['format']!r}, made by Sound Box {head.get('soundbox')};"
            f" this one reads format {FORMAT}. Restore it with that version."
        )
    return head


def _compare(source: Path, seen: Path, manifest: Path) -> None:
    """Compare what came with what was written down; both are in the same order."""
    came = _lines(source, seen)
    for count, line in enumerate(_lines(source, manifest)):
        said = _said(source, line)
        if "files" in said:
            if said["files"] != count or next(came, None) is not None:
                break
            return
        found = next(came, None)
        if found != line:
            raise DamagedError(f"{source} is damaged: {said.get('path')} is not what was backed up.")
    raise DamagedError(f"{source} is damaged: {MANIFEST} does not name every file.")


def _lines(source: Path, path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
    except FileNotFoundError as error:
        raise DamagedError(f"{source} is damaged or no backup: {MANIFEST} is missing.") from error


def _said(source: Path, line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise DamagedError(f"{source} is damaged: {MANIFEST} cannot be read.")
    return said
