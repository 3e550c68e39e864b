"""The real nginx with the configuration that we ship: only its files, ports and nodes are others."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.ports import free_port
from tests.support.source import ROOT

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
HOST = "portal.example"
NODES = ("127.0.0.1:8000", "127.0.0.1:8001")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_TEMPORARY = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
_START = 10  # seconds


@dataclass(frozen=True)
class Nginx:
    """A running server; `http` and `https` are its ports on 127.0.0.1."""

    folder: Path
    http: int
    https: int

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.https}"

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "fullchain.pem"

    @contextmanager
    def connect(self, timeout: float = 20) -> Iterator[HTTPSConnection]:
        """Yield a connection that asks for the host of the configuration, and checks its certificate."""
        with closing(self.open_connection(timeout)) as connection:
            yield connection

    def open_connection(self, timeout: float = 20) -> HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.certificate))
        return _LocalConnection(HOST, self.https, context=context, timeout=timeout)


class _LocalConnection(HTTPSConnection):
    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def configure(folder: Path, nodes: Sequence[str] = NODES) -> Nginx:
    """Write the shipped configuration for `folder`, free ports, and `nodes` (host:port), with a certificate."""
    server = Nginx(folder, free_port(), free_port())
    (folder / "tls").mkdir()
    write_certificate(folder / "tls")
    (folder / "nginx.conf").write_text(localize(server, nodes))
    return server


def localize(server: Nginx, nodes: Sequence[str]) -> str:
    """Return the shipped configuration with the folder and the ports of `server`."""
    text = CONFIGURATION.read_text()
    for path in ("/etc/nginx", "/var/log/nginx", "/run"):
        text = text.replace(f"{path}/", f"{server.folder}/")
    ports = {"80": server.http, "443": server.https}
    text = re.sub(r"\blisten (\d+)", lambda shipped: f"listen {ports[shipped[1]]}", text)
    text = re.sub(rf"https://{HOST}\$", f"https://{HOST}:{server.https}$", text)
    for shipped, node in zip(NODES, nodes, strict=True):
        text = text.replace(f"server {shipped} ", f"server {node} ")
    temporary = "".join(f"{kind}_temp_path {server.folder}/{kind};\n" for kind in _TEMPORARY)
    text = text.replace("http {", f"http {{\n{temporary}", 1)
    return text.replace("user www-data;", "" if os.getuid() else "user root;")  # who owns the folder


@contextmanager
def start_nginx(folder: Path, nodes: Sequence[str]) -> Iterator[Nginx]:
    """Yield a running nginx before `nodes`."""
    server = configure(folder, nodes)
    with subprocess.Popen([*command(server), "-g", "daemon off;"], stderr=subprocess.PIPE) as process:
        try:
            _wait_for_port(server.https, process)
            yield server
        finally:
            process.terminate()
            process.communicate(timeout=_START)


def command(server: Nginx) -> list[str]:
    assert NGINX
    return [NGINX, "-c", str(server.folder / "nginx.conf"), "-p", str(server.folder), "-e", "stderr"]


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            assert process.poll() is None, process.communicate()[1].decode()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.02)
        else:
            return


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
