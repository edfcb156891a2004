"""The commands an author types: their words and exit codes."""

import os
import subprocess
import sys

import pytest
from faults import EN, Edit, add
from samples import ROOT

from dlref.site.project import Project

FORMULAS = "display formulas: 1, 1 executed from their own LaTeX, 0 by transcription\n"


def command(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "dlref.site", *arguments],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_page_is_one_clear_line(sample):
    done = command(sample, "check", "no-such-page")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "there is no page 'no-such-page'; the pages are about, api-scaling, evidence, index, sample\n"


@pytest.mark.parametrize("name", ["docs/zh/sample.md", "sample"])
def test_the_command_checks_a_page_and_reports_in_lines(sample, name):
    clean = command(sample, "check", name)
    assert (clean.returncode, clean.stdout, clean.stderr) == (0, f"{name}: no problems\n{FORMULAS}", "")
    Edit(EN, "$x$", "x").apply(sample)
    Edit("docs/en/index.md", "sample.md", "nowhere.md").apply(sample)  # another page: not asked for
    found = command(sample, "check", name)
    assert (found.returncode, found.stdout) == (1, "")
    lines = found.stderr.splitlines()
    assert lines[0] == f"{EN}:1: no counterpart for inline formula $x$ (docs/zh/sample.md has it at line 7)"
    assert lines[-1].startswith("2 problems; ")
    assert "nowhere.md" not in found.stderr


def test_sync_stamps_a_pair_and_says_so(sample):
    add(EN, "More.").apply(sample)
    assert command(sample, "sync", "sample").stdout == "docs/zh/sample.md: stamped\n"
    assert command(sample, "sync", "sample").stdout == "already stamped\n"
