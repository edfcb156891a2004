"""The name that each thing has in a program of its own: the one it has in `dlref`, unless two would share it."""

import ast
from collections.abc import Iterator
from itertools import chain, count

from dlref.site.standalone.gathering import Piece
from dlref.site.standalone.modules import Inside, Outside, refuse

Naming = dict[Outside | Inside, str]
_Places = dict[Outside | Inside, list[tuple[Piece, ast.expr]]]
_Same = dict[Outside | Inside, Outside | Inside]  # what says again what another says, and that other
_PLAIN = (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.Constant, ast.BinOp, ast.expr_context, ast.operator)
_TYPES = ("ParamSpec", "TypeVar")  # two of the same words are as good as one


def name_all(block: Piece, pieces: list[Piece]) -> tuple[Naming, list[Piece]]:
    """Return the name of everything that is used, and the pieces without those that only say again what another says.

    The block's own names come first, then what it imports; a name of `dlref` that is taken is put behind its module's.
    """
    same, kept = _merged(pieces)
    places: _Places = {}
    for piece in (block, *kept):
        for use in piece.uses:
            places.setdefault(same.get(use.target, use.target), []).append((piece, use.node))
    imported = [target for target in block.module.imported.values() if isinstance(target, Outside)]
    naming: Naming = {target: target.name for target in imported}
    taken = set(naming.values()) | block.names.bound | {name for piece in (block, *kept) for name in piece.builtins}
    for target in places:
        if target not in naming:
            free = (name for name in _names(target) if name not in taken and not _is_caught(name, places[target]))
            naming[target] = next(free)
            taken.add(naming[target])
    _refuse_shadows(block, kept)
    return naming | {target: naming[first] for target, first in same.items() if first in naming}, kept


def _names(target: Outside | Inside) -> Iterator[str]:
    """The names that something may have, the best one first."""
    behind = f"{target.module.rpartition('.')[2]}_{target.name.lstrip('_')}"
    longer = f"_{behind}" if target.name.startswith("_") else behind
    return chain([target.name, longer], (f"{longer}_{number}" for number in count(2)))


def _is_caught(name: str, places: list[tuple[Piece, ast.expr]]) -> bool:
    """Tell whether, written in these places, a name would mean something else: what a function there calls the same."""
    return any(
        name in piece.names.local for piece, node in places if not (isinstance(node, ast.Name) and node.id == name)
    )


def _merged(pieces: list[Piece]) -> tuple[_Same, list[Piece]]:
    """Which constants say the same as one before, and the pieces without these: most modules name their array type."""
    same: _Same = {}
    first: dict[object, Inside] = {}
    kept = []
    for piece in pieces:
        unit, value = piece.unit, getattr(piece.unit and piece.unit.node, "value", None)
        if unit is None or len(unit.names) != 1 or value is None or not _is_plain(value):
            kept.append(piece)
            continue
        target = Inside(unit.module, unit.names[0])
        others = {same.get(use.target, use.target) for use in piece.uses if use.node in set(ast.walk(value))}
        known = first.setdefault((unit.names[0], ast.unparse(value), frozenset(others)), target)
        if known is target:
            kept.append(piece)
        else:
            same[target] = known
    return same, kept


def _is_plain(value: ast.expr) -> bool:
    """Tell whether a value cannot change, so that one will do for all who name it."""
    if isinstance(value, ast.Call):
        is_type = isinstance(value.func, ast.Name) and value.func.id in _TYPES
        return is_type and all(isinstance(one, ast.Constant) for one in value.args) and not value.keywords
    return all(isinstance(one, _PLAIN) for one in ast.walk(value))


def _refuse_shadows(block: Piece, pieces: list[Piece]) -> None:
    """Refuse a block that gives a name of Python's own to something else, where `dlref` needs the original."""
    own = block.names.bound | block.module.imported.keys()
    for piece in pieces:
        for name in sorted(piece.builtins & own):
            line = next((node.lineno for node in block.names.uses.get(name, [])), 1)
            unit = piece.unit.names[0] if piece.unit else ""
            raise refuse(block.module.path, line, f"the block has a {name} of its own, but {unit} needs Python's")
