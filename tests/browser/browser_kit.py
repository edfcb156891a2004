"""What the browser tests share: where the built site is, its pages, a server for it, and code that runs in the page."""

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


def pages() -> list[str]:
    """Return the address of every page, relative to the site: "", "about/", "en/", "en/about/" and so on."""
    found = sorted(file.parent.relative_to(SITE).as_posix() for file in SITE.rglob("index.html"))
    return ["" if path == "." else f"{path}/" for path in found]


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
            time.sleep(self.delay)
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

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"error in the page: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url} {request.failure}"))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts, here = urlsplit(request.url), urlsplit(self.base)
        if parts.scheme not in ("data", "blob") and parts.netloc != here.netloc:
            self.faults.append(f"another host: {request.url}")

    def _response(self, response: Response) -> None:
        self.responses.append(response)
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    @property
    def path(self) -> str:
        """Where the browser is, relative to the site, without query and fragment."""
        return self.page.url.partition("#")[0].partition("?")[0].removeprefix(self.base)


def leave(page: Page, link: Locator) -> None:
    """Follow a link once everything is there: leaving earlier aborts what is on its way, which looks like a fault."""
    page.wait_for_load_state("networkidle")
    link.click()


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


# Colours as a reader sees them: text, whatever it is drawn with, against what is painted below it.
CONTRAST = """selector => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  const paint = layers => {
    pen.clearRect(0, 0, 1, 1)
    for (const layer of ["#fff", ...layers]) { pen.fillStyle = layer; pen.fillRect(0, 0, 1, 1) }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const low = {}
  let seen = 0
  for (const element of document.querySelectorAll(selector)) {
    if (!element.textContent.trim() || !element.getClientRects().length) continue
    const style = getComputedStyle(element), behind = []
    for (let up = element; up; up = up.parentElement) behind.unshift(getComputedStyle(up).backgroundColor)
    const back = paint(behind)
    const ink = paint([...behind, element instanceof SVGElement ? style.fill : style.color])
    const [high, dim] = [light(back), light(ink)].sort((a, b) => b - a)
    const ratio = (high + 0.05) / (dim + 0.05)
    seen += 1
    if (ratio < 4.5) low[`${element.textContent.trim().slice(0, 40)} ${ink} on ${back}`] = ratio.toFixed(2)
  }
  return { seen, low }
}"""

# Whatever reaches beyond the screen, unless it can be scrolled to inside an ancestor. A drawing cuts off what is in it
# (FIGURES looks there), and the box of a formula holds its parts.
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth, found = []
  if (document.documentElement.scrollWidth > width) found.push(`page: ${document.documentElement.scrollWidth} px`)
  for (const element of document.querySelectorAll("article :not(svg *, .katex *)")) {
    const box = element.getBoundingClientRect()
    if (!box.width || !box.height || (box.right <= width + 1 && box.left >= -1)) continue
    let up = element
    while (up && !["auto", "scroll"].includes(getComputedStyle(up).overflowX)) up = up.parentElement
    if (up) continue
    found.push(`${element.outerHTML.slice(0, 80)}: ${box.left} to ${box.right}`)
  }
  return found
}"""

# Figures inside the screen, their labels large enough to read and not cut off at the figure's edge.
FIGURES = """() => [...document.querySelectorAll("figure svg[role=img]")].flatMap(svg => {
  const box = svg.getBoundingClientRect(), name = svg.getAttribute("aria-label").slice(0, 30), found = []
  if (!name) found.push("a figure without a text alternative")
  if (box.width < 100 || box.height < 40) found.push(`${name}: ${box.width} by ${box.height}`)
  if (box.left < 0 || box.right > innerWidth) found.push(`${name}: ${box.left} to ${box.right}`)
  for (const text of svg.querySelectorAll("text")) {
    const matrix = text.getScreenCTM(), at = text.getBoundingClientRect()
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(matrix.a, matrix.b)
    if (size < 9) found.push(`${name}: "${text.textContent}" is ${size.toFixed(1)} px high`)
    if (at.left < box.left - 3 || at.right > box.right + 3 || at.top < box.top - 3 || at.bottom > box.bottom + 3)
      found.push(`${name}: "${text.textContent}" is cut off`)
  }
  return found
})"""
