"""Running a lab: its cells of code, once for both languages, within the seconds of one core that a lab may take.

They are run again when they, what they import, or the versions of that change. A change in their text runs nothing.
"""

import json
import os
import platform
import re
import time
from pathlib import Path
from typing import Any

import jupytext
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from dlref.experiments.provenance import fingerprint
from dlref.site.project import Problem, ProblemsFoundError, Project, write_changed

SECONDS = 60  # of one core, for a lab
Notebook = Any  # nbformat's dict of cells
_PATIENCE = 10  # this machine may have other work: so many times as long by the clock, and the lab is stopped
_QUIET = "--log-level=ERROR"  # a kernel warns that others on this machine could listen
_BOTH = ("--InlineBackend.figure_formats=png", "--InlineBackend.figure_formats=svg")  # to download, and for the page
BACKGROUND = "fdfefd"  # of figures: none on the page, near enough to white in the notebook
_LOOKS = f"""figure.facecolor: {BACKGROUND}
axes.facecolor: {BACKGROUND}
image.interpolation: none
svg.fonttype: none
svg.hashsalt: dlref
"""
DRAWING, PICTURE = "image/svg+xml", "image/png"  # what a cell that draws has shown
# one thread, and the rounding that every processor of a kind has in common, as in noxfile.py
_ALIKE = {"OMP_NUM_THREADS": "1"}
if platform.machine() in ("x86_64", "AMD64"):
    _ALIKE["OPENBLAS_CORETYPE"] = "Haswell"
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def lab_files(project: Project) -> list[Path]:
    """Return the labs' scripts, sorted."""
    return sorted((project.docs / "labs").glob("*.py"))


def executed(project: Project, path: Path, seconds: float = SECONDS) -> Notebook:
    """Return the lab with what its cells show, from the last run if no code has changed since."""
    notebook = jupytext.reads(project.read(path), fmt="py:percent")
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code = "\n".join([repr(_LOOKS), repr(_ALIKE), *(cell["source"] for cell in cells)])
    remembered = project.cache / "labs" / f"{path.stem}-{fingerprint(code, project.source)}.json"
    if not remembered.is_file():
        alone = NotebookNode({**notebook, "cells": cells})  # type: ignore[no-untyped-call]
        _Run(project, path, seconds).of(alone)
        write_changed(remembered, json.dumps([cell["outputs"] for cell in cells]))
    for cell, outputs in zip(cells, json.loads(remembered.read_text("utf-8")), strict=True):
        cell["outputs"] = outputs
    return notebook


def problem_at(project: Project, path: Path, cell: dict[str, Any], said: str, line: int = 1) -> Problem:
    """Return a problem at a line of a cell, by its place in the script."""
    text = project.read(path)
    return Problem(project.relative(path), text[: text.index(cell["source"])].count("\n") + line, said)


class _Run:
    """One run of a lab, which knows the cell it is at and the seconds that are left."""

    def __init__(self, project: Project, path: Path, seconds: float) -> None:
        self.project, self.path, self.seconds = project, path, seconds
        self.end = time.monotonic() + _PATIENCE * seconds
        self.cell: dict[str, Any] = {}

    def of(self, notebook: Notebook) -> None:
        """Run the cells; raise ProblemsFoundError at the one that fails or takes too long."""
        self.client = NotebookClient(
            notebook,
            kernel_name="python3",
            extra_arguments=[_QUIET, *_BOTH],
            timeout_func=lambda _: max(1, round(self.end - time.monotonic())),
            on_cell_start=self._begin,
            on_cell_executed=self._judge,
            shutdown_kernel="immediate",
        )
        looks = self.project.cache / "labs" / "matplotlibrc"
        write_changed(looks, _LOOKS)
        environment = {**os.environ, **_ALIKE, "MATPLOTLIBRC": str(looks)}
        try:
            self.client.execute(cwd=str(self.project.cache), env=environment)
        except CellExecutionError as error:
            raise self._problem(f"{error.ename}: {error.evalue}", _line_of(self.cell)) from None
        except CellTimeoutError:
            raise self._problem(f"did not end within {_PATIENCE * self.seconds:.0f} seconds") from None
        except DeadKernelError:
            raise self._problem("ended the process that ran it") from None

    def _begin(self, cell: dict[str, Any], cell_index: int) -> None:
        self.cell = cell

    def _judge(self, cell: dict[str, Any], cell_index: int, execute_reply: Any) -> None:
        kernel: Any = self.client.km
        times = psutil.Process(kernel.provisioner.pid).cpu_times()
        spent = times.user + times.system
        if spent > self.seconds:
            said = f"when this cell ends, the lab has taken {spent:.0f} seconds of one core; {self.seconds:.0f} at most"
            raise self._problem(said)

    def _problem(self, said: str, line: int = 1) -> ProblemsFoundError:
        return ProblemsFoundError([problem_at(self.project, self.path, self.cell, said, line)])


def _line_of(cell: dict[str, Any]) -> int:
    """The line of a cell at which it failed, by its traceback."""
    traces = ["\n".join(output["traceback"]) for output in cell["outputs"] if output["output_type"] == "error"]
    found = _LINE.search(_COLOUR.sub("", "\n".join(traces)))
    return int(found[1]) if found else 1
