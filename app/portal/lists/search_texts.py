"""What each row of a list is found by, searched all at once."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

_BETWEEN = "\0"  # two texts, when joined
_FEW = 1_000  # more rows than that are found faster by looking into each
_MARKS = re.compile("[\u0300-\u036f]+")
_STROKED = ("ł", "l"), ("ø", "o"), ("đ", "d"), ("ı", "i")  # letters that are made of no other


def fold(text: str) -> str:
    """Without case and accents, so that elodie and ELODIE find Élodie on any keyboard."""
    if text.isascii():
        return text.casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text)).casefold()
    for letter, base in _STROKED:
        plain = plain.replace(letter, base)
    return plain


class SearchTexts:
    """One text a row, folded; whoever searches folds too."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._joined = _BETWEEN.join(texts)
        self._ends = list(accumulate(len(text) + len(_BETWEEN) for text in texts))

    def mask(self, text: str) -> int:
        """The mask of the rows that have it in theirs; it is not empty."""
        few = None if _BETWEEN in text else self._few_with(text)
        if few is None:
            return to_mask([text in each for each in self._texts])
        mask = bytearray(len(self._texts))
        for row in few:
            mask[row] = True
        return to_mask(mask)

    def _few_with(self, text: str) -> Sequence[int] | None:
        """The rows that have it, in the joined text; None where they are many."""
        few: list[int] = []
        at = self._joined.find(text)
        while at >= 0 and len(few) < _FEW:
            few.append(bisect_right(self._ends, at))
            at = self._joined.find(text, self._ends[few[-1]])
        return None if at >= 0 else few


def to_mask(chosen: Iterable[int]) -> int:
    """The rows that are chosen, told of each row in turn, as one number: see `Table`."""
    return int.from_bytes(bytes(chosen), "little")
