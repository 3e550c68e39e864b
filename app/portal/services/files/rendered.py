"""The lines of a text as the phone gets them, as far as the portal can tell."""

from collections.abc import Sequence

from app.portal.services.files.text import ConfigText
from app.portal.services.tags.resolver import Resolution
from app.portal.services.tags.text import split_text


def render_lines(text: ConfigText, tags: Resolution) -> Sequence[str]:
    """Return as many lines as the text has: what comes in for a tag ends none."""
    lines, parts = list[str](), list[str]()
    for piece in split_text("\n".join(text.lines), tags):
        if piece.tag:
            parts.append(piece.rendered)
            breaks = piece.raw.count("\n")  # the backend may have given a tag such a name
            following = [""] * breaks
        else:
            first, *following = piece.raw.split("\n")
            parts.append(first)
        for part in following:
            lines.append("".join(parts))
            parts = [part]
    return [*lines, "".join(parts)] if text.lines else []
