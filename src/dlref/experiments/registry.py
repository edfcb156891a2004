"""Experiments and claims: seeded functions that return plain numbers, remembered until what they depend on changes.

An experiment takes no arguments (its seeds are its defaults) and returns a dict of numbers, strings and lists, so that
its result can be kept as JSON and shown on a page. A claim is an experiment that carries the claim's permanent id.
"""

import hashlib
import importlib
import inspect
import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from filelock import FileLock

from dlref.experiments.provenance import fingerprint

Result = dict[str, Any]
Experiment = Callable[[], Result]

CLAIMS: dict[str, Experiment] = {}
SOURCE_ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("DLREF_CACHE", ".cache/dlref")) / "experiments"


def experiment(function: Experiment) -> Experiment:
    """Remember the result of `function` under the fingerprint of its module and of all that this module reaches."""

    @wraps(function)
    def remembered() -> Result:
        path = CACHE / f"{result_key(function)}.json"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_suffix(".lock")):  # what another process measures is waited for, not measured twice
                if not path.is_file():
                    _keep(function(), path)
        loaded: Result = json.loads(path.read_text("utf-8"))
        return loaded

    return remembered


def _keep(result: Result, path: Path) -> None:
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    partial.write_text(json.dumps(result, indent=1), "utf-8")
    partial.replace(path)  # a reader never sees half a file


def claim(claim_id: str) -> Callable[[Experiment], Experiment]:
    """Register an experiment as the measurement behind the claim `claim_id` (for instance "C-mse-bowl")."""

    def register(function: Experiment) -> Experiment:
        if claim_id in CLAIMS:
            raise ValueError(f"claim {claim_id} is measured twice: {CLAIMS[claim_id].__name__}, {function.__name__}")
        CLAIMS[claim_id] = experiment(function)
        return CLAIMS[claim_id]

    return register


def measure(claim_id: str) -> Result:
    """Return what the experiment behind `claim_id` measures."""
    load_all()
    if claim_id not in CLAIMS:
        raise KeyError(f"no experiment measures claim {claim_id}; known: {', '.join(sorted(CLAIMS))}")
    return CLAIMS[claim_id]()


def load_all() -> None:
    """Import every experiment module, so that CLAIMS is complete."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__init__":
            importlib.import_module(f"dlref.experiments.{path.stem}")


def result_key(function: Experiment) -> str:
    """Return the fingerprint under which the result of `function` is remembered."""
    module = Path(inspect.getsourcefile(function) or "").read_text("utf-8")
    name = function.__qualname__
    return hashlib.sha256(f"{name}:{fingerprint(module, SOURCE_ROOT)}".encode()).hexdigest()[:24]
