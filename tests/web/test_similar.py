"""More like this, and lists by tempo and key."""

import pytest

from tests.services.catalog.events import job_id, make_job, published
from tests.services.catalog.test_likeness import heard
from tests.web.site import Site, assert_problem, ok
from tests.web.test_library import numbers


@pytest.fixture
def measured(site: Site) -> Site:
    """Five tracks: four measured, the fourth with a word of its engine, the last not measured."""
    site.project(
        heard(1, 0.0, bpm=80.0, bpm_confidence=0.9, key="C# minor", key_confidence=0.7),
        heard(2, 4.0, bpm=120.0, key="D minor"),
        heard(3, 1.0),
        heard(4, 9.0, bpm=119.0, key="A major", tags={"bpm": 60.0, "key": "E dorian"}),
        published(make_job(5), tags={}),
    )
    return site


def similar(site: Site, number: int, query: str = "") -> list[int]:
    return numbers(site.client, query, f"/api/library/{job_id(number)}/similar")


def test_the_most_alike_are_told_first(measured: Site) -> None:
    assert similar(measured, 1) == [3, 2, 4]
    assert similar(measured, 4) == [2, 3, 1]
    assert similar(measured, 1, "count=1") == [3]
    assert similar(measured, 1, "count=9999") == [3, 2, 4]
    assert similar(measured, 5) == []


def test_a_track_that_does_not_exist_is_like_none(measured: Site) -> None:
    for wrong in (job_id(77), "nonsense", "%00"):
        assert_problem(measured.client.get(f"/api/library/{wrong}/similar"), 404)
    assert_problem(measured.client.get(f"/api/library/{job_id(1)}/similar?count=0"), 422, "count")


def test_what_was_measured_is_told_beside_what_the_engine_says(measured: Site) -> None:
    first, fourth, last = (ok(measured.client.get(f"/api/library/{job_id(n)}")) for n in (1, 4, 5))
    assert (first["bpm"], first["key"]) == (80.0, "C# minor")
    assert first["measured"] == {
        "bpm": 80.0,
        "bpm_confidence": 0.9,
        "key": "C# minor",
        "key_confidence": 0.7,
        "brightness_hz": 900.0,
        "dynamic_range_db": 6.0,
        "onset_rate_hz": 2.0,
        "seam": 0.5,
        "leading_silence_s": 0.0,
        "trailing_silence_s": 0.1,
    }
    assert (fourth["bpm"], fourth["key"]) == (60.0, "E dorian")
    assert (fourth["measured"]["bpm"], fourth["measured"]["key"]) == (119.0, "A major")
    assert (last["bpm"], last["key"], last["measured"]) == (None, None, None)


def test_lists_by_tempo_and_key(measured: Site) -> None:
    assert numbers(measured.client, "bpm_min=80") == [2, 1]
    assert numbers(measured.client, "bpm_max=80") == [4, 1]
    assert numbers(measured.client, "bpm_min=61&bpm_max=119") == [1]
    assert numbers(measured.client, "key=db+minor") == [1]
    assert numbers(measured.client, "key=E+dorian&bpm_max=100") == [4]
    assert numbers(measured.client, "key=&bpm_min=") == [5, 4, 3, 2, 1]
    assert_problem(measured.client.get("/api/library?bpm_min=slow"), 422, "bpm_min")
