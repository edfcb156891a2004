"""The built site, read as a browser would: links, anchors, hosts, search index, weight, and the same parts as the page.

The last line of defence. What it finds should have been found on the sources; it reads the HTML so that no difference
between our view of a page and the renderer's can hide anything.
"""

import gzip
import json
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from dlref.site.bibliography import group_of
from dlref.site.evidence_parts import EVIDENCE, is_evidence
from dlref.site.glossary import GLOSSARY
from dlref.site.pages import Page
from dlref.site.project import LANGUAGES, Problem
from dlref.site.public import is_reference

PAGE_WEIGHT = 200_000  # bytes of a content page, gzipped, with its styles and scripts
_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data", "link": "href"}


def audit(site: Path, pages: list[Page]) -> list[Problem]:
    """Return what is wrong with the site built at `site`; the languages are read at the same time."""
    with ProcessPoolExecutor(len(LANGUAGES)) as processes:
        found = processes.map(
            _audit_language,
            repeat(site),
            LANGUAGES,
            [[page for page in pages if page.language == language] for language in LANGUAGES],
        )
        return [problem for problems in found for problem in problems]


def _audit_language(site: Path, language: str, pages: list[Page]) -> list[Problem]:
    problems = []
    for page in pages:
        file = site / built_at(page)
        if not file.is_file():
            problems.append(Problem(page.path, 1, f"was not built: there is no {file.relative_to(site)}"))
            continue
        soup = _soup(file)
        problems += _links(site, file, soup, page)
        problems += _same_parts(soup, page, _ids(file))
        problems += _weight(site, file, soup, page)
    return [*problems, *_same_sentences(site, pages), *_search_index(site, language)]


def built_at(page: Page) -> Path:
    """Return where a page's HTML is, relative to the site."""
    folder = Path() if page.language == LANGUAGES[0] else Path(page.language)
    return folder / "index.html" if page.slug == "index" else folder / page.slug / "index.html"


@lru_cache(maxsize=256)
def _soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


@lru_cache(maxsize=256)
def _ids(file: Path) -> frozenset[str]:
    """All ids of a page: to look for one at a time in a page full of drawings takes a second."""
    return frozenset(str(element["id"]) for element in _soup(file).find_all(id=True))


def _links(site: Path, file: Path, soup: BeautifulSoup, page: Page) -> Iterator[Problem]:
    for element in soup.find_all(["a", *_LOADS]):
        attribute = _LOADS.get(element.name, "href")
        address = str(element.get(attribute, ""))
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            canonical = element.name == "link" and element.get("rel") == ["canonical"]
            if element.name != "a" and not canonical and parts.scheme != "data":
                yield Problem(page.path, 1, f"the built page loads {address} from another host")
            continue
        target = file if not parts.path else (file.parent / unquote(parts.path)).resolve()
        target = target / "index.html" if target.is_dir() else target
        if address and not (target.is_file() and target.is_relative_to(site.resolve())):
            yield Problem(page.path, 1, f"the built page links to {address}, which is not there")
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _ids(target):
            yield Problem(page.path, 1, f"the built page links to {address}, where no element has that id")


def _same_parts(soup: BeautifulSoup, page: Page, ids: frozenset[str]) -> Iterator[Problem]:
    """Compare the numbers of things: a page and its rendering must not lose each other."""
    article = soup.find("article")
    if not isinstance(article, Tag):
        yield Problem(page.path, 1, "the built page has no article")
        return
    # what the reference shows is made from the docstrings, the evidence from other pages: with parts of their own
    made = {id(element) for entry in article.select(".doc-object, .evidence") for element in entry.find_all(True)}
    shown = len([part for part in page.of_kind("fence") if part.key == "python"])
    shown += sum(
        not (part.key.endswith(".tex") or is_reference(part.key) or _lists(part.key))
        for part in page.of_kind("include")
    )
    for name, expected, selector in (
        ("Python blocks", shown, ".language-python code"),
        ("verified marks", shown, ".verified:not(.missing)"),
        ("formulas", len(page.of_kind("formula")), ".katex-display"),
        ("inline formulas", len(page.of_kind("inline-formula")), "span.arithmatex"),
        ("pictures", len(page.of_kind("image")), "figure svg[role=img], article img"),
        ("measured numbers", len(page.of_kind("measured")), "data.measured"),
        ("boxes", len(page.of_kind("admonition")), ".admonition, details"),
    ):
        built = sum(id(element) not in made for element in article.select(selector))
        if expected != built:
            yield Problem(page.path, 1, f"the page has {expected} {name}, its rendering {built}")
    for part in page.of_kind("claim", "heading", "entry"):
        if part.key and part.key not in ids:
            yield Problem(page.path, part.line, f"#{part.key} is missing from the built page")


def _lists(include: str) -> bool:
    """Whether an include stands for a list that is kept elsewhere."""
    return include == GLOSSARY or is_evidence(include) or bool(group_of(include))


def _same_sentences(site: Path, pages: list[Page]) -> Iterator[Problem]:
    """The page of evidence says of each claim what the claim's own page says, word for word and number for number."""
    folder = next((built_at(page).parent for page in pages if page.slug == EVIDENCE), None)
    if folder is None or not (site / folder / "index.html").is_file():
        return
    shown = _soup(site / folder / "index.html")
    for page in (page for page in pages if page.of_kind("claim") and (site / built_at(page)).is_file()):
        soup = _soup(site / built_at(page))
        for part in page.of_kind("claim"):
            there, here = soup.find(id=part.key), shown.find(id=part.key)
            said = here.find(class_="sentence") if isinstance(here, Tag) else None
            if not isinstance(said, Tag):
                yield Problem(page.path, part.line, f"the page of evidence has no sentence for #{part.key}")
            elif isinstance(there, Tag) and _words(said) != _words(there):
                yield Problem(page.path, part.line, f"the page of evidence says something else of #{part.key}")


def _words(element: Tag) -> str:
    """What an element says, without the marks that only a claim's own page carries."""
    marks = {id(text) for mark in element.select(".claim-mark, sup") for text in mark.find_all(string=True)}
    return " ".join("".join(str(text) for text in element.find_all(string=True) if id(text) not in marks).split())


def _weight(site: Path, file: Path, soup: BeautifulSoup, page: Page) -> Iterator[Problem]:
    loaded = {
        str(element.get(_LOADS[element.name], ""))
        for element in soup.select("script[src], link[rel=stylesheet], img[src]")
    }
    files = {
        file,
        *((file.parent / urlsplit(address).path).resolve() for address in loaded if not urlsplit(address).netloc),
    }
    size = sum(len(gzip.compress(one.read_bytes(), 6, mtime=0)) for one in files if one.is_file())
    if size > PAGE_WEIGHT:
        yield Problem(
            page.path, 1, f"the built page weighs {size / 1000:.0f} kB gzipped; {PAGE_WEIGHT / 1000:.0f} kB at most"
        )


def _search_index(site: Path, language: str) -> Iterator[Problem]:
    """Duplicate locations make Material's search drop results without a word; leftovers pollute them."""
    folder = site if language == LANGUAGES[0] else site / language
    entries = json.loads((folder / "search" / "search_index.json").read_text("utf-8"))["docs"]
    seen: set[str] = set()
    for entry in entries:
        if entry["location"] in seen:
            yield Problem(f"docs/{language}", 1, f"search index: {entry['location']!r} stands twice")
        seen.add(entry["location"])
        if re.search(r"\\\(|\\\[|katex|--8&lt;--|<svg", entry["text"]):
            yield Problem(f"docs/{language}", 1, f"search index: markup in the text of {entry['location']!r}")
