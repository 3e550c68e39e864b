"""Typed texts as patterns: words, MACs in any notation, phone numbers in any notation."""

import re
from collections.abc import Collection

from app.portal.domain import mac
from app.portal.domain.search_words import fold, split_words
from app.portal.store.index.records import PHONE_DIGITS
from app.portal.store.index.searching import SearchPattern

_PHONE = re.compile(r"\+?[\d\s()./-]+")
_MIN_PHONE_PART = 6  # digits of a part of a phone number with separators in it
_MIN_MAC_GROUPS = 3  # "00 15 65" is the beginning of a MAC, "cafe 12" are two words


def to_pattern(text: str) -> SearchPattern:
    """Return a pattern without words for a text without any."""
    text = text.strip()
    if text and _is_single_number(text):
        notations = _notations(text)
        return SearchPattern([notations], notations)
    words = split_words(text)
    notations_of_words = [_notations(word) for word in words]
    whole = notations_of_words[0] if len(words) == 1 else [_fold(" ".join(words))]
    return SearchPattern(notations_of_words, whole if words else ())


def phone_key(text: str) -> str | None:
    """Return the last digits of a whole phone number, which are the same in every notation; else None."""
    digits = _digits(text)
    return digits[-PHONE_DIGITS:] if _PHONE.fullmatch(text) and len(digits) >= PHONE_DIGITS else None


def _is_single_number(text: str) -> bool:
    """Return True for a phone number or MAC that may have spaces in it."""
    if '"' in text:
        return False
    if phone_key(text):
        return True
    return len(re.split(r"[\s:.-]+", text)) >= _MIN_MAC_GROUPS and mac.parse_part(text) is not None


def _notations(word: str) -> Collection[str]:
    """Return how the texts of the index may spell a word."""
    notations = {_fold(word): None}
    if part := mac.parse_part(word):
        notations[part.lower()] = None
    digits = _digits(word)
    if _PHONE.fullmatch(word) and len(digits) >= _MIN_PHONE_PART:
        notations[digits[-PHONE_DIGITS:]] = None
    return list(notations)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text, flags=re.ASCII)


def _fold(text: str) -> str:
    return fold(text) or text
