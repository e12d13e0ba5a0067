"""Whatever lies in a queue, its consumer takes it, keeps it as dead where it is no fact, and goes on."""

import threading

import pika
import pytest
from pika.exceptions import AMQPError

from shared.bus import topology
from shared.bus.publisher import Publisher
from shared.bus.stage import Outcome, Stage
from shared.messages import envelope
from shared.messages.events import Event
from shared.settings import Settings
from shared.store import Store
from tests.jobs import accepted
from tests.odd_messages import consumed, publish_odd, raw_headers
from tests.shared.bus.conftest import Queues
from tests.waiting import eventually

__all__ = ["raw_headers"]


@pytest.mark.usefixtures("raw_headers")
def test_odd_messages_are_kept_as_dead_and_the_next_fact_is_worked_on(
    settings: Settings, store: Store, publisher: Publisher, queues: Queues
) -> None:
    worked: list[Event] = []

    def work(event: Event) -> Outcome:
        worked.append(event)
        return Outcome([])

    odd = publish_odd(queues.channel, "", topology.ANALYZE_QUEUE)
    queues.put(topology.ANALYZE_QUEUE, envelope.encode(accepted()))
    stage = Stage("analyzer", work, store, publisher, threading.Event())
    with consumed(settings, topology.ANALYZE_QUEUE, stage) as unexpected:
        eventually(lambda: unexpected or worked, 30, "the fact behind the odd messages")
        assert unexpected == []
        eventually(lambda: queues.ready(topology.DEAD_QUEUE) == odd)


def test_a_body_above_what_the_node_takes_is_refused_to_its_publisher(queues: Queues) -> None:
    queues.channel.confirm_delivery()
    with pytest.raises(AMQPError, match="larger than configured max size"):
        queues.channel.basic_publish(
            "", topology.ANALYZE_QUEUE, b"x" * 10_000_000, pika.BasicProperties(delivery_mode=2)
        )
    assert queues.ready(topology.ANALYZE_QUEUE) == 0
