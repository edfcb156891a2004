"""The source of dlref's public names, cut out of `src` so that pages can include it without a copy."""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlref.experiments.provenance import fingerprint
from dlref.experiments.remembering import remembered
from dlref.site.project import Project, write_changed
from dlref.site.public import is_reference

_PUBLIC_PACKAGES = ("dlref.numpy", "dlref.torch")


@dataclass(frozen=True)
class Implementation:
    """A function or class as it stands in `src`."""

    name: str  # as readers import it: dlref.numpy.linear
    path: str
    line: int
    code: str


@remembered
def find_implementation(project: Project, name: str) -> Implementation | None:
    """Return the definition of a dotted name, following what packages only hand on; None if there is none."""
    module, _, symbol = name.rpartition(".")
    folder = project.source.joinpath(*module.split("."))
    path = folder.with_suffix(".py") if folder.with_suffix(".py").is_file() else folder / "__init__.py"
    if not path.is_file():
        return None
    text = project.read(path)
    for node in project.parse(path, text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == symbol:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return Implementation(name, project.relative(path), first, _code(text.splitlines(), first, node))
        if isinstance(node, ast.ImportFrom) and any(alias.name == symbol for alias in node.names):
            found = find_implementation(project, f"{node.module}.{symbol}")
            return found and Implementation(name, found.path, found.line, found.code)
    return None


def _code(lines: list[str], first: int, node: ast.FunctionDef | ast.ClassDef) -> str:
    """The definition with the first line of its docstring: all of it stands in the API reference."""
    kept = lines[first - 1 : node.end_lineno]
    said = node.body[0]
    if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant) and said.end_lineno != said.lineno:
        opening = said.lineno - first
        kept[opening : (said.end_lineno or 0) - first + 1] = [f'{kept[opening]}"""']
    return "\n".join(kept) + "\n"


def write_fragments(project: Project, names: set[str]) -> None:
    """Write what pymdownx.snippets is to include: each implementation as a fence, each formula as KaTeX wants it."""
    texts = {name: f"```python\n{found.code}```" for name in names if (found := find_implementation(project, name))}
    for path in project.snippets.rglob("*.tex"):
        # a last newline would become an empty line before the closing $$, which ends the formula
        texts[path.relative_to(project.snippets).as_posix()] = path.read_text("utf-8").strip()
    for name, text in texts.items():
        write_changed(project.fragments / name, text)


def is_implementation(include: str) -> bool:
    """Tell whether an include names a piece of dlref itself (`dlref.numpy.linear`) and not a file."""
    return include.startswith("dlref.") and not is_reference(include)


@remembered
def implementation_key(project: Project, name: str) -> str:
    """Return a key that changes with the implementation, what it reaches, and the tests that judge it."""
    module, _, symbol = name.rpartition(".")
    digest = hashlib.sha256(fingerprint(f"from {module} import {symbol}", project.source).encode())
    for path in operation_tests(project):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def operation_tests(project: Project) -> Iterator[Path]:
    """The files of the tests that judge implementations."""
    yield from sorted((project.tests / "ops").rglob("*.py"))
