"""Exchanges, queues and bindings, as data. Legal on RabbitMQ 3.10 and on 4.x alike.

Whoever connects first declares all of it; declaring again changes nothing. Queue types are always
named, since 4.x may have another default. `docs/architecture.md` draws the picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.messages.commands import COMMANDS
from shared.messages.job import MODELS, PROMOTED

INTAKE_EXCHANGE = "soundbox.intake"
EVENTS_EXCHANGE = "soundbox.events"
LIVE_EXCHANGE = "soundbox.live"
DEAD_EXCHANGE = "soundbox.dead"

INTAKE_QUEUE = "intake"
ANALYZE_QUEUE = "analyze"
RENDER_QUEUE = "render"
DEAD_QUEUE = "soundbox.dead"
LOG_STREAM = "soundbox.log"

INTAKE_LIMIT = 5000
"""Commands that may wait in the intake; one more is refused to its publisher."""

DELAYS_MS = (1_000, 5_000, 30_000)
"""Waiting times before another try. One queue each: a queue expires messages at its head only."""

_SEGMENT_BYTES = 100_000_000


def generate_queue(model: str) -> str:
    """Queue of the jobs that wait for a generator of this model."""
    return f"generate.{model}"


def delay_name(delay_ms: int) -> str:
    """Exchange and queue that hold a message back for this long."""
    return f"soundbox.delay.{delay_ms}"


@dataclass(frozen=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: str


@dataclass(frozen=True)
class Queue:
    """A durable queue, its arguments, and the (exchange, routing key) pairs bound to it."""

    name: str
    arguments: Mapping[str, Any]
    bindings: tuple[tuple[str, str], ...] = field(default=())


_CLASSIC = {"x-queue-type": "classic"}
_STAGE = {**_CLASSIC, "x-max-priority": PROMOTED}

EXCHANGES = (
    Exchange(INTAKE_EXCHANGE, "direct"),
    Exchange(EVENTS_EXCHANGE, "topic"),
    Exchange(LIVE_EXCHANGE, "fanout"),
    Exchange(DEAD_EXCHANGE, "fanout"),
    *(Exchange(delay_name(delay), "fanout") for delay in DELAYS_MS),
)

STAGE_QUEUES = (
    *(
        Queue(
            generate_queue(model),
            _STAGE,
            ((EVENTS_EXCHANGE, f"job.accepted.{model}"), (EVENTS_EXCHANGE, f"audio.rejected.{model}")),
        )
        for model in MODELS
    ),
    Queue(ANALYZE_QUEUE, _STAGE, ((EVENTS_EXCHANGE, "audio.generated"),)),
    Queue(RENDER_QUEUE, _STAGE, ((EVENTS_EXCHANGE, "audio.approved"),)),
)

QUEUES = (
    # The log is bound first, so that no fact can reach a stage without reaching the log.
    Queue(
        LOG_STREAM,
        {"x-queue-type": "stream", "x-stream-max-segment-size-bytes": _SEGMENT_BYTES},
        ((EVENTS_EXCHANGE, "#"),),
    ),
    Queue(
        INTAKE_QUEUE,
        {**_CLASSIC, "x-max-length": INTAKE_LIMIT, "x-overflow": "reject-publish"},
        tuple((INTAKE_EXCHANGE, name) for name in COMMANDS),
    ),
    *STAGE_QUEUES,
    Queue(DEAD_QUEUE, _CLASSIC, ((DEAD_EXCHANGE, ""),)),
    *(
        # The default exchange takes the routing key as a queue's name: the message goes back where it was.
        Queue(
            delay_name(delay),
            {**_CLASSIC, "x-message-ttl": delay, "x-dead-letter-exchange": ""},
            ((delay_name(delay), ""),),
        )
        for delay in DELAYS_MS
    ),
)


def declare(channel: Any) -> None:
    """Declare everything on an open pika channel; what is there already stays as it is."""
    for exchange in EXCHANGES:
        channel.exchange_declare(exchange.name, exchange_type=exchange.kind, durable=True)
    for queue in QUEUES:
        channel.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
        for name, key in queue.bindings:
            channel.queue_bind(queue.name, name, routing_key=key)
