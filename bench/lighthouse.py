"""`python -m bench.lighthouse`: desktop scores of some pages, with the audits that lost points.

Needs `node_modules/lighthouse`, which `make lighthouse` installs.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from tests.support.api_world import PASSWORD
from tests.support.browser.product import Product

CATEGORIES = ("performance", "accessibility", "best-practices")
_LIST = "/tenants/initech/groups/campus/devices/"
_GROUP = "/tenants/acme/groups/headquarters/devices/"
_LIGHTHOUSE = Path("node_modules/.bin/lighthouse").absolute()


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if chromium is None:
        sys.exit("Chromium is missing; `make test-deps` installs it.")
    with TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.start()
        try:
            _score(product.url, chromium)
        finally:
            product.stop()


def _score(url: str, chromium: str) -> None:
    browser = requests.Session()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get(f"{url}/login", timeout=10).text)
    assert token
    fields = {"username": "admin@provider.example", "password": PASSWORD, "csrf_token": token[1]}
    browser.post(f"{url}/login", fields, timeout=10).raise_for_status()
    device = re.search(rf'href="({_GROUP}[^"/]+/)"><bdi>', browser.get(url + _GROUP, timeout=10).text)
    assert device
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    group, of_device = _GROUP.removesuffix("devices/"), [device[1] + page for page in ("", "edit", "history/")]
    for page in ("/", group, "/search?q=weber", _LIST, *of_device):
        _print_scores(page, _report(url + page, cookie, chromium))


def _report(url: str, cookie: str, chromium: str) -> Mapping[str, Any]:
    command = [
        str(_LIGHTHOUSE),
        url,
        "--preset=desktop",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
        "--chrome-flags=--headless=new --no-sandbox",
        "--output=json",
        "--quiet",
    ]
    environ = {**os.environ, "CHROME_PATH": chromium}
    process = subprocess.run(command, env=environ, capture_output=True, check=True, text=True)  # noqa: S603 - our own
    report: Mapping[str, Any] = json.loads(process.stdout)
    assert report["finalDisplayedUrl"] == url, f"{url} led to {report['finalDisplayedUrl']}"
    return report


def _print_scores(page: str, report: Mapping[str, Any]) -> None:
    scores = {name: report["categories"][name] for name in CATEGORIES}
    print("  ".join(f"{name} {score['score'] * 100:.0f}" for name, score in scores.items()), page, flush=True)
    for category in scores.values():
        for audit in category["auditRefs"]:
            result = report["audits"][audit["id"]]
            if audit["weight"] and result["score"] is not None and result["score"] < 1:
                print(f"    {result['title']}: {result.get('displayValue', '')}")


if __name__ == "__main__":
    main()
