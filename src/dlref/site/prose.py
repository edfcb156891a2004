"""The typography of the Chinese text, judged by AutoCorrect: spaces between scripts, full-width punctuation."""

import re

import autocorrect_py

from dlref.site.lab_runs import lab_files
from dlref.site.lab_text import lines_in
from dlref.site.project import Problem, Project


def check_prose(project: Project) -> list[Problem]:
    """Return the lines of the Chinese pages, read-me and text of labs that AutoCorrect would write otherwise."""
    paths = [*sorted(project.docs.glob("zh/**/*.md")), *sorted(project.root.glob("*.zh.md"))]
    # what stands inside tabs and boxes is indented, and would be taken for code
    texts = [(path, re.sub(r"^ {4,}", "", path.read_text("utf-8"), flags=re.MULTILINE)) for path in paths]
    texts += [(path, "\n".join(lines_in(project, path, "zh"))) for path in lab_files(project)]
    problems = []
    for path, text in texts:
        for line in autocorrect_py.lint_for(text, "md").lines:
            problems.append(Problem(project.relative(path), line.line, f"`{line.old}` is written `{line.new}`"))
    return problems
