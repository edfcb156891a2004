"""Which test executes which display formula, read from the syntax tree of tests/formulas.

A formula is executed from its own LaTeX, `@pytest.mark.formula("page/name")`, or, where no program reads it, by a
transcription into loops that is pinned to its file: `@pytest.mark.transcription("page/name", "hash")`.
"""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from dlref.experiments.remembering import remembered
from dlref.site.pages import Page
from dlref.site.project import Problem, Project

_MARKS = {"pytest.mark.formula": 1, "pytest.mark.transcription": 2}


@dataclass(frozen=True)
class FormulaTest:
    """A test's mark: the formula it names and, of a transcription, the hash of what was transcribed."""

    formula: str
    digest: str | None
    path: str
    line: int


@dataclass(frozen=True)
class Counts:
    """How many display formulas are executed, and how."""

    formulas: int
    from_latex: int
    transcribed: int


@remembered
def formula_tests(project: Project) -> list[FormulaTest]:
    """Return every mark of a formula's test below tests/formulas."""
    return [
        FormulaTest(arguments[0], arguments[1] if len(arguments) > 1 else None, project.relative(path), node.lineno)
        for path in sorted((project.tests / "formulas").rglob("test_*.py"))
        for function in ast.walk(project.parse(path, project.read(path)))
        if isinstance(function, ast.FunctionDef)
        for node in function.decorator_list
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _MARKS
        for arguments in [[str(one.value) for one in node.args if isinstance(one, ast.Constant)]]
        if len(arguments) == _MARKS[ast.unparse(node.func)]
    ]


def check_formulas(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Every display formula has a test, every such test a formula; a transcription is one of the file as it is."""
    digests = _digests(project)
    tested = {test.formula for test in formula_tests(project)}
    for name in sorted(digests.keys() - tested):
        said = f'no test executes this formula; tests/formulas: @pytest.mark.formula("{name}")'
        yield Problem(f"snippets/{name}.tex", 1, said)
    for test in formula_tests(project):
        if test.formula not in digests:
            yield Problem(test.path, test.line, f"there is no formula snippets/{test.formula}.tex")
        elif test.digest and test.digest != (found := digests[test.formula]):
            said = (
                f"snippets/{test.formula}.tex was changed: compare it with this transcription, then write {found} here"
            )
            yield Problem(test.path, test.line, said)


def count_formulas(project: Project) -> Counts:
    """Return how many formulas are executed from their own LaTeX, and how many by transcription only."""
    tests = formula_tests(project)
    own = {test.formula for test in tests if test.digest is None}
    digests = _digests(project).keys()
    transcribed = {test.formula for test in tests} - own
    return Counts(len(digests), len(own & digests), len(transcribed & digests))


def formulas_on(project: Project, page: Page) -> dict[str, bool]:
    """The display formulas that a page includes, by name, and whether each is executed from its own LaTeX."""
    own = {test.formula for test in formula_tests(project) if test.digest is None}
    shown = [part.key.removesuffix(".tex") for part in page.of_kind("formula") if part.key.endswith(".tex")]
    return {name: name in own for name in shown}


def _digests(project: Project) -> dict[str, str]:
    """The formulas, by page and name, each with the hash of its text."""
    return {
        path.relative_to(project.snippets).with_suffix("").as_posix(): formula_digest(project.read(path))
        for path in sorted(project.snippets.rglob("*.tex"))
    }


def formula_digest(text: str) -> str:
    """Return the hash that pins a transcription to a formula."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
