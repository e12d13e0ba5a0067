"""Reading playlist files that anybody may have written: M3U, XSPF and JSPF. Nothing in them is trusted.

XML with a document type is refused, and with it every entity that a file could declare: neither does it
grow when it is read, nor is anything else opened.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from shared.errors import SoundBoxError
from web.playlist_writing import XSPF_NAMESPACE

MOST_BYTES = 1024 * 1024
MOST_ENTRIES = 5000
_SHOWN_CHARACTERS = 200
_DEEPEST = 32

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OURS = re.compile(
    rf"(?:^|^urn:uuid:|/(?:audio|download|track|api/library)/)({_ID})(?:\.(?:wav|flac|opus|mp3))?(?:[?#].*)?$"
)


class PlaylistFileError(SoundBoxError):
    """A file is no playlist that can be read."""


@dataclass
class Found:
    """An entry of a file.

    Attributes:
        places: what may say which sound it is: addresses, names of files, identifiers.
    """

    title: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def track_id(self) -> str | None:
        """The id of the sound, as far as an address of a Sound Box or an id says so."""
        matches = (_OURS.search(place.strip()) for place in self.places)
        return next((match[1] for match in matches if match), None)

    @property
    def shown_title(self) -> str:
        """Its title, cut."""
        return _shown(self.title)

    @property
    def shown_place(self) -> str:
        """Its first address, cut."""
        return _shown(self.places[0]) if self.places else ""


@dataclass(frozen=True)
class Read:
    """What stands in a file."""

    name: str
    entries: list[Found]


def _shown(text: str) -> str:
    """Cut, and without lone surrogates, which JSON can spell and UTF-8 can't."""
    return text.strip()[:_SHOWN_CHARACTERS].encode(errors="replace").decode()


def read(body: bytes) -> Read:
    """A playlist file; which kind it is its first character says.

    Raises:
        PlaylistFileError: it cannot be read, or has more than 5,000 entries.
    """
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    is_xml = start == b"<" or body[:2] in (b"\xff\xfe", b"\xfe\xff")
    found = _xspf(body) if is_xml else _jspf(body) if start == b"{" else _m3u(body)
    if len(found.entries) > MOST_ENTRIES:
        raise PlaylistFileError(
            f"A file may have at most {MOST_ENTRIES:,} entries; this one has {len(found.entries):,}."
        )
    return found


def _m3u(body: bytes) -> Read:
    name, title = "", ""
    entries = []
    for line in _decoded(body).splitlines():
        text = line.strip()
        if text.startswith("#EXTINF:"):
            title = text.partition(",")[2]
        elif text.startswith("#PLAYLIST:"):
            name = text.removeprefix("#PLAYLIST:")
        elif text and not text.startswith("#"):
            entries.append(Found(title, [text]))
            title = ""
    return Read(name, entries)


def _jspf(body: bytes) -> Read:
    try:
        data = json.loads(_decoded(body))
    except (ValueError, RecursionError) as error:
        raise PlaylistFileError("The file begins as JSPF and is no JSON.") from error
    playlist = data.get("playlist") if isinstance(data, dict) else None
    tracks = playlist.get("track") if isinstance(playlist, dict) else None
    if not isinstance(playlist, dict) or not isinstance(tracks, list):
        raise PlaylistFileError('JSPF must have {"playlist": {"track": […]}}.')
    return Read(_word(playlist.get("title")), [_jspf_entry(track) for track in tracks])


def _jspf_entry(track: Any) -> Found:
    if not isinstance(track, dict):
        return Found()
    given = [track.get("location"), track.get("identifier")]
    each = [one for some in given for one in (some if isinstance(some, list) else [some])]
    return Found(_word(track.get("title")), [one for one in each if isinstance(one, str)])


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


class _Xspf:
    """Collects what an XSPF file says while expat reads it."""

    def __init__(self) -> None:
        self.name = ""
        self.entries: list[Found] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _refuse(self, *_: Any) -> None:
        raise PlaylistFileError("XSPF with a document type (<!DOCTYPE) is not read: it may declare entities.")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._path and name != f"{XSPF_NAMESPACE} playlist":
            raise PlaylistFileError(f"XSPF must begin with <playlist xmlns={XSPF_NAMESPACE!r}>.")
        self._path.append(name.rpartition(" ")[2])
        self._text.clear()
        if len(self._path) > _DEEPEST:
            raise PlaylistFileError("The file is nested too deep for XSPF.")
        if self._path == ["playlist", "trackList", "track"]:
            self.entries.append(Found())

    def _end(self, _name: str) -> None:
        text = "".join(self._text)
        *before, last = self._path
        if before == ["playlist"] and last == "title":
            self.name = text
        elif before == ["playlist", "trackList", "track"]:
            if last == "title":
                self.entries[-1].title = text
            elif last in ("location", "identifier"):
                self.entries[-1].places.append(text)
        self._path.pop()
        self._text.clear()


def _xspf(body: bytes) -> Read:
    reader = _Xspf()
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        raise PlaylistFileError(f"The file begins as XML and cannot be read: {str(error)[:100]}.") from error
    return Read(reader.name, reader.entries)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlaylistFileError(
            f"The file must be in UTF-8: {error.reason} at byte {error.start}."
        ) from error
