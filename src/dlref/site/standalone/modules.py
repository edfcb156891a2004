"""A module's text as units that can be taken out of it: what each top-level statement binds, and where names lead."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from dlref.experiments.remembering import remembered
from dlref.site.project import Problem, ProblemsFoundError, Project
from dlref.site.public import module_file


@dataclass(frozen=True, eq=False)
class Unit:
    """A top-level statement that binds names: a function, a class or a constant."""

    module: str
    node: ast.stmt
    first: int  # with the comments right above it
    names: tuple[str, ...]


@dataclass(frozen=True)
class Outside:
    """What comes from another package: a module, or a name in it, under the name that it has here."""

    module: str
    symbol: str
    name: str


@dataclass(frozen=True)
class Inside:
    """A name that a unit of ours defines."""

    module: str
    name: str


@dataclass(frozen=True)
class Whole:
    """A module of ours, used as a thing of its own."""

    module: str


Target = Outside | Inside | Whole


@dataclass(frozen=True, eq=False)
class Module:
    """A module's text, taken apart."""

    name: str
    path: str
    lines: list[str]
    units: dict[str, Unit] = field(default_factory=dict)  # by each name that they bind
    imported: dict[str, Target] = field(default_factory=dict)  # as written, not yet followed
    later: set[str] = field(default_factory=set)  # imported for annotations alone: nothing waits for them
    unknown: list[ast.stmt] = field(default_factory=list)  # statements that do something when the module is imported


@remembered
def load_module(project: Project, name: str) -> Module | None:
    """Take a module of ours apart; None where there is no such file."""
    path = module_file(project, name)
    return None if path is None else read_module(project, name, path, project.read(path))


def read_module(project: Project, name: str, path: Path, text: str) -> Module:
    """Take a text apart that stands, or might stand, in a module."""
    module = Module(name, project.relative(path), text.splitlines())
    for node in project.parse(path, text).body:
        _enter(module, node)
    return module


def _enter(module: Module, node: ast.stmt) -> None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        module.imported.update(imports(node))
    elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        found = dict(pair for one in node.body if isinstance(one, ast.Import | ast.ImportFrom) for pair in imports(one))
        module.imported.update(found)
        module.later.update(found)
    elif names := bound(node):
        unit = Unit(module.name, node, _first_line(module.lines, node), names)
        module.units.update(dict.fromkeys(names, unit))
    elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        module.unknown.append(node)


def imports(node: ast.Import | ast.ImportFrom) -> list[tuple[str, Target]]:
    """Return what an import binds, by name."""
    if isinstance(node, ast.ImportFrom):
        return [
            (alias.asname or alias.name, _target(node.module or "", alias.name, alias.asname or alias.name))
            for alias in node.names
        ]
    found: list[tuple[str, Target]] = []
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        ours = is_ours(alias.name)
        found.append((name, Whole(alias.name if alias.asname else name) if ours else Outside(alias.name, "", name)))
    return found


def _target(module: str, symbol: str, name: str) -> Target:
    return Inside(module, symbol) if is_ours(module) else Outside(module, symbol, name)


def is_ours(module: str) -> bool:
    """Tell whether a module belongs to dlref."""
    return module.partition(".")[0] == "dlref"


def bound(node: ast.stmt) -> tuple[str, ...]:
    """Return the names that a definition or an assignment binds; nothing for other statements."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return (node.name,)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return tuple(one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def _first_line(lines: list[str], node: ast.stmt) -> int:
    first = first_line(node)
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return first


def first_line(node: ast.stmt) -> int:
    """Return the line on which a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


@remembered
def follow(project: Project, target: Target) -> Target | None:
    """Return where a name leads in the end, through packages that only hand it on; None where it leads nowhere."""
    if not isinstance(target, Inside):
        return target
    module = load_module(project, target.module)
    if module and target.name in module.units:
        return target
    if module and module.imported.get(target.name, target) != target:  # a package may import its own module by name
        return follow(project, module.imported[target.name])
    whole = f"{target.module}.{target.name}"
    return Whole(whole) if load_module(project, whole) else None


def refuse(path: str, line: int, message: str) -> ProblemsFoundError:
    """Return the error that names what cannot be taken out of a module."""
    return ProblemsFoundError([Problem(path, line, f"no standalone version: {message}")])
