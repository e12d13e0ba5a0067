"""GET /api/events: one stream a tab. First how everything stands, then what changes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence

from anyio import to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import TransientError
from shared.messages.live import Progress, Projected
from web.api import job_shapes
from web.api.identity import Caller, caller_of
from web.api.jobs import queue_view
from web.api.parameters import Words
from web.api.status import status_view
from web.api.views import job_view, progress_view, track_view
from web.live import Listener, Notice
from web.ports import Ports

TOPICS = Words(
    "topics",
    "Which changes to tell, by comma: job, progress, track, queue, status. All of them when it is absent.",
    ("job", "progress", "track", "queue", "status"),
)
_PING_S = 15
_RETRY_MS = 2000
_SNAPSHOT_JOBS = 20
_MOST_CHANGED = 200
_OVERVIEW_EACH_S = 0.5
_LOOK_EACH_S = 5.0


async def events(request: Request) -> Response:
    """The stream; `Last-Event-ID` brings the jobs that changed since into the snapshot."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    topics = TOPICS.of(request)
    since = request.headers.get("last-event-id", "")
    offset = int(since) if since.isdecimal() and len(since) < 19 else None
    await to_thread.run_sync(ports.library.offset)  # without a library the answer is 503, not a broken stream
    return EventSourceResponse(_Stream(ports, caller, offset).run(topics), ping=_PING_S)


class _OutdatedError(Exception):
    """What was told cannot be brought up to date by changes: the client must have a new snapshot."""


class _Stream:
    """What one tab is told.

    Notices may be lost with the broker's connection, so they only say when to look: what changed for
    the caller is read from the library, from the offset on that was told last.
    """

    def __init__(self, ports: Ports, caller: Caller, since: int | None) -> None:
        self._ports = ports
        self._caller = caller
        self._since = since
        self._identity = ""
        self._told = -1
        self._tracks_told = -1
        self._overview = ""
        self._overview_due = False
        self._looked_at = 0.0

    async def run(self, topics: Sequence[str]) -> AsyncIterator[ServerSentEvent]:
        """The snapshot, then events of these topics until they cannot be told any more."""
        with self._ports.live.listening() as listener:  # before the snapshot, so that nothing falls between
            try:
                yield await to_thread.run_sync(self._snapshot)
                while not listener.lagging:
                    for event in await self._next(listener):
                        if event.event in topics:
                            yield event
            except (_OutdatedError, TransientError):
                pass  # told by the line below, and the client connects again
            yield ServerSentEvent("{}", event="resync")

    def _snapshot(self) -> ServerSentEvent:
        library, user_id = self._ports.library, self._caller.user_id
        self._identity, self._told = library.identity(), library.offset()
        self._tracks_told = self._told
        rows = {row.job_id: row for row in library.jobs_of(user_id, _SNAPSHOT_JOBS)}
        if self._since is not None:
            rows |= {row.job_id: row for row in library.jobs_changed_since(self._since, user_id)}
        queue, status = queue_view(self._ports, self._caller), status_view(self._ports)
        self._overview = _dump([queue, status])
        data: job_shapes.Snapshot = {
            "status": status,
            "queue": queue,
            "jobs": [job_view(self._ports, row) for row in rows.values()],
            "user_id": user_id,
            "tier": self._caller.identity.tier,
            "signed_in": self._caller.signed_in,
            "cursor": self._told,
        }
        return ServerSentEvent(_dump(data), event="snapshot", id=str(self._told), retry=_RETRY_MS)

    async def _next(self, listener: Listener) -> list[ServerSentEvent]:
        """The events of the next notice, or of a look at how everything stands when that is due."""
        each_s = _OVERVIEW_EACH_S if self._overview_due else _LOOK_EACH_S
        wait_s = self._looked_at + each_s - time.monotonic()
        notice: Notice | None = None
        if wait_s > 0:
            try:
                notice = await asyncio.wait_for(listener.queue.get(), wait_s)
            except TimeoutError:
                notice = None
        if notice is None:
            return await to_thread.run_sync(self._look)
        if isinstance(notice, Progress):
            return await to_thread.run_sync(self._progress_events, notice)
        self._overview_due = True
        if isinstance(notice, Projected):
            return await to_thread.run_sync(self._change_events, notice)
        return []

    def _progress_events(self, notice: Progress) -> list[ServerSentEvent]:
        row = self._ports.library.job(notice.job_id)
        if row is None or row.user_id != self._caller.user_id:
            return []
        return [ServerSentEvent(_dump(progress_view(notice)), event="progress")]

    def _change_events(self, notice: Projected) -> list[ServerSentEvent]:
        """The caller's own jobs and everybody's new tracks, in the order of the log."""
        found = self._own_changes()
        if notice.database == self._identity:
            found += self._new_tracks(notice)
        found.sort(key=lambda entry: entry[0])
        return [_event(name, data, offset) for offset, name, data in found]

    def _own_changes(self) -> list[tuple[int, str, object]]:
        """The caller's jobs that changed since the last time.

        Raises:
            _OutdatedError: the library was made again, or too much changed.
        """
        library = self._ports.library
        identity, offset = library.identity(), library.offset()
        if identity != self._identity or offset < self._told:
            raise _OutdatedError
        rows = library.jobs_changed_since(self._told, self._caller.user_id, _MOST_CHANGED)
        if len(rows) == _MOST_CHANGED:
            raise _OutdatedError
        self._told = max([offset, *(row.offset for row in rows)])
        return [(row.offset, "job", job_view(self._ports, row)) for row in rows]

    def _new_tracks(self, notice: Projected) -> list[tuple[int, str, object]]:
        """The tracks that were published since the notice before; those of later ones wait for theirs."""
        rows = self._ports.library.tracks_by_id(notice.job_ids)
        since, self._tracks_told = self._tracks_told, max(self._tracks_told, notice.offset)
        return [(row.offset, "track", track_view(row)) for row in rows if since < row.offset <= notice.offset]

    def _look(self) -> list[ServerSentEvent]:
        """What no notice told, and queue and status when they are not what was sent last."""
        self._overview_due = False
        self._looked_at = time.monotonic()
        found = [_event(name, data, offset) for offset, name, data in self._own_changes()]
        queue, status = queue_view(self._ports, self._caller), status_view(self._ports)
        overview = _dump([queue, status])
        if overview == self._overview:
            return found
        self._overview = overview
        shown = (("queue", queue), ("status", status))
        return found + [ServerSentEvent(_dump(data), event=name) for name, data in shown]


def _event(name: str, data: object, offset: int) -> ServerSentEvent:
    return ServerSentEvent(_dump(data), event=name, id=str(offset))


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
