"""What people do with tracks is parsed as strictly as any command, and becomes one fact."""

from typing import Any

import pytest

from shared.errors import MessageError
from shared.messages.command import Deed, parse
from shared.messages.commands import COMMANDS
from shared.messages.deeds import (
    BLAME,
    DEEDS,
    FACTS_OF_DEEDS,
    PRAISE,
    CategorySuggested,
    DeleteTrack,
    FavouriteTrack,
    PlayTrack,
    SuggestCategory,
    TrackFavourited,
    TrackUnfavourited,
    TrackVoted,
    VoteOnTrack,
)
from shared.messages.envelope import id_of_deed
from shared.messages.events import EVENTS
from shared.messages.ids import new_id

TRACK = "01890a5d-ac96-774b-bcce-b302099a8057"
NOTE_SAID = "must have 0 to 500 characters after trimming"
TRACK_SAID = "must be a UUID in lower case, like 01890a5d-ac96-774b-bcce-b302099a8057"


def made(kind: type[Deed], **data: Any) -> Deed:
    return parse(kind, {"track_id": TRACK, **data})


def problems(kind: type[Deed], **data: Any) -> list[tuple[str, str]]:
    with pytest.raises(MessageError) as caught:
        made(kind, **data)
    return caught.value.problems


def test_all_of_them_are_commands_and_all_they_lead_to_are_facts() -> None:
    assert {kind.TYPE for kind in DEEDS} < set(COMMANDS)
    assert {kind.TYPE for kind in FACTS_OF_DEEDS} < set(EVENTS)


@pytest.mark.parametrize(
    ("kind", "data", "field", "said"),
    [
        (VoteOnTrack, {}, "vote", "is missing"),
        (VoteOnTrack, {"vote": 2}, "vote", "must be less than or equal to 1, got 2"),
        (VoteOnTrack, {"vote": -2}, "vote", "must be greater than or equal to -1, got -2"),
        (VoteOnTrack, {"vote": True}, "vote", "must be a valid integer, got true"),
        (VoteOnTrack, {"vote": 1.0}, "vote", "must be a valid integer, got 1.0"),
        (VoteOnTrack, {"vote": "1"}, "vote", 'must be a valid integer, got "1"'),
        (VoteOnTrack, {"vote": 1, "note": "x" * 501}, "note", f"{NOTE_SAID}, got 501"),
        (VoteOnTrack, {"vote": 1, "note": None}, "note", "must be a valid string, got null"),
        (VoteOnTrack, {"vote": 1, "reasons": "catchy"}, "reasons", 'must be a valid list, got "catchy"'),
        (VoteOnTrack, {"vote": 1, "reasons": [1]}, "reasons.0", "must be a valid string, got 1"),
        (VoteOnTrack, {"vote": 1, "user_id": "eve"}, "user_id", "is not a known field"),
        (VoteOnTrack, {"vote": 1, "track_id": "../x"}, "track_id", f'{TRACK_SAID}, got "../x"'),
        (VoteOnTrack, {"vote": 1, "command_id": "1"}, "command_id", f'{TRACK_SAID}, got "1"'),
        (FavouriteTrack, {"favourite": 1}, "favourite", "must be a valid boolean, got 1"),
        (PlayTrack, {"track_id": None}, "track_id", "must be a valid string, got null"),
        (SuggestCategory, {}, "category", "is missing"),
        (SuggestCategory, {"category": "jazz", "withdraw": 0}, "withdraw", "must be a valid boolean, got 0"),
        (DeleteTrack, {"track_id": TRACK.upper()}, "track_id", f'{TRACK_SAID}, got "{TRACK.upper()}"'),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_was_given_and_what_is_wanted(
    kind: type[Deed], data: dict[str, Any], field: str, said: str
) -> None:
    assert problems(kind, **data) == [(field, said)]


@pytest.mark.parametrize(
    ("vote", "reason", "wanted"),
    [
        (1, "jarring", f"must be among {', '.join(PRAISE)}, got 'jarring'"),
        (-1, "catchy", f"must be among {', '.join(BLAME)}, got 'catchy'"),
        (1, "x" * 1000, f"must be among {', '.join(PRAISE)}, got {'x' * 40!r}"),
        (0, "catchy", "must be empty when a vote is taken back, got 'catchy'"),
    ],
)
def test_only_known_reasons_that_fit_the_vote_are_taken(vote: int, reason: str, wanted: str) -> None:
    assert problems(VoteOnTrack, vote=vote, reasons=[reason]) == [("reasons", wanted)]


def test_a_wrong_vote_is_one_problem_whatever_its_reasons() -> None:
    assert [field for field, _ in problems(VoteOnTrack, vote=5, reasons=["catchy"])] == ["vote"]


@pytest.mark.parametrize("category", ["", "Jazz", "lo fi", "-jazz", "jazz-", "a" * 41, "jazz\n", "ｊazz"])
def test_a_category_is_an_id_and_no_text(category: str) -> None:
    assert [field for field, _ in problems(SuggestCategory, category=category)] == ["category"]


def test_a_vote_becomes_the_fact_with_reasons_once_each_and_a_clean_note() -> None:
    command = made(VoteOnTrack, vote=1, reasons=["mood", "mood", "catchy"], note="  so\n\tgood ")
    assert command.fact("ada") == TrackVoted(
        track_id=TRACK, user_id="ada", vote=1, reasons=("mood", "catchy"), note="so good"
    )


def test_the_facts_say_what_was_done() -> None:
    assert made(FavouriteTrack).fact("ada") == TrackFavourited(track_id=TRACK, user_id="ada")
    assert made(FavouriteTrack, favourite=False).fact("ada") == TrackUnfavourited(
        track_id=TRACK, user_id="ada"
    )
    assert made(SuggestCategory, category="lo-fi", withdraw=True).fact("ada") == CategorySuggested(
        track_id=TRACK, user_id="ada", category="lo-fi", withdrawn=True
    )


def test_the_id_of_a_fact_is_of_command_person_kind_and_track() -> None:
    first, second = new_id(), new_id()
    vote = made(VoteOnTrack, vote=1)
    play, other = made(PlayTrack), parse(PlayTrack, {"track_id": new_id()})
    ids = [
        id_of_deed(vote.fact("ada"), first),
        id_of_deed(vote.fact("eve"), first),
        id_of_deed(vote.fact("ada"), second),
        id_of_deed(play.fact("ada"), first),
        id_of_deed(other.fact("ada"), first),
    ]
    assert len(set(ids)) == len(ids)
    assert id_of_deed(made(VoteOnTrack, vote=-1).fact("ada"), first) == ids[0]
