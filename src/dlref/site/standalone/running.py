"""Run the standalone programs that have not been run as they are now, each by itself and without `dlref`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from dlref.site.pages import Page
from dlref.site.project import Problem, Project
from dlref.site.record import Record
from dlref.site.standalone.files import Program, is_program, programs
from dlref.site.verify import shown_on

RUNNER = Path(__file__).with_name("run.py")


def verify_standalone(project: Project, pages: list[Page]) -> list[Problem]:
    """Run what is stale of the programs on `pages` and return what failed; the record then holds what passed."""
    paths = {project.root / block.path for block in shown_on(project, pages).blocks if is_program(block.path)}
    found, problems = programs(project, paths)
    record = Record.load(project.record)
    stale = [program for program in found if program.key not in record.standalone]
    if stale:
        results = _run(stale)
        for program in stale:
            result = results.get(program.address, {"passed": False, "said": results[""]})
            if result["passed"]:
                entry = {"source": program.block.path, "versions": dict(program.versions)}
                record.standalone[program.key] = {**entry, "seconds": result["seconds"]}
            else:
                said = f"its standalone version, {program.address}: {result['said']}"
                problems.append(Problem(program.block.path, program.block.line, said))
        record.save(project.record)
    return problems


def _run(stale: list[Program]) -> dict[str, dict[str, object]]:
    """What the runner reports of each program, by address; under "" what it said itself."""
    with tempfile.TemporaryDirectory(prefix="dlref-standalone-") as folder:
        programs_folder, report = Path(folder) / "programs", Path(folder) / "report.json"
        for program in stale:
            path = programs_folder / program.address
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(program.text, "utf-8")
            path.with_suffix(".txt").write_text(program.block.expected or "", "utf-8")
        command = [sys.executable, "-I", str(RUNNER), str(programs_folder), "--report", str(report)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        results = json.loads(report.read_text("utf-8")) if report.is_file() else {}
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        return {**results, "": f"the runner ended early: {lines[-1]}"}
