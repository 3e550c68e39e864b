"""A part of a configuration file as a page shows it: in lines, with its syntax and its tags."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.portal.services.files.highlighting import MAX_LENGTH, Language, Span, detect_language, highlight
from app.portal.services.files.invisible import code_of, split_invisible
from app.portal.services.files.tags import summary
from app.portal.services.files.text import ConfigText
from app.portal.services.tags.resolver import Resolution
from app.portal.services.tags.text import TextPiece, split_text

LINES_PER_PAGE = 1_000
MAX_LINE_LENGTH = 4_000  # characters of a line that are shown
MAX_MARKS = 5_000  # tags that a page marks, a difference too; a mark takes some forty times the room of a short tag


@dataclass(frozen=True)
class MarkedRun:
    """A part of a line; with a `piece` it is a tag, which `summary` describes. `is_first` of its name on the page.

    An invisible character has a `code`, such as U+200B.
    """

    text: str
    kind: str
    piece: TextPiece | None = None
    summary: str = ""
    is_first: bool = False
    code: str = ""


@dataclass(frozen=True)
class MarkedLine:
    number: int
    runs: Sequence[MarkedRun]
    more: int  # characters that are not shown


@dataclass(frozen=True)
class MarkedPart:
    """Lines from `first` on. `is_plain` if the text is too long to tell its syntax.

    Of its tags, `unmarked` stand as they are written: a page cannot mark so many.
    """

    lines: Sequence[MarkedLine]
    first: int
    total: int
    is_plain: bool
    unmarked: int

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


def mark_part(text: ConfigText, line: int, tags: Resolution | None, *, as_phone: bool) -> MarkedPart:
    """Return the part that has this line, or the last one. Without `tags` none is marked."""
    total = len(text.lines)
    first = min(max(line - 1, 0), max(total - 1, 0)) // LINES_PER_PAGE * LINES_PER_PAGE
    whole = text.lines[first : first + LINES_PER_PAGE]
    shown = "\n".join(line[:MAX_LINE_LENGTH] for line in whole)
    language = detect_language(next((line for line in text.lines if line.strip()), ""))
    is_plain = language is not Language.SETTINGS and sum(map(len, text.lines)) > MAX_LENGTH
    before = [] if language is Language.SETTINGS or is_plain else text.lines[:first]
    spans = [Span(len(shown), "")] if is_plain else _highlight_part(before, shown, language)
    pieces, unmarked = _limit_marks(list(split_text(shown, tags)) if tags else [TextPiece(shown, shown)])
    marker = _InvisibleMarker()
    runs_by_line = _split_runs(_mark_runs(pieces, spans, as_phone=as_phone))
    lines = [
        MarkedLine(number, marker.mark(runs), max(len(line) - MAX_LINE_LENGTH, 0))
        for number, (line, runs) in enumerate(zip(whole, runs_by_line, strict=False), first + 1)
    ]
    return MarkedPart(lines, first + 1, total, is_plain, unmarked)


class _InvisibleMarker:
    """Makes runs of invisible characters, up to as many as a page can hold."""

    def __init__(self) -> None:
        self._room = MAX_MARKS

    def mark(self, runs: Iterable[MarkedRun]) -> Sequence[MarkedRun]:
        return [part for run in runs for part in ([run] if run.piece else self._split(run))]

    def _split(self, run: MarkedRun) -> Iterator[MarkedRun]:
        for number, part in enumerate(split_invisible(run.text, self._room)):
            if number % 2:
                self._room -= 1
                yield MarkedRun(part, run.kind, code=code_of(part))
            elif part:
                yield MarkedRun(part, run.kind)


def _limit_marks(pieces: Sequence[TextPiece]) -> tuple[Sequence[TextPiece], int]:
    """Join what comes after MAX_MARKS tags to one plain piece; return too how many tags are in it."""
    tags = [index for index, piece in enumerate(pieces) if piece.tag]
    if len(tags) <= MAX_MARKS:
        return pieces, 0
    first = tags[MAX_MARKS]
    rest = "".join(piece.raw for piece in pieces[first:])
    return [*pieces[:first], TextPiece(rest, rest)], len(tags) - MAX_MARKS


def _highlight_part(before: Sequence[str], shown: str, language: Language) -> Iterator[Span]:
    """Yield the spans of what is shown, told from the beginning of the file where that matters."""
    skipped = sum(len(line) + 1 for line in before)
    for span in highlight("".join(f"{line}\n" for line in before) + shown, language):
        if span.end > skipped:
            yield Span(span.end - skipped, span.kind)


def _mark_runs(pieces: Iterable[TextPiece], spans: Iterable[Span], *, as_phone: bool) -> Iterator[MarkedRun]:
    """Yield the runs of a text. A run ends where a span or a tag ends."""
    position, following, seen = 0, iter(spans), set[str]()
    span = next(following, Span(0, ""))
    for piece in pieces:
        start, end = position, position + len(piece.raw)
        while position < end:
            while span.end <= position:
                span = next(following)
            if piece.tag:
                text = piece.rendered if as_phone else piece.raw
                yield MarkedRun(text, span.kind, piece, summary(piece, as_phone=as_phone), piece.raw not in seen)
                seen.add(piece.raw)
                position = end
            else:
                run_end = min(end, span.end)
                yield MarkedRun(piece.raw[position - start : run_end - start], span.kind)
                position = run_end


def _split_runs(runs: Iterable[MarkedRun]) -> Iterator[Sequence[MarkedRun]]:
    """Yield the runs of each line."""
    line: list[MarkedRun] = []
    for run in runs:
        if run.piece:
            line.append(run)
            following = [""] * run.piece.raw.count("\n")  # the backend may have given a tag such a name
        else:
            first, *following = run.text.split("\n")
            line += [MarkedRun(first, run.kind)] if first else []
        for text in following:
            yield line
            line = [MarkedRun(text, run.kind)] if text else []
    yield line
