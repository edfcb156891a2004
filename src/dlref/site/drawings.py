"""Whether the committed figures are those that today's code would draw, judged without drawing them."""

from collections.abc import Iterator

from dlref.figures import manifest
from dlref.site.pages import Page
from dlref.site.project import Problem, Project


def check_drawings(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Each figure was drawn from the sources as they are, was not edited since, and is shown on a page."""
    entries = manifest.read(project.figures)
    shown = {part.key.partition("assets/figures/")[2] for page in pages for part in page.of_kind("image")}
    for file, entry in sorted(entries.items()):
        path = project.figures / file
        name = project.relative(path)
        module = project.source / entry["module"]
        if not path.is_file():
            yield Problem(name, 1, "figure is missing: run `nox -s figures`")
        elif not module.is_file() or entry["source"] != manifest.source_key(entry["module"], project.source):
            said = f"src/{entry['module']}, or what it draws from, has changed since this figure was drawn"
            yield Problem(name, 1, f"{said}: run `nox -s figures`")
        elif manifest.content_key(path.read_text("utf-8")) != entry["content"]:
            yield Problem(name, 1, "figure differs from what was drawn: run `nox -s figures`")
        if file not in shown:
            yield Problem(name, 1, "no page shows this figure")
    for path in sorted(project.figures.rglob("*.svg")):
        if path.relative_to(project.figures).as_posix() not in entries:
            yield Problem(project.relative(path), 1, "no code draws this figure: run `nox -s figures`")
