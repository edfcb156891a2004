"""The text of a program of its own: imports, what is used of `dlref`, the block."""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from dlref.experiments.remembering import remembered, remembering
from dlref.site.project import Project
from dlref.site.public import module_file
from dlref.site.standalone.editing import Editing, without_linters
from dlref.site.standalone.gathering import Piece, gather
from dlref.site.standalone.modules import Inside, Outside, refuse
from dlref.site.standalone.naming import Naming, name_all

WIDTH = 120
_ALLOWED = {"numpy": {"numpy", "sklearn"}, "torch": {"torch", "numpy", "sklearn"}}  # beside what a block itself imports
BEGIN = "# The block itself"
_DEFINITIONS = ("def ", "class ", "@")
_GONE = "\0"  # where an import stood


def standalone(project: Project, path: str, code: str, backend: str) -> tuple[str, set[str]]:
    """Return the program that does what the block `code` of the file `path` does, and the packages that it needs.

    What cannot be written in raises ProblemsFoundError, with its file and line.
    """
    with remembering():  # units are told apart by their identity, so that each module may be read only once
        return _standalone(project, path, code, backend)


def _standalone(project: Project, path: str, code: str, backend: str) -> tuple[str, set[str]]:
    block, pieces = gather(project, path, code)
    naming, pieces = name_all(block, pieces)
    outside = {target for target in block.module.imported.values() if isinstance(target, Outside)}
    outside |= {use.target for piece in (block, *pieces) for use in piece.uses if isinstance(use.target, Outside)}
    for target in sorted(outside - {*block.module.imported.values()}, key=lambda target: target.module):
        _refuse_foreign(path, target, backend)
    parts = [_imports(outside, naming), *(_definition(project, piece, _names_of(piece, naming)) for piece in pieces)]
    said = _block(block, naming)
    text = _spaced([*parts, f"{BEGIN}\n{said}" if pieces else said])
    return text.strip() + "\n", {target.module.partition(".")[0] for target in outside}


def _refuse_foreign(path: str, target: Outside, backend: str) -> None:
    package = target.module.partition(".")[0]
    if package not in sys.stdlib_module_names and package not in _ALLOWED[backend]:
        raise refuse(path, 1, f"it would need {package}, which the block itself does not ask for")


def _spaced(parts: Iterable[str]) -> str:
    """Definitions stand two empty lines apart, constants one below the other, as formatters have it."""
    text, before = "", ""
    for part in filter(None, parts):
        is_import = before.startswith(("import ", "from "))
        loose = part.startswith((*_DEFINITIONS, BEGIN)) or before.startswith(_DEFINITIONS)
        text += ("\n\n\n" if loose else "\n\n" if is_import else "\n" if text else "") + part
        before = part
    return text


def _names_of(piece: Piece, naming: Naming) -> tuple[tuple[Outside | Inside, str], ...]:
    own = [Inside(piece.unit.module, name) for name in piece.unit.names] if piece.unit else []
    return tuple((target, naming[target]) for target in [*own, *(use.target for use in piece.uses)] if target in naming)


@remembered
def _definition(project: Project, piece: Piece, names: tuple[tuple[Outside | Inside, str], ...]) -> str:
    """A unit's text under the names that it and what it uses have in this program; most programs share it."""
    naming, unit = dict(names), piece.unit
    assert unit is not None
    editing = Editing(piece.module.lines)
    if isinstance(unit.node, ast.FunctionDef | ast.ClassDef):
        name = naming[Inside(unit.module, unit.node.name)]
        if name != unit.node.name:
            editing.rename(unit.node, name)
        editing.shorten_docstrings(unit.node)
    _rewrite(editing, piece, naming)
    for call, package, file in piece.names.files:
        editing.replace(call, _literal(project, piece, call, package, file))
    return without_linters(editing.result(unit.first, unit.node.end_lineno or 0))


def _block(block: Piece, naming: Naming) -> str:
    """The block without its imports; what it calls otherwise than `dlref` does, it goes on calling so."""
    editing = Editing(block.module.lines)
    names = {
        use.node.id: naming[use.target]
        for use in block.uses
        if isinstance(use.node, ast.Name) and use.node.id != naming[use.target]
    }
    _rewrite(editing, block, naming, kept=set(names))
    for node in ast.parse("\n".join(block.module.lines)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            editing.replace(node, _GONE)
    lines = editing.result(1, len(block.module.lines)).splitlines()
    kept = "\n".join(line.replace(_GONE, "").strip() if _GONE in line else line for line in lines if line != _GONE)
    return "".join(f"{alias} = {name}\n" for alias, name in sorted(names.items())) + kept.strip("\n")


def _rewrite(editing: Editing, piece: Piece, naming: Naming, kept: Iterable[str] = ()) -> None:
    """Put the name that something has now in each place that calls it otherwise."""
    for use in piece.uses:
        said, name = ast.unparse(use.node), naming[use.target]
        if said == name or said in kept:
            continue
        if said in piece.names.local:
            raise refuse(piece.module.path, use.node.lineno, f"{said} is also the name of something inside")
        if editing.says(use.node) != said:
            raise refuse(piece.module.path, use.node.lineno, f"{said} cannot be renamed inside an f-string")
        editing.replace(use.node, name)


def _literal(project: Project, piece: Piece, call: ast.Call, package: str, file: str) -> str:
    """The text of a file of the package, to be read by people as well."""
    init = module_file(project, package)
    path = init.with_name(file) if init else Path()
    if not path.is_file():
        raise refuse(piece.module.path, call.lineno, f"{package} holds no file {file}")
    text = project.read(path).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\\\n{text}"""'


def _imports(outside: set[Outside], naming: Naming) -> str:
    """All imports once, Python's own first, sorted as formatters have it."""
    ours = [
        [target for target in outside if (target.module.partition(".")[0] in sys.stdlib_module_names) is python]
        for python in (True, False)
    ]
    return "\n\n".join("\n".join(_import_lines(targets, naming)) for targets in ours if targets)


def _import_lines(targets: list[Outside], naming: Naming) -> Iterator[str]:
    whole = {target: naming[target] for target in targets if not target.symbol}
    for target in sorted(whole, key=lambda target: (target.module, whole[target])):
        plain = whole[target] == target.module.partition(".")[0]
        yield f"import {target.module}" + ("" if plain else f" as {whole[target]}")
    parts: dict[str, set[tuple[str, str]]] = {}
    for target in targets:
        if target.symbol:
            parts.setdefault(target.module, set()).add((target.symbol, naming[target]))
    for module, found in sorted(parts.items()):
        names = [symbol if symbol == name else f"{symbol} as {name}" for symbol, name in sorted(found, key=_rank)]
        line = f"from {module} import {', '.join(names)}"
        yield line if len(line) <= WIDTH else f"from {module} import (\n    " + ",\n    ".join(names) + ",\n)"


def _rank(pair: tuple[str, str]) -> tuple[int, str]:
    """CONSTANTS, then Classes, then the rest."""
    symbol = pair[0]
    return (0 if symbol.isupper() and len(symbol) > 1 else 1 if symbol[0].isupper() else 2), symbol
