"""Runs of standalone programs: alone, without dlref, compared to the last character, and remembered."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from samples import ROOT

from dlref.site.check import check
from dlref.site.pages import load_pages
from dlref.site.record import Record
from dlref.site.standalone import running

RUNNER = ROOT / "src/dlref/site/standalone/run.py"
PROGRAMS = {
    "good": ("print('ä')\n", "ä\n", ""),
    "other": ("print(1)\nprint(2)\n", "1\n3\n", "expected output says `3`, it prints `2`"),
    "more": ("print(1)\nprint(2)\n", "1\n", "expected output says `(nothing)`, it prints `2`"),
    "fails": ("print(1)\n1 / 0\n", "1\n", "fails: ZeroDivisionError: division by zero"),
    "ours": ("import dlref.numpy\n", "", "No module named 'dlref'"),
    "torch": ("__import__('torch')\n", "", "No module named 'torch'"),
    "alone": ("from pathlib import Path\n\nprint(len(list(Path().iterdir())), __name__)\n", "0 __main__\n", ""),
    "aside": ("from pathlib import Path\n\nPath('x').touch()\nimport good\n", "", "No module named 'good'"),
    "silent": ("print(1)\n", None, "there is no silent.txt"),
}


def write_programs(folder: Path, names: list[str]) -> None:
    for name in names:
        text, expected, _ = PROGRAMS[name]
        (folder / f"{name}.py").write_text(text, "utf-8")
        if expected is not None:
            (folder / f"{name}.txt").write_text(expected, "utf-8")


@pytest.mark.parametrize("can_fork", ['hasattr(os, "fork")', "False"])
def test_each_program_is_judged_by_itself(tmp_path, can_fork):
    programs = tmp_path / "programs"
    programs.mkdir()
    write_programs(programs, list(PROGRAMS))
    runner = tmp_path / "run.py"
    runner.write_text(RUNNER.read_text("utf-8").replace('hasattr(os, "fork")', can_fork), "utf-8")
    command = [sys.executable, "-I", str(runner), str(programs), "--report", str(tmp_path / "report")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    results = json.loads((tmp_path / "report").read_text("utf-8"))
    for name, (_, _, said) in PROGRAMS.items():
        result = results[f"{name}.py"]
        assert result["passed"] is (not said), result
        assert said in result["said"]
        assert not said or f"{name}.py: " in done.stdout


def test_the_runner_needs_isolation(tmp_path):
    done = subprocess.run([sys.executable, str(RUNNER), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "python -I" in done.stderr


def test_the_runner_imports_nothing_of_dlref():
    nodes = [
        node for node in ast.walk(ast.parse(RUNNER.read_text("utf-8"))) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = {getattr(node, "module", None) or node.names[0].name for node in nodes}
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_what_passed_is_not_run_again_until_it_changes(sample, monkeypatch):
    assert len(Record.load(sample.record).standalone) == 2
    monkeypatch.setattr(running, "_run", lambda stale: pytest.fail(f"runs {stale}"))
    pages = load_pages(sample)
    assert running.verify_standalone(sample, pages) == []
    path = sample.source / "dlref/numpy/scaling.py"
    path.write_text(path.read_text("utf-8").replace("3 * number", "4 * number"), "utf-8")  # which nobody uses
    assert running.verify_standalone(sample, pages) == []
    path.write_text(path.read_text("utf-8").replace("2 * number", "number * 2"), "utf-8")
    with pytest.raises(pytest.fail.Exception, match="double_numpy"):
        running.verify_standalone(sample, pages)


def test_a_program_that_prints_something_else_is_named(sample, monkeypatch):
    written = running._run

    def spoilt(stale):
        for program in stale:
            object.__setattr__(program, "text", program.text.replace("2 * number", "3 * number"))
        return written(stale)

    monkeypatch.setattr(running, "_run", spoilt)
    record = Record.load(sample.record)
    record.standalone.clear()
    record.save(sample.record)
    (problem,) = check(sample)
    said = "its standalone version, sample/double_numpy.py: expected output says `4`, it prints `6`"
    assert str(problem) == f"snippets/sample/double.numpy.md:1: {said}"
    assert [entry["source"] for entry in Record.load(sample.record).standalone.values()] == [
        "snippets/sample/double.torch.md"
    ]


def test_the_built_site_holds_the_programs_and_its_pages_lead_there(built):
    text = (built.site / "snippets/sample/double_numpy.py").read_text("utf-8")
    assert text.startswith("# dlref, sample/double_numpy.py: verified with Python 3")
    assert "MIT" in text.splitlines()[0]
    assert "def double(number):" in text
    for page, link in (("sample", "../snippets"), ("en/sample", "../../snippets")):
        html = (built.site / page / "index.html").read_text("utf-8")
        assert f'href="{link}/sample/double_numpy.py"' in html
