"""What dlref offers by name: read off the syntax trees, so that nothing has to be imported or listed by hand.

A backend's names are its `__all__`; those of a module that serves both (`dlref.data`) are its own `__all__` or, where
it has none, what it defines without an underscore, unless the backends hand its names on. A name's topic is the file or
folder that defines it, one level below the backend: `dlref.numpy.relu` from `dlref/numpy/activations/rectifiers.py`
belongs to `activations`. What a backend imports from elsewhere (`torch.Tensor`) is not ours to document.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from dlref.site.project import Project

OVERVIEW = "dlref"  # the include that stands for a list of everything
BACKENDS = {"numpy": "NumPy", "torch": "PyTorch"}
_NOT_OFFERED = {"checks", "experiments", "figures", "site"}  # what the site itself stands on


@dataclass(frozen=True)
class Public:
    """A name as readers import it, and where it is defined."""

    path: str  # dlref.numpy.relu
    file: str  # relative to the root
    line: int
    module: str  # dlref.numpy.activations.rectifiers

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def backend(self) -> str:
        """The backend, or nothing for what serves both."""
        first = self.path.split(".")[1]
        return first if first in BACKENDS else ""

    @property
    def place(self) -> tuple[str, ...]:
        """The defining module without package and backend: topic first."""
        parts = self.module.split(".")[1:]
        return tuple(parts[1:] if parts[0] in BACKENDS else parts)


@dataclass(frozen=True)
class Twins:
    """One name in all backends that have it."""

    name: str
    place: tuple[str, ...]
    found: tuple[Public, ...]


@dataclass
class _Symbols:
    """What a module's text defines and imports."""

    exported: list[str] | None = None
    defined: dict[str, int] = field(default_factory=dict)  # with its line
    imported: dict[str, str] = field(default_factory=dict)  # with the name it has where it comes from


def topics(project: Project) -> dict[str, list[Twins]]:
    """Return everything public by topic, twins together, modules by name, in the order of their sources."""
    root = project.source / "dlref"
    files = [*root.glob("*.py"), *(path for module in _modules(project) for path in (root / module).rglob("*.py"))]
    state = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in files]  # asked for by every page
    return _topics(project, tuple(sorted(state)))


@lru_cache(maxsize=4)
def _topics(project: Project, state: tuple[object, ...]) -> dict[str, list[Twins]]:
    names = sorted(public_names(project), key=lambda one: (one.backend, one.place, one.line))
    found: dict[str, dict[str, list[Public]]] = {}
    for one in names:
        found.setdefault(one.place[0], {}).setdefault(one.name, []).append(one)
    return {topic: _in_order(twins) for topic, twins in sorted(found.items())}


def _in_order(twins: dict[str, list[Public]]) -> list[Twins]:
    """The names of a topic, module by module, each where the first backend that has it defines it."""
    return sorted((Twins(name, both[0].place, tuple(both)) for name, both in twins.items()), key=lambda one: one.place)


def is_reference(include: str) -> bool:
    """Tell whether an include names a topic of dlref (`dlref.losses`) or all of it, and not a file."""
    return include == OVERVIEW or (include.startswith("dlref.") and include.count(".") == 1)


def entries(project: Project, include: str) -> list[str]:
    """Return the anchors that an include of a topic brings to a page."""
    found = topics(project).get(include.partition(".")[2], [])
    return [anchor for twins in found for anchor in (twins.name, *(one.path for one in twins.found))]


def public_names(project: Project) -> Iterator[Public]:
    """Yield what dlref's backends and the modules that serve both offer."""
    offered = {module: list(_offered(project, f"dlref.{module}")) for module in _modules(project)}
    handed_on = {one.file for backend in BACKENDS for one in offered.get(backend, [])}
    for module, names in offered.items():
        if module in BACKENDS or not any(one.file in handed_on for one in names):
            yield from names


def _modules(project: Project) -> list[str]:
    """The backends, and the modules that serve both."""
    paths = (project.source / "dlref").iterdir()
    names = {path.stem for path in paths if path.suffix == ".py" or path.is_dir()}
    return sorted(name for name in names - _NOT_OFFERED if not name.startswith("_"))


def _offered(project: Project, module: str) -> Iterator[Public]:
    symbols = _symbols_of(project, module)
    if symbols is None:
        return
    for name in symbols.exported if symbols.exported is not None else symbols.defined:
        if name.startswith("_"):
            continue
        if place := _locate(project, module, name):
            yield Public(f"{module}.{name}", *place)
        else:  # a module handed on whole
            yield from _offered(project, f"{module}.{name}")


def _locate(project: Project, module: str, name: str) -> tuple[str, int, str] | None:
    """Return file, line and module of a definition, following what packages only hand on."""
    symbols, path = _symbols_of(project, module), module_file(project, module)
    if symbols is None or path is None:
        return None
    if name in symbols.defined:
        return project.relative(path), symbols.defined[name], module
    source, _, original = symbols.imported.get(name, "").rpartition(".")
    found = _locate(project, source, original) if source and source != module else None
    shared = found is not None and found[2].split(".")[1] != module.split(".")[1] and module.count(".") > 1
    return (*found[:2], module) if found and shared else found  # what serves both belongs to where a backend offers it


def module_file(project: Project, module: str) -> Path | None:
    """Return the file of a module of ours."""
    folder = project.source.joinpath(*module.split("."))
    return next((path for path in (folder.with_suffix(".py"), folder / "__init__.py") if path.is_file()), None)


def _symbols_of(project: Project, module: str) -> _Symbols | None:
    path = module_file(project, module)
    return _symbols(project, path, project.read(path)) if path else None


@lru_cache(maxsize=1024)
def _symbols(project: Project, path: Path, text: str) -> _Symbols:
    symbols = _Symbols()
    for node in project.parse(path, text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            symbols.defined[node.name] = node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                symbols.imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == "__all__":
                symbols.exported = ast.literal_eval(node.value)
            elif isinstance(node.value, ast.Call):  # a function made by another; aliases and constants explain nothing
                symbols.defined[node.targets[0].id] = node.lineno
    return symbols
