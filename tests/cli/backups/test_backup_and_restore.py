"""A backup that is made beside a log that goes on, and a restore into an empty folder, lose nothing."""

import hashlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pika
import pytest

from cli.backups import making, restoring
from cli.broker_node import BrokerNode
from cli.errors import CommandError
from cli.instance import Instance
from cli.process_table import ROOT
from services.catalog import database, service
from services.catalog.projection import apply
from services.catalog.queries import CatalogNotReadyError, Library
from shared import keys
from shared.bus import topology, whole_log
from shared.bus.log_entry import LogEntry
from shared.bus.publisher import Publisher
from shared.messages import envelope
from shared.messages.deeds import TrackDeleted
from shared.messages.events import Event
from shared.messages.job import Job
from shared.settings import Settings, load
from shared.store import Store, open_store
from tests import bucket
from tests.services.catalog.events import accepted, cancelled, dump, entry, life, make_job, started
from tests.waiting import eventually

DONE, OPEN, CANCELLED = make_job(1, "calm piano"), make_job(2, "rain", tier="premium"), make_job(3)
LATER = make_job(4)
LOG: list[Event] = [*life(DONE), accepted(CANCELLED), cancelled(CANCELLED), accepted(OPEN), started(OPEN)]
NONSENSE = b"no\nfact \xff"

Url = Callable[[], str]


@pytest.fixture
def url(broker: BrokerNode, _vhost_names: object) -> Url:
    return lambda: broker.url(next(_vhost_names))  # type: ignore[call-overload]


@pytest.fixture
def box(url: Url, tmp_path: Path) -> Settings:
    """A data folder whose catalog has read the log; one job waits."""
    settings = of(tmp_path / "box", url())
    publish(settings, LOG)
    send(settings, NONSENSE)
    catalog_reads(settings, 9)
    store = open_store(settings)
    for job in (DONE, OPEN, LATER):
        fill(store, job)
    store.put(keys.melody("a" * 64), b"tune")
    store.put(keys.tombstone(CANCELLED.job_id), b"{}")
    store.put("streams/x/0/0.pcm", b"passing")
    (settings.data / "secrets").mkdir()
    (settings.data / "secrets" / "token.key").write_text("k" * 64)
    return settings


def of(data: Path, url: str, **more: str) -> Settings:
    return load({"SOUNDBOX_DATA": str(data), "SOUNDBOX_AMQP_URL": url, **more})


def fill(store: Store, job: Job) -> None:
    """Store what the stages store of a job that is nearly at its end."""
    for key in (
        keys.take(job.job_id, 0),
        keys.audio(job.job_id),
        keys.picture(job.job_id, "strip"),
        keys.stage_record("ingest", job.job_id, 0),
        keys.stage_record("generator", job.job_id, 0),
    ):
        store.put(key, key.encode())


def publish(settings: Settings, log: list[Event]) -> None:
    publisher = Publisher(settings)
    for number, event in enumerate(log):
        recorded = entry(event, number).recorded
        assert recorded is not None
        publisher.publish(recorded)
    publisher.close()


def send(settings: Settings, body: bytes) -> None:
    """Publish anything at all into the log alone."""
    connection = pika.BlockingConnection(pika.URLParameters(settings.amqp_url.get_secret_value()))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish("", topology.LOG_STREAM, body, mandatory=True)
    connection.close()


def catalog_reads(settings: Settings, goal: int) -> None:
    """Run the catalog until it has read the log up to an offset."""
    stop = threading.Event()
    catalog = threading.Thread(target=service.run, args=(settings, stop))
    catalog.start()
    library = Library(settings.database)
    try:
        eventually(lambda: offset_of(library) >= goal, 20, "the catalog")
    finally:
        library.close()
        stop.set()
        catalog.join()


def offset_of(library: Library) -> int:
    try:
        return library.offset()
    except CatalogNotReadyError:
        return -2


def bodies(settings: Settings, goal: int) -> list[bytes]:
    found: list[bytes] = []
    whole_log.read(settings, goal, lambda batch: found.extend(one.body for one in batch))
    return found


def waiting(settings: Settings, queue: str) -> list[tuple[str, int]]:
    """Job and priority of each message in a queue, the first one first."""
    connection = pika.BlockingConnection(pika.URLParameters(settings.amqp_url.get_secret_value()))
    channel = connection.channel()
    found = []
    while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
        found.append((got[1].correlation_id, got[1].priority))
    connection.close()
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def restored(source: Path, settings: Settings, *, replace: bool = False) -> restoring.Restored:
    with Instance(settings.data).held():
        return restoring.restore(source, settings, replace=replace, own_node=False)


@pytest.mark.parametrize("name", ["backup.tar", "backup"])
def test_log_library_sounds_and_keys_come_back_and_open_jobs_wait_again(
    box: Settings, url: Url, tmp_path: Path, name: str
) -> None:
    made = making.make(box, tmp_path / name, "1.0")
    assert made == making.Made(entries=10, tracks=1, waiting=1, objects=8, copied=True)

    other = of(tmp_path / "other", url())
    found = restored(tmp_path / name, other)
    assert (found.entries, found.waiting, found.missing) == (10, 1, 0)
    assert bodies(other, 9) == bodies(box, 9)
    assert bodies(other, 9)[-1] == NONSENSE
    assert waiting(other, "generate.music") == [(OPEN.job_id, OPEN.priority)]
    assert dump(other.database) == dump(box.database)
    assert files(other.data / "secrets") == files(box.data / "secrets")
    assert sorted(files(other.data / "store")) == sorted(
        [
            keys.audio(DONE.job_id),
            keys.picture(DONE.job_id, "strip"),
            *(keys.stage_record("ingest", job.job_id, 0) for job in (DONE, OPEN, LATER)),
            keys.stage_record("generator", DONE.job_id, 0),
            keys.melody("a" * 64),
            keys.tombstone(CANCELLED.job_id),
        ]
    )
    catalog_reads(other, 9)
    assert not list(other.database.parent.glob("*aside*")), "the catalog took it for another log"


def test_a_library_that_is_behind_gone_or_damaged_is_made_from_the_log(
    box: Settings, url: Url, tmp_path: Path
) -> None:
    catalog_reads(box, 9)
    wanted = dump(box.database)
    with sqlite3.connect(box.database) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    box.database.write_bytes(b"\x00" * 4096 + box.database.read_bytes()[4096:])
    making.make(box, tmp_path / "damaged", "1.0")
    box.database.unlink()
    making.make(box, tmp_path / "gone", "1.0")
    for name in ("damaged", "gone"):
        assert dump(tmp_path / name / "library.db") == wanted


def test_what_comes_after_the_library_was_last_written_is_in_it(box: Settings, tmp_path: Path) -> None:
    publish(box, life(LATER))
    assert making.make(box, tmp_path / "backup", "1.0").tracks == 2
    assert keys.audio(LATER.job_id) in files(tmp_path / "backup" / "store")


def test_a_track_that_is_deleted_meanwhile_is_deleted_in_the_backup(
    box: Settings, url: Url, tmp_path: Path
) -> None:
    fact = envelope.record(
        TrackDeleted(track_id=DONE.job_id, user_id="ada"),
        "ingest",
        entry(LOG[0], 0).recorded.time,  # type: ignore[union-attr]
    )
    store = open_store(box)
    store.put(keys.deletion(DONE.job_id), envelope.encode(fact))
    store.delete(keys.audio(DONE.job_id))
    making.make(box, tmp_path / "backup", "1.0")
    other = of(tmp_path / "other", url())
    restored(tmp_path / "backup", other)
    assert bodies(other, 10)[-1] == envelope.encode(fact)
    catalog_reads(other, 10)
    library = Library(other.database)
    assert library.counts()["total"] == 0
    library.close()


def test_a_library_of_another_log_is_said_to_be_one(box: Settings, tmp_path: Path) -> None:
    with database.open_catalog(box.database) as connection:
        connection.execute("UPDATE meta SET offset = 3")
    with pytest.raises(CommandError, match="The log has no entry 3 as the library knows it"):
        making.make(box, tmp_path / "backup", "1.0")
    assert not (tmp_path / "backup").exists()


def test_a_log_with_other_gaps_has_the_library_made_again(box: Settings, url: Url, tmp_path: Path) -> None:
    making.make(box, tmp_path / "backup", "1.0")
    with sqlite3.connect(tmp_path / "backup" / "library.db") as connection:
        connection.execute("UPDATE meta SET offset = 12")  # as if the first log had had gaps
    refresh_manifest(tmp_path / "backup")
    other = of(tmp_path / "other", url())
    restored(tmp_path / "backup", other)
    assert not other.database.exists()
    catalog_reads(other, 9)
    assert dump(other.database) == dump(box.database)


def refresh_manifest(backup: Path) -> None:
    """Make a hand-made change look as if it had been backed up so."""
    content = (backup / "library.db").read_bytes()
    lines = []
    for line in (backup / "manifest.jsonl").read_text().splitlines():
        said = json.loads(line)
        if said.get("path") == "library.db":
            said.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        lines.append(json.dumps(said) + "\n")
    (backup / "manifest.jsonl").write_text("".join(lines))


def test_a_damaged_backup_changes_nothing_even_where_it_may_replace(
    box: Settings, url: Url, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    making.make(box, backup, "1.0")
    (backup / "store" / keys.audio(DONE.job_id)).write_bytes(b"other")
    before = files(box.data)
    with pytest.raises(CommandError, match=rf"store/{keys.audio(DONE.job_id)} is not what was backed up"):
        restored(backup, box.model_copy(update={"amqp_url": of(tmp_path, url()).amqp_url}), replace=True)
    assert {name: body for name, body in files(box.data).items() if "run/" not in name} == before
    assert not (box.data / ".restoring").exists()


def test_a_folder_that_holds_something_is_replaced_only_when_told(
    box: Settings, url: Url, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.tar"
    making.make(box, backup, "1.0")
    other = of(tmp_path / "other", url())
    open_store(other).put("generated/mine.wav", b"mine")
    with pytest.raises(CommandError, match=r"holds something already: store.*--replace"):
        restored(backup, other)
    assert open_store(other).read("generated/mine.wav") == b"mine"
    restored(backup, other, replace=True)
    assert "generated/mine.wav" not in files(other.data / "store")
    assert keys.audio(DONE.job_id) in files(other.data / "store")


def test_a_folder_whose_catalog_runs_is_left_alone(box: Settings, url: Url, tmp_path: Path) -> None:
    making.make(box, tmp_path / "backup", "1.0")
    with database.locked(box.database), pytest.raises(database.CatalogLockedError):
        restored(tmp_path / "backup", box, replace=True)


def test_a_broker_that_has_a_log_is_refused(box: Settings, tmp_path: Path) -> None:
    making.make(box, tmp_path / "backup", "1.0")
    other = box.model_copy(update={"data": tmp_path / "other"})
    with pytest.raises(whole_log.WholeLogError, match="has a log already"):
        restored(tmp_path / "backup", other)
    assert not (tmp_path / "other" / "store").exists()


def soundbox(*arguments: str, file_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if file_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.parametrize("file_bytes", [20_000, 1_000_000])
def test_a_disk_that_takes_no_more_is_a_sentence_and_nothing_is_left(
    box: Settings, tmp_path: Path, file_bytes: int
) -> None:
    open_store(box).put(keys.audio(CANCELLED.job_id), b"x" * 1_500_000)
    target, address = tmp_path / "backups" / "backup.tar", box.amqp_url.get_secret_value()
    target.parent.mkdir()
    done = soundbox(
        "backup", str(target), "--data", str(box.data), "--amqp-url", address, file_bytes=file_bytes
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"soundbox: The backup {target} could not be written: ")
    assert list(target.parent.iterdir()) == []


def test_the_commands_say_what_they_did_and_what_they_miss(box: Settings, url: Url, tmp_path: Path) -> None:
    target, other = str(tmp_path / "backup.tar"), tmp_path / "other"
    done = soundbox("backup", target, "--data", str(other))
    assert done.returncode == 1
    assert done.stderr.startswith(f"soundbox: {other} has no log: Sound Box has not run there")
    done = soundbox("backup", target, "--data", str(box.data), "--amqp-url", box.amqp_url.get_secret_value())
    assert done.stdout == (
        "Backed up 10 entries of the log, 1 tracks and 8 objects.\n"
        "Jobs that had not ended, and begin anew after a restore: 1.\n"
    )
    done = soundbox("restore", target, "--data", str(other), "--amqp-url", url())
    assert done.returncode == 0, done.stderr
    assert "10 entries of the log.\nJobs that begin anew: 1.\n" in done.stdout
    assert done.stdout.endswith(f"Type: ./soundbox up --data {other}\n")


def test_objects_in_a_bucket_are_listed_with_their_hashes_and_looked_for(
    box: Settings, url: Url, tmp_path: Path
) -> None:
    with bucket.served() as endpoint:
        there = of(box.data, box.amqp_url.get_secret_value(), **bucket.variables(endpoint, "box"))
        store = open_store(there)
        fill(store, DONE)
        fill(store, OPEN)
        made = making.make(there, tmp_path / "backup", "1.0")
        assert (made.objects, made.copied) == (5, False)
        assert not (tmp_path / "backup" / "store").exists()
        listed = [
            json.loads(line) for line in (tmp_path / "backup" / "objects.jsonl").read_text().splitlines()
        ]
        audio = keys.audio(DONE.job_id)
        assert {
            "key": audio,
            "size": len(audio),
            "sha256": hashlib.sha256(audio.encode()).hexdigest(),
        } in listed

        with pytest.raises(CommandError, match="Set SOUNDBOX_STORE_URL to that store"):
            restored(tmp_path / "backup", of(tmp_path / "other", url()))
        store.delete(audio)
        other = of(tmp_path / "other", url(), **bucket.variables(endpoint, "box"))
        assert restored(tmp_path / "backup", other).missing == 1


def test_copied_objects_do_not_go_into_a_bucket(box: Settings, url: Url, tmp_path: Path) -> None:
    making.make(box, tmp_path / "backup", "1.0")
    other = of(tmp_path / "other", url(), SOUNDBOX_STORE_URL="s3://sounds/box")
    with pytest.raises(CommandError, match="Restore without that setting"):
        restored(tmp_path / "backup", other)


def test_entries_are_projected_once_though_read_from_the_first_on(box: Settings, tmp_path: Path) -> None:
    with database.open_catalog(box.database) as connection:
        again = [LogEntry(9, None, "nonsense", NONSENSE)]
        assert apply(connection, again).offset == 9
    making.make(box, tmp_path / "backup", "1.0")
    assert dump(tmp_path / "backup" / "library.db") == dump(box.database)
