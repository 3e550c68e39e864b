"""The container image: made without a registry by `make image`, and run."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from tests.support.ports import free_port
from tests.support.source import ROOT

IMAGE = "localhost/access-device-portal"
_START = 120  # seconds; the demo world is made in the first of them
# A proxy that the network may have, and its certificates.
OPTIONS = "--volume /etc/ssl/certs:/etc/ssl/certs:ro"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        os.getuid() != 0 or not (shutil.which("buildah") and shutil.which("mmdebstrap")),
        reason="needs root, buildah and mmdebstrap (make test-deps)",
    ),
]


def buildah(*arguments: str) -> str:
    return subprocess.run(["buildah", *arguments], capture_output=True, check=True, text=True).stdout.strip()  # noqa: S607


@pytest.fixture
def container() -> Iterator[str]:
    """Build the image, and yield a container of it."""
    # What was installed for the tests counts as up to date, however old.
    make = ["make", "--old-file=.venv/run", "image", f"IMAGE_OPTIONS={OPTIONS}"]
    subprocess.run(make, cwd=ROOT, check=True)
    name = buildah("from", IMAGE)
    yield name
    buildah("rm", name)


def test_image_is_built_and_serves(container: str) -> None:
    inspected = buildah(
        "inspect", "--format", "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}}", container
    )
    assert inspected == "portal [access-device-portal] [run]"
    port = free_port()
    run = ["buildah", "run", "--isolation", "chroot", "--env", f"PORT={port}", container, "access-device-portal"]
    server = subprocess.Popen([*run, "run"])
    try:
        deadline = time.monotonic() + _START
        while True:
            try:
                answer = urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
        assert b'"alive":true' in answer
        assert b"Sign in" in urlopen(f"http://127.0.0.1:{port}/login", timeout=20).read()
        checked = subprocess.run([*run, "check"], capture_output=True, check=True, text=True).stdout
        assert "Folder: /var/lib/access-device-portal" in checked
        who = subprocess.run(
            [*run[:-1], "stat", "--format=%U %a", "/var/lib/access-device-portal/secret_key"],
            capture_output=True,
            check=True,
            text=True,
        )
        assert who.stdout == "portal 600\n"
    finally:
        server.terminate()
        server.wait(30)
