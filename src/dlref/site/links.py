"""Links between pages, and the pieces of the tree that nothing refers to."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from dlref.site.claims import claim_anchor, claim_tests, experiments
from dlref.site.fences import fragment_fences
from dlref.site.implementations import is_implementation
from dlref.site.pages import Page
from dlref.site.project import Problem, Project
from dlref.site.snippets import blocks_in, output_line

_SNIPPET = re.compile(r"[a-z0-9-]+/[a-z0-9-]+(?:\.(?:numpy|torch))?\.md|[a-z0-9-]+/[a-z0-9-]+\.tex")


def check_links(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Every internal link leads to a page of the same language, and to an anchor that stands there."""
    known = {page.path: page for page in pages}
    for page in pages:
        for part in page.of_kind("link"):
            if re.match(r"(?:https|mailto):", part.key):
                continue
            if re.match(r"[a-z]+:|//", part.key):
                yield Problem(page.path, part.line, f"link {part.key}: only https links lead out of the site")
                continue
            target, _, anchor = part.key.partition("#")
            path = _join(page.path, target) if target else page.path
            if path not in known and not _is_made(project, path):
                yield Problem(page.path, part.line, f"dead link {part.key}: there is no {path}")
            elif anchor and path in known and anchor not in known[path].anchors:
                yield Problem(page.path, part.line, f"dead anchor {part.key}: {path} has no #{anchor}")


def check_snippets(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Every snippet is well formed, is shown somewhere, and prints what its twin prints."""
    used = {
        part.key for page in pages for part in page.of_kind("include", "formula") if not is_implementation(part.key)
    }
    for path in sorted(path for path in project.snippets.rglob("*") if path.is_file()):
        name, shown = path.relative_to(project.snippets).as_posix(), project.relative(path)
        if not _SNIPPET.fullmatch(name):
            yield Problem(shown, 1, "a snippet is called <page>/<name>.numpy.md, .torch.md or .tex")
            continue
        if name not in used:
            yield Problem(shown, 1, "no page includes this snippet")
        if name.endswith(".md"):
            yield from fragment_fences(project, shown, project.read(path))
        if name.endswith(".numpy.md"):
            yield from _twin(project, name)


def _twin(project: Project, name: str) -> Iterator[Problem]:
    path = project.snippets / name
    twin = path.with_name(path.name.replace(".numpy.md", ".torch.md"))
    if not twin.is_file():
        yield Problem(project.relative(path), 1, f"no PyTorch twin: {project.relative(twin)} does not exist")
        return
    ours, theirs = blocks_in(project, path), blocks_in(project, twin)
    if not (ours and theirs) or ours[0].expected == theirs[0].expected:
        return
    for number, (a, b) in enumerate(
        zip(*((one[0].expected or "").splitlines() for one in (ours, theirs)), strict=False)
    ):
        if a != b:
            line = output_line(project.read(twin), theirs[0].line) + number
            said = f"prints `{b}` where its NumPy twin {project.relative(path)} prints `{a}`"
            yield Problem(project.relative(twin), line, said)
            return
    yield Problem(project.relative(twin), theirs[0].line, f"prints more or fewer lines than {project.relative(path)}")


def check_claims(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Every claim that is measured is tested and stands on a page."""
    shown = {part.key for page in pages for part in page.of_kind("claim")}
    tested = {site.claim for site in claim_tests(project)}
    measured = {site.claim for site in experiments(project)}
    for site in experiments(project):
        if claim_anchor(site.claim) not in shown:
            yield Problem(site.path, site.line, f"claim {site.claim} is measured but stands on no page")
        if site.claim not in tested:
            yield Problem(site.path, site.line, f"claim {site.claim} is measured but has no test in tests/claims")
    for site in claim_tests(project):
        if site.claim not in measured:
            yield Problem(site.path, site.line, f"claim {site.claim} is tested but no experiment measures it")


def _is_made(project: Project, path: str) -> bool:
    """Whether a link may lead to this path though no page lies there: a file, or the notebook that a lab becomes."""
    if lab := re.fullmatch(r"docs/(?:zh|en)/lab-([a-z0-9-]+)\.ipynb", path):
        return (project.root / "docs/labs" / f"{lab[1].replace('-', '_')}.py").is_file()
    return (project.root / path).is_file() and not path.endswith(".md")


def _join(page: str, target: str) -> str:
    parts: list[str] = list(PurePosixPath(page).parent.parts)
    for piece in PurePosixPath(target).parts:
        if piece == "..":
            if parts:
                parts.pop()
        else:
            parts.append(piece)
    return "/".join(parts)
