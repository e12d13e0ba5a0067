"""What a track was made from, what was made from it, and its variations."""

from shared.messages.deeds import TrackDeleted
from shared.messages.job import Job
from tests.services.catalog.events import job_id, make_job, published
from tests.web.site import Site, assert_problem, ok


def lineage(site: Site, number: int) -> dict[str, list[int]]:
    told = ok(site.client.get(f"/api/library/{job_id(number)}/lineage"))
    numbers = {job_id(number): number for number in range(300)}
    return {kind: [numbers[track["id"]] for track in tracks] for kind, tracks in told.items()}


def continuing(number: int, source: int) -> Job:
    return make_job(number, f"more of {source}", extend=job_id(source))


def test_a_track_alone_has_no_relatives(site: Site) -> None:
    site.project(published(make_job(1)), published(make_job(2, "a door")))
    assert lineage(site, 1) == {"sources": [], "continued_by": [], "variations": []}


def test_sources_are_told_the_nearest_first_and_continuations_the_oldest_first(site: Site) -> None:
    jobs = [
        make_job(1),
        continuing(2, 1),
        continuing(3, 2),
        continuing(4, 2).model_copy(update={"prompt": "on"}),
    ]
    site.project(*map(published, jobs))
    assert lineage(site, 1) == {"sources": [], "continued_by": [2], "variations": []}
    assert lineage(site, 2) == {"sources": [1], "continued_by": [3, 4], "variations": []}
    assert lineage(site, 3) == {"sources": [2, 1], "continued_by": [], "variations": []}


def test_variations_are_of_the_same_person_prompt_model_and_source(site: Site) -> None:
    same = [make_job(number, "rain") for number in (1, 2, 3)]
    others = [
        make_job(4, "rain", user_id="bob"),
        make_job(5, "Rain"),
        make_job(6, "rain", model="audio"),
        make_job(7, "rain", extend=job_id(1)),
        make_job(8, "rain", melody="0" * 64),
    ]
    site.project(*map(published, [*same, *others]))
    assert lineage(site, 2)["variations"] == [1, 3]
    assert [lineage(site, number)["variations"] for number in range(4, 9)] == [[]] * 5
    assert lineage(site, 1)["continued_by"] == [7]


def test_what_is_far_away_is_no_variation(site: Site) -> None:
    between = [make_job(number, f"sound {number}") for number in range(2, 102)]
    site.project(*map(published, [make_job(1), *between, make_job(102)]))
    assert lineage(site, 1)["variations"] == []
    site.project(published(make_job(103, "sound 101")))
    assert lineage(site, 101)["variations"] == [103]


def test_no_list_grows_without_end(site: Site) -> None:
    chain = [make_job(1), *(continuing(number, number - 1) for number in range(2, 14))]
    children = [continuing(number, 1) for number in range(20, 50)]
    site.project(*map(published, [*chain, *children]))
    assert lineage(site, 13)["sources"] == list(range(12, 2, -1))
    assert lineage(site, 1)["continued_by"] == [2, *range(20, 39)]
    assert lineage(site, 30)["variations"] == [2, *range(20, 30), *range(31, 40)]


def test_deleted_relatives_are_left_out(site: Site) -> None:
    site.project(*map(published, [make_job(1), continuing(2, 1), continuing(3, 2)]))
    site.project(TrackDeleted(track_id=job_id(2), user_id="ada"))
    assert lineage(site, 3)["sources"] == []
    assert lineage(site, 1)["continued_by"] == []


def test_a_track_that_names_itself_as_its_source_has_none(site: Site) -> None:
    site.project(*map(published, [continuing(1, 1), continuing(2, 3), continuing(3, 2)]))
    assert lineage(site, 1)["sources"] == []
    assert lineage(site, 2)["sources"] == [3]


def test_a_track_that_does_not_exist_has_no_lineage(site: Site) -> None:
    for wrong in (job_id(77), "nonsense", "%00"):
        assert_problem(site.client.get(f"/api/library/{wrong}/lineage"), 404)
