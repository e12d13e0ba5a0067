"""Making the virtual environment; run by the `soundbox` script, with nothing but the standard library.

Called as `python3 cli/bootstrap.py base|dev|audiocraft [--keep]`. Layers add up: each is the base and more,
and one does not take away another. With `--keep` an environment that is in use is never made anew. The stamp
that it leaves in `.venv` is what the script compares before it calls this at all: the interpreter's path,
then the text of the requirements.
"""

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LAYERS = {
    "base": ("base.txt",),
    "dev": ("base.txt", "dev.txt"),
    "audiocraft": ("base.txt", "audiocraft.txt", "audiocraft.no-deps.txt"),
}
NO_DEPS = ".no-deps.txt"
"""Ending of files whose packages are installed without what they ask for."""

KEEP = "--keep"

_SOUND = "import sys, pip; sys.exit(sys.prefix == sys.base_prefix)"
_COMPILED_WHEN_USED = "/(.*/tests?/|transformers/models/)"


def main(layer: str, *options: str) -> int:
    """Bring `.venv` to what the layer asks for; returns the exit status."""
    bring = _install if KEEP in options else _bring
    # Two runs at the same time: the second waits, and finds the work done.
    lock = os.open(ROOT / "requirements", os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_current(layer) or bring(layer):
            return 0
    finally:
        os.close(lock)
    _say(
        "Installing the packages failed (see above)."
        " Check that this machine reaches the Python package index, then type the same command again."
    )
    return 1


def _bring(layer: str) -> bool:
    """Install the layer, in a new environment where there is none or installing into it fails."""
    if _is_sound():
        if _install(layer):
            return True
        _say("That failed; making .venv anew and trying once more")
    return _make() and _install(layer)


def stamp(layer: str) -> Path:
    """The file that says that a layer is installed."""
    return VENV / f"soundbox-{layer}.stamp"


def wanted(layer: str) -> str:
    """What the stamp of an installed layer says."""
    texts = [(ROOT / "requirements" / name).read_text(encoding="utf-8") for name in LAYERS[layer]]
    return f"{PYTHON.resolve()}\n" + "".join(texts)


def _is_current(layer: str) -> bool:
    try:
        return stamp(layer).read_text(encoding="utf-8") == wanted(layer)
    except FileNotFoundError:
        return False


def _is_sound() -> bool:
    """Whether there is an environment whose interpreter runs and has pip; an interrupted one has not."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", _SOUND], capture_output=True, check=False).returncode == 0


def _make() -> bool:
    _say("Making the virtual environment .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _install(layer: str) -> bool:
    files = [name for name in LAYERS[layer] if name != "base.txt"] or ["base.txt"]  # the others name it
    patience = "many minutes, gigabytes" if layer == "audiocraft" else "a minute or two"
    _say(f"Installing the packages of requirements/{files[0]} into .venv ({patience})")
    for stamped in {"base", layer}:
        stamp(stamped).unlink(missing_ok=True)
    if not all(_pip_install(name) for name in files):
        return False
    if layer != "dev":  # after which `audiocraft` comes, beside the first checks
        _compile()
    for stamped in ("base", layer):
        _write_whole(stamp(stamped), wanted(stamped))
    return True


def _pip_install(name: str) -> bool:
    """Install the packages of a file of requirements."""
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    command += ["--no-compile"]
    command += ["--no-deps"] if name.endswith(NO_DEPS) else []
    command += ["-r", str(ROOT / "requirements" / name)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _compile() -> None:
    """Compile what was installed to bytecode, on every processor; pip would do it on one.

    What fails to compile is left as it is: packages hold files that are never used on this version.
    """
    (packages,) = VENV.glob("lib/python3.*/site-packages")
    left_out = re.escape(str(packages)) + _COMPILED_WHEN_USED
    command = [str(PYTHON), "-m", "compileall", "-qq", "-j", "0", "-x", left_out, str(packages)]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _say(sentence: str) -> None:
    print(f"soundbox: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
