"""How far apart NumPy, PyTorch and PyTorch's own were at most: what the operations' tests saw, kept with the record.

A deviation is |computed − expected| / (1 + |expected|), the largest of all elements, random cases and libraries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dlref.site.implementations import find_implementation
from dlref.site.project import Problem, Project
from dlref.site.public import BACKENDS, Twins, topics
from dlref.site.record import Record

Deviations = dict[str, Any]  # dtype → library → forward or backward → number; dtype → "bound" → number
_DERIVED = ("@differentiable", "@composed")  # what has a pullback, and is judged by the largest of its deviations
DTYPES = ("float64", "float32")
PARTS = ("forward", "backward")


@dataclass(frozen=True)
class Operation:
    """A public function or class of the backends, and what its tests saw."""

    name: str
    topic: str
    path: str  # of its NumPy definition
    line: int
    tests: int
    has_pullback: bool
    deviations: Deviations = field(default_factory=dict)

    def largest(self, dtype: str, part: str) -> float | None:
        """The largest deviation, whatever NumPy was compared with."""
        libraries = self.deviations.get(dtype, {})
        found = [one[part] for one in libraries.values() if isinstance(one, dict) and part in one]
        return max(found, default=None)

    def bound(self, dtype: str) -> float | None:
        """What the tests allow."""
        allowed: float | None = self.deviations.get(dtype, {}).get("bound")
        return allowed


def keep_deviation(kept: Deviations, place: list[Any]) -> None:
    """Enlarge what is kept of an operation by what one test saw of it."""
    _, dtype, library, part, found, bound = place
    of_dtype = kept.setdefault(dtype, {})
    of_library = of_dtype.setdefault(library, {})
    of_library[part] = max(found, of_library.get(part, 0.0))
    of_dtype["bound"] = max(bound, of_dtype.get("bound", 0.0))


def operations(project: Project) -> list[Operation]:
    """Return what both backends offer or what has a pullback, by topic and in the order of its sources."""
    record = Record.load(project.record)
    return [_operation(project, record, topic, twins) for topic, twins in _twins(project)]


def operation_names(project: Project) -> set[str]:
    """Return the full names of the operations that have a pullback: the tests of these say how far apart they are."""
    return {
        one.path for _, twins in _twins(project) if _has_pullback(project, twins.found[0].path) for one in twins.found
    }


def check_deviations(project: Project) -> Iterator[Problem]:
    """Of each operation with a pullback, the record says how far apart the libraries are, forward and backward."""
    for one in operations(project):
        if one.has_pullback and any(one.largest(DTYPES[0], part) is None for part in PARTS):
            said = f"no test in tests/ops notes how far dlref.numpy.{one.name} is from PyTorch, forward and backward"
            yield Problem(one.path, one.line, said)


def _twins(project: Project) -> Iterator[tuple[str, Twins]]:
    for topic, names in topics(project).items():
        for one in names:
            if {each.backend for each in one.found} == set(BACKENDS) or _has_pullback(project, one.found[0].path):
                yield topic, one


def _operation(project: Project, record: Record, topic: str, twins: Twins) -> Operation:
    first = twins.found[0]
    entry = record.implementation(project, first.path) or {}
    return Operation(
        twins.name,
        topic,
        first.file,
        first.line,
        len(entry.get("tests", [])),
        _has_pullback(project, first.path),
        entry.get("deviations", {}),
    )


def _has_pullback(project: Project, name: str) -> bool:
    found = find_implementation(project, name)
    return found is not None and found.code.startswith(_DERIVED)
