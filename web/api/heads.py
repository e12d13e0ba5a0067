"""What a link to a view shows where it is posted: title, description, picture. Pure: text in, markup out."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from services.catalog.rows import TrackRow

NAME = "Sound Box"
MARK = "<title>Sound Box</title>"
"""The line of the document that the head of a view takes the place of."""

_ABOUT = "Music and sound effects from words, made on your own machine."
_VIEWS = {
    "/": ("Generate", _ABOUT),
    "/generate": ("Generate", _ABOUT),
    "/library": ("Library", "Every sound that was made here, to search and to hear."),
    "/playlists": ("Playlists", "Sounds that were made here, in an order of your own."),
    "/radio": ("Radio", "Stations that never end, of sounds that were made here."),
    "/queue": ("Queue", "What is being made now, and what waits."),
}
_KINDS = {"music": "Music", "audio": "Sound effect"}
_TITLE_CHARACTERS = 100
_CARD = (1200, 630)


@dataclass(frozen=True)
class Head:
    """What a view is called and shows.

    Attributes:
        title: of the window, complete.
        oembed: address that says how to show it on another page, unescaped.
        tags: (attribute, name, content) of each meta element, unescaped.
    """

    title: str
    tags: tuple[tuple[str, str, str], ...]
    oembed: str | None = None

    def markup(self) -> str:
        """The elements, every value escaped."""
        metas = (f'<meta {kind}="{name}" content="{escape(value)}">' for kind, name, value in self.tags)
        lines = [f"<title>{escape(self.title)}</title>", *metas]
        if self.oembed:
            lines.append(
                f'<link rel="alternate" type="application/json+oembed" href="{escape(self.oembed)}">'
            )
        return "\n".join(lines)


def of_view(path: str, base_url: str) -> Head:
    """The head of a view; `base_url` is the address of the page's root, without a slash at its end."""
    title, about = _VIEWS.get(path, (NAME, _ABOUT))
    named = f"{title} · {NAME}" if title != NAME else NAME
    return Head(
        named,
        (
            ("name", "description", about),
            ("property", "og:site_name", NAME),
            ("property", "og:type", "website"),
            ("property", "og:title", named),
            ("property", "og:description", about),
            ("property", "og:url", base_url + path),
            ("name", "twitter:card", "summary"),
        ),
    )


def of_track(row: TrackRow, engine: str, base_url: str) -> Head:
    """The head of a sound's page: its prompt, what it is, its card of 1200 x 630 pixels, and the sound."""
    about = _about(row, engine)
    address = f"{base_url}/track/{row.id}"
    return Head(
        f"{row.prompt} · {NAME}",
        (
            ("name", "description", about),
            ("property", "og:site_name", NAME),
            ("property", "og:type", "music.song"),
            ("property", "og:title", _cut(row.prompt)),
            ("property", "og:description", about),
            ("property", "og:url", address),
            ("property", "og:image", f"{base_url}/spectrogram/{row.id}-card.png"),
            ("property", "og:image:type", "image/png"),
            ("property", "og:image:width", str(_CARD[0])),
            ("property", "og:image:height", str(_CARD[1])),
            ("property", "og:image:alt", f"Spectrogram of “{_cut(row.prompt)}”"),
            ("property", "og:audio", f"{base_url}/audio/{row.id}.wav"),
            ("property", "og:audio:type", "audio/wav"),
            ("name", "twitter:card", "summary_large_image"),
        ),
        f"{base_url}/oembed?url={quote(address, safe='')}",
    )


def _about(row: TrackRow, engine: str) -> str:
    told = [
        f"{_KINDS[row.model]} of {row.duration_s:.3g} s",
        "a loop" if row.is_loop else None,
        f"{row.bpm:.0f} bpm" if row.bpm else None,
        row.key,
    ]
    return f"{', '.join(filter(None, told))}. Made from words by {engine}."


def _cut(prompt: str) -> str:
    return prompt if len(prompt) <= _TITLE_CHARACTERS else prompt[: _TITLE_CHARACTERS - 1] + "…"
