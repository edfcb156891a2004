"""Programs of their own: what comes along, under which name, and what has no way into one."""

import ast
import builtins
import subprocess
import symtable
import sys
from collections import Counter
from pathlib import Path

import pytest
from samples import ROOT

from dlref.site.project import ProblemsFoundError, Project
from dlref.site.standalone.files import address_of, programs
from dlref.site.standalone.writing import standalone

HOUSE = {
    "__init__.py": "",
    "numpy/__init__.py": "from dlref.numpy.lines import line, plain as simple\nfrom dlref.numpy import shapes\n",
    "numpy/lines.py": '''\
"""Lines."""

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from dlref.numpy.shapes import half

if TYPE_CHECKING:
    from dlref.numpy.shapes import Shape

__all__ = ["line", "plain"]
_SLOPE, _START = 2, 1
UNUSED = math.pi


# A line goes on.
@cache
def line(x):  # of one number
    """Return a point.

    Examples
    --------
    >>> line(1)
    3.0
    """
    shape: Shape = None  # noqa: F841
    return _check(float(np.asarray(half(x) * 2 * _SLOPE + _START)))  # a number


def plain(x):
    """Return it."""
    return x


def _check(value):
    return f"{value:.1f}"
''',
    "numpy/shapes.py": '''\
"""Shapes."""

from importlib.resources import files

from dlref.numpy import kinds

_CHECKED = []


class Shape:
    """A shape."""

    sides = 4

    def abs(self):
        """Return the sides.

        All of them.
        """
        return abs(kinds.abs(self.sides))


def half(x):
    """Return x / 2."""
    _check(x)
    return x / 2


def _check(value):
    _CHECKED.append(value)


def poem():
    """Return a poem."""
    return files("dlref.numpy").joinpath("poem.txt").read_text("utf-8")


def lost():
    """Return nothing that there is."""
    return nowhere
''',
    "numpy/kinds.py": '"""Kinds."""\n\n\ndef abs(x):\n    """Return |x|."""\n    return max(x, -x)\n',
    "numpy/poem.txt": 'A "poem" \\ and\n"""its end\n',
    "numpy/eager.py": '"""Does something."""\n\nprint("imported")\n\n\ndef late():\n    """Return."""\n',
    "numpy/foreign.py": '"""Foreign."""\n\nimport yaml\n\n\ndef load():\n    """Return."""\n    return yaml\n',
    "numpy/hidden.py": "\n\n\n\ndef inner():\n    from dlref.numpy import line\n\n    return line\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Project:
    """A small package of the traps that there are."""
    for name, text in HOUSE.items():
        path = tmp_path / "src/dlref" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Project(tmp_path)


def program(house: Project, code: str, backend: str = "numpy") -> str:
    return standalone(house, "snippets/page/name.numpy.md", code, backend)[0]


def printed(text: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-I", "-c", text], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _imported(node: ast.stmt) -> list[str]:
    names = node.names if isinstance(node, ast.Import | ast.ImportFrom) else []
    return [alias.asname or alias.name.partition(".")[0] for alias in names]


def _loaded(node: ast.stmt) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def faults_of(text: str) -> set[str]:
    """Names that a program uses and nobody defines, and that it defines before the block and nobody uses."""
    tables, waiting, used, defined = [], [symtable.symtable(text, "<program>", "exec")], set(), set()
    while waiting:
        tables.append(waiting.pop())
        waiting += tables[-1].get_children()
    for table in tables:
        for symbol in table.get_symbols():
            if table.get_type() == "module" and (symbol.is_assigned() or symbol.is_imported()):
                defined.add(symbol.get_name())
            elif symbol.is_global() or table.get_type() == "module":
                used.add(symbol.get_name())
    missing = {f"missing {name}" for name in used - defined - set(dir(builtins)) - {"__name__"}}
    end = text[: text.find("# The block itself")].count("\n") if "# The block itself" in text else 0
    body = [(node, _loaded(node)) for node in ast.parse(text).body]
    seen = Counter(name for _, names in body for name in names)
    for node, own in body:
        if node.lineno <= end:
            names = _imported(node) or [getattr(node, "name", "")]
            if isinstance(node, ast.Assign | ast.AnnAssign):
                names = [
                    one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
                ]
            if not any(seen[name] > (name in own) for name in names):
                missing.add(f"unused {', '.join(names)}")
    return missing


def test_what_is_used_comes_along_and_nothing_else(house, tmp_path):
    text = program(house, "from dlref.numpy import line\n\nprint(line(2))  # said\n")
    assert faults_of(text) == set()
    for gone in ("UNUSED", "math", "plain", "__all__", "poem", "files", "Examples", ">>>", "noqa", "import dlref"):
        assert gone not in text
    for kept in ("# A line goes on.\n@cache\ndef line(x):  # of one number\n", "# a number", "print(line(2))  # said"):
        assert kept in text
    assert '"""Return a point."""' in text
    assert printed(text, tmp_path) == "5.0\n"


def test_a_helper_too_many_and_one_too_few_are_seen(house):
    text = program(house, "from dlref.numpy import line\n\nprint(line(2))\n")
    more = text.replace("# A line goes on.", "def spare():\n    return 1\n\n\n# A line goes on.")
    assert faults_of(more) == {"unused spare"}
    assert faults_of(text.replace("def half(", "def whole(")) == {"missing half", "unused whole"}
    assert faults_of("import os\n" + text) == {"unused os"}


def test_helpers_of_one_name_are_told_apart(house, tmp_path):
    text = program(house, "from dlref.numpy import line\n\n_shapes_check = 3\nprint(line(2), _shapes_check)\n")
    assert text.count("def _check(") == 1
    assert "def _shapes_check_2(value):" in text or "def _lines_check(value):" in text
    assert printed(text, tmp_path) == "5.0 3\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import dlref.numpy as dn\n\nprint(dn.line(2))\n", "5.0"),
        ("import dlref.numpy\n\nprint(dlref.numpy.line(2), dlref.numpy.simple(1))\n", "5.0 1"),
        ("from dlref.numpy import line as ray\n\nprint(ray(2))\n", "5.0"),
        ("from dlref.numpy import simple\n\nprint(simple(7))\n", "7"),
        ("from dlref.numpy.shapes import Shape\n\nprint(Shape().abs())\n", "4"),
        ("from dlref.numpy import shapes\n\nprint(shapes.half(2))\n", "1.0"),
        ("from dlref.numpy import line\n\nhalf, np, cache = 1, 2, 3\nprint(line(2), half, np, cache)\n", "5.0 1 2 3"),
        ("from dlref.numpy.shapes import poem\n\nprint(poem(), end='')\n", 'A "poem" \\ and\n"""its end'),
        ("import math\n\nprint(math.floor(2.5))\n", "2"),
    ],
)
def test_every_way_to_name_something(house, tmp_path, code, said):
    text = program(house, code)
    assert faults_of(text) == set()
    assert printed(text, tmp_path) == f"{said}\n"


@pytest.mark.parametrize(
    ("code", "place", "words"),
    [
        ("import dlref.numpy as dn\n\nprint(getattr(dn, 'line'))\n", "snippets/page/name.numpy.md:3", "as a whole"),
        ("from dlref.numpy import none\n\nprint(none)\n", "snippets/page/name.numpy.md:3", "dlref has no none"),
        ("def f():\n    from dlref.numpy import line\n", "snippets/page/name.numpy.md:2", "inside a function"),
        ("x = '''\nfrom dlref import numpy\n'''\n", "snippets/page/name.numpy.md:1", "in a string"),
        ("from dlref.numpy import line\n\nline = 3\n", "snippets/page/name.numpy.md:1", "gives the name to something"),
        ("from dlref.numpy import line\n\nfloat = 3\nline(2)\n", "snippets/page/name.numpy.md:3", "needs Python's"),
        ("from dlref.numpy.eager import late\n\nlate()\n", "src/dlref/numpy/eager.py:3", "when it is imported"),
        ("from dlref.numpy.hidden import inner\n\ninner()\n", "src/dlref/numpy/hidden.py:6", "inside a function"),
        (
            "from dlref.numpy.shapes import lost\n\nlost()\n",
            "src/dlref/numpy/shapes.py:40",
            "nowhere is defined nowhere",
        ),
        ("from dlref.numpy.foreign import load\n\nload()\n", "snippets/page/name.numpy.md:1", "would need yaml"),
    ],
)
def test_what_cannot_be_written_in_is_named(house, code, place, words):
    with pytest.raises(ProblemsFoundError) as raised:
        program(house, code)
    assert str(raised.value).startswith(f"{place}: no standalone version: ")
    assert words in str(raised.value)


def test_every_snippet_of_the_site_has_a_program_and_it_is_whole():
    project = Project(ROOT)
    paths = list(project.snippets.rglob("*.md"))
    found, problems = programs(project, paths)
    assert problems == []
    assert {one.address for one in found} == {address_of(project.relative(path)) for path in paths}
    for one in found:
        assert faults_of(one.text) == set(), one.address
        packages = {name for name in ("torch", "numpy", "sklearn") if f"import {name}" in one.text}
        assert "torch" not in packages or one.address.endswith("_torch.py") or "import torch" in one.block.code
