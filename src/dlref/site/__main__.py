"""`python -m dlref.site new|check|build|serve|standalone|sync|evidence|prose`; the nox sessions call these."""

import argparse
import os
import sys
from pathlib import Path

from dlref.site.build import build
from dlref.site.check import check, select
from dlref.site.formula_tests import count_formulas
from dlref.site.new import SECTIONS, new
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import Problem, ProblemsFoundError, Project
from dlref.site.prose import check_prose
from dlref.site.rerun import find_claim, known_claims, rerun
from dlref.site.serve import serve
from dlref.site.standalone.files import write


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dlref.site", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    checking = actions.add_parser("check", help="find what is wrong with the pages")
    checking.add_argument("pages", nargs="*", help="pages, by file or name; all when none is named")
    actions.add_parser("build", help="verify everything and build site/")
    serving = actions.add_parser("serve", help="verify what changed, then a live preview of both languages")
    serving.add_argument("--port", type=int, default=int(os.environ.get("DLREF_PORT", "8000")))
    writing = actions.add_parser("standalone", help="write every snippet as a program that does not need dlref")
    writing.add_argument("folder", type=Path, help="where; what each has to print stands beside it, for run.py")
    syncing = actions.add_parser("sync", help="stamp pairs of pages as read against each other")
    syncing.add_argument("pages", nargs="+", help="pages, by file or name")
    beginning = actions.add_parser("new", help="begin a page, in both languages, with all that belongs to it")
    beginning.add_argument("slug", help="its name in the address, such as data-order")
    beginning.add_argument("zh_title", metavar="中文标题")
    beginning.add_argument("en_title", metavar="English-title")
    beginning.add_argument("--section", default=SECTIONS[-1], help=f"of the navigation: {', '.join(SECTIONS)}")
    again = actions.add_parser("evidence", help="measure one claim again and judge it; without an id, list all ids")
    again.add_argument("claim", nargs="?", help="its id, such as C-batch-noise")
    actions.add_parser("prose", help="check the typography of the Chinese text")
    arguments = parser.parse_args()
    project = Project(Path.cwd())
    try:
        if arguments.action == "check":
            ended = _finish(check(project, arguments.pages), ", ".join(arguments.pages) or "all pages")
            return ended or _say_formulas(project)
        if arguments.action == "prose":
            return _finish(check_prose(project), "Chinese text")
        if arguments.action == "standalone":
            return _finish(write(project, arguments.folder, expected=True), str(arguments.folder))
        if arguments.action == "sync":
            return _sync(project, arguments.pages)
        if arguments.action == "evidence":
            return _evidence(project, arguments.claim)
        if arguments.action == "new":
            return _new(project, arguments)
        if arguments.action == "serve":
            serve(project, arguments.port)
        else:
            build(project)
    except ProblemsFoundError as error:
        return _report(error)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; site/ is as it was", file=sys.stderr)
        return 130
    return 0


def _finish(problems: list[Problem], subject: str) -> int:
    if problems:
        return _report(ProblemsFoundError(problems))
    print(f"{subject}: no problems")
    return 0


def _say_formulas(project: Project) -> int:
    counts = count_formulas(project)
    how = f"{counts.from_latex} executed from their own LaTeX, {counts.transcribed} by transcription"
    print(f"display formulas: {counts.formulas}, {how}")
    return 0


def _new(project: Project, asked: argparse.Namespace) -> int:
    for path in new(project, asked.slug, asked.zh_title, asked.en_title, asked.section):
        print(project.relative(path))
    print(f"\nEach of these says what to write where. What is missing or wrong: nox -s check -- {asked.slug}")
    return 0


def _sync(project: Project, names: list[str]) -> int:
    written = stamp(project, select(project, load_pages(project), names))
    print("\n".join(f"{project.relative(path)}: stamped" for path in written) or "already stamped")
    return 0


def _evidence(project: Project, name: str | None) -> int:
    if name is None:
        print("\n".join(known_claims(project)))
        return 0
    return rerun(project, find_claim(project, name))


def _report(error: ProblemsFoundError) -> int:
    print(error, file=sys.stderr)
    count = len(error.problems)
    print(
        f"\n{count} problem{'s' if count > 1 else ''}; each line above names a file, a line and what to do",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
