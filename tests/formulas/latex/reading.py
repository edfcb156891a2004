"""A formula's text as nested tuples: (kind, parts…), with the places of its signs kept."""

from functools import lru_cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from latex.layout import layout

Node = tuple | str  # a Token is a str that knows its place


class RefusedError(ValueError):
    """A formula, or something in it, that is not understood: it is never guessed."""


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    return Lark(Path(__file__).with_name("grammar.lark").read_text("utf-8"), parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=4096)
def read(text: str) -> tuple:
    """Return the statements of a formula: ("start", statement…)."""
    try:
        arranged = layout(text)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    try:
        return _tuples(_grammar().parse(arranged))
    except UnexpectedInput as error:
        line, column = max(error.line, 1), max(error.column, 1)
        said = (arranged.splitlines() or [""])[line - 1][column - 1 :].split(" ")[0][:30] or "the end"
        raise RefusedError(f"{line}:{column}: `{said}` is not understood here") from error


@lru_cache(maxsize=4096)
def read_name(text: str) -> Node:
    """Return the node that a name is in a formula, such as `\\hat{y}` or `\\frac{\\partial L}{\\partial W}`."""
    statement = read(text)[1]
    node = statement
    while isinstance(node, tuple) and node[0] in ("statement", "sum", "product") and len(node) == 2:
        node = node[1]
    return node


def _tuples(tree: Tree | Token) -> Node:
    if isinstance(tree, Token):
        return tree
    parts = tuple(_tuples(child) for child in tree.children)
    if tree.data == "accent":
        return ("accent", *parts)
    if tree.data in ("fraction", "derivative", "differentiate", "second"):  # the size of a fraction says nothing
        parts = tuple(_bare(part) for part in parts if getattr(part, "type", "") not in ("FRACTION", "PARTIAL"))
    if tree.data == "script":
        return _script(parts)
    if tree.data in ("sub", "sup"):  # x_t and x_{t} are one name
        parts = tuple(_bare(part) for part in parts)
    return (str(tree.data), *parts)


def _bare(node: Node) -> Node:
    while isinstance(node, tuple) and node[0] in ("statement", "sum", "product") and len(node) == 2:
        node = node[1]
    return node


def _script(parts: tuple) -> tuple:
    """Order what hangs on a letter: primes, what is below, what is above."""
    base, *hanging = parts
    primes = [part for part in hanging if isinstance(part, str)]
    below = [part for part in hanging if part[0] == "sub"]
    above = [part for part in hanging if part[0] == "sup"]
    if len(below) > 1 or len(above) > 1:
        raise RefusedError(f"{show(base)} has two indices below or two above")
    return ("script", base, *primes, *below, *above)


def show(node: Node) -> str:
    """Return a node in a form that a message can hold."""
    if isinstance(node, str):
        return str(node)
    kind, *parts = node
    inner = [show(part) for part in parts]
    around = {
        "sub": "_{{{}}}",
        "sup": "^{{{}}}",
        "group": "({})",
        "bracket": "[{}]",
        "overline": r"\overline{{{}}}",
        "norm": "‖{}‖",
        "bars": "|{}|",
        "root": "√({})",
        "derivative": "∂({})",
    }
    return around.get(kind, "{}").format(("," if kind in ("sub", "group", "bracket") else " ").join(inner))


def place(node: Node) -> str:
    """Return line:column of the first sign in a node."""
    while isinstance(node, tuple):
        node = next((part for part in node[1:] if isinstance(part, tuple) or hasattr(part, "line")), "")
    return f"{getattr(node, 'line', '?')}:{getattr(node, 'column', '?')}"
