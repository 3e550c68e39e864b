"""`python -m bench.scale`: people at work on two nodes behind nginx, over a large platform, while a job runs.

A PostgreSQL of its own holds the databases of the portal and of the reference API, which runs in processes of its own.
With `--keep FOLDER` both stay there, filled, for the next run. At the end the history of the portal is compared with
the writes that the platform has carried out.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from signal import SIGTERM
from tempfile import TemporaryDirectory
from time import monotonic

from sqlalchemy import Engine, make_url

from app.database import connect
from app.paths import ROOT
from app.portal.store.tables import Change
from bench.scale.ledger import compare
from bench.scale.people import SEEN, Orders
from bench.scale.platform import LEDGER
from bench.scale.report import print_comparison, print_job, print_usage, print_visits
from bench.scale.watch import Watch
from bench.scale.world import PASSWORD, SERVICE, World, end_jobs, last_id, prepare, write_accounts
from tests.support import postgres
from tests.support.browser.product import Product
from tests.support.nginx import HOST, Nginx, start_nginx

_END = 70  # seconds in which a node ends


def main() -> None:
    options = _read_options()
    world = World(options.devices, options.groups, options.tenants, options.job_items)
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(TemporaryDirectory(prefix="scale", dir="/tmp")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        server = stack.enter_context(_start_postgresql(folder))
        portal_url, platform_url = (_create_database(server, name) for name in ("portal", "platform"))
        prepare(world, portal_url, platform_url, folder)
        if options.minutes:
            sizes = f"{world.devices:,} devices, {world.groups:,} groups, {world.tenants:,} tenants"
            print(f"{sizes}; {options.people} people, {options.think:g} s from page to page", flush=True)
            print(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} before the start", flush=True)
            _measure(options, world, folder, connect(server), connect(portal_url), connect(platform_url))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1_000_000)
    parser.add_argument("--groups", type=int, default=5_000)
    parser.add_argument("--tenants", type=int, default=500)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=15, help="0: only fill the databases")
    parser.add_argument("--think", type=float, default=20, help="seconds between two pages of a person, on average")
    parser.add_argument("--job-items", type=int, default=10_000, help="devices of the first group, which the job edits")
    parser.add_argument("--pace", type=int, default=1_200, help="devices of the job in a minute; 0: no job")
    parser.add_argument("--keep", type=Path, help="folder for the databases, to be used again")
    return parser.parse_args()


@contextmanager
def _start_postgresql(folder: Path) -> Iterator[str]:
    programs = postgres.binaries()
    assert programs, postgres.NOT_INSTALLED
    with postgres.server(folder / "postgresql", programs, "") as url:
        yield url


def _create_database(server: str, name: str) -> str:
    engine = connect(server)
    with engine.connect() as connection:
        if not connection.exec_driver_sql("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).first():
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _measure(
    options: argparse.Namespace, world: World, folder: Path, server: Engine, portal: Engine, platform: Engine
) -> None:
    write_accounts(world, platform, options.people)
    end_jobs(portal)
    run, after = _new_folder(folder / "last"), last_id(portal, Change)
    ledger = run / "ledger.jsonl"
    ledger.touch()
    with _start_programs(run, portal, platform, ledger) as (nginx, products):
        Orders(world, options.people, options.minutes * 60, options.think, options.pace, nginx).write(run)
        people = subprocess.Popen([sys.executable, "-m", "bench.scale.people", run], cwd=ROOT)  # noqa: S603 - ours
        roots = {name: product.pid for name, product in products.items()} | {"people": people.pid}
        roots["nginx"] = int((run / "nginx.pid").read_text())
        roots["PostgreSQL"] = int((folder / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])
        watch, began = Watch(roots, portal, server), monotonic()
        with watch.run():
            assert people.wait() == 0
        seconds = monotonic() - began
        for name, product in products.items():
            product.send(SIGTERM)
            print(f"{name} ended in {product.seconds_until_end(_END):.1f} s")
    print_visits(json.loads((run / SEEN).read_text()))
    print_usage(watch, seconds)
    print_job(portal, watch.progress)
    comparison = compare(ledger, portal, after)
    print_comparison(comparison)
    sys.exit(not comparison.is_equal)


def _new_folder(folder: Path) -> Path:
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@contextmanager
def _start_programs(
    folder: Path, portal: Engine, platform: Engine, ledger: Path
) -> Iterator[tuple[Nginx, dict[str, Product]]]:
    """Yield nginx, and the two nodes before the platform, in the order in which they are to be ended."""
    with ExitStack() as stack:
        api = Product(
            folder, REFERENCE_DATABASE_URL=_url(platform), PORTAL_DATABASE_URL=_url(portal), **{LEDGER: str(ledger)}
        )
        api.module = "bench.scale.platform"
        settings = {
            "PORTAL_DATABASE_URL": _url(portal),
            "PORTAL_BACKEND_URL": api.url,
            "PORTAL_PUBLIC_URL": f"https://{HOST}",
            "PORTAL_PROXIES": "1",
            "PORTAL_JOBS": "on",
            "PORTAL_SERVICE_USERNAME": SERVICE,
            "PORTAL_SERVICE_PASSWORD": PASSWORD,
        }
        nodes = [Product(folder, **settings) for _ in range(2)]
        for product, path in ((api, "/api/v1/openapi.json"), *((node, "/readyz") for node in nodes)):
            stack.callback(product.stop)
            product.start(path)
        nginx = stack.enter_context(start_nginx(folder, [f"127.0.0.1:{node.port}" for node in nodes]))
        yield nginx, {"node 1": nodes[0], "node 2": nodes[1], "platform": api}


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
