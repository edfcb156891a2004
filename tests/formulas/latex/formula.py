"""A display formula, its statements judged one after the other in an environment that says what its names stand for."""

from pathlib import Path

import numpy as np

import latex.parts  # noqa: F401  gives the parts of formulas their value
from latex.conditions import holds_with, without_conditions
from latex.environment import Environment, FreeError, value
from latex.names import only, parts_of
from latex.reading import Node, RefusedError, place, read, read_name, show
from latex.relations import RELATIONS
from latex.values import Domain, plain

SNIPPETS = Path(__file__).parents[3] / "snippets"
_LEAST = 1e-10  # what numerical derivatives leave where a number should be zero


class Formula:
    """The formula of a file, or of a text."""

    def __init__(self, text: str, name: str = "formula") -> None:
        self.text, self.name = text, name
        self.judged = False
        self.compared = 0

    @classmethod
    def of_file(cls, path: Path) -> "Formula":
        return cls(path.read_text("utf-8"), f"{path.parent.name}/{path.name}")

    def holds(
        self,
        names: dict[str, object],
        after: dict[str, object] | None = None,
        rtol: float = 1e-9,
        which: slice = slice(None),
    ) -> None:
        """Assert that every statement is true where names have these values; `after` its updates, those of `after`.

        A statement whose left side is no name of the environment defines it. A letter that the environment lets run
        through several values is tried with each. What the environment names and the formula never uses is refused.
        """
        self.judged, env = True, self._environment(names)
        try:
            for statement in self._statements(env, which):
                self._judge(statement, env, rtol)
            for name, expected in (after or {}).items():
                self._compare(env.find(read_name(name)), expected, rtol, name)
        except RefusedError as error:
            raise type(error)(f"{self.name}:{error}") from error
        self._all_used(names, env)
        assert self.compared, f"{self.name}: nothing was compared"

    def values(self, names: dict[str, object], which: slice = slice(None)) -> list[list[object]]:
        """Return what both sides of the statements are worth, for a test that compares them in a way of its own.

        Where one letter stands for different things in two statements, a test asks for each by itself: `which`.
        """
        self.judged = True
        env = self._environment(names)
        try:
            found = [
                [plain(value(side, env)) for side in statement[1::2]] for statement in self._statements(env, which)
            ]
        except RefusedError as error:
            raise type(error)(f"{self.name}:{error}") from error
        self._all_used(names, env)
        return found

    def _statements(self, env: Environment, which: slice) -> list[Node]:
        """The statements that are no definitions; conditions in parentheses behind one are tried here."""
        found = []
        for whole in [one for one in read(self.text)[1:] if not isinstance(one, str)][which]:
            statement, conditions = without_conditions(whole)
            for condition in conditions:
                assert holds_with(condition, env), show(condition)
            if not _defines(statement, env):
                found.append(statement)
        return found

    def _environment(self, names: dict[str, object]) -> Environment:
        return Environment({_key(name): found for name, found in names.items()})

    def _all_used(self, names: dict[str, object], env: Environment) -> None:
        idle = [name for name in names if _key(name) not in env.used and name != r"\approx"]
        idle += [f"{show(node)} (defined)" for node in (*env.defined, *env.families) if node not in env.used]
        if idle:
            raise RefusedError(f"{self.name}: nothing asked for {', '.join(idle)}")

    def _judge(self, statement: Node, env: Environment, rtol: float) -> None:
        try:
            self._judge_one(statement, env, rtol)
        except FreeError as free:
            env.used.add(free.name)
            for one in free.domain:
                self._judge(statement, env.at({free.name: one}), rtol)

    def _judge_one(self, statement: Node, env: Environment, rtol: float) -> None:
        _, first, *rest = statement
        if rest[:1] == [r"\leftarrow"]:
            env.names[only(first)] = plain(value(rest[1], env))
            return
        left = value(first, env)
        if not rest:
            raise RefusedError(f"{place(statement)}: `{show(statement)}` states nothing")
        for relation, side in zip(rest[::2], rest[1::2], strict=True):
            right = value(side, env)
            if relation == "=":
                self._compare(left, right, rtol, show(statement), _shown_digits(side))
            elif relation == r"\approx":
                self._compare(left, right, env.find(r"\approx"), show(statement))
            elif relation in RELATIONS:
                self.compared += 1
                assert np.all(RELATIONS[relation](plain(left), plain(right))), (show(statement), left, right)
            else:
                raise RefusedError(f"{place(statement)}: {relation} states nothing that could be tried")
            left = right

    def _compare(self, left: object, right: object, rtol: float, said: str, atol: float = _LEAST) -> None:
        if isinstance(left, tuple) and isinstance(right, tuple):
            assert len(left) == len(right), said
            for one, other in zip(left, right, strict=True):
                self._compare(one, other, rtol, said)
            return
        left, right = (np.array(one) if isinstance(one, tuple) else plain(one) for one in (left, right))
        shapes = np.shape(left), np.shape(right)
        assert shapes[0] == shapes[1] or (shapes[1] == () and right == 0), f"{said}: shapes {shapes}"
        np.testing.assert_allclose(left, right, rtol=rtol, atol=atol, err_msg=f"{self.name}: {said}")
        self.compared += 1


def _key(name: str) -> Node:
    special = {r"\overline": ("overline",), r"\lVert": r"\lVert", r"\int": r"\int", r"\approx": r"\approx"}
    if name.startswith(r"\text"):
        return name
    return special[name] if name in special else read_name(name)


def _shown_digits(side: Node) -> float:
    """A rounded decimal number stands for all that is rounded to it."""
    number = only(side)
    if getattr(number, "type", "") == "NUMBER" and "." in number:
        return 0.5 * 10.0 ** -len(number.partition(".")[2])
    return _LEAST


def _defines(statement: Node, env: Environment) -> bool:
    """Take a statement with an unknown name on its left for a definition; true if nothing else is left to judge."""
    _, first, *rest = statement
    name = only(first)
    base = parts_of(name)[0]
    if rest[:1] != ["="] or not _is_name(name) or name in env or base in env or _named_by_a_part(name, env):
        return False
    _, below, _ = parts_of(name)
    if below and all(getattr(item, "type", "") != "NAME" or item in env for item in below[1:]):
        pattern = tuple(
            item if isinstance(env.names.get(item), Domain) else int(value(item, env)) for item in below[1:]
        )
        env.families.setdefault(base, []).append((pattern, rest[1]))
    else:
        env.defined[name] = rest[1]
    return len(rest) == 2


def _named_by_a_part(name: Node, env: Environment) -> bool:
    """Whether the environment has the name without its index: W^Q for W_m^Q."""
    return isinstance(name, tuple) and ("script", *(part for part in name[1:] if part[0] != "sub")) in env


def _is_name(node: Node) -> bool:
    base, _, above = parts_of(node)
    named = getattr(base, "type", "") == "NAME" or base[0] in ("accent", "overline") or base[0] == "script"
    return named and (above is None or getattr(above[1], "type", "") in ("STAR", "NAME", "NUMBER"))
