"""The environments through which a sum, a product, a maximum or a mean runs."""

from latex.environment import Environment, FreeError, UndeclaredError, value
from latex.names import only
from latex.reading import Node, RefusedError, place, read_name, show
from latex.relations import truth
from latex.values import Domain, Over, plain


def worlds_below(below: Node, above: Node, env: Environment) -> list[Environment]:
    """The environments through which a sum runs, by what stands below it."""
    if below is None:
        raise RefusedError("a sum without an index")
    worlds = [env]
    for item in below[1:]:
        if isinstance(item, tuple) and item[0] == "statement" and len(item) > 2:
            _, left, relation, right = item if len(item) == 4 else (None, None, None, None)
            if relation == "=" and above is not None:
                run = range(int(value(right, env)), int(value(above[1], env)) + 1)
                worlds = [world.at({only(left): one}) for world in worlds for one in run]
            elif relation == r"\in":
                worlds = [world.at({only(left): one}) for world in worlds for one in value(right, world)]
            else:
                worlds = [world for world in _all(item, worlds) if truth(item, world)]
        else:
            name = only(item)
            domain = env.names.get(name)
            if not isinstance(domain, Domain):
                raise UndeclaredError(f"{place(below)}: what {show(name)} runs through is not declared")
            env.used.add(name)
            worlds = [world.at({name: one}) for world in worlds for one in domain]
    return worlds


def _all(condition: Node, worlds: list[Environment]) -> list[Environment]:
    """Every choice of the letters in a condition that are not chosen yet."""
    try:
        for world in worlds:
            truth(condition, world)
    except FreeError as free:
        return _all(condition, [world.at({free.name: one}) for world in worlds for one in free.domain])
    return worlds


def over_worlds(found: Over, body, env: Environment) -> object:
    """A mean, sum or variance of what the body is worth in each world."""
    worlds = [{read_name(name): one for name, one in world.items()} for world in found.worlds]
    return found.how([plain(body(env.with_(world))) for world in worlds])
