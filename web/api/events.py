"""GET /api/events: one stream a tab. First how everything stands, then what changes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from anyio import to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.live import Progress, Projected, WorkerBeat
from web.api.identity import Caller, caller_of
from web.api.jobs import queue_view
from web.api.status import status_view
from web.api.views import job_view, progress_view, track_view
from web.live import Listener
from web.ports import Ports

_PING_S = 15
_RETRY_MS = 2000
_SNAPSHOT_JOBS = 20
_OVERVIEW_EACH_S = 0.5


async def events(request: Request) -> Response:
    """The stream; `Last-Event-ID` brings the jobs that changed since into the snapshot."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    since = request.headers.get("last-event-id", "")
    offset = int(since) if since.isdecimal() and len(since) < 19 else None
    return EventSourceResponse(_Stream(ports, caller, offset).run(), ping=_PING_S)


class _Stream:
    """What one tab is told."""

    def __init__(self, ports: Ports, caller: Caller, since: int | None) -> None:
        self._ports = ports
        self._caller = caller
        self._since = since
        self._overview = ""
        self._overview_due = False
        self._overview_sent = 0.0

    async def run(self) -> AsyncIterator[ServerSentEvent]:
        with self._ports.live.listening() as listener:  # before the snapshot, so that nothing falls between
            yield await self._snapshot()
            while not listener.lagging:
                for event in await self._next(listener):
                    yield event
            yield ServerSentEvent("{}", event="resync")

    async def _snapshot(self) -> ServerSentEvent:
        data = await to_thread.run_sync(self._read_snapshot)
        self._overview = _dump([data["queue"], data["status"]])
        return ServerSentEvent(_dump(data), event="snapshot", id=str(data["cursor"]), retry=_RETRY_MS)

    def _read_snapshot(self) -> dict[str, Any]:
        library, user_id = self._ports.library, self._caller.user_id
        offset = library.offset()
        rows = {row.job_id: row for row in library.jobs_of(user_id, _SNAPSHOT_JOBS)}
        if self._since is not None:
            rows |= {row.job_id: row for row in library.jobs_changed_since(self._since, user_id)}
        return {
            "status": status_view(self._ports),
            "queue": queue_view(self._ports, self._caller),
            "jobs": [job_view(self._ports, row) for row in rows.values()],
            "user_id": user_id,
            "cursor": offset,
        }

    async def _next(self, listener: Listener) -> list[ServerSentEvent]:
        """The events of the next notice; an overview may be due before one comes."""
        wait_s = None
        if self._overview_due:
            wait_s = max(0.0, self._overview_sent + _OVERVIEW_EACH_S - time.monotonic())
        try:
            notice = await asyncio.wait_for(listener.queue.get(), wait_s)
        except TimeoutError:
            return await to_thread.run_sync(self._overview_events)
        if isinstance(notice, Progress):
            return await to_thread.run_sync(self._progress_events, notice)
        self._overview_due = True
        if isinstance(notice, WorkerBeat):
            return []
        return await to_thread.run_sync(self._change_events, notice)

    def _progress_events(self, notice: Progress) -> list[ServerSentEvent]:
        row = self._ports.library.job(notice.job_id)
        if row is None or row.user_id != self._caller.user_id:
            return []
        return [ServerSentEvent(_dump(progress_view(notice)), event="progress")]

    def _change_events(self, notice: Projected) -> list[ServerSentEvent]:
        """The caller's own jobs and everybody's new tracks among what a catalog has committed."""
        library = self._ports.library
        if notice.database != library.identity():
            return []
        found = []
        for row in library.jobs_by_id(notice.job_ids):
            if row.user_id == self._caller.user_id:
                found.append(_event("job", job_view(self._ports, row), row.offset))
            if row.status == "completed":
                track = library.track(row.job_id)
                if track is not None and track.offset == row.offset:
                    found.append(_event("track", track_view(track), track.offset))
        return found

    def _overview_events(self) -> list[ServerSentEvent]:
        """Queue and status, when they are not what was sent last."""
        self._overview_due = False
        self._overview_sent = time.monotonic()
        queue, status = queue_view(self._ports, self._caller), status_view(self._ports)
        overview = _dump([queue, status])
        if overview == self._overview:
            return []
        self._overview = overview
        return [ServerSentEvent(_dump(queue), event="queue"), ServerSentEvent(_dump(status), event="status")]


def _event(name: str, data: dict[str, Any], offset: int) -> ServerSentEvent:
    return ServerSentEvent(_dump(data), event=name, id=str(offset))


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
