"""What is fetched from the Hugging Face hub, told while it comes.

The hub's client shows a bar for every file, of a class that may be given to it. AudioCraft and
transformers give it none, so the functions that they fetch with are handed over with ours in it.
"""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

from tqdm import tqdm

from services.generator.engines.engine import OnDownload

_LEAST_BYTES = 100_000
"""Smaller files are not worth a word: configurations and the like."""

_LEAST_BETWEEN_S = 0.5


@contextmanager
def told(on_download: OnDownload) -> Iterator[None]:
    """While inside, `on_download` hears of every file that AudioCraft and transformers fetch."""
    from audiocraft.models import loaders
    from transformers.utils import hub

    places = ((loaders, "hf_hub_download"), (hub, "hf_hub_download"), (hub, "snapshot_download"))
    before = [getattr(module, name) for module, name in places]
    for (module, name), fetch in zip(places, before, strict=True):
        setattr(module, name, _telling(fetch, on_download))
    try:
        yield
    finally:
        for (module, name), fetch in zip(places, before, strict=True):
            setattr(module, name, fetch)


def _telling(fetch: Callable[..., Any], on_download: OnDownload) -> Callable[..., Any]:
    """The client's function, with bars that tell; a file's name is the second argument, if it has one."""

    @wraps(fetch)
    def telling(repo_id: str, *names: Any, **options: Any) -> Any:
        file = names[0] if names else options.get("filename")
        what = _What(f"{repo_id} ({file})" if file else repo_id, on_download)
        return fetch(repo_id, *names, **{**options, "tqdm_class": partial(_Bar, what)})

    return telling


class _What:
    """A file that is fetched, or several, and who hears of it."""

    def __init__(self, name: str, on_download: OnDownload) -> None:
        self._name = name
        self._on_download = on_download
        self._lock = threading.Lock()  # bars are moved from several threads
        self._last = (0, 0)

    def tell(self, done: int, total: int) -> None:
        """Tell how many bytes there are, if that is news."""
        with self._lock:
            if total >= _LEAST_BYTES and (done, total) != self._last:
                self._last = (done, total)
                self._on_download(self._name, min(done, total), total)


class _Bar(tqdm):  # type: ignore[misc]
    """A bar that is not drawn: it tells its numbers, as often as it would be drawn again."""

    monitor_interval = 0  # no thread that draws what stands still

    def __init__(self, what: _What, **options: Any) -> None:
        self._what = what
        # Its other bars count files, or bytes on the wire, of which it knows no total and shows none.
        shown = options.get("bar_format", "{total_fmt}")
        self._tells = options.get("unit") == "B" and "{total_fmt}" in shown
        own = {"file": io.StringIO(), "disable": False, "mininterval": _LEAST_BETWEEN_S, "miniters": 1}
        super().__init__(**{**options, **own})

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        """Tell instead of drawing."""
        if self._tells:
            self._what.tell(int(self.n), int(self.total or 0))
        return True


_Bar.set_lock(threading.RLock())  # else it makes one for several processes
