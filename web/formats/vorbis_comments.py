"""Tags of FLAC and Ogg Opus files: comments by name, among them loop points, which libsndfile can't write.

Formats: Xiph.Org's Vorbis comment, RFC 9639 (FLAC, section 8), RFC 3533 (Ogg), RFC 7845 (Opus in Ogg).
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

Comments = Sequence[tuple[str, str]]
"""Names in capitals with their values; a name may come more than once."""

_VENDOR = b"Sound Box"
_FLAC = b"fLaC"
_FLAC_COMMENTS = 4
_FLAC_LAST = 0x80
_FLAC_MOST_BYTES = 2**24 - 1
_OPUS_TAGS = b"OpusTags"
_PAGE = struct.Struct("<4sBBqIIIB")
_PAGE_CRC = slice(22, 26)
_MOST_SEGMENTS = 255
_SEGMENT_BYTES = 255
_CRC_POLYNOMIAL = 0x04C11DB7


def in_flac(content: bytes, comments: Comments) -> bytes:
    """A FLAC file with these comments instead of those it had.

    Raises:
        ValueError: it is no FLAC file, or the comments do not fit.
    """
    if content[:4] != _FLAC:
        raise ValueError("no FLAC file")
    packed = pack(comments)
    if len(packed) > _FLAC_MOST_BYTES:
        raise ValueError("comments too long for a FLAC file")
    blocks, audio = _flac_blocks(content)
    kept = [block for block in blocks if block[0] != _FLAC_COMMENTS]
    kept.insert(1, (_FLAC_COMMENTS, packed))  # the first one tells the stream's format
    heads = (
        struct.pack(">I", (kind | (_FLAC_LAST if number == len(kept) - 1 else 0)) << 24 | len(block)) + block
        for number, (kind, block) in enumerate(kept)
    )
    return b"".join((_FLAC, *heads, audio))


def of_flac(content: bytes) -> list[tuple[str, str]]:
    """The comments of a FLAC file."""
    blocks, _ = _flac_blocks(content)
    return next((unpack(block) for kind, block in blocks if kind == _FLAC_COMMENTS), [])


def in_opus(content: bytes, comments: Comments) -> bytes:
    """An Ogg Opus file with these comments instead of those it had.

    Raises:
        ValueError: it is no such file, or the comments, old or new, take more than one page.
    """
    (_, head_end), (start, end) = _opus_pages(content)
    packet = _OPUS_TAGS + pack(comments)
    whole, rest = divmod(len(packet), _SEGMENT_BYTES)
    if whole >= _MOST_SEGMENTS:
        raise ValueError("comments too long for a page of Ogg")
    fields = _PAGE.unpack_from(content, start)
    head = _PAGE.pack(*fields[:6], 0, whole + 1)
    page = bytearray(head + bytes([_SEGMENT_BYTES]) * whole + bytes([rest]) + packet)
    page[_PAGE_CRC] = struct.pack("<I", _crc(page))
    return content[:head_end] + bytes(page) + content[end:]


def of_opus(content: bytes) -> list[tuple[str, str]]:
    """The comments of an Ogg Opus file whose comments take one page."""
    _, (start, end) = _opus_pages(content)
    segments = content[start + _PAGE.size - 1]
    return unpack(content[start + _PAGE.size + segments + len(_OPUS_TAGS) : end])


def pack(comments: Comments) -> bytes:
    """The comments as both formats hold them."""
    entries = [f"{name}={value}".encode() for name, value in comments]
    return b"".join((_sized(_VENDOR), struct.pack("<I", len(entries)), *map(_sized, entries)))


def unpack(packed: bytes) -> list[tuple[str, str]]:
    """The way back from `pack`.

    Raises:
        ValueError: there is less than the lengths in it promise.
    """
    fields = _fields(packed)
    next(fields)
    entries = [entry.decode().partition("=") for entry in fields]
    return [(name, value) for name, _, value in entries]


def _sized(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def _fields(packed: bytes) -> Iterator[bytes]:
    """The vendor, then the entries."""
    vendor = _number(packed, 0)
    count = _number(packed, 4 + vendor)
    yield packed[4 : 4 + vendor]
    place = 8 + vendor
    for _ in range(count):
        length = _number(packed, place)
        if place + 4 + length > len(packed):
            raise ValueError("comments are cut off")
        yield packed[place + 4 : place + 4 + length]
        place += 4 + length


def _number(packed: bytes, place: int) -> int:
    if place + 4 > len(packed):
        raise ValueError("comments are cut off")
    return int.from_bytes(packed[place : place + 4], "little")


def _flac_blocks(content: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The metadata blocks as (type, content), and the audio after them."""
    blocks, place, last = [], len(_FLAC), False
    while not last:
        if place + 4 > len(content):
            raise ValueError("the FLAC file is cut off")
        last, kind = bool(content[place] & _FLAC_LAST), content[place] & ~_FLAC_LAST
        end = place + 4 + int.from_bytes(content[place + 1 : place + 4], "big")
        blocks.append((kind, content[place + 4 : end]))
        place = end
    return blocks, content[place:]


def _opus_pages(content: bytes) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where the page of the head and that of the comments begin and end."""
    _, first_end = _page_end(content, 0)
    body, second_end = _page_end(content, first_end)
    is_whole = content[body - 1] < _SEGMENT_BYTES
    if not content[body:].startswith(_OPUS_TAGS) or not is_whole or second_end > len(content):
        raise ValueError("no Ogg Opus file with its comments in one page")
    return (0, first_end), (first_end, second_end)


def _page_end(content: bytes, start: int) -> tuple[int, int]:
    """Where the body of a page begins and ends."""
    if content[start : start + 4] != b"OggS" or len(content) < start + _PAGE.size:
        raise ValueError("no page of Ogg")
    body = start + _PAGE.size + content[start + _PAGE.size - 1]
    return body, body + sum(content[start + _PAGE.size : body])


def _crc(page: Iterable[int]) -> int:
    """Checksum of a page whose own field is 0: CRC-32 of the polynomial 0x04c11db7, not reflected."""
    table, crc = _crc_table(), 0
    for byte in page:
        crc = (crc << 8 & 0xFFFFFFFF) ^ table[crc >> 24 ^ byte]
    return crc


@lru_cache
def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (_CRC_POLYNOMIAL if crc & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(crc)
    return tuple(table)
