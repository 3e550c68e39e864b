"""Words as people search for them: without case and accents, joined by AND, phrases in quotes."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice

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
