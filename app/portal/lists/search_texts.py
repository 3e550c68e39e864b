"""Search in the texts of all rows of a list at once."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

_SEPARATOR = "\0"  # of joined texts
_MAX_FEW = 1_000  # for more rows, looking into each text is faster


class SearchTexts:
    """One folded text for each row; search texts must be folded too."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._joined = _SEPARATOR.join(texts)
        self._ends = list(accumulate(len(text) + len(_SEPARATOR) for text in texts))

    def mask(self, text: str) -> int:
        """Return the mask of the rows whose text contains `text`, which is not empty."""
        few = None if _SEPARATOR in text else self._few_rows_with(text)
        if few is None:
            return to_mask([text in row_text for row_text in self._texts])
        mask = bytearray(len(self._texts))
        for row in few:
            mask[row] = True
        return to_mask(mask)

    def _few_rows_with(self, text: str) -> Sequence[int] | None:
        """Return the rows whose text contains `text`; None where they are many."""
        few: list[int] = []
        position = self._joined.find(text)
        while position >= 0 and len(few) < _MAX_FEW:
            few.append(bisect_right(self._ends, position))
            position = self._joined.find(text, self._ends[few[-1]])
        return None if position >= 0 else few


def to_mask(flags: Iterable[int]) -> int:
    """Make a mask of one flag for each row: see `Table`."""
    return int.from_bytes(bytes(flags), "little")
