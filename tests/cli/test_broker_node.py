"""The private node: a real one, started, killed, restarted, stopped."""

import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cli import broker_place
from cli.broker_node import BrokerNode
from cli.errors import CommandError
from shared.bus import connection, topology
from shared.bus.log import LogReader
from shared.bus.log_entry import LogEntry
from shared.bus.publisher import Publisher
from shared.messages.commands import CancelJob
from shared.messages.ids import new_id
from shared.settings import Settings
from tests.jobs import accepted
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


def _log_ids(node: BrokerNode, count: int) -> list[str]:
    """The ids of the first facts of the node's log."""
    entries: list[LogEntry] = []
    stop = threading.Event()
    reading = threading.Thread(target=LogReader(_settings(node)).follow, args=(None, entries.extend, stop))
    reading.start()
    try:
        eventually(lambda: len(entries) >= count, 30, "the log to be readable")
    finally:
        stop.set()
        reading.join()
    return [entry.recorded.id for entry in entries if entry.recorded]


def test_the_log_is_there_after_the_folder_was_moved(node: BrokerNode) -> None:
    facts = [accepted() for _ in range(3)]
    publisher = Publisher(_settings(node))
    for fact in facts:
        publisher.publish(fact)
    publisher.close()
    node.stop()
    folder = node.folder
    for name in ("a longer path than before, in Łódź #2", "b"):
        folder = folder.rename(folder.with_name(name))
        moved = BrokerNode(folder)
        moved.start()
        try:
            moved.wait_ready()
            assert _log_ids(moved, 3) == [fact.id for fact in facts]
        finally:
            moved.stop()


def test_what_is_right_already_is_left_as_it_is(tmp_path: Path) -> None:
    uid = tmp_path / "node" / "coordination" / "node" / "UID"
    uid.mkdir(parents=True)
    right = f'#{{data_dir =>\n  "{uid.parent}",name => x,\n  wal_data_dir => "{uid.parent}"}}.'
    (uid / "config").write_text(right, encoding="latin-1")
    broker_place.put_right(tmp_path)
    assert (uid / "config").read_text(encoding="latin-1") == right


@pytest.mark.parametrize("before", ['"/old/my n\xf6de"', "[47,111,108,\n   100,321]"])
def test_both_forms_of_a_path_of_before_are_put_right_and_nothing_else(tmp_path: Path, before: str) -> None:
    uid = tmp_path / "node" / "quorum" / "node" / "UID"
    uid.mkdir(parents=True)
    text = f'#{{data_dir =>\n  {before},name => "a =>\xe9",\n  wal_data_dir => {before}}}.'
    (uid / "config").write_text(text, encoding="latin-1")
    broker_place.put_right(tmp_path)
    codes = ",".join(str(ord(character)) for character in str(uid.parent))
    assert (uid / "config").read_text(encoding="latin-1") == text.replace(before, f"[{codes}]")


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
