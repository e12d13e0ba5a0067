"""Fixtures that the whole suite shares: a real private broker, and a real browser's path.

On a laptop a test whose part is missing is skipped with the reason; with `CI=true` it fails.
"""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from cli import browser
from cli.broker_node import BrokerNode
from cli.errors import CommandError
from tests.running import SoundBox

# Without a GPU Triton interprets its kernels, if it is told so before anything imports it.
if not Path("/dev/nvidiactl").exists():
    os.environ["TRITON_INTERPRET"] = "1"

_VHOSTS_AT_ONCE = 8  # one call of rabbitmqctl takes half a second, however many it makes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the real parts they ask for, so that `-m "not broker"` leaves them out."""
    for item in items:
        needed = getattr(item, "fixturenames", ())
        if "broker" in needed:
            item.add_marker("broker")
        if "chromium" in needed:
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Keep the settings of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SOUNDBOX_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerNode]:
    """A private RabbitMQ node for the whole run; use `vhost` or `amqp_url` for a place of your own on it."""
    try:
        node = BrokerNode(tmp_path_factory.mktemp("broker"))
    except CommandError as error:
        missing(str(error))
    node.start()
    try:
        node.wait_ready()
        yield node
    finally:
        node.stop()


@pytest.fixture(scope="session")
def _vhost_names(broker: BrokerNode) -> Iterator[str]:
    """Names of fresh virtual hosts, made a few at a time."""

    def names() -> Iterator[str]:
        for batch in itertools.count():
            made = [f"tests-{batch}-{number}" for number in range(_VHOSTS_AT_ONCE)]
            broker.add_vhosts(made)
            yield from made

    return names()


@pytest.fixture(scope="module")
def vhost(_vhost_names: Iterator[str]) -> str:
    """A fresh, empty virtual host for this test module."""
    return next(_vhost_names)


@pytest.fixture(scope="module")
def amqp_url(broker: BrokerNode, vhost: str) -> str:
    """Address of this test module's virtual host."""
    return broker.url(vhost)


@pytest.fixture
def fresh_amqp_url(broker: BrokerNode, _vhost_names: Iterator[str]) -> str:
    """Address of a fresh, empty virtual host for one test."""
    return broker.url(next(_vhost_names))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of an installed Chromium."""
    found = browser.find()
    if found is None:
        missing(browser.HOW_TO_INSTALL)
    return found


@pytest.fixture(scope="session")
def running_sound_box(tmp_path_factory: pytest.TempPathFactory, broker: BrokerNode) -> Iterator[SoundBox]:
    """A whole Sound Box on the built-in synthesizer, for all tests that only use it.

    It runs a node of its own; asking for `broker` makes sure that there can be one.
    """
    sound_box = SoundBox(tmp_path_factory.mktemp("sound-box"), "--engine", "synth")
    yield sound_box
    assert sound_box.stop() == 0


def missing(what: str) -> NoReturn:
    """Skip for a part that this machine lacks; in CI, where nothing may be lacking, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true and a part is missing: {what}")
    pytest.skip(what)
