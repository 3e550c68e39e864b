import gc
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from ssl import Purpose, SSLContext
from tempfile import TemporaryDirectory
from types import MethodType
from typing import cast

import pytest
from hypothesis import settings
from werkzeug.routing import Rule
from xdist.workermanage import WorkerController

from tests.support import postgres
from tests.support.demo import make_demo
from tests.support.population import populate
from tests.support.rounds import Rounds
from tests.support.single_statements import insist_on_single_statements
from tests.support.world import World, settings_in

settings.register_profile("patient", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=10, help="how often each race and each random kill is tried")
    parser.addoption("--seed", type=int, help="the seed that a run has printed, for the same moments again")


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", {}).get("seed", config.option.seed)
    config.option.seed = secrets.randbelow(1 << 32) if told is None else told
    insist_on_single_statements()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Tell a worker the seed that is printed."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config: pytest.Config) -> str:
    return f"{config.option.rounds} rounds of each race, --seed {config.option.seed}"


@pytest.hookimpl(tryfirst=True)  # before pytest looks which marks are asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "rounds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.rounds)


def pytest_collection_finish() -> None:
    """Let the garbage collector look less often, and not at what stays; it took a tenth of the time of the tests."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """More than there are processors: whoever waits, for a browser or an answer that never comes, leaves one free."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture(scope="session", autouse=True)
def rules_compiled_once() -> Iterator[None]:
    """Compile each URL rule once for all apps of a test run, which would spend most of their construction on it."""
    compiled: dict[tuple[object, ...], Rule] = {}
    compile_rule = Rule.compile

    def compile_once(rule: Rule) -> None:
        assert rule.map is not None
        converters = frozenset(rule.map.converters.items())
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults), converters)
        known = compiled.setdefault(key, rule)
        if known is rule:
            compile_rule(rule)
            return
        rule._parts, rule._trace, rule._converters = known._parts, known._trace, known._converters
        rule.arguments = known.arguments
        rule._build = cast(MethodType, known._build).__func__.__get__(rule)
        rule._build_unknown = cast(MethodType, known._build_unknown).__func__.__get__(rule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def only_named_certificates() -> Iterator[None]:
    """Leave out the system's certificates, which take 35 ms for each portal: no test calls anything outside."""
    load = SSLContext.load_default_certs

    def load_named(context: SSLContext, purpose: Purpose = Purpose.SERVER_AUTH) -> None:
        if "SSL_CERT_FILE" in os.environ:
            load(context, purpose)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SSLContext, "load_default_certs", load_named)
        yield


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both databases, made once; no test works on these."""
    folder = tmp_path_factory.mktemp("populated")
    populate(settings_in(folder))
    return folder


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the demo data; tests work on copies."""
    own_folder = tmp_path_factory.getbasetemp()
    return make_demo(own_folder.parent if "PYTEST_XDIST_WORKER" in os.environ else own_folder)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled once for all the portals of a test run, which would spend most of their time on it."""
    return tmp_path_factory.mktemp("compiled_templates")


@pytest.fixture
def sqlite_world(populated: Path, compiled_templates: Path, tmp_path: Path) -> Iterator[World]:
    """The small world, untouched by any other test."""
    for name in ("portal.db", "reference_api.db"):
        shutil.copy(populated / name, tmp_path / name)
    world = World(settings_in(tmp_path), compiled_templates)
    yield world
    world.close()


@pytest.fixture
def world(sqlite_world: World) -> World:
    return sqlite_world


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Rounds:
    option = request.config.option
    print(f"--seed {option.seed}")  # noqa: T201 - shown of a test that fails
    return Rounds(option.rounds, f"{option.seed} {request.node.name}")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL; for tests in the xdist group of this name, so that there is one."""
    programs = postgres.binaries()
    assert programs is not None
    with TemporaryDirectory(prefix="pg", dir="/tmp") as folder:  # a socket's path must be short
        Path(folder).chmod(0o755)
        with postgres.server(Path(folder), programs) as url:
            yield url
