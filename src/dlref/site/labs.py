"""The labs: notebooks whose cells of code both languages share.

A lab is a script in docs/labs, in the format "py:percent". Its cells of Markdown carry `lang="zh"` or `lang="en"`, and
a cell that draws says in both what is to be seen, as in `# %% zh="…" en="…"`.
"""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from dlref.site.lab_runs import PICTURE, SECONDS, executed, lab_files, problem_at
from dlref.site.project import LANGUAGES, Problem, ProblemsFoundError, Project


def run_labs(project: Project, seconds: float = SECONDS) -> None:
    """Run every lab that has changed, two at a time; raise ProblemsFoundError for those that fail."""
    paths = lab_files(project)
    with ProcessPoolExecutor(2) as pool:  # in this process, nbclient would leave its event loops open
        found = pool.map(_problems, [project] * len(paths), paths, [seconds] * len(paths))
        problems = [problem for each in found for problem in each]
    if problems:
        raise ProblemsFoundError(problems)


def _problems(project: Project, path: Path, seconds: float) -> list[Problem]:
    try:
        notebook = executed(project, path, seconds)
    except ProblemsFoundError as error:
        return error.problems
    said = "a cell that draws says what is to be seen: # %% " + " ".join(f'{code}="…"' for code in LANGUAGES)
    silent = [cell for cell in notebook["cells"] if _draws(cell) and not cell["metadata"].keys() >= {*LANGUAGES}]
    return [problem_at(project, path, cell, said) for cell in silent]


def _draws(cell: dict[str, Any]) -> bool:
    return any(PICTURE in output.get("data", {}) for output in cell.get("outputs", []))
