"""Several tracks as one zip file."""

import asyncio
import io
import zipfile
from typing import Any

import pytest

from shared import keys
from tests.services.catalog.events import job_id, make_job
from tests.sounds import sine, wav
from tests.web.site import WAV, Site, assert_problem
from web.api import archives

PATH = "/api/library/zip"


def asked(*numbers: int, **others: str) -> str:
    ids = [f"id={job_id(number)}" for number in numbers]
    return f"{PATH}?{'&'.join([*ids, *(f'{name}={value}' for name, value in others.items())])}"


def opened(site: Site, address: str) -> zipfile.ZipFile:
    answer = site.client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert "content-encoding" not in answer.headers
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_a_zip_holds_the_sounds_as_they_are_each_under_a_name_of_its_own(site: Site) -> None:
    other = wav(sine(330, 0.4))
    site.publish(make_job(1, prompt="Réveil / ../../rain: 雨"))
    site.publish(make_job(2, prompt="rain"), other)
    site.publish(make_job(2 + 16**6, prompt="rain"))

    archive = opened(site, asked(2, 1, 2 + 16**6, 2))
    assert archive.testzip() is None
    assert archive.namelist() == [
        "rain_000002.wav",
        "réveil-rain-雨_000001.wav",
        "rain_000002-2.wav",
    ]
    assert [archive.read(name) for name in archive.namelist()] == [other, WAV, WAV]
    assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert {entry.date_time[0] > 1980 for entry in archive.infolist()} == {True}


def test_other_formats_are_made_for_it(site: Site) -> None:
    sound = wav(sine(440, 0.5))
    for number in (1, 2):
        site.publish(make_job(number), sound)
    archive = opened(site, asked(1, 2, format="flac"))
    assert [archive.read(entry)[:4] for entry in archive.namelist()] == [b"fLaC", b"fLaC"]
    assert all(name.endswith(".flac") for name in archive.namelist())


def test_what_is_asked_for_wrongly_is_refused_before_a_byte_is_sent(site: Site) -> None:
    site.publish(make_job(1))
    assert assert_problem(site.client.get(PATH), 422, "id") == "id must be given 1 to 100 times, got 0"
    many = "&".join(f"id={job_id(number)}" for number in range(1, 102))
    assert_problem(site.client.get(f"{PATH}?{many}"), 422, "id")
    assert_problem(site.client.get(f"{PATH}?id=../../x"), 422, "id")
    assert_problem(site.client.get(asked(1, format="exe")), 422, "format")
    assert assert_problem(site.client.get(asked(1, 9)), 404) == f"There is no track {job_id(9)}."

    site.ports.store.delete(keys.audio(job_id(1)))
    assert "not in the store" in assert_problem(site.client.get(asked(1)), 404)


def test_a_head_request_gets_no_body_and_a_file_that_goes_meanwhile_breaks_it_off(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        site.publish(make_job(number))
    answer = site.client.head(asked(1, 2))
    assert (answer.status_code, answer.content) == (200, b"")

    store = site.ports.store

    def was_there(key: str) -> bool:
        store.delete(key)
        return True

    monkeypatch.setattr(store, "exists", was_there)
    with pytest.raises(RuntimeError, match="response already started"):
        site.client.get(asked(1, 2))


def test_no_more_than_a_chunk_is_in_memory_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "CHUNK_BYTES", 1000)
    for number in range(1, 6):
        site.publish(make_job(number), wav(sine(440, 0.5)))
    rows = site.ports.library.tracks_by_id([job_id(number) for number in range(1, 6)])

    class Asked:
        class app:  # noqa: N801
            class state:  # noqa: N801
                ports: Any = site.ports

    async def largest() -> tuple[int, int]:
        sizes = [len(part) async for part in archives._written(Asked, rows, "wav")]  # type: ignore[arg-type]
        return max(sizes), sum(sizes)

    most, total = asyncio.run(largest())
    assert most < 2000
    assert total > 5 * 20_000
