"""Compiling functions for this processor, once: what was compiled is kept in the user's cache folder.

numba looks only at a function's own file to see whether what it kept is current. So what is kept is filed
under everything that goes into it: all files of this folder.
"""

import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])

_log = logging.getLogger(__name__)


def compiled(function: _Function) -> _Function:
    """Compile a function when it is first called. It lets go of the interpreter, and checks no index."""
    jit = numba.njit(nogil=True, fastmath=True, error_model="numpy", boundscheck=False, cache=_KEPT)
    return cast("_Function", jit(function))


def _keep() -> bool:
    """Have numba keep what it compiles; says whether it can."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(home).expanduser() / "soundbox" / f"compiled-{_sources()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        _log.warning(
            "the decoder is compiled anew at each start, because %s cannot be made: %s", folder, error
        )
        return False
    if not os.access(folder, os.W_OK):
        _log.warning("the decoder is compiled anew at each start, because %s cannot be written to", folder)
        return False
    config: Any = numba.config
    config.CACHE_DIR = str(folder)
    return True


def _sources() -> str:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


_KEPT = _keep()
