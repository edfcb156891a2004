"""The text of the labs: what can be wrong with it without running anything.

A cell of text begins with `# %% [markdown] lang="…"`, and a cell that draws says in every language what is to be seen.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dlref.site.formulas import FormulaError, render_formula
from dlref.site.glossary import avoided_words
from dlref.site.lab_runs import lab_files
from dlref.site.project import LANGUAGES, Problem, Project

_FORMULA = re.compile(r"\$\$[^$\n]+\$\$|\$[^$\n]+\$")  # displayed, on a line of its own, or within a sentence
_CELL = "# %%"
_SAID = re.compile(r'\b(\w+)="([^"]*)"')


def lines_in(project: Project, path: Path, language: str) -> list[str]:
    """Return what a lab says in one language, line by line; lines of code and of other languages are empty."""
    found, is_said = [], False
    for line in project.read(path).splitlines():
        said = ""
        if line.startswith(_CELL):
            attributes = dict(_SAID.findall(line))
            is_said = attributes.get("lang") == language
            said = attributes.get(language, "")  # of a picture
        elif is_said:
            said = line.removeprefix("#").removeprefix(" ")
        found.append(said)
    return found


def check_labs(project: Project) -> Iterator[Problem]:
    """The cells of text come in pairs; terms are the glossary's; formulas can be read, and are the same."""
    for path in lab_files(project):
        yield from _pairs(project, path)
        where = project.relative(path)
        for language in LANGUAGES:
            for number, said in avoided_words(project, language, enumerate(lines_in(project, path, language), 1)):
                yield Problem(where, number, said)
        yield from _formulas(project, path)


def _pairs(project: Project, path: Path) -> Iterator[Problem]:
    where, seen = project.relative(path), []
    for number, line in enumerate(project.read(path).splitlines(), 1):
        if not line.startswith(f"{_CELL} [markdown]"):
            continue
        language = dict(_SAID.findall(line)).get("lang", "")
        if language not in LANGUAGES:
            yield Problem(where, number, f'a cell of text needs lang="{LANGUAGES[0]}" or another')
        seen.append((number, language))
    for (number, first), (_, second) in zip(seen[::2], [*seen[1::2], (0, "")], strict=False):
        if {first, second} != set(LANGUAGES):
            yield Problem(where, number, "its counterpart in the other language has to follow")
            break


def _formulas(project: Project, path: Path) -> Iterator[Problem]:
    """KaTeX reads every formula, and both languages have the same, in whatever order their sentences want."""
    where, seen = project.relative(path), []
    for language in LANGUAGES:
        lines = enumerate(lines_in(project, path, language), 1)
        seen.append([(number, found.group()) for number, line in lines for found in _FORMULA.finditer(line)])
    for formulas, others in (seen, seen[::-1]):
        left = Counter(written for _, written in others)
        for number, written in formulas:
            yield from _unreadable(project, where, number, written)
            if not left[written]:
                yield Problem(where, number, f"the other language does not have the formula {written}")
            left[written] -= 1


def _unreadable(project: Project, where: str, number: int, written: str) -> Iterator[Problem]:
    try:
        render_formula(project, written.strip("$"), display=written.startswith("$$"))
    except FormulaError as error:
        said = " ".join(str(error).replace("\u0332", "").split())
        yield Problem(where, number, f"KaTeX cannot read this formula: {said}")
