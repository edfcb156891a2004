"""What must hold between the two languages of a page: the same things, in the same order, and each read by a person.

Prose cannot be compared. For it, each page carries the fingerprint of the counterpart it was last read against.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

from dlref.site.pages import Page, Part
from dlref.site.project import LANGUAGES, Problem, Project

# What is compared in order, kind by kind: how a part is named to a reader, and what must be equal.
_Key = Callable[[Part], str]
_ORDERED: tuple[tuple[str, str, _Key], ...] = (
    ("heading", "heading", lambda part: f"{'#' * part.level} #{part.key}" if part.level > 1 else "# (title)"),
    ("include", "snippet", lambda part: part.key),
    ("formula", "formula", lambda part: part.key),
    ("image", "figure", lambda part: re.sub(r"\.(zh|en)(?=\.svg$)", "", part.key)),
    ("claim", "claim", lambda part: f"#{part.key}"),
    ("fence", "code block", lambda part: f"```{part.key}" + ("" if part.key == "text" else f" {part.text!r}")),
    ("admonition", "box", lambda part: part.key),
    ("tab", "tab", lambda part: part.text),
)
# What is compared as a collection, because sentences are built differently.
_UNORDERED: tuple[tuple[str, str, _Key], ...] = (
    ("inline-formula", "inline formula", lambda part: f"${''.join(part.key.split())}$"),
    ("measured", "measured number", lambda part: f"`{part.key}`"),
    ("link", "link", lambda part: part.key),
    ("anchor", "anchor", lambda part: f"#{part.key}"),
)


def fingerprint(page: Page) -> str:
    """Return what a counterpart records when it was read against this page."""
    return hashlib.sha256(page.body.encode()).hexdigest()[:12]


def check_pairs(pages: list[Page]) -> Iterator[Problem]:
    """Compare every page with its counterpart."""
    found = {(page.language, page.slug): page for page in pages}
    for slug in sorted({page.slug for page in pages}):
        pair = [found.get((language, slug)) for language in LANGUAGES]
        for language, page in zip(LANGUAGES, pair, strict=True):
            if page is None:
                other = next(page for page in pair if page is not None)
                said = f"page is missing: {other.path} has no counterpart"
                yield Problem(f"docs/{language}/{slug}.md", 1, said)
        if pair[0] is not None and pair[1] is not None:
            yield from _compare(pair[0], pair[1])
            yield from _read_against(pair[0], pair[1])
            yield from _read_against(pair[1], pair[0])


def _compare(one: Page, other: Page) -> Iterator[Problem]:
    for kind, name, key in _ORDERED:
        yield from _in_order(one, other, kind, name, key)
    for kind, name, key in _UNORDERED:
        yield from _as_set(one, other, kind, name, key)
        yield from _as_set(other, one, kind, name, key)


def _in_order(one: Page, other: Page, kind: str, name: str, key: _Key) -> Iterator[Problem]:
    first, second = one.of_kind(kind), other.of_kind(kind)
    matcher = SequenceMatcher(None, list(map(key, first)), list(map(key, second)), autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from (_missing(other, _line(second, j1), name, key(part), one, part) for part in first[i1:i2])
            yield from (_missing(one, _line(first, i1), name, key(part), other, part) for part in second[j1:j2])


def _as_set(one: Page, other: Page, kind: str, name: str, key: _Key) -> Iterator[Problem]:
    there = Counter(map(key, other.of_kind(kind)))
    for part in one.of_kind(kind):
        if there[key(part)] > 0:
            there[key(part)] -= 1
        else:
            yield _missing(other, 1, name, key(part), one, part)


def _line(parts: list[Part], index: int) -> int:
    """The line where a missing part would stand: that of the one it should precede, or of the last."""
    return parts[min(index, len(parts) - 1)].line if parts else 1


def _missing(page: Page, line: int, name: str, key: str, other: Page, part: Part) -> Problem:
    label = key.lstrip("# ") if name == "heading" else key
    label = f"#{label}" if name == "heading" else label
    return Problem(page.path, line, f"no counterpart for {name} {label} ({other.path} has it at line {part.line})")


def _read_against(page: Page, other: Page) -> Iterator[Problem]:
    if page.front_matter and page.front_matter.get("counterpart") != fingerprint(other):
        said = f"{other.path} has changed since this page was read against it: compare them, then `nox -s sync -- "
        yield Problem(page.path, 1, f"{said}{page.slug}`")


def stamp(project: Project, pages: list[Page]) -> list[Path]:
    """Record in both pages of each pair that they were read against each other as they are now."""
    found = {(page.language, page.slug): page for page in pages}
    written = []
    for page in pages:
        others = [found.get((language, page.slug)) for language in LANGUAGES if language != page.language]
        for other in filter(None, others):
            path = project.root / page.path
            line = f'counterpart: "{fingerprint(other)}"'
            text, count = re.subn(r"^counterpart:.*$", line, page.text, count=1, flags=re.MULTILINE)
            if not count:
                text = page.text.replace("---\n", f"---\n{line}\n", 1)
            if text != page.text:
                path.write_text(text, "utf-8")
                written.append(path)
    return written
