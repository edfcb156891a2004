"""Which of a module's names a piece of its code uses, and where, as Python's own compiler sees it."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Names:
    """The names of a piece of code."""

    uses: dict[str, list[ast.expr]] = field(default_factory=dict)  # of the module: each place, with its attributes
    bound: set[str] = field(default_factory=set)  # at the top
    local: set[str] = field(default_factory=set)  # bound in a function somewhere inside
    files: list[tuple[ast.Call, str, str]] = field(default_factory=list)  # calls that read a file of a package's


def names_in(nodes: list[ast.stmt]) -> Names:
    """Return the names that statements of a module use and bind."""
    found = Names()
    code = ast.unparse(ast.Module(nodes, []))
    used: set[str] = set()
    for table in _tables(symtable.symtable(code, "<code>", "exec")):
        for symbol in table.get_symbols():
            if table.get_type() == "module" or symbol.is_global():
                used.add(symbol.get_name())
                found.bound |= {symbol.get_name()} if symbol.is_assigned() or symbol.is_namespace() else set()
            elif symbol.is_local() and table.get_type() == "function":  # a class's names are not seen in its methods
                found.local.add(symbol.get_name())
    for node in nodes:
        _visit(node, used, found)
    return found


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _visit(node: ast.AST, used: set[str], found: Names) -> None:
    if isinstance(node, ast.Call) and (read := _file_read(node)):
        found.files.append((node, *read))
        return
    if isinstance(node, ast.Name | ast.Attribute) and (root := root_of(node)):
        if root.id in used:
            found.uses.setdefault(root.id, []).append(node)
        return
    for child in ast.iter_child_nodes(node):
        _visit(child, used, found)


def root_of(node: ast.expr) -> ast.Name | None:
    """Return the name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def chain(node: ast.expr) -> list[ast.expr]:
    """Return a chain of attributes from its first name on: a, a.b, a.b.c."""
    return [*chain(node.value), node] if isinstance(node, ast.Attribute) else [node]


def _file_read(node: ast.Call) -> tuple[str, str] | None:
    """The package and the file's name in `files("package").joinpath("name").read_text("utf-8")`."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                attr="read_text",
                value=ast.Call(
                    func=ast.Attribute(
                        attr="joinpath", value=ast.Call(func=ast.Name("files"), args=[ast.Constant(package)])
                    ),
                    args=[ast.Constant(name)],
                ),
            )
        ):
            return str(package), str(name)
    return None
