"""Files that hold a secret, or that others read while we write."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write(path: Path, text: str, mode: int = 0o600, encoding: str = "utf-8") -> None:
    """Replace a file as a whole; a reader sees the old text or the new, and nobody else sees a secret."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding=encoding) as file:
            file.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Replace a file by a value as JSON, readable by us alone."""
    write(path, json.dumps(value, indent=2) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read an object from a JSON file; empty when the file is missing or holds no object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
