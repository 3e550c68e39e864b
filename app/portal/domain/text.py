"""Text helpers for page texts, errors and log lines."""

import re

REPLACEMENT = "\ufffd"  # stands for a character that no page can show
_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return "1 device" or "10,000 devices"; `nouns` is an irregular plural."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def as_sentence(text: str) -> str:
    """End the text with one full stop, whether it had one or not."""
    return f"{text.strip().removesuffix('.')}."


def cut(text: str, length: int) -> str:
    """Shorten a longer text, and add its number of characters."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"


def as_form_returns(text: str) -> str:
    """Return what comes back of a text that a form showed: line ends and ends of text may differ."""
    return replace_unprintable(text.strip().replace("\r\n", "\n").replace("\r", "\n"))


def replace_unprintable(text: str) -> str:
    """Put U+FFFD for characters that no HTML page may contain, such as NUL, in text or markup."""
    return text if text.isprintable() else type(text)(_NOT_IN_HTML.sub(REPLACEMENT, text))
