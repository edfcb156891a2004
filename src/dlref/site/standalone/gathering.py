"""What a block needs of `dlref`: from the block along every name that is used, and no further."""

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from dlref.experiments.remembering import remembered
from dlref.site.project import Project
from dlref.site.standalone.modules import (
    Inside,
    Module,
    Outside,
    Target,
    Unit,
    Whole,
    follow,
    is_ours,
    load_module,
    read_module,
    refuse,
)
from dlref.site.standalone.names import Names, chain, names_in

BLOCK = "__main__"
BUILTINS = frozenset(dir(builtins))
_OURS_IN_TEXT = re.compile(r"^\s*(import|from) dlref\b", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Use:
    """A place in a piece of code that means something defined elsewhere, or the piece itself."""

    node: ast.expr
    target: Outside | Inside
    waits: bool = True  # not in an annotation that is never evaluated


@dataclass(frozen=True, eq=False)
class Piece:
    """A unit, or the block itself, with all that it uses."""

    module: Module
    names: Names
    unit: Unit | None = None
    uses: list[Use] = field(default_factory=list)

    @property
    def builtins(self) -> set[str]:
        """What it takes from Python itself."""
        known = self.module.units.keys() | self.module.imported.keys()
        return {name for name in self.names.uses if name in BUILTINS and name not in known}


def gather(project: Project, path: str, code: str) -> tuple[Piece, list[Piece]]:
    """Return the block and the pieces that it needs, in an order in which they can be defined.

    What has no way into a program of its own raises ProblemsFoundError, with its file and line.
    """
    module = read_module(project, BLOCK, project.root / path, code)
    body = [node for node in ast.parse(code).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    block = _piece(project, module, body, None)
    for name in block.names.bound & block.module.imported.keys():
        if not isinstance(module.imported[name], Outside):
            raise refuse(path, 1, f"the block imports {name} from dlref and then gives the name to something else")
    pieces: dict[Unit, Piece] = {}
    waiting = [block]
    while waiting:
        for unit in _units(project, waiting.pop()):
            if unit not in pieces:
                pieces[unit] = _unit_piece(project, unit)
                waiting.append(pieces[unit])
    return block, _ordered(project, block, pieces)


def _units(project: Project, piece: Piece, *, awaited: bool = False) -> Iterator[Unit]:
    for use in piece.uses:
        if isinstance(use.target, Inside) and (use.waits or not awaited):
            module = load_module(project, use.target.module)
            assert module is not None
            yield module.units[use.target.name]


def _ordered(project: Project, block: Piece, pieces: dict[Unit, Piece]) -> list[Piece]:
    """Module by module as Python itself would import them, and each module's units as they stand in it."""
    by_module: dict[str, list[Piece]] = {}
    for unit, piece in pieces.items():
        by_module.setdefault(unit.module, []).append(piece)
    order: list[str] = []
    begun: set[str] = set()

    def visit(piece: Piece) -> None:
        for unit in _units(project, piece, awaited=True):
            if unit.module not in begun:
                begun.add(unit.module)
                for other in _as_written(by_module[unit.module]):
                    visit(other)
                order.append(unit.module)

    visit(block)
    order += sorted(by_module.keys() - begun)
    return [piece for module in order for piece in _as_written(by_module[module])]


def _as_written(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: piece.unit.first if piece.unit else 0)


@remembered
def _unit_piece(project: Project, unit: Unit) -> Piece:
    module = load_module(project, unit.module)
    assert module is not None
    if module.unknown:
        said = f"{module.name} does something when it is imported, which would be lost"
        raise refuse(module.path, module.unknown[0].lineno, said)
    return _piece(project, module, [unit.node], unit)


def _piece(project: Project, module: Module, nodes: list[ast.stmt], unit: Unit | None) -> Piece:
    _refuse_hidden(module, nodes)
    piece = Piece(module, names_in(nodes), unit)
    for name, places in piece.names.uses.items():
        own = unit is None and name in piece.names.bound
        if name in module.imported and not own:
            waits = name not in module.later
            piece.uses.extend(_outward(project, module, node, module.imported[name], waits) for node in places)
        elif unit and name in module.units:
            piece.uses.extend(Use(chain(node)[0], Inside(module.name, name)) for node in places)
        elif not own and name not in BUILTINS and name not in ("__name__", "__file__"):
            raise refuse(module.path, places[0].lineno, f"{name} is defined nowhere")
    return piece


def _outward(project: Project, module: Module, node: ast.expr, imported: Target, waits: bool) -> Use:
    """Follow what is imported, and attributes of modules of ours, to what is meant."""
    steps = chain(node)
    target = follow(project, imported)
    for place in steps:
        if isinstance(place, ast.Attribute) and isinstance(target, Whole):
            target = follow(project, Inside(target.module, place.attr))
        if isinstance(target, Outside | Inside):
            return Use(place, target, waits)
    if isinstance(target, Whole):
        said = f"{target.module} is handed about as a whole; use its names one by one"
        raise refuse(module.path, node.lineno, said)
    raise refuse(module.path, node.lineno, f"dlref has no {ast.unparse(node)}")


def _refuse_hidden(module: Module, nodes: list[ast.stmt]) -> None:
    """Refuse what reaches dlref where no name says so: imports inside functions, and programs inside of strings."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if any(map(is_ours, names)):
                raise refuse(module.path, node.lineno, "dlref is imported inside a function; import it at the top")
        elif _is_our_program(node) and not _is_docstring(node, nodes):
            raise refuse(module.path, node.lineno, "a program in a string imports dlref")


def _is_our_program(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_OURS_IN_TEXT.search(node.value))


def _is_docstring(node: ast.AST, nodes: list[ast.stmt]) -> bool:
    defined = (one for outer in nodes for one in ast.walk(outer) if isinstance(one, ast.FunctionDef | ast.ClassDef))
    return any(isinstance(one.body[0], ast.Expr) and one.body[0].value is node for one in defined)
