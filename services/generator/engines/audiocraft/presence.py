"""What of AudioCraft this machine has, without importing any of it."""

import importlib.util
import os
from pathlib import Path

FILES = ("state_dict.bin", "compression_state_dict.bin")
"""The files of a checkpoint: the language model and the codec, or the codec's name."""

SHORT_NAMES = {name: f"facebook/musicgen-{name}" for name in ("small", "medium", "large", "melody")}
"""Names that AudioCraft still takes for its first models."""

_NVIDIA = Path("/proc/driver/nvidia/version")


def installed() -> bool:
    """Whether the packages of the `audiocraft` layer are there."""
    return all(importlib.util.find_spec(package) is not None for package in ("torch", "audiocraft"))


def has_gpu() -> bool:
    """Whether the driver of an NVIDIA GPU is loaded."""
    return _NVIDIA.exists()


def is_offline() -> bool:
    """Whether the Hugging Face hub must not be asked."""
    return any(os.environ.get(name, "").upper() in ("1", "ON", "YES", "TRUE") for name in _OFFLINE)


def has_weights(name: str) -> bool:
    """Whether a checkpoint is here: a folder, or a name that the hub's cache has."""
    folder = Path(name)
    if folder.is_dir():
        return _complete(folder)
    repository = _cache() / f"models--{SHORT_NAMES.get(name, name).replace('/', '--')}"
    return any(_complete(snapshot) for snapshot in repository.glob("snapshots/*"))


_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


def _complete(folder: Path) -> bool:
    return all((folder / file).exists() for file in FILES)


def _cache() -> Path:
    """The folder where downloads are kept, as AudioCraft and huggingface_hub find it."""
    for variable, below in (("AUDIOCRAFT_CACHE_DIR", ""), ("HF_HUB_CACHE", ""), ("HF_HOME", "hub")):
        if os.environ.get(variable):
            return Path(os.environ[variable]).expanduser() / below
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "huggingface" / "hub"
