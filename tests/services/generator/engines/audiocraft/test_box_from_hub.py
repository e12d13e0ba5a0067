"""A whole Sound Box that has to fetch its checkpoint first, of a codec so quiet that takes are rejected."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.broker_node import BrokerNode
from shared.bus.log import LogReader
from shared.bus.log_entry import LogEntry
from shared.messages.envelope import Recorded
from shared.messages.events import AudioApproved, AudioRejected
from shared.messages.ids import seed_from
from shared.settings import load
from tests.running import SoundBox
from tests.services.generator.engines.audiocraft import checkpoints
from tests.services.generator.engines.audiocraft.checkpoints import SMALL
from tests.services.generator.engines.audiocraft.hub_server import Hub, served
from tests.waiting import eventually

QUIETER = 0.0157
"""Brings every take to 0.0034 RMS, where 0.005 is wanted: the takes differ by far less than a point."""


@pytest.fixture(scope="module")
def remote(large_hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with a large checkpoint and a quiet codec; it holds its first download after 12 MB."""
    folder = tmp_path_factory.mktemp("quiet")
    checkpoints.quieten(large_hub, folder, QUIETER)
    with served(Hub(folder, chunk_pause_s=0.02, holds_at=12_000_000)) as remote:
        yield remote


@pytest.fixture(scope="module")
def box(remote: Hub, broker: BrokerNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBox]:
    """A Sound Box that finds nothing in its cache, and may make three takes of a job."""
    environment = {
        "HF_ENDPOINT": remote.url,
        "HF_HUB_CACHE": str(tmp_path_factory.mktemp("cache")),
        "HF_HUB_OFFLINE": "",
        "OMP_NUM_THREADS": "1",
        "SOUNDBOX_PRECISION": "fp32",
        "SOUNDBOX_MAX_ATTEMPTS": "3",
        "SOUNDBOX_GENERATOR_MODELS": "music",
    }
    box = SoundBox(tmp_path_factory.mktemp("box"), "--engine", "audiocraft", environment=environment)
    yield box
    assert box.stop() == 0


def facts(box: SoundBox, job_id: str) -> list[Recorded]:
    """What the log has about a job, once it was approved."""
    entries: list[LogEntry] = []
    stop = threading.Event()
    reader = LogReader(load({"SOUNDBOX_AMQP_URL": box.status()["amqp_url"]}), silence_s=1.0)
    reading = threading.Thread(target=reader.follow, args=(None, entries.extend, stop))
    reading.start()

    def approved() -> list[Recorded]:
        recorded = [entry.recorded for entry in entries if entry.recorded is not None]
        about = [one for one in recorded if one.event.subject == job_id]
        return about if any(isinstance(one.event, AudioApproved) for one in about) else []

    try:
        return eventually(approved, what="the job to be approved")
    finally:
        stop.set()
        reading.join(10)


def test_how_far_the_download_is_stands_on_status_and_in_the_log(box: SoundBox, remote: Hub) -> None:
    def shown() -> tuple[str, str]:
        status = box.client.get("/status").json()
        return status["models"]["music"], " ".join(status["reasons"].values())

    def far(megabytes: int) -> tuple[str, str]:
        return "loading", f"Downloading {SMALL.name} (state_dict.bin): {megabytes} of 26 MB."

    eventually(lambda: shown() == far(10), 60, "the first 10 MiB to be shown")
    remote.holds_at = 23_000_000
    eventually(lambda: shown() == far(20), 30, "the first 20 MiB to be shown")
    remote.holds_at = float("inf")
    eventually(lambda: shown() == ("ready", ""), 60, "the model to be ready")
    logged = [line for line in box.lines if far(20)[1] in line]
    assert len(logged) == 1
    assert "INFO    music: Downloading" in logged[0]


def test_takes_that_are_rejected_are_made_anew_and_the_best_is_published(box: SoundBox, remote: Hub) -> None:
    remote.holds_at = float("inf")
    job_id = box.generate("calm piano over soft rain", duration=1, seed=11)
    (job,) = box.finished([job_id], timeout=100)
    events = [recorded.event for recorded in facts(box, job_id)]
    rejected = [event for event in events if isinstance(event, AudioRejected)]
    (approved,) = [event for event in events if isinstance(event, AudioApproved)]
    assert [event.attempt for event in rejected] == [0, 1]
    judged = rejected[-1].judged
    assert [one.take.seed for one in judged] == [11, seed_from(job_id, 1)]
    assert {issue.name for one in judged for issue in one.report.issues} == {"silence"}
    # Of equals the first is the best: not the last one that was made.
    assert {one.report.score for one in judged} == {approved.report.score}
    assert (approved.attempts, approved.attempt, approved.take.seed) == (3, 0, 11)
    assert (job["status"], job["retry_count"], job["quality_issues"]) == ("completed", 2, ["silence"])
    track = eventually(lambda: box.client.get(f"/api/library/{job_id}").json())
    assert (track["engine"], track["tags"]["model"], track["seed"]) == ("audiocraft", SMALL.name, 11)
    assert (track["attempts"], track["quality_score"]) == (3, approved.report.score)
