"""A generator knows from the store which models it may not begin to work for."""

import logging
import threading
from pathlib import Path

import pytest

from services.generator.pauses import Pauses
from shared import keys
from shared.errors import StoreError
from shared.messages.job import Model
from shared.settings import load
from shared.store import Store, open_store
from tests.waiting import eventually


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(load({"SOUNDBOX_DATA": str(tmp_path)}))


class Told(list[tuple[Model, ...]]):
    """What the heartbeat was told."""


def test_until_it_has_looked_everything_is_held(store: Store) -> None:
    pauses = Pauses(("music", "audio"), store, Told().append)
    assert (pauses.holds("music"), pauses.holds("audio")) == (True, True)
    pauses.look()
    assert (pauses.holds("music"), pauses.holds("audio")) == (False, False)


def test_one_that_starts_while_a_model_is_paused_holds_it(store: Store) -> None:
    store.put(keys.paused("audio"), b"{}")
    told = Told()
    pauses = Pauses(("music", "audio"), store, told.append)
    pauses.look()
    pauses.look()
    assert (pauses.holds("music"), pauses.holds("audio")) == (False, True)
    store.delete(keys.paused("audio"))
    pauses.look()
    assert not pauses.holds("audio")
    assert told == [("audio",), ()]


def test_models_that_it_does_not_serve_are_nothing_to_it(store: Store) -> None:
    store.put(keys.paused("audio"), b"{}")
    told = Told()
    Pauses(("music",), store, told.append).look()
    assert told == [()]


class Away(Store):
    """A store that cannot be reached: the network edge of this test."""

    def __init__(self) -> None:
        self.back: Store | None = None

    def exists(self, key: str) -> bool:
        if self.back is None:
            raise StoreError("The store is away.")
        return self.back.exists(key)


def test_while_the_store_is_away_it_stays_as_it_was(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    away = Away()
    pauses = Pauses(("music",), away, Told().append)
    with caplog.at_level(logging.WARNING):
        pauses.look()
    assert pauses.holds("music")
    assert "The store is away." in caplog.text
    away.back = store
    pauses.look()
    away.back = None
    pauses.look()
    assert not pauses.holds("music")


def test_it_looks_by_itself_since_a_fact_may_go_by_unheard(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.generator.pauses.LOOK_EACH_S", 0.01)
    pauses, stop = Pauses(("music",), store, Told().append), threading.Event()
    thread = threading.Thread(target=pauses.follow, args=(stop,))
    thread.start()
    try:
        eventually(lambda: not pauses.holds("music"))
        store.put(keys.paused("music"), b"{}")
        eventually(lambda: pauses.holds("music"))
    finally:
        stop.set()
        thread.join()
