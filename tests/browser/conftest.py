"""Chromium, the built site on a server of its own at a root and below a path, and visits that fail by themselves."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser_kit import DESKTOP, PHONE, ROOT, SITE, Visit, language, serve
from playwright.sync_api import Browser

_FLAGS = (
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
    "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first has half to do


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Use the system's Chromium; it can reach nothing but this machine."""
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if not found:
        pytest.fail(f"none of {', '.join(_CHROMIUM)} is installed; on Debian: apt-get install chromium-headless-shell")
    return {**browser_type_launch_args, "executable_path": found, "args": [f"--{flag}" for flag in _FLAGS]}


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"there is no built site in {SITE}: run `nox -s site`, or name another folder in DLREF_SITE")
    return SITE


@pytest.fixture(scope="session")
def at_root(site: Path) -> Iterator[str]:
    """The address of the site, served as a host's whole content."""
    with serve(site, "/") as address:
        yield address


@pytest.fixture(scope="session")
def below_path(site: Path) -> Iterator[str]:
    """The address of the site, served below a path and nowhere else."""
    with serve(site, "/some/where/") as address:
        yield address


@pytest.fixture(scope="session")
def on_slow_line(site: Path) -> Iterator[str]:
    """The address of the site for a reader who sees a page before it has come whole."""
    with serve(site, "/", delay=0.1) as address:
        yield address


Open = Callable[..., Visit]


@contextmanager
def _visiting(browser: Browser, address: str) -> Iterator[Open]:
    """Open pages as a first-time reader; at the end nothing may have gone wrong in any of them."""
    contexts, visits = [], []

    def open_page(
        path: str, *, scheme: str = "light", viewport: dict = DESKTOP, base: str = address, **options: object
    ) -> Visit:
        before: str = options.pop("before", "")
        context = browser.new_context(viewport=viewport, color_scheme=scheme, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        result = Visit(context.new_page(), base)
        visits.append(result)
        result.watch(context)
        if before:
            context.add_init_script(before)
        result.page.goto(base + path, wait_until="load")
        return result

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for one in visits for fault in one.faults] == []


@pytest.fixture
def visit(browser: Browser, at_root: str) -> Iterator[Open]:
    """Open pages as a first-time reader; at the end nothing may have gone wrong in any of them."""
    with _visiting(browser, at_root) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, browser: Browser, at_root: str, below_path: str) -> Iterator[Visit]:
    """One visit to a page, for the tests of a file in turn.

    In Chinese on a light phone, from a host's root; in English on a dark desktop, from below a path.
    """
    path = request.param
    reader = {"zh": {"viewport": PHONE, "base": at_root}, "en": {"scheme": "dark", "base": below_path}}[language(path)]
    with _visiting(browser, at_root) as open_page:
        yield open_page(path, permissions=["clipboard-read", "clipboard-write"], **reader)


@pytest.fixture(scope="module")
def plain(request: pytest.FixtureRequest, browser: Browser, at_root: str) -> Iterator[Visit]:
    """One visit to a page without JavaScript, on a phone, for the tests of a file in turn."""
    with _visiting(browser, at_root) as open_page:
        yield open_page(request.param, java_script_enabled=False, viewport=PHONE)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that share a visit together, the files in their order and the tests of a visit in theirs."""
    items.sort(key=lambda item: (item.path, _shared(item)))


def _shared(item: pytest.Item) -> str:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return str(parameters.get("opened", parameters.get("plain", "")))


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script."""
    file = Path(os.environ.get("DLREF_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))
    if not file.is_file():
        pytest.fail(f"there is no {file}: run `npm ci`, or name axe.min.js in DLREF_AXE")
    return file.read_text("utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each page weighs."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    found = (item for report in reports if report.when == "call" for item in report.user_properties)
    lines = [value for key, value in found if key == "weight"]
    if lines:
        terminalreporter.section("first visit, bytes gzipped")
        for line in sorted(lines):
            terminalreporter.write_line(line)
