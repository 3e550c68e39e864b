"""The new content of a file, read from the forms of the page to change it."""

import re

from flask import flash, request
from werkzeug.datastructures import FileStorage

from app.portal.domain.files import Origin, Upload
from app.portal.domain.refs import FileRef
from app.portal.domain.text import plural
from app.portal.services.files.changes import MOST_BYTES, Present
from app.portal.services.files.settings.change import SettingChange, change_setting
from app.portal.services.files.settings.places import SettingError
from app.portal.services.files.text import (
    EMPTY_TEXT,
    MOST_LINES,
    ConfigText,
    UnwritableError,
    has_too_many_lines,
    read_text,
)
from app.portal.web.services import services


class UnusableUpload(Exception):
    """The form holds nothing that can become a file; `field` is the form field to say so at."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def text_to_edit(file: FileRef, present: Present, earlier: Upload | None) -> ConfigText | None:
    """Return the text that the editor begins with: what was uploaded before, what is there, or what was sent last.

    None for what is no text, or has characters that no page can hold.
    """
    uploaded = earlier.content if earlier else None
    changes, there = services().file_changes, present.content
    if there is None and (last := changes.last_sent(file, present.source)):
        there = changes.content_of(file, last.id)
    for content in (uploaded, there):
        text = None if content is None else read_text(content)
        if text and text.can_be_edited:
            return text
    return EMPTY_TEXT if there is None else None


def read_upload(file: FileRef, present: Present, earlier: Upload | None, base: ConfigText | None) -> Upload:
    """Return what the form holds: a chosen file, or else an edit of `base`. Raises UnusableUpload."""
    if "chosen" in request.files:
        origin, (name, content) = Origin.UPLOAD, read_chosen_file(request.files["chosen"], "chosen")
    else:
        origin, (name, content) = Origin.EDIT, ("", _edited_text(base))
    state = request.form.get("opened") or present.state
    seen = services().file_changes.content_in_state(file, present, state, earlier)
    return Upload(origin=origin, detail=name, content=content, opened=seen, opened_state=state)


def read_chosen_file(chosen: FileStorage, field: str) -> tuple[str, bytes]:
    """Return the name and the content of the file in a form field. Raises UnusableUpload."""
    if not chosen.filename:
        raise UnusableUpload(field, "Choose a file first.")
    with chosen.stream as stream:  # a large one is a file on our disk
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnusableUpload(field, _too_large("This file is"))
    _require_fewer_lines(field, "This file has", content)
    # Some browsers tell the whole path.
    return re.split(r"[/\\]", chosen.filename)[-1], content


def _edited_text(base: ConfigText | None) -> bytes:
    if "content" not in request.form:
        raise UnusableUpload("chosen", "Choose a file or edit the text.")
    typed = request.form["content"]
    _require_fewer_lines("content", "This text has", typed.encode())
    text = (base or EMPTY_TEXT).edit(typed)
    content = _encode(text, "content")
    if change := _changed_setting(text):
        content = _encode(change.text, "setting_value")
        flash(_describe(change, request.form["setting_key"].strip()), "ok")
    return content


def _encode(text: ConfigText, field: str) -> bytes:
    try:
        content = text.to_bytes()
    except UnwritableError as error:
        raise UnusableUpload(field, f"{error} Replace the character, or upload the file.") from None
    if len(content) > MOST_BYTES:
        excess = plural(len(content) - MOST_BYTES, "byte")
        raise UnusableUpload("content", _too_large(f"This text is {excess}"))
    return content


def _changed_setting(text: ConfigText) -> SettingChange | None:
    """Return the text with the setting that was typed beside it; None if there is none."""
    key, value = request.form.get("setting_key", "").strip(), request.form.get("setting_value", "")
    if not key and not value:
        return None
    try:
        return change_setting(text, key, value)
    except SettingError as error:
        raise UnusableUpload("setting_value" if error.is_about_value else "setting_key", str(error)) from None


def _describe(change: SettingChange, key: str) -> str:
    if change.is_same:
        return f"{key} on line {change.line:,} has this value already."
    if change.was_added:
        return f"{key} was not in the file. It is added on line {change.line:,}."
    return f"{key} is changed on line {change.line:,}."


def _require_fewer_lines(field: str, what: str, content: bytes) -> None:
    if has_too_many_lines(content):
        raise UnusableUpload(field, f"{what} too many lines: the limit is {MOST_LINES:,}. Nothing was saved.")


def _too_large(what: str) -> str:
    return f"{what} too large: the limit is {MOST_BYTES:,} bytes (1 MiB). Nothing was saved."
