"""What somebody puts in place of a file, from the forms of the page to change it."""

import re

from flask import request

from app.portal.domain.files import Origin, Upload
from app.portal.domain.refs import FileRef
from app.portal.services.files.changes import MOST_BYTES, Present
from app.portal.services.files.text import EMPTY_TEXT, ConfigText, UnwritableError, read_text
from app.portal.web.services import services


class NotTakenError(Exception):
    """What was put in cannot become a file; `field` is where it was put in."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def text_to_edit(at: FileRef, now: Present, earlier: Upload | None) -> ConfigText | None:
    """The text that the editor begins with: what was put in before, what is there, or what was sent last.

    None for what is no text, or has characters that no page can hold.
    """
    put_in = earlier.content if earlier else None
    changes, there = services().file_changes, now.content
    if there is None and (last := changes.last_sent(at, now.source)):
        there = changes.content_of(at, last.id)
    for content in (put_in, there):
        text = None if content is None else read_text(content)
        if text and text.can_be_edited:
            return text
    return EMPTY_TEXT if there is None else None


def uploaded(at: FileRef, now: Present, earlier: Upload | None) -> Upload:
    """Raises NotTakenError."""
    chosen = request.files["chosen"]
    if not chosen.filename:
        raise NotTakenError("chosen", "Choose a file first. Nothing was sent.")
    with chosen.stream as stream:  # a large one is a file on our disk
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotTakenError("chosen", _too_large("This file is"))
    # Some browsers tell the whole path.
    name = re.split(r"[/\\]", chosen.filename)[-1]
    return _upload(at, now, earlier, Origin.UPLOAD, name, content)


def edited(at: FileRef, now: Present, earlier: Upload | None, base: ConfigText | None) -> Upload:
    """Raises NotTakenError."""
    if "content" not in request.form:
        raise NotTakenError("chosen", "Choose a file, or edit the text. Nothing was sent.")
    try:
        content = (base or EMPTY_TEXT).encode_edited(request.form["content"])
    except UnwritableError as error:
        raise NotTakenError("content", f"{error} Write it another way, or upload the file.") from None
    if len(content) > MOST_BYTES:
        raise NotTakenError("content", _too_large("This text is"))
    return _upload(at, now, earlier, Origin.EDIT, "", content)


def _upload(at: FileRef, now: Present, earlier: Upload | None, origin: Origin, detail: str, content: bytes) -> Upload:
    state = request.form.get("opened") or now.state
    seen = services().file_changes.as_seen(at, now, state, earlier)
    return Upload(origin=origin, detail=detail, content=content, opened=seen, opened_state=state)


def _too_large(what: str) -> str:
    return f"{what} too large: at most {MOST_BYTES:,} bytes (1 MiB) are taken. Nothing of it was kept or sent."
