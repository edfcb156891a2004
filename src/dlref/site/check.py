"""The checks, cheapest first: what can be read off the sources, then what has to be run."""

from collections.abc import Iterator
from pathlib import Path

from dlref.experiments.remembering import remembering
from dlref.site.bibliography import check_references
from dlref.site.claims import claim_anchor
from dlref.site.deviations import check_deviations
from dlref.site.drawings import check_drawings
from dlref.site.evidence import check_evidence
from dlref.site.evidence_parts import OPERATIONS
from dlref.site.formula_tests import check_formulas
from dlref.site.glossary import check_glossary
from dlref.site.html import Evidence, annotate
from dlref.site.lab_text import check_labs
from dlref.site.links import check_claims, check_links, check_snippets
from dlref.site.pages import Page, load_pages
from dlref.site.pairs import check_pairs
from dlref.site.project import LANGUAGES, Problem, ProblemsFoundError, Project
from dlref.site.record import Record
from dlref.site.reference import check_reference
from dlref.site.rules import FOREIGN, PAGE_RULES
from dlref.site.standalone.running import verify_standalone
from dlref.site.verify import verify


def check(project: Project, names: list[str] | None = None) -> list[Problem]:
    """Return every problem of the site, or of the pages named (by file or slug) and their counterparts."""
    try:
        with remembering():
            return _check(project, names)
    except ProblemsFoundError as error:  # a file that cannot be read at all
        return error.problems


def _check(project: Project, names: list[str] | None) -> list[Problem]:
    pages = load_pages(project)
    chosen = select(project, pages, names) if names else pages
    problems = static_problems(project, pages)
    problems += verify(project, chosen)
    problems += unknown_numbers(project, chosen) if not problems else []
    if not problems and any(part.key == OPERATIONS for page in chosen for part in page.of_kind("include")):
        problems += check_deviations(project)
    problems += verify_standalone(project, chosen) if not problems else []
    if names:
        about = {page.path for page in chosen}
        folders = {f"{folder}/{page.slug}/" for page in chosen for folder in ("snippets", "docs/assets/figures")}
        shown = {part.key for page in chosen for part in page.of_kind("include", "formula")}
        problems = [one for one in problems if _concerns(one, about, folders, shown)]
    return sorted(set(problems))


def _concerns(problem: Problem, pages: set[str], folders: set[str], snippets: set[str]) -> bool:
    if not problem.path.startswith(("docs/", "snippets/")):
        return True  # a test or a piece of the package that these pages stand on
    inside = problem.path.startswith(tuple(folders)) or problem.path.removeprefix("snippets/") in snippets
    return problem.path in pages or inside


def select(project: Project, pages: list[Page], names: list[str]) -> list[Page]:
    """Return the pages that `names` mean, in both languages."""
    slugs = set()
    for name in names:
        path = Path(name)
        inside = path.resolve().is_relative_to(project.docs.resolve()) if path.suffix == ".md" else False
        slug = "/".join(path.resolve().relative_to(project.docs.resolve()).parts[1:])[:-3] if inside else name
        if slug not in {page.slug for page in pages}:
            known = ", ".join(sorted({page.slug for page in pages}))
            raise ValueError(f"there is no page {name!r}; the pages are {known}")
        slugs.add(slug)
    return [page for page in pages if page.slug in slugs]


def static_problems(project: Project, pages: list[Page]) -> list[Problem]:
    """Return what is wrong with the sources as they stand, without running any."""
    with remembering():
        return _static_problems(project, pages)


def _static_problems(project: Project, pages: list[Page]) -> list[Problem]:
    problems = [problem for page in pages for rule in PAGE_RULES for problem in rule(project, page)]
    for page in pages:
        if page.language not in LANGUAGES:
            problems.append(Problem(page.path, 1, f"pages stand in docs/{' or docs/'.join(LANGUAGES)}"))
    named = (check_reference, check_glossary, check_references)
    checks = (check_links, check_snippets, check_claims, check_evidence, check_formulas, check_drawings, *named)
    for whole in checks:
        problems += whole(project, pages)
    problems += check_pairs([page for page in pages if page.language in LANGUAGES])
    problems += check_labs(project)
    problems += foreign_resources(project)
    return problems


def foreign_resources(project: Project) -> Iterator[Problem]:
    """Find styles, scripts and templates of ours that would load something from another host."""
    theme = project.source / "dlref" / "site" / "theme"
    paths = [*project.assets.rglob("*"), *theme.rglob("*")]
    for path in sorted(path for path in paths if path.suffix in {".css", ".js", ".html", ".svg"}):
        text = project.read(path)
        for found in FOREIGN.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            said = text.splitlines()[line - 1].strip()[:80]
            yield Problem(project.relative(path), line, f"loads a resource from another host: {said}")


def unknown_numbers(project: Project, pages: list[Page]) -> list[Problem]:
    """Find measured numbers that the experiments do not return, by filling them in as the build will."""
    record = Record.load(project.record)
    problems = []
    for page in pages:
        for part in page.of_kind("measured"):
            claim = f"C{part.key.partition('.')[0][1:]}"
            entry = record.claim(project, claim)
            values = {claim_anchor(claim): entry["values"]} if entry else {}
            _, missing = annotate(f'<code class="measured">{part.key}</code>', Evidence(values), {})
            problems += [Problem(page.path, part.line, one.message) for one in missing]
    return problems
