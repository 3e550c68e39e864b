"""A part of a configuration file as a page shows it: in lines, with its parts of speech and its tags."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.portal.services.files.highlighting import COLOURED, Language, Stretch, language, stretches
from app.portal.services.files.tags import in_short, is_wrong
from app.portal.services.files.text import ConfigText
from app.portal.services.tags.resolver import Resolution
from app.portal.services.tags.text import Piece, pieces

LINES_A_PAGE = 1_000
LONGEST = 4_000  # characters of a line that are shown
MOST_MARKS = 5_000  # tags that a page marks, a difference too; a mark takes some forty times the room of a short tag


@dataclass(frozen=True)
class Run:
    """A stretch of a line; with a `piece` it is a tag, of which `says` tells. `is_first`: of its name on the page."""

    text: str
    kind: str
    piece: Piece | None = None
    says: str = ""
    is_first: bool = False

    @property
    def is_wrong(self) -> bool:
        return self.piece is not None and is_wrong(self.piece)


@dataclass(frozen=True)
class Line:
    number: int
    runs: Sequence[Run]
    more: int  # characters that are not shown


@dataclass(frozen=True)
class Part:
    """Lines from `first` on. `is_plain` if the text is too long to tell its parts of speech.

    Of its tags, `unmarked` stand as they are written: a page cannot mark so many.
    """

    lines: Sequence[Line]
    first: int
    total: int
    is_plain: bool
    unmarked: int

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


def part(text: ConfigText, line: int, tags: Resolution | None, *, as_phone: bool) -> Part:
    """The part that has this line, or the last one. Without `tags` none is marked."""
    total = len(text.lines)
    first = min(max(line - 1, 0), max(total - 1, 0)) // LINES_A_PAGE * LINES_A_PAGE
    whole = text.lines[first : first + LINES_A_PAGE]
    shown = [each[:LONGEST] for each in whole]
    spoken = language(next((each for each in text.lines if each.strip()), ""))
    is_plain = spoken is not Language.SETTINGS and sum(map(len, text.lines)) > COLOURED
    before = [] if spoken is Language.SETTINGS or is_plain else text.lines[:first]
    joined = "\n".join(shown)
    kinds = [Stretch(len(joined), "")] if is_plain else _kinds(before, joined, spoken)
    found, unmarked = _with_few_marks(list(pieces(joined, tags)) if tags else [Piece(joined, joined)])
    runs = _in_lines(_runs(found, kinds, as_phone=as_phone))
    lines = [
        Line(first + at, of_line, max(len(line) - LONGEST, 0))
        for at, (line, of_line) in enumerate(zip(whole, runs, strict=False), 1)
    ]
    return Part(lines, first + 1, total, is_plain, unmarked)


def _with_few_marks(found: Sequence[Piece]) -> tuple[Sequence[Piece], int]:
    """What comes after so many tags is one plain piece; and how many more are in it."""
    tags = [at for at, piece in enumerate(found) if piece.name is not None]
    if len(tags) <= MOST_MARKS:
        return found, 0
    first = tags[MOST_MARKS]
    rest = "".join(piece.source for piece in found[first:])
    return [*found[:first], Piece(rest, rest)], len(tags) - MOST_MARKS


def _kinds(before: Sequence[str], shown: str, spoken: Language) -> Iterator[Stretch]:
    """Of what is shown, told from the beginning of the file where that matters."""
    skipped = sum(len(line) + 1 for line in before)
    for stretch in stretches("".join(f"{line}\n" for line in before) + shown, spoken):
        if stretch.end > skipped:
            yield Stretch(stretch.end - skipped, stretch.kind)


def _runs(found: Iterable[Piece], kinds: Iterable[Stretch], *, as_phone: bool) -> Iterator[Run]:
    """Where a stretch of one kind or a tag ends, so does a run."""
    at, following, seen = 0, iter(kinds), set[str]()
    stretch = next(following, Stretch(0, ""))
    for piece in found:
        start, end = at, at + len(piece.source)
        while at < end:
            while stretch.end <= at:
                stretch = next(following)
            if piece.name is not None:
                shown, says = piece.shown if as_phone else piece.source, in_short(piece, as_phone=as_phone)
                yield Run(shown, stretch.kind, piece, says, piece.name not in seen)
                seen.add(piece.name)
                at = end
            else:
                until = min(end, stretch.end)
                yield Run(piece.source[at - start : until - start], stretch.kind)
                at = until


def _in_lines(runs: Iterable[Run]) -> Iterator[Sequence[Run]]:
    line: list[Run] = []
    for run in runs:
        if run.piece:
            line.append(run)
            others = [""] * run.piece.source.count("\n")  # the backend may have given a tag such a name
        else:
            first, *others = run.text.split("\n")
            line += [Run(first, run.kind)] if first else []
        for text in others:
            yield line
            line = [Run(text, run.kind)] if text else []
    yield line
