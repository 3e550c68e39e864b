"""Configuration files: exact bytes, and URLs without secrets."""

import random
import re
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList, mask_url
from app.portal.models.decoding import decode
from tests.support.cases import record_case, requires_cases

_WORDS = st.text(st.sampled_from("ab/@:?#%&\\ é"), min_size=1, max_size=12) | st.text(min_size=1)
SECRET = "http://device_management:d*2m*$ment@xsp.example:80/dms/x.cfg"


@pytest.mark.parametrize("key", ["access_devices", "config_files"])
@pytest.mark.parametrize("authenticated", ["true", True])
def test_list_is_read_under_either_key(key: str, authenticated: object) -> None:
    row = {"fileFormat": "%BWMACADDRESS%.cfg", "isAuthenticated": authenticated, "accessUrl": "{%25X%25}.cfg"}
    (file,) = decode(msgspec.json.encode({key: [row | {"templateUrl": SECRET}]}), ConfigFileList).config_files
    assert (file.file_format, file.is_authenticated, file.access_url) == ("%BWMACADDRESS%.cfg", True, "{%25X%25}.cfg")
    assert file.template_url == "http://•••@xsp.example:80/dms/x.cfg"
    assert file.problems == {}
    assert "ment" not in repr(file)


@pytest.mark.parametrize("key", ["accessUrl", "repositoryUrl", "templateUrl"])
def test_file_urls_are_masked(key: str) -> None:
    body = msgspec.json.encode({"fileSource": "Default", key: SECRET, "extendedCaptureEnabled": False})
    file = decode(body, ConfigFile)
    urls = {file.access_url, file.repository_url, file.template_url}
    assert (file.file_source, urls) == ("Default", {"", "http://•••@xsp.example:80/dms/x.cfg"})


@requires_cases("not UTF-8")
@given(st.binary())
def test_content_round_trips(content: bytes) -> None:
    record_case("not UTF-8", content.decode(errors="replace").encode() != content)
    assert decode(msgspec.json.encode({"fileContent": content}), ConfigFileContent).file_content == content


@pytest.mark.parametrize(
    ("url", "masked"),
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
def test_mask_url_hides_secrets(url: str, masked: str) -> None:
    assert mask_url(url) == masked


@requires_cases("masked in its place", "masked as a whole")
@given(_WORDS, _WORDS, st.sampled_from(["http://", "HTTPS://", "ftp://", "//", ""]))
def test_any_password_is_masked(user: str, password: str, scheme: str) -> None:
    credentials = f"{user}:{password}"
    assume(scheme or not re.match("([A-Za-z][A-Za-z0-9+.-]*:)?//", credentials))  # that would be a scheme
    masked = mask_url(f"{scheme}{credentials}@host/file.cfg")
    record_case("masked as a whole" if masked.removeprefix(scheme) == "•••" else "masked in its place")
    assert masked.removeprefix(scheme) in {"•••@host/file.cfg", "•••"}


@requires_cases("masked", "nothing to mask")
@given(_WORDS)
def test_mask_url_is_idempotent(url: str) -> None:
    record_case("nothing to mask" if mask_url(url) == url else "masked")
    assert mask_url(mask_url(url)) == mask_url(url)


_ALPHABETS = ("abcXYZ012", "aB3/@:?#%&=;,+~!$*'()[]{}<>\"\\ |^`", "é日\u202e\u0000\r\n\ud800")
_SCHEMES = ("http://", "https://", "HTTPS://", "ftp://", "ftps://", "tftp://", "//", "", "x-a+b.c://")


def urls_with_secrets(count: int) -> Iterator[tuple[str, str]]:
    """Yield usual and unusual URLs, each with its password or token."""
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


def test_random_urls_show_no_secret() -> None:
    leaks = []
    for url, secret in urls_with_secrets(100_000):
        masked = mask_url(url)
        if secret[:6] in masked or secret[-6:] in masked or mask_url(masked) != masked:
            leaks.append((url, masked))
    assert leaks == []


def test_url_without_secret_is_unchanged() -> None:
    for scheme in _SCHEMES:
        for rest in (
            "files.example/dms/T46G/001565A12B3C.cfg",
            "files.example:8080/%25BWMACADDRESS%25.cfg",
            "h/{%25X%25}.cfg",
        ):
            assert mask_url(scheme + rest) == scheme + rest
