"""Text that people send."""

import unicodedata


def cleaned(text: str, least: int, most: int) -> str:
    """Trim a text, make every run of white space or control characters one space, compose accents (NFC).

    Raises:
        ValueError: fewer than `least` or more than `most` characters are left, or it is not valid Unicode.
    """
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("must be valid Unicode text, without lone surrogates")
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    clean = " ".join(unicodedata.normalize("NFC", spaced).split())
    if not least <= len(clean) <= most:
        raise ValueError(f"must have {least} to {most} characters after trimming, got {len(clean)}")
    return clean
