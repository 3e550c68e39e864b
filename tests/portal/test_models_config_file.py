"""Configuration files as the portal takes them in: exact in their bytes, without the secrets of their URLs."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.models.config_file import ConfigFile, ConfigFiles, FileContent, masked
from app.portal.models.decoding import decode

SECRET = "http://device_management:d*2m*$ment@xsp.example:80/dms/x.cfg"


@pytest.mark.parametrize("key", ["access_devices", "config_files"])
@pytest.mark.parametrize("authenticated", ["true", True])
def test_the_list_is_read_under_either_key(key: str, authenticated: object) -> None:
    row = {"fileFormat": "%BWMACADDRESS%.cfg", "isAuthenticated": authenticated, "accessUrl": "{%25X%25}.cfg"}
    (file,) = decode(msgspec.json.encode({key: [row | {"templateUrl": SECRET}]}), ConfigFiles).config_files
    assert (file.file_format, file.is_authenticated, file.access_url) == ("%BWMACADDRESS%.cfg", True, "{%25X%25}.cfg")
    assert file.template_url == "http://•••@xsp.example:80/dms/x.cfg"
    assert file.problems == {}
    assert "ment" not in repr(file)


def test_a_file_forgets_the_password_of_its_template() -> None:
    body = msgspec.json.encode({"fileSource": "Default", "templateUrl": SECRET, "extendedCaptureEnabled": False})
    file = decode(body, ConfigFile)
    assert (file.file_source, file.template_url) == ("Default", "http://•••@xsp.example:80/dms/x.cfg")


@given(st.binary())
def test_the_content_is_the_bytes_that_were_encoded(content: bytes) -> None:
    assert decode(msgspec.json.encode({"fileContent": content}), FileContent).file_content == content


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("http://host/dms/x.cfg", "http://host/dms/x.cfg"),
        ("{%25BWMACADDRESS%25}.cfg", "{%25BWMACADDRESS%25}.cfg"),
        ("ftp://u:p/a@ss@host/x", "ftp://•••@host/x"),
        ("//u:p@host/x", "//•••@host/x"),
        ("u:p@host/x", "•••@host/x"),
        ("http://host/x?token=abc", "http://host/x?•••"),
        ("http://host/x#key", "http://host/x#•••"),
        ("http://u:p?q#r@host/x", "http://•••"),
        ("http://host/x?token=a@b", "http://•••"),
        ("http://u:p@host/x?token=abc#d", "http://•••@host/x?•••"),
        ("http://host/x?", "http://host/x?"),
    ],
)
def test_what_a_url_hides_is_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(["http://", "HTTPS://", "ftp://", "//", ""]))
def test_no_password_whatever_survives(user: str, password: str, scheme: str) -> None:
    shown = masked(f"{scheme}{user}:{password}@host/file.cfg")
    assert shown.removeprefix(scheme) in {"•••@host/file.cfg", "•••"}


@given(st.text())
def test_masking_twice_changes_nothing_more(url: str) -> None:
    assert masked(masked(url)) == masked(url)
