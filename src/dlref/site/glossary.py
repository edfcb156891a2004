"""The glossary: one term each in both languages, what its page shows, links to it, and what is not written for a term.

The terms are in docs/glossary.toml. On the page `glossary`, `--8<-- "glossary"` on a line of its own stands for all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlref.experiments.remembering import remembered
from dlref.site.project import LANGUAGES, Problem, Project, write_changed
from dlref.site.tables import read_tables

if TYPE_CHECKING:  # pages knows the anchors of the terms, and this module only the form of a page
    from dlref.site.pages import Page

GLOSSARY = "glossary"  # the include, and the page that holds it
_FILE = "glossary.toml"
# what stands in quotation marks or in code is spoken of, not used; addresses and attributes are not prose
_SPOKEN_OF = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"|\]\([^)]*\)|\{[^}]*\}|\$[^$]*\$|<[^>]*>")


@dataclass(frozen=True)
class Term:
    """A term; `not_zh` and `not_en` are regular expressions of what is not written for it."""

    id: str
    zh: str
    en: str
    zh_text: str
    en_text: str
    page: str = ""
    not_zh: list[str] = field(default_factory=list)
    not_en: list[str] = field(default_factory=list)

    def name(self, language: str) -> str:
        """How a language writes it."""
        return self.zh if language == "zh" else self.en

    def avoided(self, language: str) -> list[str]:
        """What a language does not write for it."""
        return self.not_zh if language == "zh" else self.not_en


@remembered
def load_terms(project: Project) -> list[Term]:
    """Return the terms, sorted by their English names; raise ProblemsFoundError with the lines that are wrong."""
    found = read_tables(project, project.docs / _FILE, Term, ("id", *LANGUAGES), _faults)
    return sorted(found, key=lambda term: term.en.lower())


def _faults(table: dict[str, Any]) -> Iterator[str]:
    for key in ("id", "zh", "en", "zh_text", "en_text"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            yield f"`{key}` is missing or not text"
    for key in ("not_zh", "not_en"):
        for pattern in table.get(key, []):
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"`{key}`: {pattern!r} is no regular expression: {error}"


def check_glossary(project: Project, pages: "list[Page]") -> Iterator[Problem]:
    """The pages that terms name exist."""
    slugs = {page.slug for page in pages}
    for term in load_terms(project):
        if term.page and term.page not in slugs:
            yield Problem(f"docs/{_FILE}", 1, f"{term.id}: there is no page {term.page!r}")


def check_terms(project: Project, page: "Page") -> Iterator[Problem]:
    """What the glossary writes otherwise; in quotation marks or in code a page may speak of it."""
    fenced = {part.line + n for part in page.of_kind("fence") for n in range(part.text.count("\n") + 2)}
    lines = ((number, line) for number, line in enumerate(page.text.splitlines(), 1) if number not in fenced)
    for number, said in avoided_words(project, page.language, lines):
        yield Problem(page.path, number, said)


def avoided_words(project: Project, language: str, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The numbers of those lines of prose that say what the glossary writes otherwise, and what that is."""
    avoided = [
        (re.compile(pattern, re.IGNORECASE), term.name(language))
        for term in load_terms(project)
        for pattern in term.avoided(language)
    ]
    for number, line in lines:
        prose = _SPOKEN_OF.sub(" ", line)
        for pattern, name in avoided:
            if found := pattern.search(prose):
                yield number, f"`{found.group()}`: the glossary's term is `{name}`"


def write_glossary(project: Project, pages: "list[Page]", language: str, words: dict[str, str]) -> None:
    """Write what pymdownx.snippets includes for the glossary, in one language."""
    titles = {page.slug: page.title for page in pages if page.language == language}
    lines = []
    for term in load_terms(project):
        other = term.name(next(one for one in LANGUAGES if one != language))
        said = term.zh_text if language == "zh" else term.en_text
        if term.page:
            more = words["explained"].format(pages=f"[{titles.get(term.page, term.page)}]({term.page}.md)")
            said += f"{words['space']}{more}{words['stop']}"
        both = f'{term.name(language)} <span class="other" lang="{_other(language)}">{other}</span>'
        lines += [f"## {both if other != term.name(language) else other} {{ #{term.id} }}", "", said, ""]
    write_changed(project.fragments / language / GLOSSARY, "\n".join(lines))


def _other(language: str) -> str:
    return next(one for one in LANGUAGES if one != language)
