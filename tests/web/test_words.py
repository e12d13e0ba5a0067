"""What the page says in other languages: the sentences in its code and document, and their catalogues."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from services.analyzer.quality import CHECKS
from services.catalog.taxonomy import BY_ID
from services.generator.engines.synth.music.theory import MODES
from web.api.page import STATIC

_ROOT = STATIC.parents[1]
_CATALOGUES = sorted((STATIC / "words").glob("*.json"))
_CALL = re.compile(r"(?<![\w.$#])(t|tn|parts)\(")
_COMMENT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|/\*.*?\*/|(?<=\s)// [^\n]*""", re.DOTALL)
"""Comments, and strings, in which nothing begins a comment."""
_HOLE = re.compile(r"\{(\w+)\}")
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_CATEGORIES = {"zero", "one", "two", "few", "many", "other"}
"""Of plurals, as Unicode CLDR has them."""
_LEAST_LITERAL = 8
"""Letters that a sentence of the server must have beside what is filled in."""


def arguments(code: str, start: int) -> list[str]:
    """The source of each argument of a call whose parenthesis opens just before `start`."""
    found, begun, closing, at = [], start, [")"], start
    while closing:
        character = code[at]
        if character in "\"'`":
            at = re.compile(rf"(?:\\.|[^\\{character}])*{character}", re.DOTALL).match(code, at + 1).end() - 1  # type: ignore[union-attr]
        elif character in _CLOSED_BY:
            closing.append(_CLOSED_BY[character])
        elif character == closing[-1]:
            closing.pop()
        if not closing or (character == "," and len(closing) == 1):
            found.append(code[begun:at].strip())
            begun = at + 1
        at += 1
    return [text for text in found if text]


def sentences_of(code: str) -> Iterator[tuple[str, str | None]]:
    """Each literal sentence that a module says, with its plural form where it has one."""
    code = _COMMENT.sub(lambda found: found[1] or "", code)
    for call in _CALL.finditer(code):
        given = arguments(code, call.end())
        one, *rest = given[1:3] if call[1] == "tn" else given[:1]
        if one.startswith('"'):
            yield json.loads(one), json.loads(rest[0]) if rest else None


class Document(HTMLParser):
    """The words that stand in a document, as core/foreign.js finds them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: set[str] = set()
        self._silent: list[str] = []
        self._in_body = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_body = self._in_body or tag == "body"
        if self._silent or tag in ("script", "noscript") or given.get("translate") == "no":
            self._silent.append(tag)
            return
        spoken = (given.get(name) for name in ("aria-label", "placeholder", "title", "alt"))
        self.words.update(text for text in spoken if text)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if self._in_body and data.strip() and not self._silent:
            self.words.add(data.strip())


@cache
def said() -> dict[str, str | None]:
    """Every sentence of the page that is to be translated, with its plural form where it has one."""
    found: dict[str, str | None] = dict.fromkeys(
        Document((STATIC / "index.html").read_text(encoding="utf-8")).words
    )
    for module in sorted((STATIC / "js").rglob("*.js")):
        for one, other in sentences_of(module.read_text(encoding="utf-8")):
            assert one not in found or found[one] == other, f"{module}: “{one}” has two plural forms"
            found[one] = other
    return found


def templates() -> list[str]:
    code = (STATIC / "js" / "core" / "templates.js").read_text(encoding="utf-8")
    return [json.loads(text) for text in re.findall(r'^ +(".*"),$', code, re.MULTILINE)]


@cache
def served() -> tuple[set[str], list[re.Pattern[str]]]:
    """What the server's code says: its plain strings, and a pattern for each with something to fill in."""
    plain: set[str] = set()
    patterns: set[str] = set()
    for folder in ("web", "services", "shared"):
        for path in (_ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    plain.add(node.value)
                elif isinstance(node, ast.JoinedStr):
                    patterns.add("".join(_pattern(part) for part in node.values))
    fixed = [re.compile(text) for text in patterns if len(re.findall("[a-z]", text)) >= _LEAST_LITERAL]
    return plain, fixed


def _pattern(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*"


def is_served(sentence: str) -> bool:
    plain, patterns = served()
    return sentence in plain or any(pattern.fullmatch(sentence) for pattern in patterns)


def holes(text: str) -> set[str]:
    return set(_HOLE.findall(text))


def forms(found: Any) -> list[str]:
    return list(found.values()) if isinstance(found, dict) else [found]


@pytest.fixture(params=_CATALOGUES, ids=lambda path: path.stem)
def catalogue(request: pytest.FixtureRequest) -> dict[str, Any]:
    path: Path = request.param
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_calls_are_found_with_all_that_stands_in_them() -> None:
    code = """
      /** `t("a comment")` */
      t("one");  set("two");  x.t("three");
      tn(f(a, "b"), "{count} \\"sound\\"", "{count} sounds", { of: t("four") });
      parts("five {bdi}", { bdi: h("bdi", null, t(name), t(`no ${name}`)) });
    """
    assert list(sentences_of(code)) == [
        ("one", None),
        ('{count} "sound"', "{count} sounds"),
        ("four", None),
        ("five {bdi}", None),
    ]


def test_the_words_of_the_document_are_found() -> None:
    words = Document((STATIC / "index.html").read_text(encoding="utf-8")).words
    assert {"Skip to the content", "Views", "Library", "Reconnecting…"} <= words
    assert "Sound Box" not in words


def test_there_is_a_catalogue_for_every_language_that_the_document_names() -> None:
    document = (STATIC / "index.html").read_text(encoding="utf-8")
    named = re.search(r'data-languages="([^"]+)"', document)
    assert named is not None
    assert named[1].split() == ["en", *(path.stem for path in _CATALOGUES)]
    assert [path.stem for path in _CATALOGUES] == ["de"]


def test_every_sentence_of_the_page_is_translated(catalogue: dict[str, Any]) -> None:
    assert len(said()) > 100
    assert sorted(set(said()) - set(catalogue)) == []


def test_every_word_for_what_is_listed_is_translated(catalogue: dict[str, Any]) -> None:
    labels = {category.label for category in BY_ID.values()}
    issues = {check.name.replace("_", " ") for check in CHECKS}
    assert sorted((labels | issues | set(templates())) - set(catalogue)) == []


def test_nothing_is_translated_that_nobody_says(catalogue: dict[str, Any]) -> None:
    labels = {category.label for category in BY_ID.values()} | {
        check.name.replace("_", " ") for check in CHECKS
    }
    left_over = set(catalogue) - set(said()) - labels - set(templates())
    assert sorted(sentence for sentence in left_over if not is_served(sentence)) == []


def test_every_template_is_a_sentence_of_the_server() -> None:
    assert len(templates()) > 10
    assert [text for text in templates() if not is_served(_HOLE.sub("7", text))] == []


def test_translations_fill_in_what_the_sentences_do(catalogue: dict[str, Any]) -> None:
    wrong = []
    for one, found in catalogue.items():
        other = said().get(one)
        if (other is not None) != isinstance(found, dict):
            wrong.append(f"{one}: a plural form too few or too many")
        wanted = holes(one) | holes(other or "")
        wrong += [f"{one}: {text}" for text in forms(found) if holes(text) != wanted and other is None]
        wrong += [
            f"{one}: {text}"
            for text in forms(found)
            if other and holes(text) | {"count"} != wanted | {"count"}
        ]
    assert wrong == []


def test_translations_say_something_and_stand_in_order(catalogue: dict[str, Any]) -> None:
    assert [one for one, found in catalogue.items() if not all(text.strip() for text in forms(found))] == []
    counted = [set(found) for found in catalogue.values() if isinstance(found, dict)]
    assert all({"other"} <= found <= _CATEGORIES for found in counted)
    assert list(catalogue) == sorted(catalogue)


def test_every_key_that_the_synthesizer_plays_in_has_words() -> None:
    code = (STATIC / "js" / "core" / "format.js").read_text(encoding="utf-8")
    named = set(re.findall(r'^ {2}"?([a-z ]+)"?: \(note\) => t\(', code, re.MULTILINE))
    assert named == set(MODES)
