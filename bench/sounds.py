"""Sounds that nobody here made: those of free games and desktops, fetched from Debian's packages.

They are kept in the user's cache and never in the repository. Fetching needs `apt-get` and `dpkg-deb` and no
rights: where the lists of packages are missing, they are fetched into a folder of our own.
"""

import fnmatch
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.errors import SoundBoxError
from shared.messages.job import Model

SUFFIXES = (".ogg", ".oga", ".wav")
_APT = ("apt-get", "-q", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=2")
_MOST_S = 300


class SoundsMissingError(SoundBoxError):
    """The sounds can be neither found nor fetched; says what was tried and what came back."""


@dataclass(frozen=True)
class Package:
    """A Debian package with sounds.

    Attributes:
        licence: of its sounds, after its `debian/copyright`.
        music: patterns of the paths of its music; everything else are effects, ambiences and voices.
        is_small: whether the quick check takes it, too.
    """

    name: str
    licence: str
    music: tuple[str, ...] = ()
    is_small: bool = True


PACKAGES = (
    Package("ardentryst", "CC-BY-SA-3.0, GPL-3+", ("*/Music/*",)),
    Package("atanks-data", "GPL-2+"),
    Package("caveexpress-data", "CC-BY-SA-4.0, GPL-3+", ("*/music-[12].ogg",), is_small=False),
    Package("deepin-sound-theme", "GPL-3+"),
    Package("holotz-castle-data", "GPL-2+", ("*/HCMainTitle*", "*/HCCredits*")),
    Package("lbreakout2-data", "GPL-2+"),
    Package("sound-theme-freedesktop", "CC-BY-SA-3.0, CC-BY-3.0, GPL-2+"),
    Package("tuxmath-data", "GPL-3+, CC-BY-SA-3.0, public domain", ("*/sounds/*.ogg",), is_small=False),
    Package("tuxtype-data", "GPL-2, public domain", ("*/sounds/*.ogg",), is_small=False),
    Package("yaru-theme-sound", "CC-BY-SA-4.0"),
)
SMALL = tuple(package for package in PACKAGES if package.is_small)


@dataclass(frozen=True)
class Source:
    """A file of a package.

    Attributes:
        name: package and path below it, for a person.
        model: what it is judged as.
    """

    name: str
    path: Path
    model: Model


def cache_folder() -> Path:
    """Where fetched packages are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "soundbox" / "sounds"


def fetch(packages: Sequence[Package] = PACKAGES, folder: Path | None = None) -> list[Source]:
    """The files of the packages, in a fixed order; what is not in the cache yet is downloaded.

    Raises:
        SoundsMissingError: a package cannot be fetched.
    """
    folder = cache_folder() if folder is None else folder
    missing = [package.name for package in packages if _kept(folder, package.name) is None]
    if missing:
        _download(missing, folder)
    return [source for package in packages for source in _sources(folder, package)]


def versions(packages: Sequence[Package] = PACKAGES, folder: Path | None = None) -> dict[str, str]:
    """Version of each package that is in the cache, by name."""
    folder = cache_folder() if folder is None else folder
    kept = {package.name: _kept(folder, package.name) for package in packages}
    return {name: found.name.partition("_")[2] for name, found in kept.items() if found is not None}


def _kept(folder: Path, name: str) -> Path | None:
    """The folder `NAME_VERSION` of a package."""
    return next(iter(sorted(folder.glob(f"{name}_*"))), None)


def _sources(folder: Path, package: Package) -> list[Source]:
    kept = _kept(folder, package.name)
    if kept is None:
        raise SoundsMissingError(f"{package.name} is not in {folder}, though it was just fetched.")
    paths = sorted(path for path in kept.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return [_source(path, str(path.relative_to(kept)), package) for path in paths]


def _source(path: Path, below: str, package: Package) -> Source:
    is_music = any(fnmatch.fnmatchcase(f"/{below}", pattern) for pattern in package.music)
    short = "/".join(Path(below).parts[-2:])
    return Source(f"{package.name}: {short}", path, "music" if is_music else "audio")


def _download(names: Sequence[str], folder: Path) -> None:
    """Fetch packages and keep their sounds."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise SoundsMissingError(
            f"The sounds of {', '.join(names)} come from Debian packages, "
            "and apt-get or dpkg-deb is missing here."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as work:
            _fetch_packages(names, Path(work))
            for package in sorted(Path(work).glob("*.deb")):
                _keep(package, folder)
    except OSError as error:
        raise SoundsMissingError(f"The sounds cannot be kept in {folder}: {error}.") from error


def _fetch_packages(names: Sequence[str], work: Path) -> None:
    """Download into a folder, with the system's lists of packages, or where it has none with fresh ones."""
    complaint = _run(work, *_APT, "download", *names)
    if complaint is None:
        return
    own = [f"Dir::State::Lists={work}/lists", f"Dir::Cache={work}/cache"]
    options = [part for option in own for part in ("-o", option)]
    for below in ("lists/partial", "cache/archives/partial"):
        (work / below).mkdir(parents=True)
    complaint = _run(work, *_APT, *options, "update") or _run(work, *_APT, *options, "download", *names)
    if complaint is not None:
        raise SoundsMissingError(
            f"The sounds of {', '.join(names)} cannot be fetched from Debian's archive: {complaint}"
        )


def _run(work: Path, *command: str) -> str | None:
    """Run a command in a folder; what it complained about last when it failed, else None."""
    try:
        done = subprocess.run(
            command,
            cwd=work,
            capture_output=True,
            text=True,
            timeout=_MOST_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} took more than {_MOST_S} s"
    if done.returncode == 0:
        return None
    lines = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    return (lines or done.stderr.strip().splitlines() or [f"{command[0]} failed"])[-1]


def _keep(package: Path, folder: Path) -> None:
    """Unpack a package and keep its sounds and its copyright file; whoever comes first wins."""
    name, version = package.name.split("_")[:2]
    whole = package.with_suffix("")
    complaint = _run(package.parent, "dpkg-deb", "-x", str(package), str(whole))
    if complaint is not None:
        raise SoundsMissingError(f"{package.name} cannot be unpacked: {complaint}")
    for path in whole.rglob("*"):
        if path.is_symlink() or (path.is_file() and path.suffix not in SUFFIXES and path.name != "copyright"):
            path.unlink()
    kept = folder / f"{name}_{version}"
    if not kept.exists():
        try:
            whole.rename(kept)
        except OSError:
            if not kept.exists():
                raise
