"""Hosts, proxies and headers, over an application that tells what it is asked."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from app.config import BadSettingError, load
from app.edge.addresses import clean_address, network_of
from app.edge.application import Edge
from tests.support.world import settings_in

Headers = dict[str, str]


def tell(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Location", "/caf\u00e9/\u20ac?a=1&b=%41\x00")])
    url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ.get('SCRIPT_NAME', '')}"
    return [f"{environ['REMOTE_ADDR']} {url}".encode()]


def ask(headers: Headers, path: str = "/login", peer: str = "192.0.2.7", **settings: Any) -> TestResponse:
    edge = Edge(tell, settings_in(Path("unused"), **settings))
    environ = {"REMOTE_ADDR": peer, **{f"HTTP_{name.upper().replace('-', '_')}": headers[name] for name in headers}}
    return Client(edge).get(path, environ_overrides=environ)


def status_of(host: str, path: str = "/login", **settings: Any) -> int:
    return ask({"Host": host}, path, **settings).status_code


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.8.0.1:1", "[::1]", "[0:0::1]:8000", "localhost:65535"]
)
def test_demo_answers_to_loopback_names(host: str) -> None:
    assert status_of(host) == 200
    assert status_of(host, backend_url="https://apio.example") == 200  # nobody has named another
    named = {"backend_url": "https://apio.example", "public_url": "https://portal.example"}
    assert status_of(host, **named) == 400
    assert status_of(host, public_url="https://portal.example") == 200


@pytest.mark.parametrize("host", ["portal.example", "PORTAL.example:443", "other-name", "[2001:db8:0::1]:8443"])
def test_named_hosts_are_answered(host: str) -> None:
    trusted = ("Other-Name", "2001:DB8::1")
    assert status_of(host, public_url="https://portal.example", trusted_hosts=trusted) == 200


UNKNOWN_HOSTS = (
    *(
        "evil.example",
        "portal.example.evil.example",
        "evil.example:443",
        "portal.example.",
        "xportal.example",
        "",
        ":80",
    ),
    *("portal.example:x", "portal.example:99999", "portal.example:", "user@portal.example", "portal.example/x"),
    *("portal.example,evil.example", "portal.example evil.example", "[portal.example]", "127.0.0.1.evil.example"),
    *("2130706433", "0x7f.1", "[::ffff:10.0.0.1]", "p\u00f6rtal.example", "portal.example\x00", "localhost\r\nX: y"),
)


@pytest.mark.parametrize("host", UNKNOWN_HOSTS)
def test_other_hosts_are_refused_in_words(host: str) -> None:
    answer = ask({"Host": host}, backend_url="https://apio.example", public_url="https://portal.example")
    assert answer.status_code == 400
    assert "not used under the name" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "evil" not in answer.text
    assert status_of(host) == 400  # in the demo too


def test_probes_may_ask_by_address() -> None:
    named = {"backend_url": "https://apio.example", "public_url": "https://portal.example"}
    for path in ("/healthz", "/readyz", "/metrics"):
        assert [status_of(host, path, **named) for host in ("10.0.0.9:8000", "[fd00::9]", "localhost", "")] == [200] * 4
        assert status_of("evil.example", path, **named) == 400
    assert status_of("10.0.0.9", "/healthz/x", **named) == 400


def test_headers_of_unknown_proxies_are_ignored() -> None:
    forged = {"X-Forwarded-For": "203.0.113.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    forged |= {"Host": "localhost", "X-Forwarded-Prefix": "/x", "X-Real-IP": "203.0.113.1", "Forwarded": "for=1.1.1.1"}
    assert ask(forged).text == "192.0.2.7 http://localhost"


def test_known_proxy_is_believed_as_far_as_it_goes() -> None:
    passed = {"X-Forwarded-For": "198.51.100.1, 203.0.113.1", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/x"}
    assert ask({"Host": "localhost", **passed}, proxies=1).text == "203.0.113.1 https://localhost"
    assert ask({"Host": "localhost", **passed}, proxies=2).text == "198.51.100.1 http://localhost"
    assert ask({"Host": "localhost", **passed}, proxies=3).text == "192.0.2.7 http://localhost"
    assert ask({"Host": "localhost", "X-Forwarded-Host": "evil.example"}, proxies=1).status_code == 400
    assert ask({"Host": "upstream", "X-Forwarded-Host": "localhost"}, proxies=1).status_code == 200


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("203.0.113.1:4711", "203.0.113.1"),
        ("[2001:DB8::1]:4711", "2001:db8::1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("unknown", "192.0.2.7"),
        ("<script>", "192.0.2.7"),
        ("203.0.113.1.5", "192.0.2.7"),
    ],
)
def test_client_address_is_an_address(sent: str, address: str) -> None:
    answer = ask({"Host": "localhost", "X-Forwarded-For": sent}, proxies=1)
    assert answer.text == f"{address} http://localhost"


def test_limits_count_networks_of_ipv6() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network_of("203.0.113.1") == network_of("::ffff:203.0.113.1") == "203.0.113.1"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("") == ""
    assert clean_address("fe80::1%\x00") == "fe80::1"


def test_no_header_holds_what_it_cannot() -> None:
    assert ask({"Host": "localhost"}).headers["Location"] == "/caf%C3%A9/%E2%82%AC?a=1&b=%41%00"


def test_only_https_promises_https() -> None:
    assert "Strict-Transport-Security" not in ask({"Host": "localhost"}).headers
    answer = ask({"Host": "portal.example"}, public_url="https://portal.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    refused = ask({"Host": "evil.example"}, public_url="https://portal.example")
    assert "Strict-Transport-Security" in refused.headers


def test_mounted_application_gets_what_is_below_its_prefix() -> None:
    edge = Edge(tell, settings_in(Path("unused")))

    def mounted(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Cache-Control", "private"), ("content-security-policy", "default-src 'none'")])
        return [b"mounted"]

    edge.mount("/api/v1/", mounted)
    answer = Client(edge).get("/api/v1/tenants/")
    assert (answer.text, answer.headers["Cache-Control"]) == ("mounted", "private")
    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Client(edge).get("/api/v1").text != "mounted"
    assert Client(edge).get("/api/v1/x", headers={"Host": "evil.example"}).status_code == 400


def test_trusted_hosts_are_names_between_spaces(tmp_path: Path) -> None:
    loaded = load({"PORTAL_TRUSTED_HOSTS": " portal  [2001:db8::1] under_score.example "}, tmp_path)
    assert loaded.trusted_hosts == ("portal", "[2001:db8::1]", "under_score.example")
    with pytest.raises(BadSettingError, match="without a port"):
        load({"PORTAL_TRUSTED_HOSTS": "portal:443"}, tmp_path)
