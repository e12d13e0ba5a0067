"""A prompt goes in over HTTP or straight on the broker, and a finished track comes out."""

import io
import json
import uuid
from typing import Any

import numpy as np
import pika
import soundfile
from PIL import Image

from tests.running import SoundBox
from tests.waiting import eventually

PROMPTS = (
    "calm piano over soft rain, 80 bpm",
    "driving techno at 128 bpm in F minor",
    "heavy rain on a tin roof and distant thunder",
    "three knocks on a wooden door",
    "lo-fi hip-hop with mellow electric piano, no drums",
)


def publish(url: str, *bodies: dict[str, Any]) -> None:
    """Publish bare JSON jobs as any AMQP client would, without anything of ours."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    for body in bodies:
        channel.basic_publish("soundbox.intake", "job.submit", json.dumps(body).encode(), mandatory=True)
    connection.close()


def library(sound_box: SoundBox, **parameters: Any) -> list[dict[str, Any]]:
    answer = sound_box.client.get("/api/library", params={"per_page": 100, **parameters})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def track(sound_box: SoundBox, job_id: str) -> dict[str, Any]:
    answer = sound_box.client.get(f"/api/library/{job_id}")
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def test_twenty_jobs_over_http_and_five_on_the_broker_are_twenty_five_finished_tracks(
    running_sound_box: SoundBox,
) -> None:
    sound_box = running_sound_box
    mark = uuid.uuid4().hex[:8]  # so that these tracks are told from those of other tests
    wanted: dict[str, float] = {}
    job_ids = []
    for number in range(20):
        model = "music" if number % 2 else "audio"
        prompt = f"{PROMPTS[number % 5]} {mark} take {number}"
        wanted[prompt] = 2.0 + number % 4
        job_ids.append(sound_box.generate(prompt, model=model, duration=wanted[prompt]))
    bare = []
    for number in range(5):
        prompt = f"wind in the trees {mark} from the broker {number}"
        wanted[prompt] = 2.5
        bare.append({"prompt": prompt, "model": "audio", "duration_s": 2.5})
    publish(sound_box.status()["amqp_url"], *bare)

    jobs = sound_box.finished(job_ids, timeout=200)
    assert {job["status"] for job in jobs} == {"completed"}, [job["error"] for job in jobs]
    tracks = eventually(lambda: found if len(found := library(sound_box, q=mark)) == 25 else None, 60)
    for found in tracks:
        check_track(sound_box, track(sound_box, found["id"]), wanted[found["prompt"]])


def check_track(sound_box: SoundBox, found: dict[str, Any], duration_s: float) -> None:
    """A playable WAV of the asked duration, a picture, peaks, a score and the engine."""
    wav = sound_box.client.get(f"/audio/{found['filename']}")
    assert wav.status_code == 200
    samples, rate = soundfile.read(io.BytesIO(wav.content))
    assert abs(len(samples) / rate - duration_s) <= 0.05
    assert np.sqrt(np.mean(samples**2)) > 0.005
    assert abs(found["duration"] - duration_s) <= 0.05
    picture = Image.open(io.BytesIO(sound_box.client.get(f"/spectrogram/{found['spectrogram']}").content))
    assert picture.format == "PNG"
    assert picture.width > 400
    assert len(found["peaks"]) == 100
    assert max(found["peaks"]) > 20
    assert 50 <= found["quality_score"] <= 100
    assert found["engine"] == "synth"


def test_the_same_prompt_and_seed_give_identical_samples(running_sound_box: SoundBox) -> None:
    sound_box = running_sound_box
    job_ids = [sound_box.generate("a bright bell melody", duration=3, seed=seed) for seed in (11, 11, 12)]
    first, second, other = (
        sound_box.client.get(f"/audio/{job['filename']}").content for job in sound_box.finished(job_ids)
    )
    one, two, three = (soundfile.read(io.BytesIO(wav))[0] for wav in (first, second, other))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, three)


def test_words_of_the_prompt_find_the_track(running_sound_box: SoundBox) -> None:
    job_id = running_sound_box.generate("calm piano over soft rain, 80 bpm", duration=2)
    running_sound_box.finished([job_id])
    assert job_id in [found["id"] for found in library(running_sound_box, q="piano rain")]
    assert job_id not in [found["id"] for found in library(running_sound_box, q="piano -rain")]


def test_a_finished_track_plays_on_the_radio(running_sound_box: SoundBox) -> None:
    job_id = running_sound_box.generate("a slow waltz", duration=2)
    running_sound_box.finished([job_id])

    def heard() -> bool:
        answer = running_sound_box.client.get(
            "/api/radio/shuffle", params={"count": 50, "search": "slow waltz"}
        )
        return job_id in [found["id"] for found in answer.json()["tracks"]]

    assert heard()
    answer = running_sound_box.client.get(
        "/api/radio/next", params={"exclude": job_id, "search": "slow waltz"}
    )
    assert job_id not in [found["id"] for found in answer.json()["tracks"]]


def test_a_higher_tier_is_made_first_and_equals_in_their_order(running_sound_box: SoundBox) -> None:
    from shared.settings import Settings
    from shared.tokens import issue

    sound_box = running_sound_box
    premium = issue(Settings(data=sound_box.data), "ada", "premium")
    busy = sound_box.generate("a long ambient pad to keep the generator busy", duration=60)
    eventually(lambda: sound_box.job(busy)["status"] == "processing", 30)
    free = [sound_box.generate(f"free drums {number}", duration=1) for number in range(2)]
    paid = [
        sound_box.client.post(
            "/generate",
            json={"prompt": f"paid drums {number}", "duration": 1},
            headers={"Authorization": f"Bearer {premium}"},
        ).json()["job_id"]
        for number in range(2)
    ]
    sound_box.finished([busy, *free])
    tracks = [track(sound_box, job_id) for job_id in (*paid, *free)]
    made = [found["created_at"] for found in tracks]
    assert made == sorted(made)


def test_a_cancelled_job_ends_cancelled_and_never_reaches_the_library(running_sound_box: SoundBox) -> None:
    sound_box = running_sound_box
    job_id = sound_box.generate("an endless symphony", duration=120)
    eventually(lambda: sound_box.job(job_id)["status"] == "processing", 30)
    answer = sound_box.client.post(f"/api/queue/{job_id}/cancel", json={})
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelling"
    (job,) = sound_box.finished([job_id], timeout=20)
    assert job["status"] == "cancelled"
    assert sound_box.client.get(f"/api/library/{job_id}").status_code == 404


def test_somebody_else_cannot_cancel_a_job(running_sound_box: SoundBox) -> None:
    import httpx2

    job_id = running_sound_box.generate("my own song", duration=2)
    with httpx2.Client(base_url=running_sound_box.url) as stranger:
        assert stranger.post(f"/api/queue/{job_id}/cancel", json={}).status_code == 403
    (job,) = running_sound_box.finished([job_id])
    assert job["status"] == "completed"


def test_a_bad_job_on_the_broker_is_answered_with_its_field(running_sound_box: SoundBox) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(running_sound_box.status()["amqp_url"]))
    channel = connection.channel()
    answers = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_publish(
        "soundbox.intake",
        "job.submit",
        b'{"prompt": "rain", "duration_s": 9000, "model": "audio"}',
        pika.BasicProperties(reply_to=answers, correlation_id="1", message_id="1"),
    )
    _, _, body = eventually(lambda: got if (got := channel.basic_get(answers, auto_ack=True))[0] else None)
    answer = json.loads(body)
    assert answer["status"] == "refused"
    assert answer["problems"][0]["field"] == "duration_s"
    connection.close()


def test_a_loop_runs_on_from_its_end_into_its_start(running_sound_box: SoundBox) -> None:
    job_id = running_sound_box.generate("gentle rain", model="audio", duration=4, loop=True)
    (job,) = running_sound_box.finished([job_id])
    samples, _ = soundfile.read(io.BytesIO(running_sound_box.client.get(f"/audio/{job['filename']}").content))
    mono = samples.mean(axis=1)
    steps = np.abs(np.diff(mono))
    assert abs(mono[0] - mono[-1]) <= np.quantile(steps, 0.999)
    assert track(running_sound_box, job_id)["is_loop"] is True
