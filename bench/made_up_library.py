"""Files made-up tracks: straight into a catalog's database, or through a broker's log."""

import threading
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pydantic import SecretStr

from bench import made_up
from cli.broker_node import BrokerNode
from services.catalog import service
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from services.catalog.queries import CatalogNotReadyError, Library
from shared.bus import topology
from shared.bus.connection import close, declare, open_connection
from shared.bus.log_entry import LogEntry
from shared.messages import envelope
from shared.messages.envelope import Recorded, record
from shared.messages.event import ByPerson, Event
from shared.settings import Settings

_BATCH = 5_000
_BLOCKED_TIMEOUT_S = 600
_LOOK_EVERY_S = 0.2


def recorded(events: Iterable[Event]) -> Iterator[Recorded]:
    """The events in their envelopes, one every 20 s."""
    for number, event in enumerate(events):
        fact_id = envelope.id_of_deed(event, str(number)) if isinstance(event, ByPerson) else None
        yield record(event, made_up.STAGES[type(event)], made_up.time_of(number), fact_id)


def fill(database: Path, rows: int) -> None:
    """Make a catalog's database of so many tracks with the projection's own rules.

    Of each job only the last event is projected, which says everything that lists show.
    """
    entries = (LogEntry(number, fact) for number, fact in enumerate(recorded(made_up.library(rows))))
    with open_catalog(database) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a bench's own file
        while batch := list(islice(entries, _BATCH)):
            apply(connection, batch)


def fill_log(data: Path, rows: int) -> None:
    """Make a data folder that `soundbox up --data` serves: a broker's log, and the catalog that read it.

    The folder's own node keeps the log; no sounds lie in the store.
    """
    node = BrokerNode(data.absolute() / "broker")
    settings = Settings(data=data, amqp_url=SecretStr(node.url()))
    node.start()
    try:
        node.wait_ready()
        _append(settings, recorded(made_up.library(rows)))
        _catch_up(settings, rows)
    finally:
        node.stop()


def _append(settings: Settings, facts: Iterable[Recorded]) -> None:
    """Publish without waiting for each confirmation; the log is the only queue that these facts reach."""
    connection = open_connection(settings, _BLOCKED_TIMEOUT_S)
    declare(connection)
    channel = connection.channel()
    for fact in facts:
        channel.basic_publish(topology.EVENTS_EXCHANGE, fact.event.routing_key, envelope.encode(fact))
    close(connection)  # answered when everything before it was taken


def _catch_up(settings: Settings, rows: int) -> None:
    """Run the real catalog until it has read the whole log.

    Raises:
        RuntimeError: it ended before.
    """
    stop = threading.Event()
    catalog = threading.Thread(target=service.run, args=(settings, stop))
    catalog.start()
    library = Library(settings.database)
    while catalog.is_alive() and _counted(library) < rows:
        time.sleep(_LOOK_EVERY_S)
    stop.set()
    catalog.join()
    found = _counted(library)
    library.close()
    if found < rows:
        raise RuntimeError(f"the catalog stopped after {found} of {rows} tracks")


def _counted(library: Library) -> int:
    try:
        return library.counts()["total"]
    except CatalogNotReadyError:
        return 0
