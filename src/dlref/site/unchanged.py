"""Whether `site/` is what a build would make of the sources as they are, so that rendering can be left out.

Only rendering: the checks run in any case. Sources are compared by content, the built files by size and time.
"""

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from dlref.site.project import Project

_SETTINGS = ("DLREF_SITE_URL", "DLREF_REPO_URL")


def is_current(project: Project) -> bool:
    """Tell whether the site was built from these very sources and has not been touched since."""
    stamp = _stamp(project)
    return stamp.is_file() and project.site.is_dir() and stamp.read_text("utf-8") == _fingerprint(project)


def remember(project: Project) -> None:
    """Note what the site that now stands in `site/` was built from."""
    _stamp(project).write_text(_fingerprint(project), "utf-8")


def _stamp(project: Project) -> Path:
    return project.cache / "built"


def _fingerprint(project: Project) -> str:
    digest = hashlib.sha256(repr([os.environ.get(name) for name in _SETTINGS]).encode())
    digest.update(repr(sorted((found.name, found.version) for found in distributions())).encode())
    for path in _sources(project):
        digest.update(path.as_posix().encode() + path.read_bytes())
    for path in sorted(project.site.rglob("*")):
        state = path.stat()
        digest.update(f"{path.as_posix()} {state.st_size} {state.st_mtime_ns};".encode())
    return digest.hexdigest()


def _sources(project: Project) -> Iterator[Path]:
    for name in ("mkdocs.yml", "package-lock.json"):
        if (project.root / name).is_file():
            yield project.root / name
    yield project.record
    for folder in (project.docs, project.snippets, project.source):
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
