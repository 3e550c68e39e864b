"""Configuration files as the portal takes them in: exact in their bytes, without the secrets of their URLs."""

import random
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList, mask_url
from app.portal.models.decoding import decode

SECRET = "http://device_management:d*2m*$ment@xsp.example:80/dms/x.cfg"


@pytest.mark.parametrize("key", ["access_devices", "config_files"])
@pytest.mark.parametrize("authenticated", ["true", True])
def test_the_list_is_read_under_either_key(key: str, authenticated: object) -> None:
    row = {"fileFormat": "%BWMACADDRESS%.cfg", "isAuthenticated": authenticated, "accessUrl": "{%25X%25}.cfg"}
    (file,) = decode(msgspec.json.encode({key: [row | {"templateUrl": SECRET}]}), ConfigFileList).config_files
    assert (file.file_format, file.is_authenticated, file.access_url) == ("%BWMACADDRESS%.cfg", True, "{%25X%25}.cfg")
    assert file.template_url == "http://•••@xsp.example:80/dms/x.cfg"
    assert file.problems == {}
    assert "ment" not in repr(file)


@pytest.mark.parametrize("key", ["accessUrl", "repositoryUrl", "templateUrl"])
def test_a_file_forgets_the_password_of_each_of_its_urls(key: str) -> None:
    body = msgspec.json.encode({"fileSource": "Default", key: SECRET, "extendedCaptureEnabled": False})
    file = decode(body, ConfigFile)
    urls = {file.access_url, file.repository_url, file.template_url}
    assert (file.file_source, urls) == ("Default", {"", "http://•••@xsp.example:80/dms/x.cfg"})


@given(st.binary())
def test_the_content_is_the_bytes_that_were_encoded(content: bytes) -> None:
    assert decode(msgspec.json.encode({"fileContent": content}), ConfigFileContent).file_content == content


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
    assert mask_url(url) == shown


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(["http://", "HTTPS://", "ftp://", "//", ""]))
def test_no_password_whatever_survives(user: str, password: str, scheme: str) -> None:
    shown = mask_url(f"{scheme}{user}:{password}@host/file.cfg")
    assert shown.removeprefix(scheme) in {"•••@host/file.cfg", "•••"}


@given(st.text())
def test_masking_twice_changes_nothing_more(url: str) -> None:
    assert mask_url(mask_url(url)) == mask_url(url)


_ALPHABETS = ("abcXYZ012", "aB3/@:?#%&=;,+~!$*'()[]{}<>\"\\ |^`", "é日\u202e\u0000\r\n\ud800")
_SCHEMES = ("http://", "https://", "HTTPS://", "ftp://", "ftps://", "tftp://", "//", "", "x-a+b.c://")


def urls_with_secrets(count: int) -> Iterator[tuple[str, str]]:
    """URLs as they come and as nobody would write them, each with a password or a token that is all over it."""
    chance = random.Random(20_261_125)
    for number in range(count):
        alphabet = _ALPHABETS[0] + _ALPHABETS[1] * (number % 3 > 0) + _ALPHABETS[2] * (number % 7 == 0)
        letters = chance.choices(alphabet, k=12)
        secret = f"s3{number}{''.join(letters[:6])}cret"  # begins and ends with what no other part has
        user, path = "".join(letters[6:9]), "".join(letters[9:])
        scheme = _SCHEMES[number % len(_SCHEMES)]
        match number % 5:
            case 0 | 1:
                yield f"{scheme}{user}:{secret}@files.example:80/{path}.cfg", secret
            case 2:
                yield f"{scheme}{secret}@files.example/{path}?{user}", secret
            case 3:
                yield f"{scheme}files.example/a.cfg?{path}={secret}", secret
            case _:
                yield f"{scheme}{user}:{secret}@files.example/a?{path}={secret}#{secret}", secret


def test_of_100_000_urls_none_shows_its_secret_nor_a_part_of_it() -> None:
    leaks = []
    for url, secret in urls_with_secrets(100_000):
        shown = mask_url(url)
        if secret[:6] in shown or secret[-6:] in shown or mask_url(shown) != shown:
            leaks.append((url, shown))
    assert leaks == []


def test_what_has_no_secret_is_shown_as_it_is() -> None:
    for scheme in _SCHEMES:
        for rest in (
            "files.example/dms/T46G/001565A12B3C.cfg",
            "files.example:8080/%25BWMACADDRESS%25.cfg",
            "h/{%25X%25}.cfg",
        ):
            assert mask_url(scheme + rest) == scheme + rest
