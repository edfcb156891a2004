"""Conditions: chains of relations between values."""

import numpy as np

from latex.environment import Environment, value
from latex.reading import Node, RefusedError, place, show

RELATIONS = {
    "=": lambda a, b: a == b, "<": lambda a, b: a < b, ">": lambda a, b: a > b, r"\le": lambda a, b: a <= b,
    r"\ge": lambda a, b: a >= b, r"\ne": lambda a, b: a != b, r"\neq": lambda a, b: a != b,
    r"\in": lambda a, b: a in b,
}  # fmt: skip


def truth(node: Node, env: Environment) -> object:
    """Whether a chain of relations holds, entry by entry where arrays are compared."""
    _, first, *rest = node
    held, left = True, value(first, env)
    if not rest:
        raise RefusedError(f"{place(node)}: `{show(node)}` is no condition")
    for relation, side in zip(rest[::2], rest[1::2], strict=True):
        if relation not in RELATIONS:
            raise RefusedError(f"{place(node)}: {relation} in a condition")
        right = value(side, env)
        held = (
            held & np.asarray(RELATIONS[relation](left, right))
            if np.ndim(left)
            else held and RELATIONS[relation](left, right)
        )
        left = right
    return held
