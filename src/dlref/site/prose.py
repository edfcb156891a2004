"""The typography of the Chinese text, judged by AutoCorrect: spaces between scripts, full-width punctuation."""

import re

import autocorrect_py

from dlref.site.project import Problem, Project


def check_prose(project: Project) -> list[Problem]:
    """Return the lines of the Chinese pages and of the Chinese read-me that AutoCorrect would write otherwise."""
    paths = [*sorted(project.docs.glob("zh/**/*.md")), *sorted(project.root.glob("*.zh.md"))]
    problems = []
    for path in paths:
        # what stands inside tabs and boxes is indented, and would be taken for code
        text = re.sub(r"^ {4,}", "", path.read_text("utf-8"), flags=re.MULTILINE)
        for line in autocorrect_py.lint_for(text, "md").lines:
            problems.append(Problem(project.relative(path), line.line, f"`{line.old}` is written `{line.new}`"))
    return problems
