"""What an experiment is made of: the seeds and the data that its function reaches, function by function.

The fingerprint of a result takes whole modules, to be on the safe side. Here only what a name uses counts, so that a
claim is not said to rest on data that its neighbour loads.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dlref.experiments.remembering import remembered
from dlref.site.project import Project
from dlref.site.public import module_file

_INSIDE = ("dlref.experiments", "dlref.figures")  # followed; what lies below decides nothing about seeds
_DATA = ("dlref.data.sets", "dlref.data.made")  # whose functions load or make data; others of dlref.data cut it up
_GENERATOR = re.compile(r"(?:default_rng|manual_seed|Generator|RandomState)$")
_SEED = re.compile(r"(?:\w+_)?seeds?$", re.IGNORECASE)


@dataclass
class Reached:
    """What a definition reaches, itself included."""

    modules: set[str] = field(default_factory=set)
    seeds: set[str] = field(default_factory=set)  # as the code writes them
    data: set[str] = field(default_factory=set)  # names of dlref.data


@dataclass
class _Module:
    name: str
    defined: dict[str, ast.stmt] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)  # here → (module, name there)


@remembered
def reached(project: Project, path: str, function: str) -> Reached:
    """Return what `function`, defined at the top of the file `path` (relative to the root), reaches."""
    module = ".".join(Path(path).relative_to("src").with_suffix("").parts)
    found, seen, waiting = Reached(), set(), [(module, function)]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        here, name = _module(project, place[0]), place[1]
        if here is None or name not in here.defined:
            continue
        found.modules.add(here.name)
        found.seeds |= {*_seeds(here.defined[name]), *_handed_over(project, here, here.defined[name])}
        for module, used in _uses(project, here, here.defined[name]):
            if module.startswith("dlref.data"):
                found.data |= {used} if _loads(project, used) else set()
            elif module.startswith(_INSIDE):
                waiting.append((module, used))
    return found


@remembered
def _module(project: Project, name: str) -> _Module | None:
    path = module_file(project, name)
    if path is None:
        return None
    found = _Module(name)
    for node in project.parse(path, project.read(path)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for one in ast.walk(target):
                    if isinstance(one, ast.Name):
                        found.defined[one.id] = node
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return found


def _uses(project: Project, here: _Module, node: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names of ours that a definition mentions: with the module that holds them."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in here.defined:
            yield here.name, one.id
        elif isinstance(one, ast.Name) and one.id in here.imported:
            yield here.imported[one.id]
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in here.imported:
            yield ".".join(here.imported[one.value.id]), one.attr


@remembered
def _loads(project: Project, name: str) -> bool:
    return any((module := _module(project, place)) is not None and name in module.defined for place in _DATA)


def _seeds(node: ast.stmt) -> Iterator[str]:
    """Every place where a definition fixes a seed, as it writes it."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            if _GENERATOR.search(ast.unparse(one.func)) and one.args and not isinstance(one.args[0], ast.Name):
                yield ast.unparse(one).removeprefix("np.random.")
            yield from (f"{key.arg}={ast.unparse(key.value)}" for key in one.keywords if _fixes(key.arg, key.value))
        elif isinstance(one, ast.arguments):
            named = [*one.posonlyargs, *one.args]
            given = [*zip(named[len(named) - len(one.defaults) :], one.defaults, strict=True)]
            given += [(arg, value) for arg, value in zip(one.kwonlyargs, one.kw_defaults, strict=True) if value]
            yield from (f"{arg.arg}={ast.unparse(value)}" for arg, value in given if _fixes(arg.arg, value))
        elif isinstance(one, ast.Assign):
            pairs = [(ast.unparse(target), value) for target, value in _assigned(one)]
            yield from (f"{name} = {ast.unparse(value)}" for name, value in pairs if _fixes(name, value))
        elif isinstance(one, ast.For | ast.comprehension) and _fixes(ast.unparse(one.target), one.iter):
            yield f"{ast.unparse(one.target)} in {ast.unparse(one.iter)}"


def _handed_over(project: Project, here: _Module, node: ast.stmt) -> Iterator[str]:
    """Calls such as `digits(0)` that hand a function of ours its seed by place."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            module, name = here.imported.get(call.func.id, (here.name, call.func.id))
            owner = _module(project, module) if module.startswith(_INSIDE) else None
            called = owner.defined.get(name) if owner else None
            if isinstance(called, ast.FunctionDef):
                given = zip(called.args.args, call.args, strict=False)
                yield from (f"{name}({arg.arg}={ast.unparse(one)})" for arg, one in given if _fixes(arg.arg, one))


def _assigned(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of an assignment with their values, those of `a, b = 1, 2` one by one."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    else:
        yield target, value


def _fixes(name: str | None, value: ast.expr) -> bool:
    """Whether a name is that of a seed, and its value says which: a number, or numbers in a row."""
    names = {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
    return (
        bool(name and _SEED.match(name))
        and names <= {"range"}
        and any(isinstance(one, ast.Constant) and isinstance(one.value, int) for one in ast.walk(value))
    )
