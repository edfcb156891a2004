"""What must hold on each page by itself. Every rule takes a page and yields problems with line numbers."""

import re
from collections.abc import Callable, Iterator

from dlref.site.bibliography import group_of
from dlref.site.claims import CLAIM_ID, claim_anchor, claim_tests, experiments
from dlref.site.evidence_parts import is_evidence
from dlref.site.fences import fences
from dlref.site.formulas import FormulaError, render_formula
from dlref.site.glossary import GLOSSARY, check_terms
from dlref.site.implementations import find_implementation, is_implementation
from dlref.site.pages import Page, Part
from dlref.site.project import Problem, Project
from dlref.site.public import OVERVIEW, is_reference, topics

Rule = Callable[[Project, Page], Iterator[Problem]]

_FRONT_MATTER = {"description": str, "counterpart": str}
_OPTIONAL = {"hide": list}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_INCLUDE_MARK = re.compile(r"-+8<-+")
_OPEN_ATTRIBUTES = re.compile(r"(?<!\\)\{:?\s*[.#][A-Za-z][^{}]*$")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_UNMARKED_NUMBER = re.compile(r"`(c-[a-z0-9-]+\.[^`]*)`(?!\{:? *\.measured)")

# whatever makes a browser load something from another host: markup, styles, scripts
FOREIGN = re.compile(
    r"""(?:<(?!a\b)[a-z]+\b[^>]*\b(?:src|href|srcset|data|poster)\s*=|\bsrc\s*=|\burl\(|@import\b|\b(?:fetch|import)\(|\b(?:from|import)\b)"""
    r"""\s*["'`]?\s*(?:https?:)?//""",
    re.IGNORECASE,
)


def front_matter(_: Project, page: Page) -> Iterator[Problem]:
    """Each page describes itself (for search engines) and says which counterpart it was read against."""
    yield from page.problems
    if not page.front_matter:
        return
    for key, kind in _FRONT_MATTER.items():
        if not isinstance(page.front_matter.get(key), kind):
            yield Problem(page.path, 1, f"front matter: `{key}` is missing or not text")
    for key, value in page.front_matter.items():
        if key not in {**_FRONT_MATTER, **_OPTIONAL}:
            yield Problem(page.path, 1, f"front matter: unknown key `{key}`")
        elif key in _OPTIONAL and not isinstance(value, _OPTIONAL[key]):
            yield Problem(page.path, 1, f"front matter: `{key}` must be a {_OPTIONAL[key].__name__}")


def headings(_: Project, page: Page) -> Iterator[Problem]:
    """One title; an English anchor on every section; no level left out; no anchor twice."""
    found = page.of_kind("heading")
    if [part.level for part in found].count(1) != 1:
        yield Problem(page.path, 1, "a page has exactly one title (# …)")
    for before, part in zip([None, *found], found, strict=False):
        if before is not None and part.level > before.level + 1:
            yield Problem(page.path, part.line, f"heading level {part.level} follows level {before.level}")
        if part.level > 1 and not _SLUG.fullmatch(part.key):
            said = "every section needs an English anchor, the same in both languages: `## Title { #anchor }`"
            yield Problem(page.path, part.line, said)
    seen: dict[str, int] = {}
    for part in page.of_kind("heading", "claim", "anchor", "entry"):
        if part.key and part.key in seen:
            yield Problem(page.path, part.line, f"anchor #{part.key} stands already at line {seen[part.key]}")
        seen.setdefault(part.key, part.line)


def includes(project: Project, page: Page) -> Iterator[Problem]:
    """Every included file exists and every implementation or topic shown is part of dlref."""
    for part in page.of_kind("include"):
        if is_reference(part.key):
            if part.key != OVERVIEW and part.key.removeprefix("dlref.") not in (public := topics(project)):
                said = f"{part.key} holds nothing public; the topics are {', '.join(sorted(public))}"
                yield Problem(page.path, part.line, said)
        elif part.key == GLOSSARY or group_of(part.key) or is_evidence(part.key):
            continue
        elif is_implementation(part.key):
            if find_implementation(project, part.key) is None:
                yield Problem(page.path, part.line, f"{part.key} is not a function or class of dlref")
        elif not (project.snippets / part.key).is_file():
            yield Problem(page.path, part.line, f"included file snippets/{part.key} does not exist")
    known = {part.line for part in page.of_kind("include", "formula")}
    for number, line in enumerate(page.text.splitlines(), 1):
        if _INCLUDE_MARK.search(line) and number not in known:
            yield Problem(page.path, number, 'an include is written --8<-- "page/name.md", on a line of its own')


def attributes(_: Project, page: Page) -> Iterator[Problem]:
    """No attribute list is left open, and no measured number without its mark: readers would see their source."""
    fenced = {part.line + n for part in page.of_kind("fence") for n in range(part.text.count("\n") + 2)}
    for number, line in enumerate(page.text.splitlines(), 1):
        if number in fenced:
            continue
        if _OPEN_ATTRIBUTES.search(line):
            yield Problem(page.path, number, "an attribute list is not closed: { .claim #c-… }")
        for found in _UNMARKED_NUMBER.finditer(line):
            yield Problem(page.path, number, f"a measured number is written `{found.group(1)}`{{ .measured }}")


def footnotes(_: Project, page: Page) -> Iterator[Problem]:
    """Each footnote is defined once and referred to; without its definition a reader would see the bare mark."""
    lines = list(enumerate(page.text.splitlines(), 1))
    defined = {
        name: number for number, line in lines for name in _FOOTNOTE.findall(line) if line.startswith(f"[^{name}]:")
    }
    used = {name: number for number, line in lines for name in _FOOTNOTE.findall(line) if defined.get(name) != number}
    for name in used.keys() - defined.keys():
        yield Problem(page.path, used[name], f"footnote [^{name}] is not defined on this page")
    for name in defined.keys() - used.keys():
        yield Problem(page.path, defined[name], f"footnote [^{name}] is never referred to")


def formulas(project: Project, page: Page) -> Iterator[Problem]:
    """KaTeX reads every formula; display formulas are files that both languages share."""
    for part in page.of_kind("inline-formula"):
        yield from _formula(project, part.key, page.path, part.line, display=False)
    for part in page.of_kind("formula"):
        path = project.snippets / part.key
        if not part.key.endswith(".tex"):
            said = 'a display formula is a file of its own: $$, then --8<-- "page/name.tex", then $$'
            yield Problem(page.path, part.line, said)
        elif not path.is_file():
            yield Problem(page.path, part.line, f"included file snippets/{part.key} does not exist")
        else:
            yield from _formula(project, path.read_text("utf-8"), project.relative(path), 1, display=True)


def _formula(project: Project, tex: str, path: str, line: int, *, display: bool) -> Iterator[Problem]:
    try:
        render_formula(project, tex, display=display)
    except FormulaError as error:
        said = " ".join(str(error).replace("\u0332", "").split())
        yield Problem(path, line, f"KaTeX cannot read this formula: {said}")


def images(project: Project, page: Page) -> Iterator[Problem]:
    """Pictures exist, are ours, speak the page's language and have a text alternative in it."""
    for part in page.of_kind("image"):
        if re.match(r"(?:[a-z]+:)?//", part.key):
            yield Problem(page.path, part.line, f"{part.key} is on another host: pictures come from docs/assets")
            continue
        path = (project.root / page.path).parent / part.key
        if not path.resolve().is_file():
            mend = f": `nox -s figures -- {page.slug}` draws the page's" if "/figures/" in part.key else ""
            yield Problem(page.path, part.line, f"picture {part.key} does not exist{mend}")
        if "/figures/" in part.key and not part.key.endswith(f".{page.language}.svg"):
            yield Problem(page.path, part.line, f"figure {part.key} is not labelled in the page's language")
        if not part.text.strip() or (page.language == "zh") != bool(_HAN.search(part.text)):
            yield Problem(page.path, part.line, f"picture {part.key} needs a text alternative in the page's language")


def columns(_: Project, page: Page) -> Iterator[Problem]:
    """Each column of a table has a word in its header: a screen reader says it before every cell."""
    for part in page.of_kind("column"):
        if not re.search(r"[^\W_]|#", re.sub(r"\$[^$]*\$", "", part.text)):
            yield Problem(page.path, part.line, f"the header of a table's column needs a word; got {part.text!r}")


def resources(_: Project, page: Page) -> Iterator[Problem]:
    """Nothing on a page is loaded from another host."""
    for part in page.of_kind("html"):
        if FOREIGN.search(part.key):
            yield Problem(page.path, part.line, f"loads a resource from another host: {part.key.splitlines()[0][:80]}")


def claims(project: Project, page: Page) -> Iterator[Problem]:
    """Each claim on the page has an experiment that measures it and a test that would refute it."""
    measured = {site.claim for site in experiments(project)}
    tested = {site.claim for site in claim_tests(project)}
    for part in page.of_kind("claim"):
        claim = f"C{part.key[1:]}"
        if not CLAIM_ID.fullmatch(claim) or part.key != claim_anchor(claim):
            yield Problem(page.path, part.line, f"a claim is marked {{ .claim #c-… }}; got #{part.key}")
        elif claim not in measured:
            said = f'claim {claim} is not measured: no experiment in src/dlref/experiments has @claim("{claim}")'
            yield Problem(page.path, part.line, said)
        elif claim not in tested:
            said = f'claim {claim} has no test: none in tests/claims has @pytest.mark.claim("{claim}")'
            yield Problem(page.path, part.line, said)
    for part in page.of_kind("measured"):
        yield from _measured(page, part, measured)


def _measured(page: Page, part: Part, known: set[str]) -> Iterator[Problem]:
    claim = f"C{part.key.partition('.')[0][1:]}"
    if claim not in known:
        said = f"`{part.key}` names no claim that is measured; write `c-some-claim.value:.2f`"
        yield Problem(page.path, part.line, said)


PAGE_RULES: tuple[Rule, ...] = (
    front_matter,
    headings,
    fences,
    includes,
    footnotes,
    attributes,
    formulas,
    images,
    columns,
    resources,
    claims,
    check_terms,
)
