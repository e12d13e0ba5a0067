"""The private node: a real one, started, killed, restarted, stopped."""

import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cli import ports
from cli.broker_node import BrokerNode
from cli.errors import CommandError
from shared.bus import connection, topology
from shared.bus.publisher import Publisher
from shared.messages.commands import CancelJob
from shared.messages.ids import new_id
from shared.settings import Settings
from tests.waiting import eventually


@pytest.fixture
def node(broker: BrokerNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerNode]:
    """A started node of the test's own; `broker` is asked for so that a missing RabbitMQ is said once."""
    node = BrokerNode(tmp_path_factory.mktemp("my nöde #"))
    node.start()
    try:
        node.wait_ready()
        yield node
    finally:
        node.stop()


def _settings(node: BrokerNode) -> Settings:
    return Settings.model_validate({"amqp_url": node.url()})


def _waiting(node: BrokerNode) -> int:
    opened = connection.open_connection(_settings(node))
    try:
        return int(opened.channel().queue_declare(topology.INTAKE_QUEUE, passive=True).method.message_count)
    finally:
        connection.close(opened)


def _listening(process: psutil.Process) -> set[str]:
    return {c.laddr.ip for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN}


def test_a_path_that_rabbitmq_refuses_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"the path holds the character \[\. Type: \./soundbox up --data"):
        BrokerNode(tmp_path / "data[1]")
    with pytest.raises(CommandError, match=r"the path holds the character \\n\. Type"):
        BrokerNode(tmp_path / "my\ndata")


def test_ports_are_kept_below_those_of_outgoing_connections() -> None:
    assert all(20_000 <= ports.pick() < 32_768 for _ in range(20))


def test_a_killed_node_keeps_messages_and_ports_and_what_a_crash_leaves_is_swept(node: BrokerNode) -> None:
    publisher = Publisher(_settings(node))
    publisher.submit(CancelJob(job_id=new_id()))
    publisher.close()

    node.kill_node()
    node.start_node()
    node.wait_ready()
    eventually(lambda: _waiting(node) == 1, 10, "the message that was there before the kill")

    left = {process.name() for process in node.members()}
    again = BrokerNode(node.folder)
    assert {"beam.smp", "epmd"} <= left
    assert again.swept
    assert again.members() == []
    assert again.ports == node.ports


def test_everything_of_the_node_is_on_loopback_and_its_secrets_are_ours_alone(broker: BrokerNode) -> None:
    addresses = set[str]().union(*(_listening(process) for process in broker.members()))
    assert addresses <= {"127.0.0.1", "::1"}
    for name in ("rabbitmq.conf", "node.json", ".erlang.cookie"):
        assert stat.S_IMODE((broker.folder / name).stat().st_mode) & 0o077 == 0, name


def test_a_taken_port_is_exchanged_for_another(broker: BrokerNode, tmp_path: Path) -> None:
    first = BrokerNode(tmp_path / "broker")
    with socket.create_server(("127.0.0.1", first.ports.amqp)):
        second = BrokerNode(tmp_path / "broker")
    assert second.ports.amqp != first.ports.amqp
    assert second.ports.dist == first.ports.dist
    assert second.url().split("@")[0] == first.url().split("@")[0]
