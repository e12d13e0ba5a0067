"""Files that are made when somebody first asks for them: once each, and few at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from shared.errors import TransientError
from shared.store import Store

AT_ONCE = 2  # each fills a core
MOST_WAITING = 16


class WorkshopFullError(TransientError):
    """As many files are being made, or wait for it, as may at a time."""


class Workshop:
    """Makes files for the store, beside the event loop."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._most = at_once + most_waiting
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="workshop")
        self._lock = Lock()
        self._making: dict[str, Future[None]] = {}

    @property
    def waited_for(self) -> int:
        """Files that are being made, or wait for it."""
        return len(self._making)

    async def ensure(self, store: Store, key: str, make: Callable[[], bytes], source: str) -> None:
        """Have an object in the store, made unless it is there; of several callers, by one of them.

        It is made even when the caller goes away meanwhile. It does not outlive its source, another
        object: whoever deletes both deletes the source first.

        Raises:
            WorkshopFullError: there is too much to make already.
            Exception: what `make` raises.
        """
        if not await asyncio.to_thread(store.exists, key):
            await asyncio.shield(asyncio.wrap_future(self._begun(store, key, make, source)))

    def _begun(self, store: Store, key: str, make: Callable[[], bytes], source: str) -> Future[None]:
        with self._lock:
            future = self._making.get(key)
            if future is None:
                if len(self._making) >= self._most:
                    raise WorkshopFullError(f"{key} cannot be made now: {self._most} files are waited for.")
                future = self._threads.submit(self._make, store, key, make, source)
                self._making[key] = future
            return future

    def _make(self, store: Store, key: str, make: Callable[[], bytes], source: str) -> None:
        try:
            if not store.exists(key):
                store.put_once(key, make())
            if not store.exists(source):
                store.delete(key)
        finally:
            with self._lock:
                del self._making[key]
