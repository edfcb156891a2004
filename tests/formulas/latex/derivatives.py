"""Derivatives that a formula states: names of the environment where it has them, else worked out by trying."""

from collections.abc import Callable

import numpy as np

from latex.environment import Environment, kind, value
from latex.names import index_of, indexed, parts_of
from latex.numerical import STENCIL, STEP
from latex.reading import Node, RefusedError, place, show
from latex.values import At, plain


@kind("derivative")
def _derivative(parts: list, env: Environment) -> object:
    """A partial derivative: a name of the environment, an entry of such a name, or worked out numerically."""
    above, under = parts
    base, below, _ = parts_of(under)
    if below and ("derivative", above, base) in env:
        return indexed(env.find(("derivative", above, base)), below, env)
    return slopes_by(lambda world: value(above, world), under, env)


@kind("second")
def _second(parts: list, env: Environment) -> object:
    """A second derivative, by one letter twice or by two."""
    order, above, *under = parts
    if order != "2":
        raise RefusedError(f"{place(('', *parts))}: a derivative of order {order}")
    if len(under) == 1:
        base, _, power_ = parts_of(under[0])
        if power_ is None or power_[1] != "2":
            raise RefusedError(f"{place(('', *parts))}: a second derivative by what?")
        under = [base, base]
    return slopes_by(lambda world: _derivative([above, under[1]], world), under[0], env)


def slopes_by(body: Callable, under: Node, env: Environment) -> object:
    """The derivative of what `body` is worth, by a name or by an entry of an array."""
    base, below, above = parts_of(under)
    if above is not None and under not in env:
        raise RefusedError(f"{place(under)}: a derivative by `{show(under)}`")
    if below is None or under in env:
        found = value(under, env)
        array = np.asarray(plain(found), float)
        slopes = [_along(body, under, found, array, place_, env) for place_ in np.ndindex(array.shape)]
        return (
            np.moveaxis(np.array(slopes), 0, -1).reshape(*np.shape(slopes[0]), *array.shape)
            if array.shape
            else slopes[0]
        )
    found = value(base, env)
    if isinstance(found, dict):
        raise RefusedError(f"{place(under)}: a derivative by a member of a family")
    kept = found if isinstance(found, At) else At(1, found)
    firsts = kept.first if isinstance(kept.first, tuple) else (kept.first,) * kept.array.ndim
    index = index_of(below, kept.array.ndim, env)
    if len(index) < kept.array.ndim:
        raise RefusedError(f"{place(under)}: a derivative by a part of an array")
    place_ = tuple(one - first for one, first in zip(index, firsts, strict=True))
    return _along(body, base, found, np.asarray(kept.array, float), place_, env)


def _along(body: Callable, name: Node, found: object, array: np.ndarray, place_: tuple, env: Environment) -> object:
    total = 0.0
    for k, weight in STENCIL:
        moved = array.copy()
        moved[place_] += k * STEP
        new = found.with_array(moved) if isinstance(found, At) else moved if array.shape else float(moved)
        total = total + weight * plain(body(env.with_({name: new})))
    return total / STEP
