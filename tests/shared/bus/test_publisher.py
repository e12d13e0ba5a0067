"""What was published is in the log and in the next stage's queue, or the caller hears that it is not."""

import json

import pytest

from cli.broker_node import BrokerNode
from shared.bus import topology
from shared.bus.publisher import Publisher
from shared.errors import BrokerUnavailableError, IntakeFullError
from shared.messages import envelope
from shared.messages.command import parse
from shared.messages.commands import SubmitJob
from shared.settings import Settings, load
from tests.jobs import accepted
from tests.shared.bus.conftest import Queues
from tests.waiting import eventually


def test_a_fact_reaches_the_queue_of_its_stage_with_its_properties(
    publisher: Publisher, queues: Queues
) -> None:
    fact = accepted(priority=3, tier="admin")
    publisher.publish(fact)
    found = queues.take("generate.music")
    assert found is not None
    properties, body = found
    assert envelope.decode(body) == fact
    assert properties.message_id == fact.id
    assert properties.correlation_id == fact.event.subject
    assert properties.type == "job.accepted"
    assert properties.priority == 3
    assert properties.delivery_mode == 2
    assert properties.content_type == "application/cloudevents+json"


def test_a_higher_priority_comes_first_and_equals_in_their_order(
    publisher: Publisher, queues: Queues
) -> None:
    facts = [accepted(priority=priority) for priority in (0, 2, 0, 3, 2)]
    for fact in facts:
        publisher.publish(fact)
    order = []
    while found := queues.take("generate.music"):
        order.append(envelope.decode(found[1]))
    assert order == [facts[3], facts[1], facts[4], facts[0], facts[2]]


def test_a_command_reaches_the_intake(publisher: Publisher, queues: Queues) -> None:
    command = SubmitJob(prompt="rain on a roof", token="t")
    publisher.submit(command)
    found = queues.take("intake")
    assert found is not None
    assert parse(SubmitJob, json.loads(found[1])) == command
    assert b"null" not in found[1], "what was not given is left out"


def test_a_full_intake_refuses_one_more(publisher: Publisher, queues: Queues) -> None:
    for _ in range(topology.INTAKE_LIMIT):
        queues.put("intake", b"{}")
    eventually(lambda: queues.ready("intake") == topology.INTAKE_LIMIT)
    with pytest.raises(IntakeFullError, match="Too many"):
        publisher.submit(SubmitJob(prompt="one too many"))
    assert queues.ready("intake") == topology.INTAKE_LIMIT


def test_a_lost_connection_is_opened_again(publisher: Publisher, queues: Queues, broker: BrokerNode) -> None:
    publisher.publish(accepted())
    broker.control("close_all_connections", "--global", "a test")
    publisher.publish(accepted())
    eventually(lambda: publisher.connected)


def test_a_broker_that_is_away_is_said() -> None:
    publisher = Publisher(load({"SOUNDBOX_AMQP_URL": "amqp://127.0.0.1:1/"}))
    with pytest.raises(BrokerUnavailableError, match="Cannot reach the broker"):
        publisher.publish(accepted())
    assert not publisher.connected
    publisher.close()


def test_an_answer_goes_to_a_temporary_queue_only(
    publisher: Publisher, queues: Queues, settings: Settings
) -> None:
    answers = queues.channel.queue_declare("", exclusive=True).method.queue
    publisher.reply(answers, "7", b"{}")
    publisher.reply("analyze", "7", b"{}")
    publisher.reply("amq.gen-gone", "7", b"{}")
    found = eventually(lambda: queues.take(answers))
    assert found[0].correlation_id == "7"
    assert queues.ready("analyze") == 0
