"""Playlists as files: written for other players, and made of files."""

from collections.abc import Sequence

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.catalog.playlists.reader import PlaylistRow
from shared.messages.playlists import MOST_TRACKS, NAME_CHARACTERS
from web.api import playlist_shapes
from web.api.answers import JsonAnswer
from web.api.identity import caller_of
from web.api.media import disposition, slug
from web.api.parameters import Text
from web.api.playlist_views import contents, public_address, readable_playlist
from web.api.playlists import make
from web.api.problems import ProblemError
from web.playlist_reading import MOST_BYTES, Found, PlaylistFileError, read
from web.playlist_writing import WRITERS, Entry, File
from web.ports import Ports

NAME = Text("name", "What the playlist is called; else as the file says.", NAME_CHARACTERS[1])
_MOST_TOLD = 100
_NAMELESS = "Imported playlist"


def m3u8(request: Request) -> Response:
    """GET /api/playlists/{id}.m3u8: for players of any kind; audio by absolute addresses."""
    return _file(request, "m3u8")


def xspf(request: Request) -> Response:
    """GET /api/playlists/{id}.xspf: XML Shareable Playlist Format, version 1."""
    return _file(request, "xspf")


def jspf(request: Request) -> Response:
    """GET /api/playlists/{id}.jspf: XSPF as JSON."""
    return _file(request, "jspf")


def _file(request: Request, ending: str) -> Response:
    row = readable_playlist(request)
    address = public_address(request)
    entries = [
        Entry(track.id, track.prompt, f"{address}/audio/{track.id}.wav", track.duration_s)
        for track in contents(request, row).rows
    ]
    media_type, write = WRITERS[ending]
    body = write(File(row.id, row.name, row.description, entries))
    headers = {"Content-Disposition": disposition(_name(row, ending))}
    return Response(body, media_type=media_type, headers=headers)


def _name(row: PlaylistRow, ending: str) -> str:
    return f"{slug(row.name) or 'playlist'}_{row.id[-6:]}.{ending}"


async def import_playlist(request: Request) -> Response:
    """POST /api/playlists/import: a new playlist of an M3U, XSPF or JSPF file, at most 1 MiB.

    Its entries are matched by addresses of sounds here, or by their ids.
    """
    ports: Ports = request.app.state.ports
    caller_of(request)
    body = await _received(request)
    try:
        file = await to_thread.run_sync(read, body)
    except PlaylistFileError as error:
        raise ProblemError(422, str(error)) from error
    ids = [entry.track_id for entry in file.entries]
    wanted = list(dict.fromkeys(track_id for track_id in ids if track_id is not None))
    known = {track.id for track in await to_thread.run_sync(ports.library.tracks_by_id, wanted)}
    _check_any(file.entries, known)
    kept = [track_id for track_id in wanted if track_id in known]
    name = NAME.of(request) or " ".join(file.name.split())[: NAME_CHARACTERS[1]] or _NAMELESS
    view, is_shown = await make(request, {"name": name, "track_ids": kept[:MOST_TRACKS]})
    unknown = _unknown(file.entries, known)
    answer: playlist_shapes.Imported = {
        "success": True,
        "playlist": view,
        "entries": len(ids),
        "matched": len(kept[:MOST_TRACKS]),
        "repeated": sum(track_id in known for track_id in ids) - len(kept),
        "left_out": len(kept[MOST_TRACKS:]),
        "unknown": unknown[:_MOST_TOLD],
        "unknown_count": len(unknown),
        "pending": not is_shown,
    }
    headers = {"Location": f"/api/playlists/{view['id']}"}
    return JsonAnswer(answer, 201 if is_shown else 202, headers)


def _check_any(entries: Sequence[Found], known: set[str]) -> None:
    if not entries:
        raise ProblemError(422, "The file names no sounds.")
    if not known:
        raise ProblemError(422, f"None of the file's {len(entries):,} entries is a sound of this Sound Box.")


def _unknown(entries: Sequence[Found], known: set[str]) -> list[playlist_shapes.UnknownEntry]:
    return [
        {"entry": number, "title": entry.shown_title, "location": entry.shown_place}
        for number, entry in enumerate(entries, 1)
        if entry.track_id not in known
    ]


async def _received(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ProblemError(413, f"The file may have at most {MOST_BYTES:,} bytes.")
    except ClientDisconnect as error:
        raise ProblemError(400, "The connection ended in the middle of the file.") from error
    return bytes(body)
