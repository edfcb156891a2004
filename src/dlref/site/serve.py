"""A live preview of both languages at one address, with what is not verified marked as such.

A saved page is rebuilt by itself and is visible at once. Running what it shows takes longer and follows behind; when
the record has grown, the marks are brought up to date.
"""

import logging
import os
import tempfile
import threading
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer

from dlref.experiments.remembering import remembering
from dlref.site.audit import built_at
from dlref.site.build import mkdocs_environment
from dlref.site.check import check
from dlref.site.pages import Page, load_pages
from dlref.site.project import LANGUAGES, ProblemsFoundError, Project
from dlref.site.standalone.files import FOLDER, write

_POLL_SECONDS = 0.15


def serve(project: Project, port: int) -> None:
    """Verify what changed, build, and serve until interrupted."""
    os.chdir(project.root)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    logging.getLogger("mkdocs.commands.build").addFilter(lambda record: "'dirty' build" not in record.getMessage())
    logging.getLogger("jieba").setLevel(logging.WARNING)
    _print_problems(project)
    with tempfile.TemporaryDirectory(prefix="dlref-preview-") as folder:
        preview = Preview(project, Path(folder))
        preview.rebuild()
        server = LiveReloadServer(preview.rebuild, "127.0.0.1", port, folder, polling_interval=_POLL_SECONDS)
        server.error_handler = lambda code: (Path(folder) / "404.html").read_bytes() if code == 404 else None
        for path in preview.watched:
            server.watch(str(path))
        print(f"serving both languages at {server.url} (English at {server.url}en/); Ctrl+C stops", flush=True)
        try:
            server.serve()  # type: ignore[no-untyped-call]
        finally:
            server.shutdown()


def _print_problems(project: Project) -> list[object]:
    problems = check(project)
    print(ProblemsFoundError(problems) if problems else "everything on the pages is verified", flush=True)
    return list(problems)


class Preview:
    """Both languages, built into one folder, brought up to date page by page."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.watched = [project.docs, project.snippets, project.source, project.root / "mkdocs.yml", project.record]
        self.seen: dict[Path, int] = {}
        self.verifying = threading.Lock()

    def rebuild(self) -> None:
        """Build the pages that a change touches, then verify them behind the scenes."""
        changed = self._changed()
        first = not self.folder.joinpath("index.html").exists()
        pages = load_pages(self.project)
        touched = [page for page in pages if self._is_touched(page, changed)]
        for page in touched:
            (self.folder / built_at(page)).unlink(missing_ok=True)
        for language in LANGUAGES if first else sorted({page.language for page in touched}):
            self._build(language)
        if first or any(path.is_relative_to(self.project.snippets) for path in changed):
            write(self.project, self.folder / FOLDER)  # what has no program, the checks name
        if not first and changed != {self.project.record}:
            threading.Thread(target=self._verify, args=(touched,), daemon=True).start()

    def _is_touched(self, page: Page, changed: set[Path]) -> bool:
        """Tell whether a page shows what changed: its own text, a snippet of its, or something that all pages share."""
        shown = {self.project.snippets / part.key for part in page.of_kind("include", "formula")}
        own = {self.project.root / page.path, *shown}
        return any(path in own or not self._has_one_place(path) for path in changed)

    def _has_one_place(self, path: Path) -> bool:
        is_page = path.suffix == ".md" and path.is_relative_to(self.project.docs)
        return is_page or path.is_relative_to(self.project.snippets)

    def _changed(self) -> set[Path]:
        now = {path: path.stat().st_mtime_ns for path in self._files() if path.is_file()}
        changed = {path for path in now.keys() | self.seen.keys() if now.get(path) != self.seen.get(path)}
        self.seen = now
        return changed

    def _files(self) -> list[Path]:
        files = [path for folder in self.watched if folder.is_dir() for path in folder.rglob("*")]
        return [path for path in [*files, *self.watched] if "__pycache__" not in path.parts]

    def _build(self, language: str) -> None:
        os.environ.update({**mkdocs_environment(self.project, language), "DLREF_LENIENT": "1"})
        target = self.folder if language == LANGUAGES[0] else self.folder / language
        config = load_config("mkdocs.yml", site_dir=str(target), strict=False)
        # dirty: only pages without an output are built, and nothing of the other language is cleaned away
        with remembering():
            mkdocs_build(config, dirty=True)

    def _verify(self, pages: list[Page]) -> None:
        with self.verifying:  # one at a time; the record's change then triggers the rebuild that shows the marks
            problems = check(self.project, sorted({page.slug for page in pages}))
            print(ProblemsFoundError(problems) if problems else "verified", flush=True)
