"""The evidence for each claim: its sentence, what was measured, what the test asserts, and where all of that stands.

Nothing of it is written for the page `evidence`: the sentence is the one on its page, the rest is read from the
experiment, its test and the record.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dlref.experiments.remembering import remembered
from dlref.figures import manifest
from dlref.site.bounds import bounds, source_lines
from dlref.site.claims import Site, claim_anchor, claim_tests, experiments
from dlref.site.pages import Page, Part
from dlref.site.project import Problem, Project
from dlref.site.reached import reached
from dlref.site.record import Record

_FOOTNOTE = re.compile(r"\[\^[^\]]+\]")
_HERE = re.compile(r"\]\(#")


@dataclass(frozen=True)
class Proof:
    """A claim as it stands on a page of one language, and everything that speaks for it."""

    claim: str
    page: Page
    line: int
    sentence: str  # Markdown, with its links as from another page
    section: str  # the anchor of the section that it stands in
    experiment: Site
    tests: list[Site]
    bounds: list[tuple[Site, list[str]]]
    seeds: list[str]
    data: list[str]
    figures: list[str]  # files below docs/assets/figures
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        return claim_anchor(self.claim)


def proofs(project: Project, pages: list[Page], language: str) -> list[Proof]:
    """Return the evidence for every claim on the pages of a language, in the order of the pages and of their text."""
    record, measured = Record.load(project.record), {site.claim: site for site in experiments(project)}
    found = []
    for page in (page for page in pages if page.language == language):
        for part in page.of_kind("claim"):
            claim = f"C{part.key[1:]}"
            if claim in measured:
                found.append(_proof(project, record, page, part, measured[claim]))
    return found


def _proof(project: Project, record: Record, page: Page, part: Part, site: Site) -> Proof:
    tests = [test for test in claim_tests(project) if test.claim == site.claim]
    made_of = reached(project, site.path, site.function)
    section, images = _section(page, part)
    entry = record.claim(project, site.claim) or {}
    return Proof(
        site.claim,
        page,
        part.line,
        sentence(page, part),
        section,
        site,
        tests,
        [(test, bounds(project, test)) for test in tests],
        sorted(made_of.seeds),
        sorted(made_of.data),
        [image for image in images if _draws_from(project, image, site)],
        entry.get("values", {}),
    )


def sentence(page: Page, part: Part) -> str:
    """Return the paragraph that a claim's mark ends, as another page can show it: without footnotes, links mended."""
    lines = page.text.splitlines()[: part.line - 1]
    start = next((number for number in range(len(lines), 0, -1) if not lines[number - 1].strip()), 0)
    said = _FOOTNOTE.sub("", "\n".join(lines[start:]))
    return _HERE.sub(f"]({page.slug}.md#", said).strip()


def _section(page: Page, claim: Part) -> tuple[str, list[str]]:
    """The anchor of the section in which a claim stands, and the figures that the section shows."""
    images: list[str] = []
    anchor, inside = "", False
    for part in sorted(page.of_kind("heading", "image", "claim"), key=lambda part: part.line):
        if part.kind == "heading":
            if inside:
                break
            anchor, images = part.key, []
        elif part.kind == "image":
            images.append(part.key.partition("assets/figures/")[2])
        inside |= part is claim
    return anchor, [image for image in images if image]


def _draws_from(project: Project, image: str, site: Site) -> bool:
    """Whether the function that draws a figure reaches the module of a claim's experiment."""
    function = _drawn_by(project, image)
    module = ".".join(site.path.removeprefix("src/").removesuffix(".py").split("/"))
    return function is not None and module in reached(project, *function).modules


@remembered
def _drawn_by(project: Project, image: str) -> tuple[str, str] | None:
    """The file and the function that draw a figure."""
    entry = _manifest(project).get(image)
    if entry is None or not (project.source / entry["module"]).is_file():
        return None
    path = f"src/{entry['module']}"
    text = project.read(project.root / path)
    name = image.rsplit(".", 2)[0]
    found = re.search(rf'^@figure\("{re.escape(name)}"\)\ndef (\w+)', text, re.MULTILINE)
    return (path, found.group(1)) if found else None


@remembered
def _manifest(project: Project) -> dict[str, dict[str, str]]:
    return manifest.read(project.figures)


def check_evidence(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Each claim is a sentence that can be shown elsewhere, and a test that asserts something."""
    for page in pages:
        for part in page.of_kind("claim"):
            if not sentence(page, part):
                said = f"claim C{part.key[1:]} has no sentence: its mark stands in the line below a paragraph"
                yield Problem(page.path, part.line, said)
    for test in claim_tests(project):
        if not bounds(project, test):
            yield Problem(test.path, test.line, f"the test of claim {test.claim} asserts nothing")


def source_text(project: Project, claim: str) -> str:
    """Return the code behind a claim as plain text: what each of its tests says, then its experiment's whole module."""
    parts = []
    for site in (test for test in claim_tests(project) if test.claim == claim):
        parts.append(f"# {site.path}, line {site.line}\n\n{source_lines(project, site)}")
    for site in (site for site in experiments(project) if site.claim == claim):
        whole = project.read(project.root / site.path).strip()
        parts.append(f"# {site.path}, from line {site.line}: {site.function}\n\n{whole}")
    return "\n\n\n".join([f"# {claim}: its tests, then the module of its experiment", *parts, ""])
