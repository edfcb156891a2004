"""Files and packages: what is asked of paths, and how a missing package is named."""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def check_suffix(operation: str, path: str | Path) -> str:
    """Return the ending of `path`; raise ValueError unless parameters can be written under it."""
    suffix = Path(path).suffix
    if suffix not in (".npz", ".safetensors"):
        raise ValueError(f"{operation}: path must end in .npz or .safetensors; got {str(path)!r}")
    return suffix


def check_npz_names(operation: str, names: Iterable[str]) -> None:
    """Raise ValueError for a name that NumPy's `savez` has for an argument of its own."""
    for name in names:
        if name in ("file", "allow_pickle"):
            raise ValueError(f"{operation}: {name} cannot be the name of a parameter in .npz; save it as .safetensors")


def needs(module: str, operation: str) -> Any:
    """Import a module of a package that only few operations need, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as missing:
        raise ImportError(f'{operation} needs {module.split(".")[0]}: pip install "dlref[train]"') from missing


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Hand out a path to write to, and put the file in the place of `path` only if all went well."""
    partial = path.with_name(f"{path.name}.part")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
