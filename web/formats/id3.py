"""Tags of MP3 files: ID3v2.4.0 in UTF-8, for libsndfile writes what is not Latin as other letters.

Format: id3.org's "ID3 tag version 2.4.0", main structure and native frames.
"""

import struct

_UTF8 = b"\x03"
_HEAD_BYTES = 10
_LANGUAGE = b"und"  # ISO 639-2: undetermined


def in_mp3(content: bytes, texts: dict[str, str], comment: str, others: dict[str, str]) -> bytes:
    """An MP3 file with this tag before it instead of one it had.

    Args:
        texts: by the names of their frames, as TIT2 for the title.
        others: by names of one's own.
    """
    frames = [_frame(name, text.encode()) for name, text in texts.items()]
    frames.append(_frame("COMM", _LANGUAGE + b"\0" + comment.encode()))
    frames += [_frame("TXXX", f"{name}\0{text}".encode()) for name, text in others.items()]
    body = b"".join(frames)
    return b"ID3\x04\0\0" + _size(len(body)) + body + _without_tag(content)


def of_mp3(content: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of the frames of the tag that the file begins with; none without one."""
    frames, place, end = [], _HEAD_BYTES, _tag_bytes(content)
    while place < end:
        size = _number(content[place + 4 : place + 8])
        frames.append((content[place : place + 4].decode("ascii"), content[place + 10 : place + 10 + size]))
        place += _HEAD_BYTES + size
    return frames


def _frame(name: str, content: bytes) -> bytes:
    text = _UTF8 + content
    return struct.pack(">4s4sH", name.encode("ascii"), _size(len(text)), 0) + text


def _without_tag(content: bytes) -> bytes:
    return content[_tag_bytes(content) :]


def _tag_bytes(content: bytes) -> int:
    return _HEAD_BYTES + _number(content[6:10]) if content[:3] == b"ID3" else 0


def _size(number: int) -> bytes:
    """Seven bits a byte, so that no decoder takes a length for the beginning of sound."""
    if number >= 2**28:
        raise ValueError("too long for a tag")
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _number(size: bytes) -> int:
    value = 0
    for byte in size:
        value = value << 7 | byte & 0x7F
    return value
