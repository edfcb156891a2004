"""The labs: notebooks whose cells of code both languages share.

A lab is a script in docs/labs, in the format "py:percent". Its cells of Markdown carry `lang="zh"` or `lang="en"`, and
a cell that draws says in both what is to be seen, as in `# %% zh="…" en="…"`. Cells of code are run once for both
languages, and again when they, what they import, or the versions of that change.
"""

import copy
import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from dlref.experiments.provenance import fingerprint
from dlref.site.project import LANGUAGES, Problem, ProblemsFoundError, Project, write_changed

_QUIET = ["--log-level=ERROR"]  # a kernel warns that others on this machine could listen
Notebook = Any  # nbformat's dict of cells
_SECONDS = 60  # of one core, for a lab
_RATE = re.compile(r"(\d+/\d+) \[[^\],]*, [^\],]*(?:, )?([^\]]*)\]")  # tqdm's times, which differ in every run


def lab_files(project: Project) -> list[Path]:
    """Return the labs' scripts, sorted."""
    return sorted((project.docs / "labs").glob("*.py"))


def run_labs(project: Project) -> None:
    """Run every lab that has changed, two at a time; raise ProblemsFoundError for those that fail."""
    paths = lab_files(project)
    with ProcessPoolExecutor(2) as pool:  # in this process, nbclient would leave its event loops open
        problems = [found for each in pool.map(_problems, [project] * len(paths), paths) for found in each]
    if problems:
        raise ProblemsFoundError(problems)


def _problems(project: Project, path: Path) -> list[Problem]:
    try:
        executed(project, path)
    except ProblemsFoundError as error:
        return error.problems
    return []


def write_notebooks(project: Project, language: str) -> list[Path]:
    """Write the labs of a language, run; return their files, which are named as the pages."""
    found = []
    for path in lab_files(project):
        notebook = translated(executed(project, path), language)
        name = f"lab-{path.stem.replace('_', '-')}"
        file = project.cache / "labs" / language / f"{name}.ipynb"
        write_changed(file, json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        found.append(file)
    return found


def executed(project: Project, path: Path) -> Notebook:
    """Return the lab with what its cells show, from the last run if nothing has changed since."""
    code = project.read(path)
    remembered = project.cache / "labs" / f"{path.stem}-{fingerprint(code, project.source)}.json"
    if not remembered.is_file():
        notebook = _read(project, path)
        try:
            NotebookClient(notebook, timeout=_SECONDS, kernel_name="python3", extra_arguments=_QUIET).execute(
                cwd=str(project.cache)
            )
        except CellExecutionError as error:
            raise ProblemsFoundError([_failure(project, path, notebook, error)]) from None
        if silent := [
            cell for cell in notebook["cells"] if _draws(cell) and not cell["metadata"].keys() >= {*LANGUAGES}
        ]:
            said = "a cell that draws says what is to be seen: # %% " + " ".join(f'{code}="…"' for code in LANGUAGES)
            raise ProblemsFoundError([_problem(project, path, cell, said) for cell in silent])
        write_changed(remembered, json.dumps(notebook))
    return json.loads(remembered.read_text("utf-8"))


def captions(notebook: Path) -> list[str]:
    """Return what a notebook's pictures show, in their order."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [
        cell["metadata"]["alt"]
        for cell in cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def check_labs(project: Project) -> Iterator[Problem]:
    """What can be wrong with a lab without running it: each cell of text has a language, and both say something."""
    for path in lab_files(project):
        lines = project.read(path).splitlines()
        cells = [(number, line) for number, line in enumerate(lines, 1) if line.startswith("# %% [markdown]")]
        seen = []
        for number, line in cells:
            language = next((code for code in LANGUAGES if f'lang="{code}"' in line), "")
            if not language:
                yield Problem(project.relative(path), number, f'a cell of text needs lang="{LANGUAGES[0]}" or another')
            seen.append((number, language))
        for (number, first), (_, second) in zip(seen[::2], [*seen[1::2], (0, "")], strict=False):
            if {first, second} != set(LANGUAGES):
                yield Problem(project.relative(path), number, "its counterpart in the other language has to follow")
                break


def translated(notebook: Notebook, language: str) -> Notebook:
    """Return the notebook with the text of one language."""
    result = copy.deepcopy(notebook)
    result["cells"] = [cell for cell in result["cells"] if cell["metadata"].get("lang", language) == language]
    for number, cell in enumerate(result["cells"]):
        cell["id"] = hashlib.sha256(f"{number} {cell['source']}".encode()).hexdigest()[:8]  # the same in every build
        cell["metadata"] = {"alt": cell["metadata"][language]} if language in cell["metadata"] else {}
        if cell["cell_type"] == "code":
            cell["outputs"] = list(_settled(cell["outputs"]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    result["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return result


def _read(project: Project, path: Path) -> Notebook:
    notebook = jupytext.reads(project.read(path), fmt="py:percent")
    notebook["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]


def _settled(outputs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What a cell shows, as it stood in the end: a progress bar once, without the seconds it took."""
    for is_text, group in groupby(outputs, lambda output: output["output_type"] == "stream"):
        if not is_text:
            yield from (_picture(output) for output in group if output["output_type"] == "display_data")
            continue
        streams = list(group)
        for name in ("stderr", "stdout"):  # progress, then results: the order in which they arrive is not certain
            whole = "".join(output["text"] for output in streams if output["name"] == name)
            lines = [_RATE.sub(r"\1 \2", line.rsplit("\r", 1)[-1]).rstrip() for line in whole.split("\n")]
            if text := "\n".join(lines).strip("\n"):
                yield {"output_type": "stream", "name": name, "text": text + "\n"}


def _picture(output: dict[str, Any]) -> dict[str, Any]:
    if "image/png" in output["data"]:
        output["data"].pop("text/plain", None)
    return output


def _draws(cell: dict[str, Any]) -> bool:
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def _failure(project: Project, path: Path, notebook: Notebook, error: CellExecutionError) -> Problem:
    """Where in the script the cell stands that failed, and what Python said."""
    failed = next(
        cell for cell in notebook["cells"] if any(o["output_type"] == "error" for o in cell.get("outputs", []))
    )
    return _problem(project, path, failed, f"{error.ename}: {error.evalue}")


def _problem(project: Project, path: Path, cell: dict[str, Any], said: str) -> Problem:
    line = project.read(path)[: project.read(path).index(cell["source"])].count("\n") + 1
    return Problem(project.relative(path), line, said)
