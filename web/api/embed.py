"""A small player for other people's pages, and how they find it: GET /embed/{id} and GET /oembed."""

from html import escape
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.catalog.rows import TrackRow
from shared.messages.ids import is_id
from web.api import track_shapes
from web.api.addresses import base_url_of
from web.api.deeds import track_of
from web.api.heads import NAME
from web.api.parameters import Choice, Text, WholeNumber
from web.api.problems import ProblemError, invalid, not_found
from web.api.views import engine_label

THEME = Choice("theme", "How it looks; as the reader's system says when it is absent.", ("light", "dark"))
URL = Text("url", "Address of a track's page here.", 500)
FORMAT = Text("format", "json, which is also what comes without it.", 20)
MAX_WIDTH = WholeNumber("maxwidth", "As wide as it may be, in pixels.", 480, 200, 10_000)
MAX_HEIGHT = WholeNumber("maxheight", "As tall as it may be, in pixels.", 132, 100, 10_000)

WIDTH, HEIGHT = 480, 132
_CARD = (1200, 630)
_TALL = 40  # of the drawing, in its own units: one a peak across
_PAGE = """<!doctype html>
<html lang="en"{theme}>
<head>
<meta charset="utf-8">
<title>{prompt} · {name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/tokens.css">
<link rel="stylesheet" href="/static/css/embed.css">
<script type="module" src="/static/js/embed.js"></script>
</head>
<body>
<main aria-label="Player">
<button type="button" id="play" aria-label="Play">
<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 5.5v13l10.5-6.5z"/></svg>
</button>
<div class="what">
<h1><a href="{link}" target="_blank" rel="noopener"><bdi>{prompt}</bdi></a></h1>
<p>{about}</p>
</div>
<div class="wave">
<svg viewBox="0 0 {wide} {tall}" preserveAspectRatio="none" aria-hidden="true"><path d="{wave}"/></svg>
<input type="range" id="seek" min="0" max="{duration}" step="0.01" value="0" aria-label="Position in seconds">
</div>
<p id="trouble" role="alert" hidden>This sound can't be played here.</p>
</main>
<audio id="audio" src="/audio/{id}.wav" preload="none"></audio>
</body>
</html>
"""


def embed(request: Request) -> Response:
    """GET /embed/{id}: a player of one track, for an iframe on any site; it sets no cookie."""
    theme = THEME.of(request)
    row = track_of(request)
    content = _PAGE.format(
        theme=f' data-theme="{theme}"' if theme else "",
        prompt=escape(row.prompt),
        name=NAME,
        link=escape(f"{base_url_of(request)}/track/{row.id}"),
        about=escape(f"{row.duration_s:.0f} s, made by {engine_label(row.engine)}"),
        wide=max(len(row.peaks), 1),
        tall=_TALL,
        wave=_wave(row.peaks),
        duration=f"{row.duration_s:.2f}",
        id=row.id,
    )
    return Response(content, media_type="text/html")


def oembed(request: Request) -> Response:
    """GET /oembed: what to put into a page for the address of a track; oEmbed 1.0."""
    url, width, height = URL.of(request), MAX_WIDTH.of(request), MAX_HEIGHT.of(request)
    if (FORMAT.of(request) or "json") != "json":
        raise ProblemError(501, "Only format=json is made here.")
    if not url:
        raise invalid([("url", "is missing")])
    row = _track_at(request, url)
    base = base_url_of(request)
    size = min(width, WIDTH), min(height, HEIGHT)
    view: track_shapes.Embedding = {
        "version": "1.0",
        "type": "rich",
        "provider_name": NAME,
        "provider_url": base,
        "title": row.prompt,
        "html": frame(row, base, *size),
        "width": size[0],
        "height": size[1],
        "thumbnail_url": f"{base}/spectrogram/{row.id}-card.png",
        "thumbnail_width": _CARD[0],
        "thumbnail_height": _CARD[1],
    }
    return JSONResponse(view, headers={"Access-Control-Allow-Origin": "*"})


def frame(row: TrackRow, base_url: str, width: int, height: int) -> str:
    """The iframe, every value escaped."""
    source, title = escape(f"{base_url}/embed/{row.id}"), escape(row.prompt)
    return (
        f'<iframe src="{source}" width="{width}" height="{height}" title="{title}" '
        'frameborder="0" loading="lazy" allow="autoplay"></iframe>'
    )


def _track_at(request: Request, url: str) -> TrackRow:
    try:
        parts = urlsplit(url)
        ours = parts.netloc == urlsplit(base_url_of(request)).netloc
    except ValueError as error:
        raise not_found("track") from error
    kind, _, track_id = parts.path.strip("/").partition("/")
    known = ours and kind in ("track", "embed") and is_id(track_id)
    row = request.app.state.ports.library.track(track_id) if known else None
    if row is None:
        raise not_found("track")
    found: TrackRow = row
    return found


def _wave(peaks: list[int]) -> str:
    """One bar a peak, as path data: at least a dot high, about the middle."""
    bars = []
    for place, peak in enumerate(peaks):
        half = max(0.5, peak / 255 * _TALL / 2)
        bars.append(f"M{place + 0.5} {_TALL / 2 - half:.1f}v{2 * half:.1f}")
    return "".join(bars)
