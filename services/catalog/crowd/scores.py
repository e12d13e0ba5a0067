"""What votes and plays are worth in lists that are sorted by them. Pure numbers: no clock, no rows."""

import math

HALF_LIFE_S = 3 * 86_400.0
"""Time after which a play or a like counts half as much in what trends."""

PLAY, LIKE = 1.0, 3.0
"""What one of them adds to a trend: who likes a sound listened to it, and took the trouble to say so."""

_Z = 1.96  # of a 95 % interval
_BEGIN_S = 1_577_836_800.0  # 2020-01-01; before any Sound Box
_FIGURES = 6  # a millionth of a half-life is a quarter of a second; the last bits differ between machines
_NOTHING = 0.0
_LEAST_SHARE = 4e-6  # what is left of a sum is nothing below that, but for what rounding left of it


def popularity(upvotes: int, downvotes: int) -> float:
    """How well liked a track surely is, -1 to 1; 0 without votes.

    The lower bound of the Wilson score interval for the share of likes (Wilson, JASA 22, 1927): one like
    of one vote is 0.21, 90 of 100 is 0.83. Without a single like, the same bound for dislikes, negated.
    """
    if upvotes == 0:
        return -_wilson(downvotes, downvotes) if downvotes else 0.0
    return _wilson(upvotes, upvotes + downvotes)


def _wilson(positive: int, total: int) -> float:
    share, z2 = positive / total, _Z * _Z
    middle = share + z2 / (2 * total)
    width = _Z * math.sqrt((share * (1 - share) + z2 / (4 * total)) / total)
    return (middle - width) / (1 + z2 / total)


def trend_with(trend: float, weight: float, time_s: float) -> float:
    """The trend after something of this weight happened at a time, in seconds since 1970.

    A trend is log2 of the sum of weight * 2 ** (time / half-life). As time passes all of them lose alike,
    so that they need no new values to be sorted by. 0 stands for nothing.
    """
    added = _logarithm(weight, time_s)
    if trend == _NOTHING:
        return round(added, _FIGURES)
    high, low = max(trend, added), min(trend, added)
    return round(high + math.log2(1 + 2.0 ** (low - high)), _FIGURES)


def trend_without(trend: float, weight: float, time_s: float) -> float:
    """The trend without something that was added to it before."""
    left = 1 - 2.0 ** min(0.0, _logarithm(weight, time_s) - trend)
    return round(trend + math.log2(left), _FIGURES) if left > _LEAST_SHARE else _NOTHING


def _logarithm(weight: float, time_s: float) -> float:
    return math.log2(weight) + max(1.0, (time_s - _BEGIN_S) / HALF_LIFE_S)
