"""Claims as they stand in the sources: which experiment measures each, and which test would refute it.

Read from the syntax tree, so that a check knows in milliseconds what it would otherwise have to import torch for.
"""

import ast
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dlref.experiments.provenance import fingerprint
from dlref.experiments.remembering import remembered
from dlref.site.project import Project

CLAIM_ID = re.compile(r"C-[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Site:
    """Where a claim's experiment or test is defined."""

    claim: str
    path: str
    line: int
    function: str

    @property
    def test(self) -> str:
        return f"{self.path}::{self.function}"


def claim_anchor(claim: str) -> str:
    """Return the element id that a claim has on the pages: its own id in lower case."""
    return claim.lower()


@remembered
def experiments(project: Project) -> list[Site]:
    """Return every `@claim("C-…")` below the experiments."""
    return _decorated(project, project.source / "dlref" / "experiments", "claim")


@remembered
def claim_tests(project: Project) -> list[Site]:
    """Return every `@pytest.mark.claim("C-…")` below tests/claims."""
    return _decorated(project, project.tests / "claims", "pytest.mark.claim")


@remembered
def claim_key(project: Project, claim: str) -> str:
    """Return a key that changes with the claim's tests, its experiment, what both reach, and the versions."""
    sites = [site for site in (*experiments(project), *claim_tests(project)) if site.claim == claim]
    texts = [(project.root / path).read_text("utf-8") for path in sorted({site.path for site in sites})]
    prints = [fingerprint(text, project.source) for text in texts]
    return hashlib.sha256("".join(prints).encode()).hexdigest()[:24]


def _decorated(project: Project, folder: Path, decorator: str) -> list[Site]:
    return [
        Site(claim, project.relative(path), line, name)
        for path in sorted(folder.rglob("*.py"))
        for claim, line, name in _claims_in(project, path, project.read(path), decorator)
    ]


@lru_cache(maxsize=256)
def _claims_in(project: Project, path: Path, text: str, decorator: str) -> list[tuple[str, int, str]]:
    """Claim, line and function of every decorated function in a module's text."""
    return [
        (str(argument.value), function.lineno, function.name)
        for function in ast.walk(project.parse(path, text))
        if isinstance(function, ast.FunctionDef)
        for node in function.decorator_list
        if isinstance(node, ast.Call) and ast.unparse(node.func) == decorator
        for argument in node.args
        if isinstance(argument, ast.Constant)
    ]
