"""The parts of speech of a configuration file: what is a comment, a key, a value.

Pygments' own lexers of these languages take a # or ; in a value for a comment, which a dial plan may have, and need
time in the square of what an unclosed comment is long. Those here read each character once or twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, ClassVar

from pygments.lexer import RegexLexer
from pygments.token import Comment, Generic, Keyword, Literal, Name, Operator, Text

COLOURED = 262_144  # characters of a text whose beginning must be read to tell what is in the middle


class Language(StrEnum):
    SETTINGS = "settings"  # a key, a sign of equality and a value in each line
    XML = "XML"


@dataclass(frozen=True)
class Stretch:
    """A stretch of a text, up to `end`; `kind` is its class on a page, "" for plain text."""

    end: int
    kind: str


class _Settings(RegexLexer):  # type: ignore[misc]  # published without types
    tokens: ClassVar = {
        "root": [
            (r"\n|[ \t]+", Text),
            (r"[#;][^\n]*", Comment),
            (r"\[[^\n]*", Generic.Heading),
            (r"[^=\n]+(?==)", Keyword, "key"),
            (r"[^\n]+", Text),
        ],
        "key": [(r"=[ \t]*", Operator, "value")],
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


def language(text: str) -> Language:
    return Language.XML if text.lstrip().startswith("<") else Language.SETTINGS


def stretches(text: str, spoken: Language) -> Iterator[Stretch]:
    """The whole text, in stretches of one kind each."""
    tokens = _LEXERS[spoken].get_tokens_unprocessed(text)
    found = ((at + len(word), _KINDS.get(token, "")) for at, token, word in tokens)
    for kind, same in groupby(found, key=lambda one: one[1]):
        yield Stretch(max(end for end, _ in same), kind)
