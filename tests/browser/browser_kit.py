"""What the browser tests share: where the built site is, its pages, a server for it, and visits to it."""

import functools
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("DLREF_SITE", ROOT / "site"))
LANGUAGES = ("zh", "en")
SCHEMES = ("light", "dark")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@functools.cache
def pages() -> tuple[str, ...]:
    """Return the address of every page, relative to the site: "", "about/", "en/", "en/about/" and so on."""
    found = sorted(file.parent.relative_to(SITE).as_posix() for file in SITE.rglob("index.html"))
    return tuple("" if path == "." else f"{path}/" for path in found)


def language(path: str) -> str:
    """Return the language of a page."""
    return "en" if path.startswith("en/") else "zh"


def counterpart(path: str) -> str:
    """Return the address of the same page in the other language."""
    return path.removeprefix("en/") if path.startswith("en/") else f"en/{path}"


def with_code() -> list[str]:
    """Return the pages that show code in tabs, followed by what it prints; not those of the reference."""
    texts = {path: (SITE / path / "index.html").read_text("utf-8") for path in pages()}
    return [path for path, text in texts.items() if 'class="tabbed-set' in text and "doc-object" not in text]


def of_reference() -> list[str]:
    """Return the pages that are made from the docstrings."""
    return [path for path in pages() if "doc-object" in (SITE / path / "index.html").read_text("utf-8")]


def of_each_kind() -> list[str]:
    """Return every page but most of the reference: made by one template, the longest and the shortest stand for all."""
    reference = sorted(of_reference(), key=lambda path: (SITE / path / "index.html").stat().st_size)
    chosen = {path for code in LANGUAGES for path in _ends([path for path in reference if language(path) == code])}
    return [path for path in pages() if path not in reference or path in chosen]


def _ends(sorted_by_size: list[str]) -> list[str]:
    return [*sorted_by_size[:1], *sorted_by_size[-2:]]


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, prefix: str, delay: float, **kwargs: object) -> None:
        self.prefix, self.delay = prefix, delay
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self.path.endswith((".js", ".woff2", "icon.svg")):
            time.sleep(5 * self.delay)  # what is asked for late comes when all the words are there
        super().do_GET()

    def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:
        while piece := source.read(8192):
            outputfile.write(piece)
            time.sleep(self.delay / 10)  # so that half a page is shown

    def translate_path(self, path: str) -> str:
        inside = path.startswith(self.prefix)
        return super().translate_path(f"/{path.removeprefix(self.prefix)}" if inside else "/outside-of-the-site")

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *args: object) -> None:
        pass  # a browser that leaves a page hangs up on us


@contextmanager
def serve(site: Path, prefix: str, delay: float = 0) -> Iterator[str]:
    """Serve the site below `prefix` and nowhere else, haltingly where there is a `delay`; gives its address."""
    handler = functools.partial(_Handler, directory=str(site), prefix=prefix, delay=delay)
    with _Server(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
        server.shutdown()


@dataclass
class Visit:
    """A page in the browser, and everything about it that no reader should ever cause or see."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    on_their_way: list[Request] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"error in the page: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("requestfinished", lambda request: self.on_their_way.remove(request))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        self.on_their_way.remove(request)
        self.faults.append(f"failed: {request.url} {request.failure}")

    def _request(self, request: Request) -> None:
        self.on_their_way.append(request)
        parts, here = urlsplit(request.url), urlsplit(self.base)
        if parts.scheme not in ("data", "blob") and parts.netloc != here.netloc:
            self.faults.append(f"another host: {request.url}")

    def _response(self, response: Response) -> None:
        self.responses.append(response)
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def settle(self) -> None:
        """Wait until everything that the page asked for is there, also what its workers ask for after it has loaded."""
        self.page.wait_for_load_state("load")
        patience = time.monotonic() + 10
        while self.on_their_way:
            if time.monotonic() > patience:
                raise TimeoutError(f"still not there: {[request.url for request in self.on_their_way]}")
            self.page.wait_for_timeout(20)

    @property
    def path(self) -> str:
        """Where the browser is, relative to the site, without query and fragment."""
        return self.page.url.partition("#")[0].partition("?")[0].removeprefix(self.base)


def leave(seen: Visit, link: Locator) -> None:
    """Follow a link once everything is there: leaving earlier aborts what is on its way, which looks like a fault."""
    seen.settle()
    link.click()


def follow_language_link(seen: Visit, expected: str) -> None:
    """Follow the page's link to its other language, which leads to `expected`."""
    link = seen.page.locator(".language-link")
    assert link.count() == 1
    leave(seen, link)
    seen.page.wait_for_url(seen.base + expected)
    assert seen.page.locator("html").get_attribute("lang") == language(expected)


def chosen_tabs(page: Page) -> set[str]:
    """The names of the tabs that are chosen on a page, each once."""
    label = "all => all.map(input => document.querySelector(`label[for='${input.id}']`).textContent)"
    return set(page.locator(".tabbed-set > input:checked").evaluate_all(label))


def search(page: Page, words: str) -> Locator:
    """Type `words` into the search box; gives the results, the first of which is visible."""
    box = page.locator(".md-search__input")
    box.focus()
    expect(page.locator(".md-search-result__meta")).to_have_text(re.compile("键入以开始搜索|Type to start searching"))
    box.fill(words)
    box.press("End")  # Material listens to the keys, which filling in does not press
    results = page.locator(".md-search-result__item")
    expect(results.first).to_be_visible()
    return results
