"""The topology is declared twice without complaint, and says what each queue is for."""

import pika
import pytest

from shared.bus import topology
from shared.bus.connection import declare, open_connection
from shared.errors import BrokerUnavailableError, SettingsError
from shared.settings import Settings, load


@pytest.fixture
def settings(amqp_url: str) -> Settings:
    return load({"SOUNDBOX_AMQP_URL": amqp_url})


def test_declaring_again_changes_nothing(settings: Settings) -> None:
    connection = open_connection(settings)
    declare(connection)
    declare(connection)
    assert connection.is_open
    connection.close()


def test_every_stage_queue_has_five_priorities_and_no_limit() -> None:
    for queue in topology.STAGE_QUEUES:
        assert queue.arguments == {"x-queue-type": "classic", "x-max-priority": 4}


def test_only_the_intake_is_bounded() -> None:
    assert [queue.name for queue in topology.QUEUES if "x-max-length" in queue.arguments] == ["intake"]


def test_every_queue_names_its_type() -> None:
    assert all("x-queue-type" in queue.arguments for queue in topology.QUEUES)


def test_a_queue_that_exists_with_other_arguments_is_an_error_that_says_so(fresh_amqp_url: str) -> None:
    settings = load({"SOUNDBOX_AMQP_URL": fresh_amqp_url})
    connection = open_connection(settings)
    connection.channel().queue_declare("analyze", durable=True)
    with pytest.raises(BrokerUnavailableError, match="x-max-priority"):
        declare(connection)
    connection.close()


def test_an_unreachable_broker_is_named_without_its_password() -> None:
    settings = load({"SOUNDBOX_AMQP_URL": "amqp://me:hidden@127.0.0.1:1/studio"})
    with pytest.raises(BrokerUnavailableError) as caught:
        open_connection(settings)
    assert "amqp://127.0.0.1:1/studio" in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://host/", "host", "amqp://host:port/"])
def test_a_url_that_is_no_amqp_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="SOUNDBOX_AMQP_URL"):
        open_connection(load({"SOUNDBOX_AMQP_URL": url}))


def test_tests_speak_to_the_private_node(amqp_url: str) -> None:
    assert pika.URLParameters(amqp_url).host == "127.0.0.1"
