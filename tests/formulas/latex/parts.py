"""The value of the parts of a formula that stand by themselves: numbers, sums, fractions, norms, cases."""

import math

import numpy as np

from latex.environment import Environment, FreeError, UndeclaredError, kind, value
from latex.factors import CHOICES, FUNCTIONS
from latex.listing import listed
from latex.reading import RefusedError, place
from latex.relations import truth
from latex.values import over, plain, plus, times
from latex.worlds import over_worlds

KNOWN = {r"\operatorname{diag}": np.diag, r"\pi": math.pi, "e": math.e, r"\infty": math.inf}


@kind("sign")
def _sign(parts: list, env: Environment) -> object:
    (token,) = parts
    if token.type == "NUMBER":
        return float(token) if "." in token else int(token)
    if token in KNOWN:
        return KNOWN[token]
    if token in {**FUNCTIONS, **CHOICES}:
        return {**FUNCTIONS, **CHOICES}[token]
    raise UndeclaredError(f"{place(('', token))}: `{token}` is not declared")


@kind("statement")
def _statement(parts: list, env: Environment) -> object:
    if len(parts) > 1:
        raise RefusedError(f"{place(('', *parts))}: a relation stands where a value is needed")
    return value(parts[0], env)


@kind("sum")
def _sum(parts: list, env: Environment) -> object:
    total, sign = None, "+"
    for part in parts:
        if getattr(part, "type", "") == "SIGN":
            sign = part
            continue
        term = value(part, env)
        term = term if sign == "+" else times(-1, term)
        total = term if total is None else plus(total, term)
    return total


@kind("cases")
def _cases(parts: list, env: Environment) -> object:
    for _, chosen, *condition in parts:
        labels = [part for part in condition if isinstance(part, str)]
        asked = [part for part in condition if not isinstance(part, str)]
        if not asked and labels == [r"\text{otherwise}"]:
            return value(chosen, env)
        if labels and asked and labels[0] in env:  # words that the environment has a function for
            if env.find(labels[0])(value(asked[0], env)):
                return value(chosen, env)
            continue
        if labels or not asked:
            raise RefusedError(f"{place(chosen)}: a case with words in its condition")
        if truth(asked[0], env):
            return value(chosen, env)
    raise RefusedError("none of the cases holds")


@kind("bracket")
def _bracket(parts: list, env: Environment) -> object:
    if len(parts) == 1 and len(parts[0]) > 2:  # Iverson's bracket: 1 where the condition holds
        held = truth(parts[0], env)
        return held.astype(float) if np.ndim(held) else int(held)
    blocks = listed(parts, env)
    if len(parts) > 1 and all(np.ndim(block) == 2 for block in blocks):
        return np.hstack(blocks)  # matrices side by side
    raise RefusedError(f"{place(('', *parts))}: brackets without a condition")


@kind("group")
def _group(parts: list, env: Environment) -> object:
    return value(parts[0], env) if len(parts) == 1 else tuple(listed(parts, env))


@kind("norm")
def _norm(parts: list, env: Environment) -> object:
    vector = plain(value(parts[0], env))
    if np.ndim(vector) == 1:
        return float(np.sqrt(np.sum(vector**2)))
    if np.ndim(vector) == 2 and r"\lVert" in env:
        return env.find(r"\lVert")(vector)
    raise RefusedError(f"{place(parts[0])}: the norm of an array of shape {np.shape(vector)} is not declared")


@kind("accent")
def _accent(parts: list, env: Environment) -> object:
    if parts[0] == r"\bar" and ("overline",) in env:
        return _overline([parts[1]], env)
    raise UndeclaredError(f"{place(('', *parts))}: `{parts[0]}{{{parts[1]}}}` is not declared")


@kind("overline")
def _overline(parts: list, env: Environment) -> object:
    if ("overline",) not in env:
        raise UndeclaredError(f"{place(parts[0])}: what a bar is a mean over is not declared")
    return over_worlds(env.find(("overline",)), lambda world: value(parts[0], world), env)


@kind("integral")
def _integral(parts: list, env: Environment) -> object:
    if r"\int" not in env:
        raise UndeclaredError(rf"{place(parts[0])}: what \int adds up is not declared")
    return over_worlds(env.find(r"\int"), lambda world: value(parts[0], world), env)


@kind("count")
def _count(parts: list, env: Environment) -> object:
    try:
        return int(truth(parts[0], env))
    except FreeError as free:
        return sum(_count(parts, env.at({free.name: one})) for one in free.domain)


@kind("matrix")
def _matrix(parts: list, env: Environment) -> object:
    return np.array([[value(entry, env) for entry in row[1:]] for row in parts], float)


@kind("quotient", "fraction")
def _quotient(parts: list, env: Environment) -> object:
    return over(value(parts[0], env), value(parts[1], env))


@kind("underbrace")
def _underbrace(parts: list, env: Environment) -> object:
    return value(parts[0], env)  # what stands below the brace is a remark


@kind("root")
def _root(parts: list, env: Environment) -> object:
    return np.sqrt(plain(value(parts[0], env)))


@kind("bars")
def _bars(parts: list, env: Environment) -> object:
    inner = value(parts[0], env)
    return len(inner) if isinstance(inner, list) else abs(plain(inner))


@kind("floor")
def _floor(parts: list, env: Environment) -> object:
    return math.floor(value(parts[0], env))


@kind("set")
def _set(parts: list, env: Environment) -> object:
    return listed(parts, env)
