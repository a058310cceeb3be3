"""What tests share: the shipped project, copied and built once for all workers; a small new project to spoil; a browser."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis.internal.conjecture import providers
from tests import parts
from tests.small_projects import create_small_project

from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import create_project, open_project
from hrdgraph.store.oxigraph import OxigraphStore

parts.register_profiles()
providers.is_local_module_file = lambda _: False  # it parsed all loaded modules for their constants
os.environ.setdefault("POLARS_MAX_THREADS", "1")  # as commands have it for small tables
os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the language of the person, tests that of none
_MEMORY: Final = Path("/dev/shm")  # on a disk, tests of stores wait for it half of the time
if "PYTEST_XDIST_WORKER" not in os.environ:  # nothing from the home of whoever runs the tests
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 6 << 30
    _CACHE = TemporaryDirectory(
        prefix="hrdgraph-tests-", dir=_MEMORY if has_room else None, ignore_cleanup_errors=True
    )
    os.environ["HRDGRAPH_CACHE"] = _CACHE.name
    os.environ["XDG_STATE_HOME"] = os.path.join(_CACHE.name, "state")
    os.environ["XDG_CONFIG_HOME"] = os.path.join(_CACHE.name, "config")
    if has_room and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = tempfile.tempdir = os.path.join(_CACHE.name, "tmp")
        os.mkdir(tempfile.tempdir)
        os.chmod(_CACHE.name, 0o711)  # the user of a database server comes through it

ROOT = Path(__file__).parents[1]
SHARED: Final = Path(
    os.environ.get("HRDGRAPH_SHARED") or ROOT.parent / "shared"
)  # what is not shipped: pages, lists, suites
CHROMIUM: Final = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
CHROMIUM_OPTIONS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
PARTS = ("hrdgraph.toml", "ontology", "data", "queries")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the parts before `-m` chooses among them."""
    parts.mark(items)


gc.disable()  # until all is collected


def pytest_collection_finish() -> None:
    """What was loaded and collected stays: looking for cycles in it, again and again, took a tenth of the tests' time."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)  # as commands have it


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count what is left out."""
    if items:
        parts.count(items[0].config, items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts on to who sums up."""
    parts.send(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: each waits now and then, for a process that starts or ends."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the counts of a worker; all workers collect the same."""
    node.config.stash[parts.LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many official cases pass, and in one line what was left out and how to get it."""
    if lines := parts.suites(terminalreporter):
        terminalreporter.section("official suites")
        for line in lines:
            terminalreporter.write_line(line)
    if line := parts.advice(
        config.stash.get(parts.LEFT_OUT, {}), suites=(SHARED / "conformance").is_dir()
    ):
        terminalreporter.write_line(line)


def copy_project(target: Path) -> Path:
    """The shipped project in another folder, without its build."""
    target.mkdir(parents=True)
    for name in PARTS:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target / name)
    return target


@pytest.fixture(scope="session")
def _places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("places")
    return (base / str(number) for number in itertools.count())


@pytest.fixture
def tmp_path(_places: Iterator[Path]) -> Path:
    """A new folder. That of pytest looks through the folders of all tests before for a free name."""
    place = next(_places)
    place.mkdir(mode=0o700)
    return place


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped project with the Kalyapin page as a snapshot, built without SHACL (one test validates it). Never change it."""
    folder = _of_all_workers(tmp_path_factory) / "built"
    return _once(folder, lambda: _build(folder))


@pytest.fixture(scope="session")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of `small` with fewer countries, built without SHACL. Never change it: `small_built` is a copy."""
    folder = _of_all_workers(tmp_path_factory) / "small_build"

    def make() -> None:
        create_small_project(folder, "Small")
        build(open_project(folder), BuildOptions(validate=False))

    return _once(folder, make)


@pytest.fixture
def small_built(small_build: Path, tmp_path: Path) -> Path:
    """A new project that is built, to spoil: a tenth of what a build of its own would take."""
    return shutil.copytree(small_build, tmp_path / "small")


def _of_all_workers(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def _once(folder: Path, make: Callable[[], None]) -> Path:
    """Let one worker make the folder and the others wait for it, however busy the machine is."""
    done = folder.with_suffix(".done")
    with closing(sqlite3.connect(folder.with_suffix(".lock"), timeout=3600)) as turn:
        turn.execute("BEGIN EXCLUSIVE")  # of one process, on any system, until it ends
        if not done.exists():
            make()
            done.touch()
    return folder


def _build(folder: Path) -> None:
    copy_project(folder)
    page = SHARED / "sources" / "kalyapin-fr.txt"
    if page.exists():
        (folder / "data" / "snapshots").mkdir()
        shutil.copy(page, folder / "data" / "snapshots")
    build(open_project(folder), BuildOptions(validate=False))


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file of what is not in the repository; the test belongs to conformance, and fails, with the way out, where it is missing."""

    def find(name: str) -> Path:
        if not (SHARED / name).exists():
            pytest.fail(
                f"{SHARED / name} is missing. Put the shared folder beside the repository, or name it: HRDGRAPH_SHARED=DIR make conformance"
            )
        return SHARED / name

    return find


@pytest.fixture(scope="session")
def page_at_hand(shared: Callable[[str], Path]) -> Path:
    """The Kalyapin page, for tests that look for its words in `built`."""
    return shared("sources/kalyapin-fr.txt")


@pytest.fixture(scope="session")
def built_store(built: Path) -> Iterator[OxigraphStore]:
    """The store of the built project."""
    with OxigraphStore.open(built / "build" / "store") as store:
        yield store


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A new project, as `hrdgraph init` makes it, to spoil: a build of it takes twice that of `small`."""
    folder = tmp_path / "small"
    create_project(folder, "Small")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A new project with the example's tables alone, to spoil."""
    folder = tmp_path / "small"
    create_small_project(folder, "Small")
    return folder


@pytest.fixture(
    scope="module"
)  # while it drives a browser, Playwright keeps an event loop in this thread, which other modules want
def chromium() -> Iterator[Any]:
    """A browser; without one, or without what drives it, the tests that ask for it are skipped, which is said."""
    if missing := _missing():
        told = (
            f"{missing}: `apt-get install chromium`, `pip install playwright axe-playwright-python`"
        )
        pytest.fail(told) if os.environ.get("HRDGRAPH_BROWSER") else pytest.skip(
            f"{told}; HRDGRAPH_BROWSER=1 makes this a failure"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


def _missing() -> str:
    try:
        import axe_playwright_python
        import playwright  # noqa: F401 -- asked whether it is there

        return "" if CHROMIUM and axe_playwright_python else "no Chromium"
    except ImportError as error:
        return str(error)


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], tuple[list[Any], int, str]]:
    """What axe finds on a page at levels A and AA: what is broken, how many rules were passed, and the account of it."""

    def find(page: Any) -> tuple[list[Any], int, str]:
        from axe_playwright_python.sync_playwright import Axe

        result = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        )
        return (
            result.response["violations"],
            len(result.response["passes"]),
            result.generate_report(),
        )

    return find
