import base64
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reference_api.phone_types import CATALOGUE
from tests.support.api_world import HEADQUARTERS, Api, World, problems
from tests.support.cases import record_case, requires_cases

OWN_FILE = "%BWMACADDRESS%.cfg"
TEMPLATES = (
    "http://device_management:d*2m*$ment@files.provider.example/var/broadworks/IpDeviceConfig/type/CTYealink-T48G/"
)
MIB = 1 << 20


@pytest.fixture
def files(world: World, owner: Api) -> "Files":
    world.device("desk", "Yealink-T48G", mac_address="001565AABBCC")
    return Files(owner)


class Files:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.path = (*HEADQUARTERS, "desk", "config_files")

    def put(self, source: str, content: bytes | None = None, **more: object) -> int:
        body: dict[str, object] = {"fileSource": source, **more}
        if content is not None:
            body["fileContent"] = base64.b64encode(content).decode()
        return self.api.put(*self.path, OWN_FILE, body=body).status_code

    def content(self) -> bytes:
        return base64.b64decode(self.api.get(*self.path, OWN_FILE, "content").get_json()["fileContent"])

    def get(self) -> dict[str, object]:
        file: dict[str, object] = self.api.get(*self.path, OWN_FILE).get_json()
        return file


def test_list_has_documented_key(files: Files) -> None:
    listed = files.api.get(*files.path).get_json()
    assert listed == {
        "access_devices": [
            {
                "fileFormat": OWN_FILE,
                "isAuthenticated": "true",
                "accessUrl": "http://dms.provider.example/dms/Yealink-T48G/001565AABBCC.cfg",
                "repositoryUrl": "",
                "templateUrl": f"{TEMPLATES}%25BWMACADDRESS%25.cfg.template",
            },
            {
                "fileFormat": "y000000000035.cfg",
                "isAuthenticated": "true",
                "accessUrl": "http://dms.provider.example/dms/Yealink-T48G/y000000000035.cfg",
                "repositoryUrl": "",
                "templateUrl": f"{TEMPLATES}y000000000035.cfg.template",
            },
        ]
    }


def test_url_without_mac_has_braces(world: World, owner: Api) -> None:
    world.device("bare", "Yealink-T48G")
    file = owner.get(*HEADQUARTERS, "bare", "config_files", OWN_FILE).get_json()
    assert file["accessUrl"] == "{%25BWMACADDRESS%25}.cfg"


def test_new_device_has_default_file(files: Files) -> None:
    file = files.get()
    folder = "/var/broadworks/IpDeviceConfig/type/CTYealink-T48G"
    assert file["fileSource"] == "Default"
    assert file["configurationFileName"] == f"{folder}/%BWMACADDRESS%.cfg.template"
    assert file["extendedCaptureEnabled"] is False
    assert b"account.1.user_name = %BWLINEPORT-1%" in files.content()


BYTES = [b"", bytes(range(256)), b"a\r\nb\n", b"\xef\xbb\xbfa", "é".encode("utf-16"), b"\x00", b"a" * MIB]


@pytest.mark.parametrize(
    "content", BYTES, ids=lambda content: f"{len(content)}-{hashlib.sha256(content).hexdigest()[:6]}"
)
def test_content_round_trips(files: Files, content: bytes) -> None:
    assert files.put("Custom", content) == 200
    assert files.content() == content


@requires_cases("empty", "not UTF-8")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.just(b"") | st.binary(max_size=200), source=st.sampled_from(["Custom", "Manual"]))
def test_any_bytes_round_trip(files: Files, content: bytes, source: str) -> None:
    record_case("empty", not content)
    record_case("not UTF-8", content.decode(errors="replace").encode() != content)
    assert files.put(source, content) == 200
    assert files.content() == content


def test_too_large_content_is_413(files: Files) -> None:
    files.put("Custom", b"before")
    assert files.put("Custom", b"a" * (MIB + 1)) == 413
    assert files.content() == b"before"


def test_default_source_keeps_stored_content(files: Files) -> None:
    files.put("Custom", b"mine")
    assert files.put("Default") == 200
    assert b"account.1.user_name" in files.content()
    assert files.get()["repositoryUrl"] == ""
    assert files.put("Custom") == 200
    assert files.content() == b"mine"
    assert files.get()["repositoryUrl"] != ""


@pytest.mark.parametrize("source", ["Custom", "Manual"])
def test_custom_source_needs_content_once(files: Files, source: str) -> None:
    answer = files.api.put(*files.path, OWN_FILE, body={"fileSource": source})
    assert answer.status_code == 400
    ((code, details),) = problems(answer)
    assert (code, details.split(":")[0]) == (2, "fileContent")
    assert files.get()["fileSource"] == "Default"


def test_default_source_refuses_content(files: Files) -> None:
    assert files.put("Default", b"x") == 400


def test_extended_capture_is_kept(files: Files) -> None:
    files.put("Default", extendedCaptureEnabled=True)
    files.put("Custom", b"x")
    assert files.get()["extendedCaptureEnabled"] is True


def test_answer_can_be_sent_back(files: Files) -> None:
    assert files.api.put(*files.path, OWN_FILE, body=files.get()).status_code == 200
    answer = files.api.put(*files.path, OWN_FILE, body=files.get() | {"templateUrl": "http://other"})
    assert problems(answer) == [(2, "templateUrl: cannot be changed")]


@pytest.mark.parametrize(
    "written", ["YQ", "YQ=", "YR==", "Y Q==", "YQ==\t", "YQ==YQ==", "é", "_-8=", "=", None, 5, ["YQ=="]]
)
def test_lax_base64_is_refused(files: Files, written: object) -> None:
    answer = files.api.put(*files.path, OWN_FILE, body={"fileSource": "Custom", "fileContent": written})
    assert answer.status_code == 400
    assert [(code, details.split(":")[0]) for code, details in problems(answer)] == [(2, "fileContent")]


@pytest.mark.parametrize("written", ["YW\nJj\nZA==", "YWJj\r\nZA==\r\n", "\nYWJjZA=\n="])
def test_base64_may_have_line_breaks(files: Files, written: str) -> None:
    body = {"fileSource": "Custom", "fileContent": written}
    assert files.api.put(*files.path, OWN_FILE, body=body).status_code == 200
    assert files.content() == b"abcd"


def test_post_changes_file_as_put(files: Files) -> None:
    answer = files.api.post(*files.path, OWN_FILE, body={"fileSource": "Custom", "fileContent": "YQ=="})
    assert (answer.status_code, answer.get_json()) == (200, files.get())
    assert files.content() == b"a"


@pytest.mark.parametrize("source", ["Default", "Custom"])
def test_extended_capture_alone_is_enough(files: Files, source: str) -> None:
    files.put("Custom", b"x")
    files.put(source)
    answer = files.api.put(*files.path, OWN_FILE, body={"extendedCaptureEnabled": True})
    assert answer.status_code == 200
    assert answer.get_json() == files.get()
    assert (files.get()["extendedCaptureEnabled"], files.get()["fileSource"]) == (True, source)


def test_extended_capture_alone_suits_untouched_file(files: Files) -> None:
    answer = files.api.put(*files.path, OWN_FILE, body={"extendedCaptureEnabled": True})
    assert (answer.status_code, answer.get_json()["fileSource"]) == (200, "Default")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"fileContent": "YQ=="},
        {"fileContent": "YQ==", "extendedCaptureEnabled": True},
        {"fileSource": "custom"},
        {"fileSource": None},
        {"fileSource": "Default", "x": 1},
    ],
)
def test_undeclared_body_is_refused(files: Files, body: dict[str, object]) -> None:
    assert files.api.put(*files.path, OWN_FILE, body=body).status_code == 400


@pytest.mark.parametrize("name", ["y000000000028.cfg", "001565AABBCC.cfg", "%25BWMACADDRESS%25.cfg", "nothing"])
def test_file_of_other_type_is_404(files: Files, name: str) -> None:
    assert files.api.get(*files.path, name).status_code == 404
    assert files.api.get(*files.path, name, "content").status_code == 404
    assert files.api.put(*files.path, name, body={"fileSource": "Default"}).status_code == 404


def test_type_without_files_lists_none(world: World, owner: Api) -> None:
    world.device("soft", "Generic SIP Phone")
    assert owner.get(*HEADQUARTERS, "soft", "config_files").get_json() == {"access_devices": []}


def test_devices_do_not_share_files(world: World, files: Files) -> None:
    world.device("other", "Yealink-T48G")
    files.put("Custom", b"mine")
    file = files.api.get(*HEADQUARTERS, "other", "config_files", OWN_FILE).get_json()
    assert file["fileSource"] == "Default"


@pytest.mark.parametrize("name", CATALOGUE)
def test_type_templates_use_tags(name: str) -> None:
    for file in CATALOGUE[name].files:
        assert file.default_content().count(b"%") >= 2
