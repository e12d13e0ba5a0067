"""A backup gives back exactly what went in, or says what is wrong with it."""

import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from cli.backups import facts
from cli.backups.archive import HEAD, MANIFEST, DamagedError, unpack, written
from cli.errors import CommandError

FILES = {"library.db": b"rows" * 1000, "store/generated/a-1.wav": b"\x00\xff", "store/empty": b""}


def make(folder: Path, name: str) -> Path:
    """A backup of three files."""
    target, work = folder / name, folder / "work"
    work.mkdir()
    with written(target, work, {"soundbox": "1.2.3"}) as writer:
        for file, content in FILES.items():
            (work / "one").write_bytes(content)
            assert writer.add(file, work / "one")
    return target


def unpacked(source: Path, folder: Path) -> dict[str, bytes]:
    """What comes out of it, but for its head."""
    folder.mkdir()
    unpack(source, folder)
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del found[HEAD]
    return found


@pytest.fixture(params=["backup.tar", "backup"])
def backup(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make(tmp_path, request.param)


def test_what_went_in_comes_out_and_others_may_not_read_it(backup: Path, tmp_path: Path) -> None:
    assert unpacked(backup, tmp_path / "out") == FILES
    assert backup.stat().st_mode & 0o077 == 0


def test_a_file_that_went_meanwhile_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    with written(tmp_path / "backup", tmp_path / "work", {}) as writer:
        assert not writer.add("store/gone", tmp_path / "gone")
    assert unpacked(tmp_path / "backup", tmp_path / "out") == {}


def test_what_is_there_already_is_not_written_over(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is there already"), written(backup, tmp_path, {}):
        raise AssertionError("it was opened")


@pytest.mark.parametrize("name", ["backup.tar", "backup"])
def test_nothing_is_left_of_a_backup_that_fails(tmp_path: Path, name: str) -> None:
    (tmp_path / "work").mkdir()
    with (
        pytest.raises(IsADirectoryError),
        written(tmp_path / name, tmp_path / "work", {}) as writer,
    ):
        writer.add("one", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


@pytest.mark.parametrize("name", [*FILES, HEAD])
def test_a_changed_file_in_a_folder_is_named(tmp_path: Path, name: str) -> None:
    backup = make(tmp_path, "backup")
    with (backup / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(DamagedError, match=f"{name} is not what was backed up"):
        unpacked(backup, tmp_path / "out")


def test_any_changed_byte_of_a_files_content_in_a_tar_is_noticed(tmp_path: Path) -> None:
    backup = make(tmp_path, "backup.tar")
    whole = backup.read_bytes()
    place = whole.index(b"rows")
    backup.write_bytes(whole[:place] + b"R" + whole[place + 1 :])
    with pytest.raises(DamagedError, match=r"library\.db is not what was backed up"):
        unpacked(backup, tmp_path / "out")


def test_a_tar_that_was_cut_off_anywhere_is_damaged(tmp_path: Path) -> None:
    backup = make(tmp_path, "backup.tar")
    whole = backup.read_bytes()
    end = whole.index(b'{"files"')
    for length in [*range(1, end, 499), end]:
        backup.write_bytes(whole[:length])
        with pytest.raises(DamagedError):
            unpacked(backup, tmp_path / f"out-{length}")


@pytest.mark.parametrize("name", [*FILES, MANIFEST, HEAD])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    backup = make(tmp_path, "backup")
    (backup / name).unlink()
    with pytest.raises(DamagedError, match=f"{name} is missing"):
        unpacked(backup, tmp_path / "out")


def test_a_manifest_that_was_cut_off_is_damaged(tmp_path: Path) -> None:
    backup = make(tmp_path, "backup")
    lines = (backup / MANIFEST).read_text().splitlines(keepends=True)
    for count in range(len(lines)):
        (backup / MANIFEST).write_text("".join(lines[:count]))
        with pytest.raises(DamagedError):
            unpacked(backup, tmp_path / f"out-{count}")


@pytest.mark.parametrize("name", ["../outside", "/outside", "store/../../outside", "a\nb", ""])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    hostile = tmp_path / "hostile.tar"
    with tarfile.open(hostile, "w") as tar:
        for member, content in ((HEAD, b'{"format": 1}'), (name, b"evil")):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    with pytest.raises(DamagedError, match="is damaged"):
        unpacked(hostile, tmp_path / "deep")
    assert {path.name for path in tmp_path.iterdir()} == {"hostile.tar", "deep"}


def test_a_link_is_refused(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.tar"
    with tarfile.open(hostile, "w") as tar:
        link = tarfile.TarInfo("store")
        link.type, link.linkname = tarfile.SYMTYPE, "/"
        tar.addfile(link)
    with pytest.raises(DamagedError, match="'store' is no file"):
        unpacked(hostile, tmp_path / "out")


def test_another_versions_format_is_told_with_its_version(tmp_path: Path) -> None:
    backup = make(tmp_path, "backup")
    (backup / HEAD).write_text(json.dumps({"format": 2, "soundbox": "9.0"}))
    with pytest.raises(CommandError, match=r"has format 2, made by Sound Box 9\.0; this one reads format 1"):
        unpacked(backup, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 2048, b"\xff" * 5000])
def test_any_other_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(DamagedError):
        unpacked(tmp_path / "file", tmp_path / "out")


def test_a_folder_that_is_none_and_a_place_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(DamagedError, match="damaged or no backup"):
        unpacked(tmp_path / "photos", tmp_path / "out")
    shutil.rmtree(tmp_path / "photos")
    with pytest.raises(CommandError, match="There is no backup at"):
        unpacked(tmp_path / "photos", tmp_path / "out-2")


def test_the_log_keeps_any_bytes_and_notices_a_cut(tmp_path: Path) -> None:
    bodies = [b"{}", b"", b"\n", b"12\nab\n", bytes(range(256)), b"x" * 1_048_576]
    file = tmp_path / "log"
    with file.open("wb") as out:
        for body in bodies:
            facts.append(out, body)
    assert list(facts.entries(file)) == bodies
    whole = file.read_bytes()
    for length in (1, 4, 11, len(whole) - 1, len(whole) - 1000):
        file.write_bytes(whole[:length])
        with pytest.raises(CommandError, match="cannot be read before byte"):
            list(facts.entries(file))
