"""What stands side by side: products, functions and their arguments, sums and all that takes the factors behind it.

A sum, a product, a limit and a derivative reach to the end of their term; a maximum and a mean take one factor.
"""

import numpy as np

from latex.derivatives import slopes_by
from latex.environment import Environment, UndeclaredError, kind, value
from latex.listing import listed
from latex.names import indexed, only, parts_of
from latex.numerical import limit
from latex.reading import Node, RefusedError, place, read_name, show
from latex.relations import truth
from latex.values import Over, dot, entrywise, plain, power, times
from latex.worlds import over_worlds, worlds_below

FUNCTIONS = {r"\ln": np.log, r"\exp": np.exp, r"\sin": np.sin, r"\cos": np.cos, r"\tanh": np.tanh}
CHOICES = {r"\max": max, r"\min": min}
_BETWEEN = {None: times, r"\cdot": dot, r"\odot": entrywise}


@kind("product")
def multiply(parts: list, env: Environment) -> object:
    """The value of factors in a row, from the left."""
    total, operator, position = None, None, 0
    while position < len(parts):
        part = parts[position]
        if getattr(part, "type", "") == "OPERATOR":
            if total is None or operator or position + 1 == len(parts):
                raise RefusedError(f"{place(('', part))}: {part} has nothing on one side")
            operator, position = part, position + 1
            continue
        factor, position = _factor(parts, position, env)
        total = factor if total is None else _BETWEEN[operator](total, factor)
        operator = None
    return total


def _factor(parts: list, at: int, env: Environment) -> tuple[object, int]:
    """The value of the factor that begins at a place, and where the next one begins."""
    part, after = parts[at], at + 1
    if after < len(parts) and ("product", part, parts[after]) in env:  # a name of two signs, such as ∇L or D_v f
        return _applied(env.find(("product", part, parts[after])), parts, after + 1, env)
    base, below, above = parts_of(part)
    kind = getattr(base, "type", "")
    if kind == "BIG":
        return _big(base, below, above, parts, after, env)
    if kind == "NABLA":
        return _nabla(parts, at, env)
    if kind == "FUNCTION" and base in FUNCTIONS and after < len(parts):
        argument, end = _argument(parts, after, env)
        result = FUNCTIONS[base](*argument)
        return (result if above is None else power(result, value(above[1], env))), end
    if kind == "FUNCTION" and base in CHOICES and below is not None:
        return _best(base, below, parts, after, env)
    if part[0] == "differentiate":
        return slopes_by(lambda world: multiply(parts[after:], world), part[1], env), len(parts)
    found = value(part, env)
    if isinstance(found, Over):
        return _expected(found, parts, after, env)
    if (
        isinstance(found, tuple) and all(map(callable, found)) and after < len(parts)
    ):  # (σ, tanh)(a): each its part of a
        (argument,), end = _argument(parts, after, env)
        pieces = np.split(plain(argument), len(found))
        return tuple(one(piece) for one, piece in zip(found, pieces, strict=True)), end
    if callable(found) and after < len(parts):
        inner, _, raised = parts_of(parts[after])
        if inner[0] == "group" and raised is not None:  # relu(h)²: the power of the value
            applied = found(*(plain(value(one, env)) for one in inner[1:]))
            return power(applied, value(raised[1], env)), after + 1
        if parts[after][0] != "group":
            raise RefusedError(f"{place(part)}: the function {show(part)} stands before no parenthesis")
        argument, end = _argument(parts, after, env)
        return found(*argument), end
    return found, after


def _argument(parts: list, at: int, env: Environment) -> tuple[list, int]:
    """What a function is applied to: all that stands in parentheses behind it, or one factor and no second."""
    if parts[at][0] == "group":
        return listed(parts[at][1:], env), at + 1
    result, end = _factor(parts, at, env)
    if end < len(parts) and getattr(parts[end], "type", "") != "OPERATOR":
        raise RefusedError(f"{place(('', *parts[at:]))}: how far does the function's argument reach?")
    return [plain(result)], end


def _big(base: Node, below: Node, above: Node, parts: list, at: int, env: Environment) -> tuple[object, int]:
    def body(world: Environment) -> object:
        return multiply(parts[at:], world)

    if base == r"\arg":
        return _best(*_choice(parts[at]), parts, at + 1, env, arg=True)
    if base == r"\lim":
        _, name, _, target = below[1]
        return limit(lambda h: body(env.at({only(name): h})), value(target, env)), len(parts)
    terms = [body(world) for world in worlds_below(below, above, env)]
    if base == r"\sum":
        total = 0.0
        for term in terms:
            total = total + plain(term)
        return total, len(parts)
    if terms and np.ndim(terms[0]) > 1:  # which way matrices stand in a product has to be said
        terms = env.find(r"\prod")(terms)
    total = 1
    for term in terms:
        total = times(total, term)
    return total, len(parts)


def _choice(part: Node) -> tuple[Node, Node]:
    base, below, _ = parts_of(part)
    return base, below


def _best(base: Node, below: Node, parts: list, at: int, env: Environment, *, arg: bool = False) -> tuple[object, int]:
    """The largest or the smallest value of the one factor behind it."""
    end, found = at, []
    for world in worlds_below(below, None, env):
        result, end = _factor(parts, at, world)
        found.append((result, world.letters.get(only(below[1]))))
    best = CHOICES[base](found, key=lambda pair: pair[0])
    return best[1 if arg else 0], end


def _expected(found: Over, parts: list, at: int, env: Environment) -> tuple[object, int]:
    end = at + 1

    def body(world: Environment) -> object:
        nonlocal end
        part = parts[at]
        if part[0] in ("bracket", "group") and len(part) == 2:
            return truth(part[1], world) if len(part[1]) > 2 else value(part[1], world)
        result, end = _factor(parts, at, world)
        return result

    return over_worlds(found, body, env), end


def _nabla(parts: list, at: int, env: Environment) -> tuple[object, int]:
    """A gradient: a name of the environment, or else the numerical derivative of what stands behind it."""
    sign, behind = parts[at], parts[at + 1]
    base, below, _ = parts_of(behind)
    bare = ("product", sign, base)
    if bare in env and below is not None:
        found, end = indexed(env.find(bare), below, env), at + 2
    elif sign in env:
        named = read_name(env.find(sign))
        big = getattr(base, "type", "") == "BIG"
        body = (lambda world: multiply(parts[at + 1 :], world)) if big else (lambda world: value(behind, world))
        return slopes_by(body, named, env), len(parts) if big else at + 2
    else:
        raise UndeclaredError(f"{place(('', sign))}: the gradient `∇{show(behind)}` is not declared")
    return _applied(found, parts, end, env)


def _applied(found: object, parts: list, at: int, env: Environment) -> tuple[object, int]:
    """The value of a function where arguments stand behind it, and else what was found."""
    if callable(found) and at < len(parts) and parts[at][0] == "group":
        argument, at = _argument(parts, at, env)
        found = found(*argument)
    return found, at
