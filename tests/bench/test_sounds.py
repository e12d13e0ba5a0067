"""Sounds of packages are fetched once, told apart, and missed with a clear sentence."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from bench import sounds
from bench.clips import REST, SHORT, SILENT, cut
from bench.sounds import Package, SoundsMissingError, Source, fetch, versions
from tests.conftest import missing
from tests.sounds import sine, wav

GAME = Package("a-game-data", "GPL-3+", ("*/Music/*",))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an `apt-get` in front of the real one, that serves one package which we build here."""
    if shutil.which("dpkg-deb") is None:
        missing("dpkg-deb, of the package dpkg, is not there.")
    root, programs = tmp_path / "package", tmp_path / "programs"
    for name in ("Music/a.ogg", "Sounds/b.wav", "Sounds/picture.png"):
        path = root / "usr/share/games/a-game" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav(sine(seconds=1.0)))
    (root / "usr/share/games/a-game/Sounds/link.wav").symlink_to("b.wav")
    (root / "usr/share/doc/a-game-data").mkdir(parents=True)
    (root / "usr/share/doc/a-game-data/copyright").write_text("GPL-3+")
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(
        "Package: a-game-data\nVersion: 1.2-3\nArchitecture: all\nMaintainer: n\nDescription: d\n"
    )
    built = subprocess.run(
        ["dpkg-deb", "--build", str(root), str(tmp_path / "a-game-data_1.2-3_all.deb")],
        capture_output=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    programs.mkdir()
    apt = programs / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ncp {tmp_path}/*.deb . || exit 100\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    return tmp_path


def calls(archive: Path) -> int:
    return len((archive / "calls").read_text().splitlines())


def test_a_package_is_fetched_once_and_its_sounds_are_told_apart(archive: Path) -> None:
    cache = archive / "cache"
    first = fetch([GAME], cache)
    assert [(source.name, source.model) for source in first] == [
        ("a-game-data: Music/a.ogg", "music"),
        ("a-game-data: Sounds/b.wav", "audio"),
    ]
    assert fetch([GAME], cache) == first
    assert calls(archive) == 1
    assert versions([GAME], cache) == {"a-game-data": "1.2-3"}
    kept = sorted(path.name for path in cache.rglob("*") if path.is_file())
    assert kept == ["a.ogg", "b.wav", "copyright"]
    assert [path.name for path in cache.iterdir()] == ["a-game-data_1.2-3"]


def test_without_lists_of_packages_they_are_fetched_into_a_folder_of_our_own(archive: Path) -> None:
    apt = archive / "programs" / "apt-get"
    apt.write_text(
        f'#!/bin/sh\necho "$@" >> {archive}/calls\n'
        'case "$*" in *Dir::State::Lists=*download*) ;; *Dir::State::Lists=*update) exit 0 ;;\n'
        '*) echo "E: Unable to locate package" >&2; exit 100 ;; esac\n'
        f"cp {archive}/*.deb .\n"
    )
    assert len(fetch([GAME], archive / "cache")) == 2
    assert calls(archive) == 3


def test_an_archive_that_is_away_is_named_with_what_it_said(archive: Path) -> None:
    apt = archive / "programs" / "apt-get"
    apt.write_text('#!/bin/sh\necho "E: Temporary failure resolving deb.debian.org" >&2\nexit 100\n')
    with pytest.raises(
        SoundsMissingError, match=r"a-game-data cannot be fetched .*: E: Temporary failure resolving"
    ):
        fetch([GAME], archive / "cache")
    assert list((archive / "cache").iterdir()) == []


def test_a_machine_without_apt_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SoundsMissingError, match="a-game-data come from Debian packages, and apt-get"):
        fetch([GAME], tmp_path / "cache")


def test_a_damaged_package_is_named(archive: Path) -> None:
    (archive / "a-game-data_1.2-3_all.deb").write_bytes(b"no package")
    with pytest.raises(SoundsMissingError, match=r"a-game-data_1\.2-3_all\.deb cannot be unpacked"):
        fetch([GAME], archive / "cache")


def test_a_cache_that_cannot_be_written_is_named(archive: Path) -> None:
    (archive / "file").write_text("in the way")
    with pytest.raises(SoundsMissingError, match="cannot be kept in"):
        fetch([GAME], archive / "file")


def test_sounds_are_kept_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert sounds.cache_folder() == Path("/somewhere/soundbox/sounds")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", "/home/ada")
    assert sounds.cache_folder() == Path("/home/ada/.cache/soundbox/sounds")


def clips(tmp_path: Path, samples: object) -> tuple[list[tuple[str, float]], Counter[str]]:
    path, left_out = tmp_path / "x.wav", Counter[str]()
    path.write_bytes(wav(samples, 8000))  # type: ignore[arg-type]
    found = [(clip.name, clip.audio.duration_s) for clip in cut(Source("x", path, "audio"), left_out)]
    return found, left_out


def test_a_long_file_is_cut_and_its_rest_left_out(tmp_path: Path) -> None:
    found, left_out = clips(tmp_path, sine(seconds=25, rate_hz=8000))
    assert found == [("x, 0 s", 10.0), ("x, 10 s", 10.0)]
    assert left_out == {REST: 1}


def test_a_short_file_stays_whole(tmp_path: Path) -> None:
    assert clips(tmp_path, sine(seconds=3, rate_hz=8000)) == ([("x", 3.0)], Counter())


def test_what_is_too_short_or_holds_nothing_is_left_out_with_the_reason(tmp_path: Path) -> None:
    assert clips(tmp_path, sine(seconds=0.1, rate_hz=8000)) == ([], {SHORT: 1})
    assert clips(tmp_path, sine(seconds=1, level=0.0005, rate_hz=8000)) == ([], {SILENT: 1})
