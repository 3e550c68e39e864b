"""Search in the texts of all rows of a list at once."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, islice

_SEPARATOR = "\0"  # of joined texts
_MAX_FEW = 1_000  # for more rows, looking into each text is faster
_MAX_WORDS = 20  # each costs a look through all rows; the rest of a longer text is one phrase
_WORD = re.compile(r'["“”„]([^"“”„]*)(?:["“”„]|$)|[^\s"“”„]+')
_ACCENTS = re.compile("[\u0300-\u036f]+")
_STROKE_LETTERS = ("ł", "l"), ("ø", "o"), ("đ", "d"), ("ı", "i")  # letters that do not decompose


def fold(text: str) -> str:
    """Remove case and accents, so that elodie and ELODIE find Élodie."""
    if text.isascii():
        return text.casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).casefold()
    for letter, base in _STROKE_LETTERS:
        plain = plain.replace(letter, base)
    return plain


def split_words(text: str) -> Sequence[str]:
    """Return the words to search for, all of which must be there; words in quotes are one phrase."""
    matches = list(islice(_WORD.finditer(text), _MAX_WORDS))
    words = [match[0] if match[1] is None else match[1].strip() for match in matches]
    rest = text[matches[-1].end() :].strip() if matches else ""
    return [word for word in dict.fromkeys((*words, rest)) if word]


def fold_words(text: str) -> Sequence[str]:
    return [fold(word) or word for word in split_words(text)]


def has_words(words: Iterable[str], *texts: str) -> bool:
    """Return True if each of these folded words is somewhere in the texts."""
    folded = "\n".join(map(fold, texts))
    return all(word in folded for word in words)


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
