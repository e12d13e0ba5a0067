"""A sound is heard while it is made: a WAV file of the right length whose bytes come as they are there."""

import io
import threading
from collections.abc import Iterator

import httpx2
import numpy as np
import pytest
import soundfile

from shared import keys
from shared.messages.events import JobFailed
from shared.messages.job import Job
from shared.settings import load
from shared.streams import Format, as_pcm
from tests.services.catalog.events import accepted, life, make_job, started
from tests.waiting import eventually
from tests.web.serving import Followed
from tests.web.site import assert_problem

RATE_HZ = 8000


@pytest.fixture(scope="module")
def served(amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """A web app and a catalog on this module's virtual host."""
    data = tmp_path_factory.mktemp("served")
    served = Followed(load({"SOUNDBOX_DATA": str(data), "SOUNDBOX_AMQP_URL": amqp_url}))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def job(served: Followed, request: pytest.FixtureRequest) -> Job:
    """A job of a second whose generation has started."""
    number = 1 + request.session.items.index(request.node)
    job = make_job(number, duration_s=1.0)
    served.say(accepted(job), started(job))
    served.settle(job.job_id, "processing")
    return job


class Listening:
    """Somebody who listens from a thread of their own, and what they have heard so far."""

    def __init__(self, url: str) -> None:
        self.heard = b""
        self.status = 0
        self.broken = False
        self._thread = threading.Thread(target=self._listen, args=(url,), daemon=True)
        self._thread.start()

    def _listen(self, url: str) -> None:
        try:
            with httpx2.stream("GET", url, timeout=30) as answer:
                self.status = answer.status_code
                for chunk in answer.iter_bytes():
                    self.heard += chunk
        except httpx2.RemoteProtocolError:
            self.broken = True

    def to_the_end(self) -> bytes:
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.heard


def ramp(start: int, end: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    samples: np.ndarray[tuple[int, int], np.dtype[np.float32]] = (np.arange(start, end) / RATE_HZ).astype(
        np.float32
    )[:, None]
    return samples


def say_part(served: Followed, job: Job, number: int, start: int, end: int) -> None:
    stream = keys.stream(job.job_id, 0)
    head = Format(sample_rate_hz=RATE_HZ, channels=1)
    served.ports.store.put(keys.stream_part(stream, number), as_pcm(ramp(start, end)))
    served.ports.store.put(keys.stream_format(stream), head.model_dump_json().encode())


def take_of(end: int = RATE_HZ) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, ramp(0, end), RATE_HZ, format="WAV", subtype="FLOAT")
    return file.getvalue()


def test_parts_are_heard_as_they_come_and_the_rest_with_the_take(served: Followed, job: Job) -> None:
    listening = Listening(f"{served.url}/job/{job.job_id}/stream")
    say_part(served, job, 0, 0, 2000)
    eventually(lambda: len(listening.heard) == 44 + 4000, what="the first part to be heard")
    say_part(served, job, 1, 2000, 5000)
    eventually(lambda: len(listening.heard) == 44 + 10000, what="the second part to be heard")
    served.ports.store.put(keys.take(job.job_id, 0), take_of())
    heard, rate_hz = soundfile.read(io.BytesIO(listening.to_the_end()), dtype="float32", always_2d=True)
    assert rate_hz == RATE_HZ
    assert heard.shape == (RATE_HZ, 1)
    np.testing.assert_allclose(heard, 0.5 * ramp(0, RATE_HZ), atol=1e-4)


def test_an_engine_without_parts_is_heard_once_the_take_is_there(served: Followed, job: Job) -> None:
    listening = Listening(f"{served.url}/job/{job.job_id}/stream")
    served.ports.store.put(keys.take(job.job_id, 0), take_of())
    assert len(listening.to_the_end()) == 44 + 2 * RATE_HZ


def test_a_take_that_is_too_short_ends_in_silence(served: Followed, job: Job) -> None:
    served.ports.store.put(keys.take(job.job_id, 0), take_of(7900))
    heard = Listening(f"{served.url}/job/{job.job_id}/stream").to_the_end()
    assert len(heard) == 44 + 2 * RATE_HZ
    assert heard[-200:] == bytes(200)


def test_a_job_that_fails_while_it_is_heard_breaks_the_stream_off(served: Followed, job: Job) -> None:
    say_part(served, job, 0, 0, 2000)
    listening = Listening(f"{served.url}/job/{job.job_id}/stream")
    eventually(lambda: len(listening.heard) == 44 + 4000)
    served.say(JobFailed(job_id=job.job_id, stage="generator", code="gave_up", sentence="It is broken."))
    assert len(listening.to_the_end()) == 44 + 4000
    assert listening.broken, "a player must not take it for the end of the sound"
    answer = httpx2.get(f"{served.url}/job/{job.job_id}/stream")
    assert "failed" in assert_problem(answer, 409)


def test_a_finished_sound_is_somewhere_else(served: Followed, job: Job) -> None:
    served.say(*life(job)[2:])
    served.settle(job.job_id, "completed")
    answer = httpx2.get(f"{served.url}/job/{job.job_id}/stream")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/audio/{job.job_id}.wav")


def test_the_head_tells_the_length_before_the_sound_is_made(served: Followed, job: Job) -> None:
    say_part(served, job, 0, 0, 2000)
    answer = httpx2.head(f"{served.url}/job/{job.job_id}/stream")
    assert answer.headers["content-length"] == str(44 + 2 * RATE_HZ)
    assert answer.headers["content-type"] == "audio/wav"


def test_a_job_that_nobody_knows_has_no_stream(served: Followed) -> None:
    for unknown in (make_job(999_999).job_id, "x", "../../etc"):
        assert httpx2.get(f"{served.url}/job/{unknown}/stream").status_code == 404
