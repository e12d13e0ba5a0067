"""Looking at jobs, cancelling them, and the queue."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.commands import CancelJob
from shared.messages.ids import is_id
from web.api import job_shapes
from web.api.answers import JsonAnswer
from web.api.identity import Caller, caller_of
from web.api.intake import hand_in
from web.api.problems import ProblemError, not_found
from web.api.views import has_ended, job_view, queue_entry, submission_view
from web.ports import Ports

_MOST_SHOWN = 200


def job(request: Request) -> Response:
    """GET /job/{id}."""
    ports: Ports = request.app.state.ports
    job_id = str(request.path_params["id"])
    view = view_of(ports, job_id)
    if view is None:
        raise not_found("job")
    return JsonAnswer(view)


def view_of(ports: Ports, job_id: str) -> job_shapes.JobView | None:
    """The job as clients see it; None when nobody knows of it."""
    if not is_id(job_id):
        return None
    row = ports.library.job(job_id)
    if row is not None:
        return job_view(ports, row)
    submission = ports.submissions.find(job_id)
    return None if submission is None else submission_view(ports, submission)


async def cancel(request: Request) -> Response:
    """POST /api/queue/{id}/cancel: acknowledged at once; the job's status tells when it is done."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    job_id = str(request.path_params["id"])
    owner = await to_thread.run_sync(_owner_of_running, ports, job_id)
    if not caller.may_change(owner):
        raise ProblemError(403, "This job is somebody else's.")
    await hand_in(ports, CancelJob(job_id=job_id, token=caller.token))
    ports.submissions.cancel(job_id)
    view: job_shapes.Cancelling = {"success": True, "status": "cancelling"}
    return JsonAnswer(view)


def _owner_of_running(ports: Ports, job_id: str) -> str | None:
    """Whose job it is.

    Raises:
        ProblemError: 404 unknown, 409 finished already.
    """
    row = ports.library.job(job_id) if is_id(job_id) else None
    if row is not None:
        if has_ended(row):
            raise ProblemError(409, f"This job has ended already: it is {row.status}.")
        return row.user_id
    submission = ports.submissions.find(job_id)
    if submission is None:
        raise not_found("job")
    return submission.user_id


def queue(request: Request) -> Response:
    """GET /queue-status and GET /api/queue."""
    return JsonAnswer(queue_view(request.app.state.ports, caller_of(request)))


def queue_view(ports: Ports, caller: Caller) -> job_shapes.Queue:
    """Running and waiting jobs, in the order in which they are worked on."""
    rows = ports.library.queue(_MOST_SHOWN)
    waiting = sum(ports.library.queue_lengths().values())
    running = [row for row in rows if row.status == "processing"]
    paused = ports.library.paused()
    return {
        "queue_length": waiting,
        "current_job": running[0].job_id if running else None,
        "jobs": [queue_entry(ports, row, caller, paused) for row in rows],
        "total": waiting + len(running),
        "paused": paused,
    }
