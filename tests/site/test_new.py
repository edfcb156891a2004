"""Beginning a page: what is written passes the checks as it stands, and a wrong name writes nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from samples import ROOT
from test_commands import command

from dlref.site.check import static_problems
from dlref.site.new import new
from dlref.site.pages import load_pages
from dlref.site.project import Project


@pytest.fixture
def whole(tmp_path: Path) -> Project:
    """A copy of this project as it is."""
    root = tmp_path / "whole"
    for name in ("docs", "snippets", "src", "tests/claims", "tests/formulas"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / name, root / name)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    return Project(root)


def test_a_new_page_passes_the_checks_as_it_stands(whole, monkeypatch):
    before = set(static_problems(whole, load_pages(whole)))
    monkeypatch.setenv("PYTHONPATH", str(whole.source))
    written = new(whole, "small-page", "小页", "A small page", "learning")
    assert len(written) == 10
    assert set(static_problems(whole, load_pages(whole))) == before
    navigation = (whole.root / "mkdocs.yml").read_text("utf-8")
    learning = navigation.split("- learning:")[1].split("  - optimisation:")[0]
    assert learning.splitlines()[-1] == "      - small-page.md"

    ours = [str(path) for path in written if path.suffix == ".py"]
    for arguments in (
        ["pytest", "-q", "tests/claims/test_small_page.py"],
        ["pytest", "-q", "tests/formulas/test_small_page_formulas.py"],
        ["pytest", "-q", "--codeblocks", "snippets/small-page"],
        ["ruff", "check", *ours],
        ["ruff", "format", "--check", *ours],
    ):
        asked = [sys.executable, "-m", *arguments]
        done = subprocess.run(asked, cwd=whole.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or "No module named ruff" in done.stderr, done.stdout  # ruff belongs to `lint`


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Small Page", "小页", "A page"], "a page's name is English, in small letters with hyphens"),
        (["small-page", "Small", "A page"], "titles are given as"),
        (["small-page", "小页", ""], "titles are given as"),
        (["small-page", "小页", "A page", "--section", "nowhere"], "the sections are foundations, learning"),
        (["sample", "小页", "A page"], "nothing was written, because these exist already: docs/zh/sample.md"),
        (["small-page", "小页", "A page", "--section", "optimisation"], "mkdocs.yml has no section optimisation"),
    ],
)
def test_a_wrong_name_is_one_clear_line_and_writes_nothing(sample, arguments, words):
    before = {path: path.read_bytes() for path in sample.root.rglob("*.*") if path.is_file()}
    done = command(sample, "new", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in sample.root.rglob("*.*") if path.is_file()} == before
