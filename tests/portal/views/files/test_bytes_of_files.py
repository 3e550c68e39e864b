"""Bytes in are bytes out: over upload, check, apply, version, difference, the editor, going back and download."""

from collections.abc import Mapping

import pytest

from tests.support.client import Browser
from tests.support.config_files import (
    CHANGE,
    FILES,
    MOST_BYTES,
    VERSIONS,
    apply,
    back_to,
    content,
    edit,
    editor,
    name_of,
    put_past_the_portal,
    upload,
    versions,
)
from tests.support.world import OWNER, World

CONTENTS: Mapping[str, bytes] = {
    "every byte": bytes(range(256)),
    "CRLF": b"a = 1\r\nb = 2\r\n",
    "CR": b"a = 1\rb = 2\r",
    "mixed ends": b"a\r\nb\nc\rd\n\r\r\n\r",
    "a mark": b"\xef\xbb\xbfa = 1\n",
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbfa\n",
    "UTF-16 LE": "\ufeffa = é\r\n".encode("utf-16-le"),
    "UTF-16 BE": "\ufeffa = é\n".encode("utf-16-be"),
    "UTF-16 without a mark": "a = é\n".encode("utf-16-le"),
    "Latin-1": b"name = caf\xe9\n",
    "Windows-1252": b"price = 10 \x80\r\n",
    "broken UTF-8": b"a\xc3\n\x85",
    "empty": b"",
    "one newline": b"\n",
    "two newlines first": b"\r\n\r\na",
    "no final newline": b"a = 1\nb = 2",
    "tabs and spaces": b"\t a\t=\t1 \t\n \n",
    "markup": b"</textarea><script>alert(1)</script>&amp;\n",
    "hidden characters": b"a\x1b[0m\x0c\x00b",
    "beyond the BMP": "\U0001f4de = \u2028\u200f\n".encode(),
    "a byte less than most": b"\0" * (MOST_BYTES - 1),
    "as many as there may be": b"\1" + b"\0" * (MOST_BYTES - 1),
}


# PostgreSQL is given ciphertext, of which it sees nothing but the length.
LENGTHS = ("every byte", "empty", "as many as there may be")


def a_portal_for_large_files(world: World) -> Browser:
    return world.browser(OWNER, world.another_portal(max_answer_bytes=1 << 22))


@pytest.mark.both_databases
def test_what_is_put_in_comes_out_everywhere(world: World) -> None:
    owner = a_portal_for_large_files(world)
    is_sqlite = world.held_by().engine.dialect.name == "sqlite"
    contents = CONTENTS if is_sqlite else {name: CONTENTS[name] for name in LENGTHS}
    for number, (name, data) in enumerate(contents.items(), 2):
        check = upload(owner, data)
        assert (check.status, apply(owner, check).status) == (200, 303), name
        assert name_of(content(world)) == name_of(data), name
        assert versions(world)[-1] == (number, "upload", name_of(data)), name
        assert owner.get(f"{VERSIONS}{number}/").status == 200, name
        assert owner.get(f"{FILES}difference?a={number - 1}&b={number}").status == 200, name
        assert name_of(owner.get(f"{VERSIONS}{number}/download").body) == name_of(data), name
    for number, (name, data) in enumerate(contents.items(), 2):
        apply(owner, back_to(owner, str(number)))
        assert name_of(content(world)) == name_of(data), name


def test_what_was_there_before_is_kept_to_the_byte(world: World) -> None:
    owner = world.browser(OWNER)
    for name in ("every byte", "mixed ends", "empty", "UTF-16 LE"):
        put_past_the_portal(world, CONTENTS[name])
        apply(owner, upload(owner, b"something else\n"))
        assert versions(world)[-2][1:] == ("pre_existing", name_of(CONTENTS[name]))


def test_editor_changes_nothing_that_is_not_typed(world: World) -> None:
    owner = a_portal_for_large_files(world)
    edited = 0
    for name, data in CONTENTS.items():
        put_past_the_portal(world, data)
        page = owner.get(CHANGE)
        if not [form for form in page.forms if "content" in form.names]:
            assert "This file can be replaced, but not edited here" in page.words, name
            continue
        assert "No changes: same as the current file" in edit(owner, editor(page).fields["content"], page).words, name
        edited += 1
    assert edited == len(CONTENTS) - 5  # both large ones, every byte, hidden characters, UTF-16 without a mark
