"""What is mutated: Cosmic Ray's operators on the code of the reference, without its annotations and its words.

One or two replacements stand for each operator, since a test that notices `a - b` in place of `a + b` notices `a % b`
too: + and −, × and ÷, the boundary and the negation of each comparison, numbers one larger and one smaller, True and
False, and and or, a condition negated, a sign or a decorator left out, a loop that is not entered, a statement left
out. Docstrings, the words of messages and type annotations stay as they are.
"""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

_SWAPS = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_FloorDiv Pow_Mul BitAnd_BitOr BitOr_BitAnd"
_COMPARISONS = "Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is"
_UNARY = "Delete_USub Delete_Invert Delete_Not"
_OTHERS = (
    "AddNot ReplaceTrueWithFalse ReplaceFalseWithTrue ReplaceAndWithOr ReplaceOrWithAnd ReplaceBreakWithContinue "
    "ReplaceContinueWithBreak ExceptionReplacer NumberReplacer RemoveDecorator ZeroIterationForLoop"
)


class DeleteStatement(Operator):
    """Leave out a call whose value is not used, or an assignment in place or to a part."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Where a statement can be left out and the rest still be a program."""
        if node.type != "expr_stmt" and (node.parent is None or node.parent.type != "simple_stmt"):
            return
        assigned_to_part = node.type == "expr_stmt" and (
            node.children[1].type == "operator"  # =, with an index or an attribute on the left; or +=
            and (node.children[1].value != "=" or "[" in node.children[0].get_code())
        )
        if assigned_to_part or (node.type in ("atom_expr", "power") and node.parent.type == "simple_stmt"):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Put `pass` in the statement's place."""
        (statement,) = get_ast("pass").children[:1]
        statement.get_first_leaf().prefix = node.get_first_leaf().prefix
        return statement

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """Cosmic Ray asks for examples only in its own tests."""
        return ()


def operators() -> dict[str, Operator]:
    """Every operator in use, by name."""
    names = [f"ReplaceBinaryOperator_{swap}" for swap in _SWAPS.split()]
    names += [f"ReplaceComparisonOperator_{swap}" for swap in _COMPARISONS.split()]
    names += [f"ReplaceUnaryOperator_{swap}" for swap in _UNARY.split()]
    return {
        **{name: get_operator(f"core/{name}")() for name in [*names, *_OTHERS.split()]},
        "DeleteStatement": DeleteStatement(),
    }


OPERATORS = operators()


@dataclass(frozen=True)
class Mutant:
    """One change to one file."""

    file: Path
    operator: str
    occurrence: int
    line: int

    def code(self) -> str:
        """The file's text with the change."""
        return mutate_code(self.file.read_text("utf-8"), OPERATORS[self.operator], self.occurrence)

    def change(self) -> tuple[str, str]:
        """The changed lines as they were and as they become, without indentation."""
        diff = list(difflib.unified_diff(self.file.read_text("utf-8").splitlines(), self.code().splitlines(), n=0))[2:]
        was, becomes = ("\n".join(line[1:].strip() for line in diff if line[0] == sign) for sign in "-+")
        return was.strip(), becomes.strip()


def mutants(file: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in no particular order."""
    source = file.read_text("utf-8")
    nodes, untouched = list(ast_nodes(get_ast(source))), _annotations(source)
    for name, operator in OPERATORS.items():
        found = [(node, start) for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (node, start) in enumerate(found):
            marks_parameters = node.type == "operator" and node.parent.type in (
                "parameters",
                "lambdef",
            )  # def f(a, *, b)
            if not marks_parameters and not any(first <= start < last for first, last in untouched):
                yield Mutant(file, name, occurrence, start[0])


def _annotations(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where annotations and type aliases reach."""
    found: list[ast.AST | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            found.append(node.returns)
        elif isinstance(node, ast.AnnAssign):
            found.append(node if ast.unparse(node.annotation) == "TypeAlias" else node.annotation)
        elif isinstance(node, ast.arg):
            found.append(node.annotation)
    return [((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)) for node in found if node]
