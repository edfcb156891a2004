"""Making a sample site: what the tests of this folder and their fixtures share."""

import shutil
from pathlib import Path

import yaml

from dlref.figures import manifest
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import Project

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"
_CODE = ("site", "figures/__init__.py", "figures/manifest.py", "figures/drawing.py", "experiments/__init__.py")
_EXPERIMENTS = ("experiments/registry.py", "experiments/provenance.py", "experiments/remembering.py")
_SHARED = (*_CODE, *_EXPERIMENTS, "__init__.py")


def make_sample(root: Path) -> Project:
    """Put the sample's pages below `root`, with the real site's machinery to check and build them."""
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _SHARED:
        source, target = ROOT / "src/dlref" / name, root / "src/dlref" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for name in ("dlref.css", "icon.svg"):
        shutil.copy(ROOT / "docs/assets" / name, root / "docs/assets" / name)
    shutil.copy(ROOT / "pyproject.toml", root / "pyproject.toml")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    (root / "mkdocs.yml").write_text(_configuration(), "utf-8")
    project = Project(root)
    draw_manifest(project)
    stamp(project, load_pages(project))
    return project


def draw_manifest(project: Project) -> None:
    """Write down that the figures were drawn from the sources as they are."""
    module = "dlref/figures/sample.py"
    entries = {
        path.relative_to(project.figures).as_posix(): {
            "module": module,
            "source": manifest.source_key(module, project.source),
            "content": manifest.content_key(path.read_text("utf-8")),
        }
        for path in project.figures.rglob("*.svg")
    }
    manifest.write(project.figures, entries)


def _configuration() -> str:
    """The real configuration with the sample's pages in its navigation."""
    before, rest = (ROOT / "mkdocs.yml").read_text("utf-8").split("\nnav:", 1)
    after = rest.split("\nhooks:", 1)[1]
    nav = yaml.safe_dump(
        {
            "nav": [
                "index.md",
                {"learning": ["sample.md"]},
                {"labs": ["lab-halving.ipynb"]},
                "api-scaling.md",
                "evidence.md",
                "about.md",
            ]
        }
    )
    return f"{before}\n{nav}\nhooks:{after}"
