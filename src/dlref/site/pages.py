"""A page as the checks see it: its parts in reading order, each with the line it stands on.

Parsed by markdown-it-py, because Python-Markdown, which renders the site, forgets line numbers. The built HTML is
compared with this view once more (see `audit`), so that the two cannot drift apart unseen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from dlref.experiments.remembering import remembered
from dlref.site.bibliography import group_of, load_works
from dlref.site.evidence_parts import evidence_anchors, is_evidence
from dlref.site.glossary import GLOSSARY, load_terms
from dlref.site.project import Problem, Project
from dlref.site.public import entries, is_reference

_PARSER = (
    MarkdownIt("commonmark")
    .enable("table")
    .use(front_matter_plugin)
    .use(dollarmath_plugin, allow_space=False, double_inline=True)
    .use(admon_plugin)
)
_TAB = re.compile(r"^(\s*)===(\+?!?) ", re.MULTILINE)
_INCLUDE = re.compile(r'^-{1,}8<-{1,} "([^"]+)"$')
_ATTRIBUTES = re.compile(r"\{:?\s*([^{}]*?)\s*\}")
_ANCHOR = re.compile(r"(?:^|\s)#([^\s{}]+)")


@dataclass(frozen=True)
class Part:
    """One thing on a page. `kind` says which, `key` what it is called, `text` what it says."""

    kind: str
    key: str
    line: int
    text: str = ""
    level: int = 0


@dataclass
class Page:
    """One language's file of one subject."""

    path: str  # relative to the root, as messages show it
    language: str
    slug: str
    text: str
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def front_matter(self) -> dict[str, Any]:
        """The YAML between the leading `---` lines; problems are noted, not raised."""
        match = re.match(r"---\n(.*?)\n---\n", self.text, re.DOTALL)
        if match is None:
            self.problems.append(Problem(self.path, 1, "no front matter: the page must begin with --- and end it so"))
            return {}
        try:
            loaded = yaml.safe_load(match.group(1))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or "not valid YAML"
            self.problems.append(Problem(self.path, (mark.line if mark else 0) + 2, f"front matter: {reason}"))
            return {}
        if not isinstance(loaded, dict):
            self.problems.append(Problem(self.path, 2, "front matter: expected `key: value` lines"))
            return {}
        return loaded

    @property
    def body(self) -> str:
        """The page without its front matter: what its counterpart was read against."""
        return re.sub(r"\A---\n.*?\n---\n", "", self.text, count=1, flags=re.DOTALL)

    def of_kind(self, *kinds: str) -> list[Part]:
        return [part for part in self.parts if part.kind in kinds]

    @property
    def title(self) -> str:
        return next((part.text for part in self.of_kind("heading") if part.level == 1), self.slug)

    @property
    def anchors(self) -> set[str]:
        return {part.key for part in self.of_kind("heading", "claim", "anchor", "entry") if part.key}


def load_pages(project: Project) -> list[Page]:
    """Read every page of every language, in a fixed order."""
    return [load_page(project, path) for path in sorted(project.docs.glob("[a-z][a-z]/**/*.md"))]


@remembered
def load_page(project: Project, path: Path) -> Page:
    """Read and parse one page."""
    within = path.relative_to(project.docs)
    slug = within.relative_to(within.parts[0]).with_suffix("").as_posix()
    page = Page(project.relative(path), within.parts[0], slug, project.read(path))
    _ = page.front_matter
    page.parts = list(_parts(_PARSER.parse(_TAB.sub(r"\1!!! tab ", page.text))))
    for part in page.of_kind("include"):
        if is_reference(part.key):
            page.parts += [Part("entry", anchor, part.line) for anchor in entries(project, part.key)]
        elif is_evidence(part.key):
            page.parts += [Part("anchor", anchor, part.line) for anchor in evidence_anchors(project, part.key)]
        elif part.key == GLOSSARY:
            page.parts += [Part("anchor", term.id, part.line) for term in load_terms(project)]
        elif group := group_of(part.key):
            works = [work for work in load_works(project) if work.group == group]
            page.parts += [Part("anchor", work.id, part.line) for work in works]
    return page


def _parts(tokens: list[Token]) -> Iterator[Part]:
    heading, before = 0, ""
    for token in tokens:
        line = (token.map or [0])[0] + 1
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "fence":
            yield Part("fence", token.info, line, token.content, level=token.level)
        elif token.type == "code_block":
            yield Part("indented-code", "", line, token.content)
        elif token.type == "math_block":
            yield from _display_formula(token, line)
        elif token.type in ("html_block", "html_inline"):
            yield Part("html", token.content.strip(), line)
        elif token.type == "admonition_open":
            kind = token.meta["tag"]
            yield Part("tab" if kind == "tab" else "admonition", kind, line, token.content)
        elif token.type == "inline":
            yield from _inline(token, line, heading)
            if before == "th_open":
                yield Part("column", "", line, token.content)
        before = token.type


def _display_formula(token: Token, line: int) -> Iterator[Part]:
    inner = token.content.strip()
    include = _INCLUDE.match(inner)
    yield Part("formula", include.group(1) if include else "", line + 1, inner)


def _inline(token: Token, line: int, heading: int) -> Iterator[Part]:
    if heading:
        anchor = _ANCHOR.search(" ".join(_ATTRIBUTES.findall(token.content)))
        title = _ATTRIBUTES.sub("", token.content).strip()
        yield Part("heading", anchor.group(1) if anchor else "", line, title, heading)
    previous: Token | None = None
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "text":
            yield from _text(child.content, previous, line, bool(heading))
        elif child.type == "math_inline":
            yield Part("inline-formula", child.content, line, child.content)
        elif child.type == "image":
            yield Part("image", str(child.attrs["src"]), line, child.content)
        elif child.type == "link_open":
            yield Part("link", str(child.attrs["href"]), line)
        elif child.type == "html_inline":
            yield Part("html", child.content, line)
        previous = child


def _text(text: str, previous: Token | None, line: int, in_heading: bool) -> Iterator[Part]:
    if include := _INCLUDE.match(text.strip()):
        yield Part("include", include.group(1), line)
    if in_heading:
        return
    for attributes in _ATTRIBUTES.findall(text):
        anchor = _ANCHOR.search(attributes)
        if ".measured" in attributes.split():
            value = previous.content if previous is not None and previous.type == "code_inline" else ""
            yield Part("measured", value, line)
        elif ".claim" in attributes.split():
            yield Part("claim", anchor.group(1) if anchor else "", line)
        elif anchor:
            yield Part("anchor", anchor.group(1), line)
