"""Changes to a piece of source text that leave the rest of it, comments and all, as it stands."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass, field

_FOR_LINTERS = re.compile(r"# (type: ignore|noqa)\b")


@dataclass
class Editing:
    """The lines of a module or block, and what is to be replaced in them, by place."""

    lines: list[str]
    edits: list[tuple[tuple[int, int], tuple[int, int], str]] = field(default_factory=list)

    def replace(self, node: ast.expr | ast.stmt, text: str) -> None:
        """Put `text` in the place of a node."""
        start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
        self.edits.append((start, end, text))

    def says(self, node: ast.expr) -> str:
        """What stands where a node is: in f-strings Python 3.11 does not always know."""
        line = self.lines[node.lineno - 1].encode()
        return line[node.col_offset : node.end_col_offset].decode(errors="replace") if node.lineno else ""

    def rename(self, node: ast.FunctionDef | ast.ClassDef, name: str) -> None:
        """Give a definition another name."""
        line = self.lines[node.lineno - 1].encode()
        start = line.index(node.name.encode(), node.col_offset + len("def "))
        self.edits.append(((node.lineno, start), (node.lineno, start + len(node.name.encode())), name))

    def shorten_docstrings(self, node: ast.stmt) -> None:
        """Keep of each docstring its first line, as pages do that show a definition."""
        for inner in ast.walk(node):
            if not isinstance(inner, ast.FunctionDef | ast.ClassDef):
                continue
            said = inner.body[0]
            if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant) and said.end_lineno != said.lineno:
                start = (said.lineno, len(self.lines[said.lineno - 1].encode()))
                self.edits.append((start, (said.end_lineno or 0, said.end_col_offset or 0), '"""'))

    def result(self, first: int, last: int) -> str:
        """Return the lines from `first` to `last` with all changes made."""
        lines = [line.encode() for line in self.lines]
        for start, end, text in sorted(self.edits, reverse=True):
            before, after = lines[start[0] - 1][: start[1]], lines[end[0] - 1][end[1] :]
            lines[start[0] - 1 : end[0]] = [before + text.encode() + after, *[b""] * (end[0] - start[0])]
        # the lines that an edit spanned are empty now; those that were empty before still stand where they stood
        spanned = {number for start, end, _ in self.edits for number in range(start[0] + 1, end[0] + 1)}
        kept = [line for number, line in enumerate(lines, 1) if first <= number <= last and number not in spanned]
        return b"\n".join(kept).decode()


def without_linters(text: str) -> str:
    """Return `text` without the comments that only our linters read."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and _FOR_LINTERS.match(token.string):
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines)
