"""The references: one list for both languages, and which pages cite what, found rather than written down.

The works are in docs/references.toml. On the page `references`, `--8<-- "references/books"` on a line of its own stands
for those of the group `books`. A page of the API reference cites what the docstrings of its modules cite.
"""

import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from dlref.experiments.remembering import remembered
from dlref.site.project import Problem, Project, write_changed
from dlref.site.tables import read_tables

if TYPE_CHECKING:  # pages knows the anchors of the works, and this module only the form of a page
    from dlref.site.pages import Page

REFERENCES = "references"  # the page, and the folder of its includes
_FILE = "references.toml"
_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}")
_DOI = re.compile(r"10\.\d{4,}/\S+")
_NUMBERS = re.compile(r"arXiv:\s*((?:\d{4}\.\d{4,5}|[a-z-]+/\d{7}))|doi:(10\.\d{4,}/[^\s\]]+)")  # as texts cite them
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Work:
    """A work; `cited` are words that stand for it where its title would not do, `after` is what to read before it."""

    id: str
    group: str
    authors: str
    title: str
    year: int
    zh: str
    en: str
    language: str = ""  # of the title, where it is neither English nor Chinese
    venue: str = ""
    arxiv: str = ""
    doi: str = ""
    cited: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def is_cited_in(self, text: str) -> bool:
        """Tell whether a text, as `plain` returns it, names the work."""
        marks = [*(self.cited or [self.title]), self.arxiv and f"arxiv:{self.arxiv}", self.doi]
        return any(mark.casefold() in text for mark in marks if mark)

    def entry(self, language: str) -> str:
        """Authors, title, venue, year and numbers, and what it is good for; with no stop at the end."""
        written = self.language or ("zh" if _HAN.search(self.title) else "en")
        title = f'<cite lang="{written}">{self.title}</cite>'
        later = re.search(r"\(\d{4}\)$", self.venue)
        dated = f"{title} ({self.year}), {self.venue}" if later else f"{title}, {self.venue} ({self.year})"
        parts = [f"{self.authors}, {dated if self.venue else f'{title} ({self.year})'}"]
        if self.arxiv:
            parts.append(f"[arXiv:{self.arxiv}](https://arxiv.org/abs/{self.arxiv})")
        if self.doi:
            parts.append(f"[doi:{self.doi}](https://doi.org/{self.doi})")
        return ", ".join(parts) + (f"：{self.zh}" if language == "zh" else f": {self.en}")


def plain(text: str) -> str:
    """Return a text as works are looked for in it: one space for each gap, in small letters."""
    return " ".join(text.split()).casefold()


@remembered
def load_works(project: Project) -> list[Work]:
    """Return the works, the oldest first; raise ProblemsFoundError with the lines that are wrong."""
    found = read_tables(project, project.docs / _FILE, Work, ("id", "title", "arxiv", "doi"), _faults)
    return sorted(found, key=lambda work: (work.year, work.authors))


def _faults(table: dict[str, Any]) -> Iterator[str]:
    for one in fields(Work):
        if one.default is MISSING and one.default_factory is MISSING and not table.get(one.name):
            yield f"`{one.name}` is missing"
    for key, form in (("arxiv", _ARXIV), ("doi", _DOI)):
        if (value := table.get(key)) and not form.fullmatch(value):
            yield f"`{key}` cannot be {value!r}"


def group_of(include: str) -> str:
    """Return the group that an include stands for, or nothing if it is no include of works."""
    folder, _, group = include.partition("/")
    return group if folder == REFERENCES and group and "." not in group else ""


def check_references(project: Project, pages: "list[Page]") -> Iterator[Problem]:
    """Every work is shown once, and the pages that works name exist."""
    works = load_works(project)
    slugs = {page.slug for page in pages}
    shown = {group_of(part.key) for page in pages for part in page.of_kind("include")} - {""}
    for work in works:
        for slug in set(work.after) - slugs:
            yield Problem(f"docs/{_FILE}", 1, f"{work.id}: there is no page {slug!r}")
        if work.group not in shown:
            yield Problem(f"docs/{_FILE}", 1, f"{work.id}: no page includes the group {work.group!r}")
    for page in pages:
        for part in page.of_kind("include"):
            if (group := group_of(part.key)) and group not in {work.group for work in works}:
                yield Problem(page.path, part.line, f"docs/{_FILE} has no work of the group {group!r}")


def citing_texts(project: Project, pages: "list[Page]", language: str) -> dict[str, str]:
    """Return, by page, what may cite works: its own text and, where it lists an API, the sources of that."""
    root = project.source / "dlref"
    texts = {}
    for page in pages:
        if page.language != language or page.slug == REFERENCES:
            continue
        files = []
        for part in page.of_kind("include"):
            if part.key.startswith("dlref.") and part.key.count(".") == 1:
                topic = part.key.removeprefix("dlref.")
                for place in (root, root / "numpy", root / "torch"):
                    files += [place / f"{topic}.py", *sorted((place / topic).rglob("*.py"))]
        texts[page.slug] = plain("\n".join([page.body, *(project.read(file) for file in files if file.is_file())]))
    return texts


def unlisted_numbers(project: Project, text: str) -> list[str]:
    """Return the numbers of arXiv and the DOIs that a text cites and the list lacks."""
    known = {number.casefold() for work in load_works(project) for number in (work.arxiv, work.doi)}
    found = [arxiv or doi.rstrip(".,;") for arxiv, doi in _NUMBERS.findall(text)]
    return [number for number in found if number.casefold() not in known]


def write_references(project: Project, pages: "list[Page]", language: str, words: dict[str, str]) -> None:
    """Write what pymdownx.snippets includes for each group of works, in one language."""
    titles = {page.slug: page.title for page in pages if page.language == language}
    texts = citing_texts(project, pages, language)
    groups: dict[str, list[str]] = {}
    for work in load_works(project):
        citing = sorted((slug for slug, text in texts.items() if work.is_cited_in(text)), key=_is_api)
        after = [slug for slug in work.after if slug not in citing]
        said = work.entry(language) + words["stop"]
        for word, slugs in (("cited", citing), ("after", after)):
            if slugs:
                names = {slug: titles.get(slug, slug) for slug in slugs}
                names |= {slug: words["api"].format(title=name) for slug, name in names.items() if _is_api(slug)}
                links = words["comma"].join(f"[{name}]({slug}.md)" for slug, name in names.items())
                said += words["space"] + words[word].format(pages=links) + words["stop"]
        groups.setdefault(work.group, []).append(f"- {said}\n{{ #{work.id} }}")
    for group, entries in groups.items():
        write_changed(project.fragments / language / REFERENCES / group, "\n".join([*entries, ""]))


def _is_api(slug: str) -> bool:
    return slug.startswith("api-")
