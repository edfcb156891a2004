"""What the names of a formula stand for, and where its parts get their values."""

from collections.abc import Callable

from latex.reading import Node, RefusedError, place, read_name, show
from latex.values import Domain, Of, plain

_KINDS: dict[str, Callable] = {}


def kind(*names: str) -> Callable[[Callable], Callable]:
    """Let a function give nodes of these kinds their value: it gets their parts and the environment."""

    def register(function: Callable) -> Callable:
        _KINDS.update(dict.fromkeys(names, function))
        return function

    return register


class FreeError(Exception):
    """A letter that runs through many values stands where one is needed."""

    def __init__(self, name: Node, domain: Domain) -> None:
        super().__init__(f"{show(name)} is not bound")
        self.name, self.domain = name, domain


class UndeclaredError(RefusedError):
    """A name for which the environment has no value."""


class Environment:
    """Names and their values; what was asked for is remembered."""

    def __init__(self, names: dict) -> None:
        self.names: dict = names
        self.letters: dict = {}  # the indices that are chosen at the moment; a definition does not see them
        self.used: set = set()
        self.defined: dict = {}  # names that the formula itself defines, and what stands on the right
        self.families: dict = {}  # the same for names with an index: a list of indices and right sides

    def with_(self, more: dict) -> "Environment":
        """The same with other values for some names."""
        return self._copy({**self.names, **more}, self.letters)

    def at(self, letters: dict) -> "Environment":
        """The same with these indices chosen."""
        return self._copy(self.names, {**self.letters, **letters})

    def without_letters(self) -> "Environment":
        return self._copy(self.names, {})

    def _copy(self, names: dict, letters: dict) -> "Environment":
        env = Environment(names)
        env.letters, env.used, env.defined, env.families = letters, self.used, self.defined, self.families
        return env

    def __contains__(self, node: Node) -> bool:
        return node in self.letters or node in self.names or node in self.defined

    def find(self, node: Node) -> object:
        """The value of a whole name; a definition of the formula's own counts like the environment's."""
        self.used.add(node)
        if node in self.letters:
            return self.letters[node]
        if node not in self:
            raise UndeclaredError(f"{place(('', node))}: `{show(node)}` is not declared")
        if node not in self.names:
            return value(self.defined[node], self.without_letters())
        found = self.names[node]
        if isinstance(found, Domain):
            raise FreeError(node, found)
        if isinstance(found, Of):
            return found.function(*(plain(value(read_name(name), self)) for name in found.names))
        return found


def value(node: Node, env: Environment) -> object:
    """Return what a node is worth."""
    if node in env:
        return env.find(node)
    name, parts = ("sign", [node]) if isinstance(node, str) else (node[0], list(node[1:]))
    if name not in _KINDS:
        raise RefusedError(f"{place(node)}: {name} `{show(node)}` is not understood here")
    return _KINDS[name](parts, env)
