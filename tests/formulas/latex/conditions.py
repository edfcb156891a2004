"""Remarks in parentheses behind a statement: (μ = 0.9), or (l = 1, …, L) for what a letter runs through."""

from latex.environment import Environment, value
from latex.names import only
from latex.reading import Node
from latex.relations import truth
from latex.values import Domain


def without_conditions(statement: Node) -> tuple[Node, list[Node]]:
    """Take a remark off the end of a statement: the statement without it, and the remark."""
    last = statement[-1]
    if last[0] == "sum" and isinstance(last[-1], tuple) and last[-1][0] == "product":
        group = last[-1][-1]
        if isinstance(group, tuple) and group[0] == "group" and len(group[1]) > 2:
            kept = ("sum", *last[1:-1], ("product", *last[-1][1:-1]))
            return (*statement[:-1], kept), [group]
    return statement, []


def holds_with(group: Node, env: Environment) -> bool:
    """Whether the environment is as the remark says."""
    _, first, *rest = group
    name = only(first[1])
    domain = env.names.get(name)
    if isinstance(domain, Domain):
        env.used.add(name)
        return rest != [] and (domain[0], domain[-1]) == (value(first[3], env), value(rest[-1], env))
    return not rest and bool(truth(first, env))
