"""What the test of a claim asserts: its own lines, read from the syntax tree, so that no bound is typed twice."""

import ast
import re
from collections.abc import Iterable
from textwrap import dedent

from dlref.site.claims import Site
from dlref.site.project import Project


def definition(project: Project, site: Site) -> ast.FunctionDef:
    """Return the function that a site names, as it stands in its file."""
    path = project.root / site.path
    found = (node for node in ast.walk(project.parse(path, project.read(path))) if isinstance(node, ast.FunctionDef))
    return next(node for node in found if node.name == site.function and node.lineno == site.line)


def source_lines(project: Project, site: Site) -> str:
    """Return the source of the function that a site names, with its decorators."""
    node = definition(project, site)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return _lines(project, site, first, node.end_lineno or node.lineno)


def bounds(project: Project, test: Site) -> list[str]:
    """Return the lines with which a test would refute its claim, in order, each with the comment behind it."""
    return [
        _lines(project, test, node.lineno, node.end_lineno or node.lineno)
        for node in sorted(_statements(definition(project, test)), key=lambda node: node.lineno)
    ]


def looked_at(project: Project, tests: list[Site], names: Iterable[str]) -> list[str]:
    """Return which of the measured values the tests name, also as `found[f"{stage}_slope"]`; all, if they name none."""
    patterns = []
    for node in (one for test in tests for one in ast.walk(definition(project, test))):
        if isinstance(node, ast.JoinedStr):
            patterns.append("".join(re.escape(_constant(part)) or ".+" for part in node.values))
        elif _constant(node):
            patterns.append(re.escape(_constant(node)))
    named = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    kept = list(names)
    return [name for name in kept if named.fullmatch(name)] or kept


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _statements(function: ast.FunctionDef) -> list[ast.stmt]:
    """`assert …`, `np.testing.assert_…(…)`, calls of helpers of such a name, and `with pytest.raises(…): …`."""
    found: list[ast.stmt] = []
    for node in ast.walk(function):
        called = [node.value] if isinstance(node, ast.Expr) else []
        called += [item.context_expr for item in node.items] if isinstance(node, ast.With) else []
        if isinstance(node, ast.stmt) and (isinstance(node, ast.Assert) or any(map(_asserts, called))):
            found.append(node)
    return found


def _asserts(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    return name.lstrip("_").startswith(("assert", "raises"))


def _lines(project: Project, site: Site, first: int, last: int) -> str:
    return dedent("\n".join(project.read(project.root / site.path).splitlines()[first - 1 : last]))
