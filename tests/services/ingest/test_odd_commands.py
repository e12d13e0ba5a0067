"""Whatever lies in the intake, it is refused, and the next request is accepted."""

import json
import threading
from pathlib import Path

import pika
import pytest

from services.ingest.stage import Intake
from shared.bus import topology
from shared.bus.connection import close, declare, open_connection
from shared.bus.publisher import Publisher
from shared.settings import load
from shared.store import open_store
from tests.odd_messages import consumed, publish_odd, raw_headers
from tests.waiting import eventually

__all__ = ["raw_headers"]

ODD_ANSWERS = ["amq.gen-" + "x" * 1000, "amq.gen-\ud800", "amq.gen-\n", "amq.gen-" + "ü" * 150]


@pytest.mark.usefixtures("raw_headers")
def test_odd_commands_are_refused_and_the_next_request_is_accepted(
    fresh_amqp_url: str, tmp_path: Path
) -> None:
    settings = load({"SOUNDBOX_AMQP_URL": fresh_amqp_url, "SOUNDBOX_DATA": str(tmp_path)})
    publisher = Publisher(settings)
    connection = open_connection(settings)
    declare(connection)
    channel = connection.channel()

    def accepted() -> int:
        return int(channel.queue_declare("generate.audio", passive=True).method.message_count)

    publish_odd(channel, topology.INTAKE_EXCHANGE, "job.submit")
    publish_odd(channel, topology.INTAKE_EXCHANGE, "job.cancel")
    for queue in ODD_ANSWERS:
        body = json.dumps({"prompt": "", "reply_to": queue}).encode()
        channel.basic_publish(topology.INTAKE_EXCHANGE, "job.submit", body)
    good = json.dumps({"prompt": "rain", "model": "audio"}).encode()
    channel.basic_publish(topology.INTAKE_EXCHANGE, "job.submit", good, pika.BasicProperties(delivery_mode=2))
    intake = Intake(settings, open_store(settings), publisher, threading.Event())
    with consumed(settings, topology.INTAKE_QUEUE, intake) as unexpected:
        eventually(lambda: unexpected or accepted() == 1, 30, "the request behind the odd commands")
        assert unexpected == []
    publisher.close()
    close(connection)
