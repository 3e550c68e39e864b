"""Text helpers for page texts, errors and log lines."""

import re

_NOT_FOR_PAGES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """ "1 device", "10,000 devices"; `nouns` where an s is not enough."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def as_sentence(words: str) -> str:
    """With one full stop behind it, for what others say comes with or without."""
    return f"{words.strip().removesuffix('.')}."


def cut(text: str, length: int) -> str:
    """Its beginning, where it is longer, with the number of characters that there are."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"


def replace_unprintable(text: str) -> str:
    """Text or markup as HTML can hold it: what no page may contain, such as a NUL, is seen as U+FFFD."""
    return text if text.isprintable() else type(text)(_NOT_FOR_PAGES.sub("\ufffd", text))
