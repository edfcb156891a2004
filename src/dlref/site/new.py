"""Begin a page: both languages, a snippet pair, an experiment, a figure and a test, which pass the checks as they are.

The files of `skeleton` say what to write where.
"""

import re
import subprocess
import sys
from pathlib import Path
from string import Template

from dlref.site.check import select
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import Project

SECTIONS = ("foundations", "learning", "optimisation", "networks")
_SKELETON = Path(__file__).parent / "skeleton"
_SLUG = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def new(project: Project, slug: str, zh_title: str, en_title: str, section: str) -> list[Path]:
    """Write the files of a page and return them; raise ValueError, before anything is written, where that cannot be."""
    _check(slug, zh_title, en_title, section)
    targets = _targets(project, slug)
    taken = [project.relative(path) for path in targets.values() if path.exists()]
    if taken:
        raise ValueError(f"nothing was written, because these exist already: {', '.join(taken)}")
    navigation = with_page((project.root / "mkdocs.yml").read_text("utf-8"), section, slug)
    words = {"slug": slug, "module": slug.replace("-", "_"), "zh_title": zh_title, "en_title": en_title}
    words |= {"claim": f"c-{slug}-example", "claim_id": f"C-{slug}-example"}
    for name, path in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((_SKELETON / name).read_text("utf-8")).substitute(words), "utf-8")
    (project.root / "mkdocs.yml").write_text(navigation, "utf-8")
    command = [sys.executable, "-m", "dlref.figures", f"{slug}/example"]
    subprocess.run(command, cwd=project.root, check=True, stdout=subprocess.DEVNULL)
    stamp(project, select(project, load_pages(project), [slug]))
    return [*targets.values(), project.root / "mkdocs.yml"]


def _check(slug: str, zh_title: str, en_title: str, section: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"a page's name is English, in small letters with hyphens, like data-order; got {slug!r}")
    if not _HAN.search(zh_title) or _HAN.search(en_title) or not en_title.strip():
        raise ValueError(f'titles are given as "<中文标题>" "<English title>"; got {zh_title!r} {en_title!r}')
    if section not in SECTIONS:
        raise ValueError(f"the sections are {', '.join(SECTIONS)}; got {section!r}")


def _targets(project: Project, slug: str) -> dict[str, Path]:
    """Where each file of the skeleton goes."""
    module = slug.replace("-", "_")
    package = project.source / "dlref"
    return {
        "page.zh.md": project.docs / "zh" / f"{slug}.md",
        "page.en.md": project.docs / "en" / f"{slug}.md",
        "definition.tex": project.snippets / slug / "definition.tex",
        "use.numpy.md": project.snippets / slug / "use.numpy.md",
        "use.torch.md": project.snippets / slug / "use.torch.md",
        "experiment.py.txt": package / "experiments" / f"{module}.py",
        "figure.py.txt": package / "figures" / f"{module}.py",
        "test.py.txt": project.tests / "claims" / f"test_{module}.py",
        "formula_test.py.txt": project.tests / "formulas" / f"test_{module}_formulas.py",
    }


def with_page(configuration: str, section: str, slug: str) -> str:
    """Return mkdocs.yml with the page at the end of a section of the navigation."""
    lines = configuration.splitlines(keepends=True)
    try:
        place = next(n for n, line in enumerate(lines) if re.match(rf"  - {section}:", line)) + 1
    except StopIteration:
        raise ValueError(f"mkdocs.yml has no section {section} in its navigation") from None
    while place < len(lines) and lines[place].startswith("      - "):
        place += 1
    return "".join([*lines[:place], f"      - {slug}.md\n", *lines[place:]])
