"""Lists, and what three dots leave out between two of their members."""

from lark import Token

from latex.environment import Environment, value
from latex.names import only
from latex.reading import Node, RefusedError, place
from latex.values import plain

_RUNNING = Token("NAME", "the running index")


def listed(parts: list | tuple, env: Environment) -> list:
    """The values of the members of a list; between two that differ in one number, dots stand for those between."""
    values: list = []
    for number, part in enumerate(parts):
        if getattr(only(part), "type", "") != "DOTS" or only(part) in env:
            values.append(plain(value(part, env)))
            continue
        if not 0 < number < len(parts) - 1:
            raise RefusedError(f"{place(('', part))}: what do the dots stand for?")
        pattern, first, last = _difference(parts[number - 1], parts[number + 1])
        inner = range(int(value(first, env)) + 1, int(value(last, env)))
        values += [plain(value(pattern, env.at({_RUNNING: one}))) for one in inner]
    return values


def _difference(before: Node, behind: Node) -> tuple[Node, Node, Node]:
    """The form that two nodes share, and the parts in which they differ."""
    if isinstance(before, str) or isinstance(behind, str) or before[0] != behind[0] or len(before) != len(behind):
        return _RUNNING, before, behind
    different = [number for number, pair in enumerate(zip(before, behind, strict=True)) if pair[0] != pair[1]]
    if len(different) != 1:
        return _RUNNING, before, behind
    at = different[0]
    pattern, first, last = _difference(before[at], behind[at])
    return (*before[:at], pattern, *before[at + 1 :]), first, last
