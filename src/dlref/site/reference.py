"""The API reference: what a page's include of a topic stands for, and whether everything public has its page.

To add a topic, write `docs/zh/api-<topic>.md` and `docs/en/api-<topic>.md`: a title, an introduction, and on a line of
its own `--8<-- "dlref.<topic>"`; add the page to the navigation in mkdocs.yml. Everything below the introduction is
made here, from the docstrings. `--8<-- "dlref"` on the overview stands for a list of all topics and their names.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from dlref.site.elsewhere import own_of_torch
from dlref.site.implementations import is_implementation
from dlref.site.pages import Page, Part
from dlref.site.project import LANGUAGES, Problem, Project, write_changed
from dlref.site.public import BACKENDS, OVERVIEW, Twins, is_reference, module_file, topics

Mentions = dict[str, dict[str, dict[str, str]]]  # how, of which name, on which page: a link to the first place
_ENTRY = re.compile(r"api-[a-z-]+\.md#(\w+)")
_IMPORT = re.compile(r"^from dlref\.[\w.]+ import (.+)$", re.MULTILINE)


def shown_topics(page: Page) -> list[Part]:
    """Return the includes of topics on a page."""
    return [part for part in page.of_kind("include") if is_reference(part.key) and part.key != OVERVIEW]


def check_reference(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """Everything public stands on one reference page of each language."""
    known = topics(project)
    for language in LANGUAGES:
        shown: dict[str, Page] = {}
        for page in (page for page in pages if page.language == language):
            for part in shown_topics(page):
                if part.key in shown:
                    said = f"{part.key} stands already on {shown[part.key].path}"
                    yield Problem(page.path, part.line, said)
                shown.setdefault(part.key, page)
        for topic, names in known.items():
            if f"dlref.{topic}" not in shown:
                first = names[0].found[0]
                more = f" (and {len(names) - 1} more of its topic)" if len(names) > 1 else ""
                said = f'{first.path}{more} stands on no reference page: docs/{language}/api-{topic}.md, with --8<-- "'
                yield Problem(first.file, first.line, f'{said}dlref.{topic}", is missing')


def write_reference(project: Project, pages: list[Page], language: str, words: dict[str, str]) -> None:
    """Write what pymdownx.snippets includes for the topics and the overview, in one language."""
    own = [page for page in pages if page.language == language]
    known, mentions = topics(project), find_mentions(project, own)
    folder = project.fragments / language
    texts = {f"dlref.{topic}": topic_markdown(project, names, mentions, words) for topic, names in known.items()}
    texts[OVERVIEW] = overview_markdown(known, own)
    for name, text in texts.items():
        write_changed(folder / name, text)


def topic_markdown(project: Project, names: list[Twins], mentions: Mentions, words: dict[str, str]) -> str:
    """Return the entries of a topic, module by module."""
    lines: list[str] = []
    for place, inside in groupby(names, key=lambda twins: twins.place):
        lines += ["", f"## `{'.'.join(place)}` {{ #module-{'-'.join(place).replace('_', '-')} }}", ""]
        modules = [(backend, _module(backend, place)) for backend in ("", *BACKENDS)]
        hidden = {one.path for twins in names for one in twins.found}  # a function that bears its module's name
        modules = [(backend, one) for backend, one in modules if one not in hidden and module_file(project, one)]
        lines += _tabs(modules, "members: []", "show_root_heading: false")
        for twins in inside:
            lines += ["", f"### `{twins.name}` {{ #{twins.name} }}", ""]
            lines += [*_leads(twins, mentions, words), *_tabs([(one.backend, one.path) for one in twins.found])]
    return "\n".join(lines)


def _module(backend: str, place: tuple[str, ...]) -> str:
    return ".".join(filter(None, ("dlref", backend, *place)))


def _tabs(directives: list[tuple[str, str]], *options: str) -> list[str]:
    """One directive of mkdocstrings for each twin; what serves both backends needs no tab."""
    lines = []
    for backend, name in directives:
        indent = "    " if backend else ""
        below = ["    options:", *(f"      {option}" for option in options)] if options else []
        lines += [f'=== "{BACKENDS[backend]}"', ""] if backend else []
        lines += [*(indent + line for line in (f"::: {name}", *below)), ""]
    return lines


def _leads(twins: Twins, mentions: Mentions, words: dict[str, str]) -> list[str]:
    """A line that leads to the pages that explain a name, else to those that use it, and to PyTorch's own."""
    parts: list[str] = []
    for word in ("explained", "used"):
        places = mentions[word].get(twins.name, {}).values()
        if places and not parts:
            parts.append(words[word].format(pages=words["comma"].join(places)))
    own = own_of_torch(twins.name) if any(one.backend for one in twins.found) else None
    parts += [words["own"].format(name=f"[`{own[0]}`]({own[1]})")] if own else []
    return [words["semicolon"].join(parts), "{ .leads }", ""] if parts else []


def find_mentions(project: Project, pages: list[Page]) -> Mentions:
    """Return where pages show a name's implementation or link to its entry, and where their snippets import it."""
    found: Mentions = {"explained": {}, "used": {}}
    for page in pages:
        if any(is_reference(part.key) for part in page.of_kind("include")):
            continue
        anchor = title = ""
        for part in page.parts:
            if part.kind == "heading":
                anchor, title = part.key, title or part.text
            for word, name in _mentioned(project, part):
                place = f"[{title}]({page.slug}.md{'#' if anchor else ''}{anchor})"
                found[word].setdefault(name, {}).setdefault(page.slug, place)
    return found


def _mentioned(project: Project, part: Part) -> Iterator[tuple[str, str]]:
    if part.kind == "link" and (entry := _ENTRY.fullmatch(part.key)):
        yield "explained", entry.group(1)
    elif part.kind == "include" and is_implementation(part.key):
        yield "explained", part.key.rpartition(".")[2]
    elif part.kind == "include" and (path := project.snippets / part.key).suffix == ".md" and path.is_file():
        for names in _IMPORT.findall(project.read(path)):
            yield from (("used", name) for name in re.findall(r"\w+", names))


def overview_markdown(known: dict[str, list[Twins]], pages: list[Page]) -> str:
    """Return the list of topics, each with its names, in the order of the pages' titles."""
    lines = ['<div class="api-names" markdown>', ""]
    for page in pages:
        for part in shown_topics(page):
            title = next((heading.text for heading in page.of_kind("heading")), page.slug)
            names = known.get(part.key.partition(".")[2], [])
            links = ", ".join(f"[`{one.name}`]({page.slug}.md#{one.name})" for one in names)
            lines.append(f"- **[{title}]({page.slug}.md)**<br>{links}")
    return "\n".join([*lines, "", "</div>"])
