"""What a piece of code depends on: the fingerprint under which its result may be remembered.

A result is worth keeping only as long as nothing that produced it has changed. Its fingerprint covers the code's own
text, every `dlref` module that the code can reach through imports, and the versions of the packages those use.
"""

import ast
import hashlib
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlref.experiments.remembering import remembered

# import name -> distribution name; only these can change a result
_PACKAGES = {"numpy": "numpy", "torch": "torch", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}


@remembered
def fingerprint(code: str, source_root: Path) -> str:
    """Return a hash of `code`, the sources below `source_root` that it reaches, and the versions of what they use."""
    digest = hashlib.sha256(source_fingerprint(code, source_root).encode())
    for name, number in package_versions(code, source_root).items():
        digest.update(f"{name}=={number};".encode())
    return digest.hexdigest()[:24]


@remembered
def source_fingerprint(code: str, source_root: Path) -> str:
    """Return a hash of `code` and the sources that it reaches: the same on every machine."""
    digest = hashlib.sha256(code.encode())
    for path in reachable(code, source_root):
        digest.update(path.relative_to(source_root).as_posix().encode() + _text(path).encode())
    return digest.hexdigest()[:24]


def package_versions(code: str, source_root: Path) -> dict[str, str]:
    """Return the installed versions of Python and of the packages that `code` reaches, by distribution name."""
    used = {name.split(".")[0] for name, _ in _imports(code)}
    used |= {name.split(".")[0] for path in reachable(code, source_root) for name, _ in _imports(_text(path))}
    found = {"python": platform.python_version()}
    for module, distribution in _PACKAGES.items():
        if module in used:
            found[distribution] = _installed(distribution)
    return found


@remembered
def reachable(code: str, source_root: Path) -> list[Path]:
    """Return the source files of `dlref` that `code` imports, directly or through one another, sorted."""
    seen: set[Path] = set()
    waiting = _files(code, "", source_root)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting |= _imported(path, source_root)
    return sorted(seen)


@remembered
def _imported(path: Path, source_root: Path) -> set[Path]:
    """The files that the module at `path` imports."""
    return _files(_text(path), ".".join(path.relative_to(source_root).parent.parts), source_root)


@remembered
def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _files(code: str, package: str, source_root: Path) -> set[Path]:
    """The files that the import statements of `code`, standing in `package`, name."""
    found: set[Path] = set()
    for name, symbol in _imports(code, package):
        if name.split(".")[0] == "dlref":
            found |= _resolve(name, symbol, source_root)
    return found


def _resolve(module: str, symbol: str | None, source_root: Path) -> set[Path]:
    folder = source_root.joinpath(*module.split("."))
    if symbol and (submodule := folder / f"{symbol}.py").is_file():
        return {submodule}
    if symbol and (subpackage := folder / symbol / "__init__.py").is_file():
        return {subpackage}
    if folder.with_suffix(".py").is_file():
        return {folder.with_suffix(".py")}
    init = folder / "__init__.py"
    if not init.is_file():
        return set()
    # A name that a package only hands on is followed to the module that defines it, so that
    # a change in one operation leaves the results of the others standing.
    for name, handed_on in _imports(_text(init), module):
        if symbol and handed_on == symbol:
            return _resolve(name, symbol, source_root)
    return {init}


@lru_cache(maxsize=1024)
def _imports(code: str, package: str = "") -> tuple[tuple[str, str | None], ...]:
    """Every (module, name) that `code` imports; relative imports are made absolute against `package`."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a broken block fails when it runs, with a better message
        return ()
    found: list[tuple[str, str | None]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            found += [(module, alias.name) for alias in node.names]
    return tuple(found)


@lru_cache(maxsize=32)
def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "absent"
