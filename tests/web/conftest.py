"""A site without a broker, for all that needs none; one on a real broker; and one that is served."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from shared.settings import Settings, load
from tests.web.crowd import Crowded
from tests.web.site import Site

NOBODY_LISTENS = "amqp://nobody:nothing@127.0.0.1:1/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder of one's own, and a broker that is not there."""
    return load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": NOBODY_LISTENS})


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """The site over an empty library."""
    site = Site(settings)
    yield site
    site.close()


@pytest.fixture
def client(site: Site) -> TestClient:
    """A new visitor of the site."""
    return site.client


@pytest.fixture
def brokered(amqp_url: str, tmp_path: Path) -> Iterator[Site]:
    """The site over an empty library, on this module's virtual host."""
    site = Site(load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": amqp_url}))
    yield site
    site.close()


@pytest.fixture(scope="module")
def served(amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowded]:
    """A web app, a catalog and an intake on this module's virtual host."""
    data = tmp_path_factory.mktemp("served")
    served = Crowded(load({"SOUNDBOX_DATA": str(data), "SOUNDBOX_AMQP_URL": amqp_url}))
    served.start()
    with served.deciding():
        yield served
    served.stop()
