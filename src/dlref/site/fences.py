"""No code on a page that would silently not be run: which fences there may be, and what a snippet's file holds."""

import re
from collections.abc import Iterator

from dlref.site.pages import Page
from dlref.site.project import Problem, Project
from dlref.site.snippets import EXPECTED_OUTPUT, blocks_in, unreadable

_FENCES = {"python", "text", "console", "yaml", "toml", "json", "latex", "html", "css", "markdown"}
_FENCE_LINE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")


def fences(project: Project, page: Page) -> Iterator[Problem]:
    """No fence that looks like code but would silently not be run."""
    yield from _readable_fences(page.path, page.text)
    lines = page.text.splitlines()
    for part in page.of_kind("fence"):
        if not _FENCE_LINE.match(lines[part.line - 1]):
            yield Problem(page.path, part.line, "a fence begins its line, outside of lists and quotations")
    for part in page.of_kind("indented-code"):
        yield Problem(page.path, part.line, "indented code is never run: use a ```python fence or a snippet")
    for block in blocks_in(project, project.root / page.path):
        if block.expected is None:
            said = f"a Python block is followed by what it prints: {EXPECTED_OUTPUT} and a ```text fence"
            yield Problem(page.path, block.line, said)


def fragment_fences(project: Project, path: str, text: str) -> Iterator[Problem]:
    """The same for a snippet's file, which holds one Python block and its output, and nothing else."""
    yield from _readable_fences(path, text)
    blocks = blocks_in(project, project.root / path)
    if len(blocks) != 1 or blocks[0].expected is None:
        yield Problem(path, 1, "a snippet is one ```python block, then its expected output")


def _readable_fences(path: str, text: str) -> Iterator[Problem]:
    problems = list(_fence_lines(path, text))
    yield from problems
    if not problems and (reason := unreadable(text)):
        yield Problem(path, 1, f"pytest-codeblocks cannot read this file: {reason}")


def _fence_lines(path: str, text: str) -> Iterator[Problem]:
    opened = ""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*<!--[-\s]*(pytest\.mark|pytest-codeblocks:(?!\s*expected-output\s*-*>))", line):
            yield Problem(path, number, f"no block may be skipped or merged: {line.strip()}")
        match = _FENCE_LINE.match(line)
        if match is None:
            continue
        indent, marks, info = match.groups()
        if opened:
            if marks.startswith(opened) and not info.strip():
                opened = ""
            continue
        opened = marks
        if marks[0] == "~" or info not in _FENCES:
            said = f"fence `{marks}{info}` would not be run as Python nor is it a known other language"
            yield Problem(path, number, f"{said}; write ```python, or one of: {', '.join(sorted(_FENCES))}")
        elif info == "python" and indent:
            said = "an indented Python block loses its blank lines when it is run: put it in snippets/ and include it"
            yield Problem(path, number, said)
    if opened:
        yield Problem(path, len(text.splitlines()), "this fence is never closed")
