"""From the sources to `site/`: check, run, build both languages, read the result, and only then put it in place."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dlref.experiments.remembering import remembering
from dlref.site.audit import audit
from dlref.site.check import check
from dlref.site.evidence_json import evidence_json
from dlref.site.labs import run_labs
from dlref.site.pages import Page, load_pages
from dlref.site.project import LANGUAGES, Problem, ProblemsFoundError, Project
from dlref.site.publish import sitemap, verification
from dlref.site.standalone.files import FOLDER, write
from dlref.site.unchanged import is_current, remember


def build(project: Project) -> None:
    """Verify everything and build the site; raise ProblemsFoundError and leave the previous site where it is."""
    problems = check(project)
    if problems:
        raise ProblemsFoundError(problems)
    pages = load_pages(project)
    if is_current(project):
        report(project, pages)
        return
    project.cache.mkdir(parents=True, exist_ok=True)
    run_labs(project)
    with remembering(), tempfile.TemporaryDirectory(dir=project.cache, prefix="site-") as folder:
        target = Path(folder) / "site"
        build_languages(project, target)
        write(project, target / FOLDER)
        for path in target.rglob("sitemap.xml*"):
            path.unlink()  # MkDocs writes one for each language, and without addresses an empty one
        record = verification(project, pages)
        (target / "verification.json").write_text(record, "utf-8")
        (target / "evidence.json").write_text(evidence_json(project, pages, target, record), "utf-8")
        if address := os.environ.get("DLREF_SITE_URL"):
            (target / "sitemap.xml").write_text(sitemap(pages, address), "utf-8")
        problems = audit(target, pages)
        if problems:
            raise ProblemsFoundError(problems)
        put_in_place(target, project.site)
    remember(project)
    report(project, pages)


def build_languages(project: Project, target: Path) -> None:
    """Build every language at the same time, each in a process of its own."""
    running = [
        (language, subprocess.Popen(**_mkdocs(project, language, target)))  # type: ignore[call-overload]
        for language in LANGUAGES
    ]
    problems = []
    for language, process in running:
        output, _ = process.communicate()
        if process.returncode:
            problems += _problems(language, output)
    if problems:
        raise ProblemsFoundError(problems)
    for language in LANGUAGES[1:]:
        target.with_name(f"site-{language}").rename(target / language)


def _mkdocs(project: Project, language: str, target: Path) -> dict[str, object]:
    folder = target if language == LANGUAGES[0] else target.with_name(f"site-{language}")
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "mkdocs",
        "build",
        "--strict",  # never with --quiet, which hides the warnings from strict mode's count as well
        "--site-dir",
        str(folder),
    ]
    return {
        "args": command,
        "cwd": project.root,
        "env": {**os.environ, **mkdocs_environment(project, language)},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }


def mkdocs_environment(project: Project, language: str) -> dict[str, str]:
    """Return what one build of MkDocs is told through its environment."""
    return {
        "DLREF_LANGUAGE": language,
        "PYTHONPATH": str(project.source),
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }


def _problems(language: str, output: str) -> list[Problem]:
    """MkDocs' own words, one problem a line; lines of ours, which name file and line, pass as they are."""
    found = []
    for line in output.strip().splitlines():
        text = line.removeprefix("ERROR   -  ").removeprefix("WARNING -  ").removeprefix("Error: ").strip()
        path, _, rest = text.partition(":")
        number, _, message = rest.partition(": ")
        if path.endswith((".md", ".tex")) and number.isdigit():
            found.append(Problem(path, int(number), message))
        elif text and not text.startswith(("Aborted", "INFO")):
            found.append(Problem("mkdocs.yml", 1, f"building {language}: {text}"))
    return found or [Problem("mkdocs.yml", 1, f"building {language} failed without a message")]


def put_in_place(target: Path, site: Path) -> None:
    """Swap the new site in by renaming, so that an interruption leaves either the old one or the new one whole."""
    old = target.with_name("previous")
    try:
        if site.exists():
            site.rename(old)
        target.rename(site)
    except BaseException:
        if old.exists() and not site.exists():
            old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def report(project: Project, pages: list[Page]) -> None:
    """Say in one line what was built."""
    counts = json.loads((project.site / "verification.json").read_text("utf-8"))
    print(
        f"site/: {len(pages)} pages in {len(LANGUAGES)} languages, {len(counts['blocks'])} blocks run, "
        f"{len(counts['claims'])} claims and {len(counts['implementations'])} implementations tested"
    )
