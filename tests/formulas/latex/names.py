"""Names with what hangs on them: indices below, powers above, primes; and derivatives, which may be names too."""

import numpy as np

from latex.environment import Environment, UndeclaredError, kind, value
from latex.numerical import slope
from latex.reading import Node, RefusedError, place, show
from latex.values import At, plain, power, transposed


def parts_of(node: Node) -> tuple[Node, Node | None, Node | None]:
    """What a node is without what hangs below and above it, and these two."""
    if isinstance(node, str) or node[0] != "script":
        return node, None, None
    below = next((part for part in node[2:] if part[0] == "sub"), None)
    above = next((part for part in node[2:] if part[0] == "sup"), None)
    rest = tuple(part for part in node[1:] if part not in (below, above))
    return (rest[0] if len(rest) == 1 else ("script", *rest)), below, above


@kind("script")
def script(parts: list, env: Environment) -> object:
    """An entry, a power, a transpose or a derivative: whichever of its parts the environment knows."""
    node = ("script", *parts)
    base, below, above = parts_of(node)
    if below and above and (without := ("script", *_head(base), above)) in env:
        return indexed(env.find(without), below, env)
    if above:
        inner = ("script", *_head(base), below) if below else base
        return _raised(inner, above[1], env)
    if below and base in env.families:
        return _member(base, below, env)
    if below:
        return indexed(value(base, env), below, env)
    return _primed(node, env)


def _member(base: Node, below: Node, env: Environment) -> object:
    """A name with an index that the formula itself defines, for any index or for this one."""
    env.used.add(base)
    indices = [_whole(item, env) for item in below[1:]]
    # a definition for this very index comes before one for all
    for pattern, right in sorted(env.families[base], key=lambda one: sum(isinstance(item, str) for item in one[0])):
        pairs = list(zip(pattern, indices, strict=True))
        if all(isinstance(item, str) or item == index for item, index in pairs):
            return value(
                right, env.without_letters().at({item: index for item, index in pairs if isinstance(item, str)})
            )
    raise RefusedError(f"{place(below)}: the formula does not define `{show(base)}` for {indices}")


def _head(base: Node) -> tuple:
    return base[1:] if isinstance(base, tuple) and base[0] == "script" else (base,)


def _raised(inner: Node, above: Node, env: Environment) -> object:
    kind = getattr(above, "type", "")
    if kind == "TRANSPOSE":
        return transposed(value(inner, env))
    if kind in ("STAR", "SIGN", "LABEL"):
        raise UndeclaredError(f"{place(inner)}: `{show(inner)}^{above}` is not declared")
    exponent = value(above, env)
    if inner == "e" and inner not in env:
        return np.exp(plain(exponent))
    return power(value(inner, env), exponent)


def _primed(node: Node, env: Environment) -> object:
    """The derivative of a function of one number."""
    base, primes = node[1], len(node) - 2
    function = value(base, env)
    if not callable(function):
        raise UndeclaredError(f"{place(node)}: `{show(node)}` is not declared")
    for _ in range(primes):
        function = slope(function)
    return function


def indexed(found: object, below: Node, env: Environment) -> object:
    """An entry of an array, or a member of a family that is kept in a dict."""
    items = list(below[1:])
    if isinstance(found, dict):
        index = int(_whole(items[0], env))
        if index not in found:
            raise RefusedError(f"{place(below)}: the environment has no number {index} of `{show(below)}`")
        found, items = found[index], items[1:]
        return indexed(found, ("sub", *items), env) if items else found
    array = found if isinstance(found, At) else At(1, found) if isinstance(found, np.ndarray) else None
    if array is None:
        raise UndeclaredError(f"{place(below)}: `{show(below)}` picks from what has no entries")
    return array[index_of(below, np.ndim(array.array), env)]


def index_of(below: Node, dimensions: int, env: Environment) -> tuple[int, ...]:
    """The indices below a name: ij are two where the array has two dimensions, 2n is a product."""
    pieces: list[Node] = []
    for item in below[1:]:
        letters = _letters(item)
        pieces += letters if len(letters) <= dimensions - len(pieces) and len(letters) > 1 else [item]
    if len(pieces) > dimensions:
        raise RefusedError(f"{place(below)}: {len(pieces)} indices for an array of {dimensions} dimensions")
    return tuple(_whole(piece, env) for piece in pieces)


def _letters(item: Node) -> list[Node]:
    while isinstance(item, tuple) and item[0] in ("statement", "sum") and len(item) == 2:
        item = item[1]
    if isinstance(item, tuple) and item[0] == "product" and not str(item[1])[:1].isdigit():
        return list(item[1:])
    return [item]


def _whole(item: Node, env: Environment) -> int:
    index = value(item, env)
    if np.ndim(index) or index != int(index):
        raise RefusedError(f"{place(('', item))}: {index!r} is no index")
    return int(index)


def only(node: Node) -> Node:
    """The node within what holds nothing else."""
    while isinstance(node, tuple) and node[0] in ("statement", "sum", "product") and len(node) == 2:
        node = node[1]
    return node
