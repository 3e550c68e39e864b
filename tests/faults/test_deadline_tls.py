"""The deadline holds over TLS too, where the waiting is done by another kind of socket."""

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import ApiTimeout, ApiUnreachable
from tests.support.faults import faults
from tests.support.faults.server import Fault, FaultServer

LIMITS = Limits(connect=5, read_total=1, write_total=1, max_bytes=1_000_000)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of 127.0.0.1, signed by itself, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(certificate.public_bytes(pem) + private)
    return file


@pytest.fixture
def backend(certificate: Path) -> Iterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FaultServer(tls=context) as server:
        yield server


@pytest.fixture
def adapter(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadlineAdapter]:
    """Trusts the certificate, as an operator would have it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    adapter = DeadlineAdapter()
    yield adapter
    adapter.close()


def test_trusted_certificate_lets_calls_through(backend: FaultServer, adapter: DeadlineAdapter) -> None:
    client = ApiClient(backend.url, adapter, LIMITS)
    assert client.get(["d"], dict) == {}
    assert len(backend.requests) == 1


@pytest.mark.parametrize("fault", [faults.hangs, faults.drips_its_headers, faults.drips_its_body])
def test_deadline_holds_over_tls(fault: Fault, backend: FaultServer, adapter: DeadlineAdapter) -> None:
    backend.script("*", "/d/", fault)
    started = monotonic()
    with pytest.raises(ApiTimeout):
        ApiClient(backend.url, adapter, LIMITS).get(["d"], dict)
    assert monotonic() - started < LIMITS.read_total + 9


def test_untrusted_certificate_sends_nothing(backend: FaultServer) -> None:
    with pytest.raises(ApiUnreachable, match="certificate") as caught:
        ApiClient(backend.url, DeadlineAdapter(), LIMITS).put(["d"], {})
    assert not caught.value.maybe_acted
    assert backend.requests == []
