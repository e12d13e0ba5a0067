"""Playlists as files that other players read: M3U8, PLS, XSPF (xspf.org, version 1) and JSPF."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

XSPF_NAMESPACE = "http://xspf.org/ns/0/"

# What XML 1.0 cannot hold, however it is escaped: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """A sound in a file.

    Attributes:
        location: absolute address of its audio.
    """

    track_id: str
    title: str
    location: str
    duration_s: float


@dataclass(frozen=True)
class File:
    """A playlist to be written."""

    playlist_id: str
    name: str
    description: str
    entries: Sequence[Entry]


def m3u8(file: File) -> str:
    """Extended M3U in UTF-8. Durations are whole seconds, as most players want them."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(file.name)}"]
    for entry in file.entries:
        lines += [f"#EXTINF:{round(entry.duration_s)},{_line(entry.title)}", _line(entry.location)]
    return "\n".join(lines) + "\n"


def xspf(file: File) -> str:
    """XML Shareable Playlist Format; durations in milliseconds."""
    root = ElementTree.Element("playlist", {"version": "1", "xmlns": XSPF_NAMESPACE})
    _text(root, "title", file.name)
    if file.description:
        _text(root, "annotation", file.description)
    _text(root, "identifier", _urn(file.playlist_id))
    tracks = ElementTree.SubElement(root, "trackList")
    for entry in file.entries:
        track = ElementTree.SubElement(tracks, "track")
        _text(track, "location", entry.location)
        _text(track, "identifier", _urn(entry.track_id))
        _text(track, "title", entry.title)
        _text(track, "duration", str(_milliseconds(entry.duration_s)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def jspf(file: File) -> str:
    """XSPF as JSON."""
    playlist: dict[str, object] = {"title": file.name}
    if file.description:
        playlist["annotation"] = file.description
    playlist["identifier"] = _urn(file.playlist_id)
    playlist["track"] = [
        {
            "location": [entry.location],
            "identifier": [_urn(entry.track_id)],
            "title": entry.title,
            "duration": _milliseconds(entry.duration_s),
        }
        for entry in file.entries
    ]
    return json.dumps({"playlist": playlist}, ensure_ascii=False, indent=1) + "\n"


def pls(file: File) -> str:
    """PLS, version 2, which has no place for the list's name; durations in whole seconds."""
    lines = ["[playlist]"]
    for place, entry in enumerate(file.entries, 1):
        lines.append(f"File{place}={_line(entry.location)}")
        lines.append(f"Title{place}={_line(entry.title)}")
        lines.append(f"Length{place}={round(entry.duration_s)}")
    return "\n".join([*lines, f"NumberOfEntries={len(file.entries)}", "Version=2"]) + "\n"


WRITERS: dict[str, tuple[str, Callable[[File], str]]] = {
    "m3u8": ("audio/x-mpegurl", m3u8),
    "xspf": ("application/xspf+xml", xspf),
    "jspf": ("application/jspf+json", jspf),
}
"""Media type and writer by the ending of the file's name."""


def _line(text: str) -> str:
    """What stands in one line: a line break would begin another entry."""
    return " ".join(text.split())


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NO_XML.sub("\ufffd", text)


def _urn(identifier: str) -> str:
    return f"urn:uuid:{identifier}"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
