"""A lab's page: what mkdocs-jupyter made of the notebook, in the dress of the other pages.

Of its HTML we keep what the cells hold. Its styles, half a megabyte a page, and its scripts, some from other hosts, go.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag

from dlref.site.html import leave_out_of_search

_FORMULA = re.compile(r"\$([^$\n]+)\$")
_HEADINGS = ["h1", "h2", "h3"]


@dataclass
class Lab:
    """A lab's page: its HTML, its title, what it is about, and its headings as Python-Markdown's toc has them."""

    content: str
    title: str
    description: str
    headings: list[Any] = field(default_factory=list)


def dressed(rendered: str, captions: list[str], download: str, words: dict[str, str]) -> Lab:
    """Return the page; `captions` are those of its pictures in order, `download` is the notebook's address."""
    soup = BeautifulSoup(rendered, "html.parser")
    waiting, parts = iter(captions), []
    for cell in soup.find_all(class_="jp-Cell"):
        if cell.find_parent(class_="jp-Cell"):
            continue  # a cell of code stands in two wrappings
        if "jp-MarkdownCell" in cell["class"]:
            text = cell.find(class_="jp-MarkdownOutput")
            parts.append(_FORMULA.sub(_inline, text.decode_contents()) if isinstance(text, Tag) else "")
        else:
            parts += _code(cell)
            parts += [_output(output, waiting, words) for output in cell.find_all(class_="jp-OutputArea-output")]
    page = BeautifulSoup("".join(parts), "html.parser")
    headings = _anchored(page)
    leave_out_of_search(page)
    title, first = page.find("h1"), page.find("p")
    if not isinstance(title, Tag) or not isinstance(first, Tag):
        raise ValueError(f"{download}: a lab begins with a title and a sentence that says what it does")
    link = f'<p class="lab"><a href="{download}" download>{words["download"]}</a></p>'
    title.insert_after(BeautifulSoup(link, "html.parser"))
    return Lab(str(page), title.get_text().rstrip("¶"), first.get_text(), headings)


def _code(cell: Tag) -> list[str]:
    source = cell.find("pre")
    if not isinstance(source, Tag):
        return []
    return [
        f'<div class="language-python highlight"><pre><code>{source.decode_contents().strip()}\n</code></pre></div>'
    ]


def _output(output: Tag, captions: Iterator[str], words: dict[str, str]) -> str:
    picture = output.find("img")
    if isinstance(picture, Tag):
        caption = html.escape(next(captions))
        image = f'<img src="{picture["src"]}" alt="{caption}">'
        return f'<figure class="lab">{image}<figcaption>{caption}</figcaption></figure>'
    text = f"<pre><code>{html.escape(output.get_text().strip())}\n</code></pre>"
    return f'<div class="language-text highlight output" data-label="{words["output"]}">{text}</div>'


def _inline(match: re.Match[str]) -> str:
    return f'<span class="arithmatex">\\({match[1]}\\)</span>'


def _anchored(page: BeautifulSoup) -> list[Any]:
    """Give the headings the same anchors in both languages; return them as a table of contents."""
    found: list[Any] = []
    for number, heading in enumerate(page.find_all(_HEADINGS)):
        for link in heading.find_all("a", class_="anchor-link"):
            link.decompose()
        heading["id"] = f"step-{number}" if number else "lab"
        name = heading.get_text()
        if heading.name != "h1":
            found.append({"level": int(heading.name[1]), "id": heading["id"], "name": name, "children": []})
        mark = page.new_tag("a", attrs={"class": "headerlink", "href": f"#{heading['id']}", "title": "#"})
        mark.string = "¶"
        heading.append(mark)
    return found
