"""Finding words in a prompt, hyphens and plurals allowed; and what a "no" or "without" takes back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_JOINERS = re.compile(r"[\-_‐-―'’‘`´+]+")
_SPACES = re.compile(r"\s+")
_NEGATION = re.compile(
    r"\b(?:no|without|w/o|minus|not|except(?: for)?|excluding|lacking|ohne|kein(?:e|en)?|sans|sin|senza)\b"
    r"(?!\s*[.\d])\s+"
    r"(?P<what>.*?)(?=$|[.,;:!?()/]"
    r"|\b(?:but|with|just|only|in|at|over|and (?:a|an|some|the|then)|plus|instead)\b|\bno\b)"
)
_FIRST_WITHOUT_SPACES = 0x2E80
"""From here on Unicode holds the scripts of East Asia, which put no spaces between words."""

_LESS = re.compile(r"\b(drum|beat|bass|percussion)(?:less| free)\b")


@dataclass(frozen=True)
class Prompt:
    """A prompt as it is searched: `wanted` is the lower-cased text without what `unwanted` takes back."""

    wanted: str
    unwanted: str

    def has(self, phrases: Iterable[str]) -> bool:
        """Whether one of the phrases is asked for."""
        return any(finder(phrase).search(self.wanted) for phrase in phrases)

    def refuses(self, phrases: Iterable[str]) -> bool:
        """Whether one of the phrases is asked to be left out."""
        return any(finder(phrase).search(self.unwanted) for phrase in phrases)

    def find(self, phrase: str) -> int:
        """Return where a phrase is asked for last, or -1."""
        return max((match.start() for match in finder(phrase).finditer(self.wanted)), default=-1)


def read(text: str) -> Prompt:
    """Return a prompt ready to be searched."""
    plain = _plain(text)
    refused = [match["what"] for match in _NEGATION.finditer(plain)] + _LESS.findall(plain)
    return Prompt(_LESS.sub(" ", _NEGATION.sub(" ", plain)), " , ".join(refused))


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _JOINERS.sub(" ", text.lower())).strip()


@lru_cache(maxsize=4096)
def finder(phrase: str) -> re.Pattern[str]:
    """Return the pattern of a phrase as whole words, its last word perhaps in the plural."""
    plain = re.escape(_plain(phrase))
    if ord(phrase[-1]) >= _FIRST_WITHOUT_SPACES:
        return re.compile(plain)
    return re.compile(rf"(?<!\w){plain}(?:s|es)?(?!\w)")


def longest_first(wanted: str, choices: dict[str, str]) -> list[tuple[int, str]]:
    """Return (position, value) for each phrase found, longer ones hiding the shorter ones inside them.

    The list is in the order of the text.
    """
    found: list[tuple[int, str]] = []
    for phrase in sorted(choices, key=lambda p: (-len(p), p)):
        match = finder(phrase).search(wanted)
        while match:
            found.append((match.start(), choices[phrase]))
            wanted = wanted[: match.start()] + "\x00" * (match.end() - match.start()) + wanted[match.end() :]
            match = finder(phrase).search(wanted)
    return sorted(found)
