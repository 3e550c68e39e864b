"""The syntax of a configuration file: comments, keys, values.

Pygments' own lexers of these languages take a # or ; in a value for a comment, which a dial plan may have, and need
time in the square of what an unclosed comment is long. Those here read each character once or twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any, ClassVar

from pygments.lexer import RegexLexer
from pygments.token import Comment, Generic, Keyword, Literal, Name, Operator, Text

MAX_LENGTH = 262_144  # characters of a text that must be read from its beginning to tell what is in the middle


class Language(StrEnum):
    SETTINGS = "settings"  # a key, a sign of equality or a colon, and a value in each line
    XML = "XML"


@dataclass(frozen=True)
class Span:
    """A part of a text, up to `end`; `kind` is its class on a page, "" for plain text."""

    end: int
    kind: str


class _Settings(RegexLexer):  # type: ignore[misc]  # published without types
    tokens: ClassVar = {
        "root": [
            (r"\n|[ \t]+", Text),
            (r"[#;][^\n]*", Comment),
            (r"\[[^\n]*", Generic.Heading),
            (r"[^=:\n]*(?:(?::(?![ \t\n])[^=:\n]*)*)(?==|:[ \t\n])", Keyword, "key"),
            (r"[^=:\n]+(?=:(?!//))", Keyword, "key"),
            (r"[^\n]+", Text),
        ],
        "key": [(r"[=:][ \t]*", Operator, "value")],
        "value": [(r"\n", Text, "#pop:2"), (r"[^\n]+", Literal)],
    }


class _Xml(RegexLexer):  # type: ignore[misc]  # published without types
    tokens: ClassVar = {
        "root": [
            (r"[^<]+", Text),
            (r"<!--", Comment, "comment"),
            (r"<!\[CDATA\[", Comment, "cdata"),
            (r"<[?!]", Comment, "declaration"),
            (r"</?[^\s<>/=\"'?!]+", Name.Tag, "tag"),
            (r"<", Text),
        ],
        "comment": [(r"[^-]+", Comment), (r"-->", Comment, "#pop"), (r"-", Comment)],
        "cdata": [(r"\]\]>", Comment, "#pop"), (r"[^\]]+", Literal), (r"\]", Literal)],
        "declaration": [(r"[^>]+", Comment), (r">", Comment, "#pop")],
        "tag": [
            (r"\s+", Text),
            (r"/?>", Name.Tag, "#pop"),
            (r"=", Operator),
            (r"\"[^\"]*\"?", Literal),
            (r"'[^']*'?", Literal),
            (r"[^\s=/>\"']+", Keyword),
            (r"/", Text),
        ],
    }


_LEXERS: dict[Language, Any] = {Language.SETTINGS: _Settings(), Language.XML: _Xml()}
_KINDS = {Comment: "c", Generic.Heading: "h", Keyword: "k", Literal: "s", Name.Tag: "n", Operator: "k"}


def detect_language(text: str) -> Language:
    return Language.XML if text.lstrip().startswith("<") else Language.SETTINGS


def highlight(text: str, language: Language) -> Iterator[Span]:
    """Yield the whole text in spans of one kind each."""
    tokens = _LEXERS[language].get_tokens_unprocessed(text)
    spans = (Span(start + len(word), _KINDS.get(token, "")) for start, token, word in tokens)
    for kind, same_kind in groupby(spans, key=attrgetter("kind")):
        yield Span(max(span.end for span in same_kind), kind)
