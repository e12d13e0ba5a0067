"""The query parameters that say which tracks: the same ones for lists, their counts and the radio."""

from typing import cast

from starlette.requests import Request

from services.catalog.queries import TrackFilter
from shared.messages.job import Model
from web.api.identity import caller_of
from web.api.parameters import CATEGORY, MODEL, SEARCH, Number, Parameter, Q, Text, WholeNumber, YesOrNo

FASTEST_BPM = 1000
LONGEST_S = 3600

USER_ID = Text("user_id", "Only this person's tracks: the caller's own, or anybody's for an admin.", 64)
MINE = YesOrNo("mine", "Only the caller's own tracks.")
BPM_MIN = WholeNumber("bpm_min", "Only tracks of at least so many beats a minute.", 0, 0, FASTEST_BPM)
BPM_MAX = WholeNumber(
    "bpm_max", "Only tracks of at most so many beats a minute.", FASTEST_BPM, 0, FASTEST_BPM
)
DURATION_MIN = Number("duration_min", "Only tracks of at least so many seconds.", 0, LONGEST_S)
DURATION_MAX = Number("duration_max", "Only tracks of at most so many seconds.", 0, LONGEST_S)
KEY = Text("key", "Only tracks in this key, as `D minor`.", 40)
ENGINE = Text("engine", "Only tracks of this engine.", 200)
MIN_SCORE = WholeNumber("min_score", "Only tracks of at least this quality.", 0, 0, 100)
FAVORITES = YesOrNo("favorites", "Only the caller's favourites.")
LOOP = YesOrNo("loop", "Only tracks that loop, or only others.")

NARROWING: tuple[Parameter, ...] = (
    MODEL,
    Q,
    SEARCH,
    CATEGORY,
    DURATION_MIN,
    DURATION_MAX,
    BPM_MIN,
    BPM_MAX,
    KEY,
    ENGINE,
    MIN_SCORE,
    LOOP,
    FAVORITES,
)
OWNER: tuple[Parameter, ...] = (MINE, USER_ID)


def search_text(request: Request) -> str:
    """What is searched for; `q` and `search` are the same."""
    return Q.of(request) or SEARCH.of(request)


def model_choice(request: Request) -> Model | None:
    """The `model` parameter."""
    return cast("Model | None", MODEL.of(request))


def filter_of(request: Request, owner: str | None) -> TrackFilter:
    """What the parameters ask for, of one person's tracks or of everybody's.

    Raises:
        ProblemError: 422, a parameter is wrong.
    """
    return TrackFilter(
        model=model_choice(request),
        search=search_text(request),
        categories=CATEGORY.of(request),
        user_id=owner,
        bpm=_bpm_range(request),
        key=KEY.of(request).strip(),
        duration_s=_duration_range(request),
        engine=ENGINE.of(request) or None,
        least_score=MIN_SCORE.of(request),
        loop=LOOP.of(request),
        favourites_of=caller_of(request).user_id if FAVORITES.of(request) else None,
    )


def owner_of(request: Request) -> str | None:
    """Whose tracks are asked for; a `user_id` that is not the caller's counts only for an admin."""
    user_id = USER_ID.of(request) or None
    if MINE.of(request):
        return caller_of(request).user_id
    return user_id if user_id is not None and caller_of(request).may_change(user_id) else None


def _bpm_range(request: Request) -> tuple[float, float] | None:
    """The tempos that are asked for; None where none are, so that sounds without a tempo are there too."""
    slowest, fastest = BPM_MIN.of(request), BPM_MAX.of(request)
    return None if (slowest, fastest) == (0, FASTEST_BPM) else (slowest, fastest)


def _duration_range(request: Request) -> tuple[float, float] | None:
    shortest, longest = DURATION_MIN.of(request), DURATION_MAX.of(request)
    if shortest is None and longest is None:
        return None
    return shortest or 0.0, LONGEST_S if longest is None else longest
