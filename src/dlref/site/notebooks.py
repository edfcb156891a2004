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
from dlref.site.lab_notebooks import Picture
from dlref.site.lab_runs import BACKGROUND

_DISPLAYED = re.compile(r"<p>\s*\$\$([^$\n]+)\$\$\s*</p>")
_WITHIN = re.compile(r"\$([^$\n]+)\$")
_HEADINGS = ["h1", "h2", "h3"]
_ROOM = '<div class="drawing" id="drawing-{}"></div>'  # a parser of HTML would write a drawing otherwise


@dataclass
class Lab:
    """A lab's page: its HTML, its title, what it is about, and its headings as Python-Markdown's toc has them."""

    content: str
    title: str
    description: str
    headings: list[Any] = field(default_factory=list)


def dressed(rendered: str, pictures: list[Picture], download: str, words: dict[str, str], leads: str = "") -> Lab:
    """Return the page; `pictures` in their order, `download` is the notebook's address, `leads` on from there."""
    soup = BeautifulSoup(rendered, "html.parser")
    waiting, parts = iter(enumerate(pictures)), []
    for cell in soup.find_all(class_="jp-Cell"):
        if cell.find_parent(class_="jp-Cell"):
            continue  # a cell of code stands in two wrappings
        if "jp-MarkdownCell" in cell["class"]:
            text = cell.find(class_="jp-MarkdownOutput")
            parts.append(_formulas(text.decode_contents()) if isinstance(text, Tag) else "")
        else:
            parts += _code(cell)
            parts += [_output(output, waiting, words) for output in cell.find_all(class_="jp-OutputArea-output")]
    page = BeautifulSoup("".join(parts), "html.parser")
    headings = _anchored(page)
    leave_out_of_search(page)
    title, first = page.find("h1"), page.find("p")
    if not isinstance(title, Tag) or not isinstance(first, Tag):
        raise ValueError(f"{download}: a lab begins with a title and a sentence that says what it does")
    link = f'<p class="lab"><a href="{download}" download>{words["download"]}</a>{leads}</p>'
    title.insert_after(BeautifulSoup(link, "html.parser"))
    content = str(page)
    for number, picture in enumerate(pictures):
        content = content.replace(_ROOM.format(number), _drawing(picture, f"d{number}-"))
    return Lab(content, title.get_text().rstrip("¶"), first.get_text(), headings)


def _code(cell: Tag) -> list[str]:
    source = cell.find("pre")
    if not isinstance(source, Tag):
        return []
    return [
        f'<div class="language-python highlight"><pre><code>{source.decode_contents().strip()}\n</code></pre></div>'
    ]


def _output(output: Tag, waiting: Iterator[tuple[int, Picture]], words: dict[str, str]) -> str:
    if output.find("img"):
        number, picture = next(waiting)
        caption = f"<figcaption>{html.escape(picture.caption)}</figcaption>"
        return f'<figure class="panels-1"><div class="panels">{_ROOM.format(number)}</div>{caption}</figure>'
    said = html.escape(output.get_text().strip("\n").rstrip())
    text = f"<pre><code>{said}\n</code></pre>"
    return f'<div class="language-text highlight output" data-label="{words["output"]}">{text}</div>'


def _drawing(picture: Picture, prefix: str) -> str:
    """Return the drawing as a part of the page: real text and lines in the page's colour, ids of its own."""
    size = re.search(r'viewBox="([^"]+)"', picture.svg)
    if size is None:
        raise ValueError(f"a drawing needs a viewBox: {picture.caption}")
    inner = picture.svg[picture.svg.index(">", size.end()) + 1 :]
    inner = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", inner, flags=re.DOTALL)
    inner = inner.replace(f"fill: #{BACKGROUND}", "fill: none").replace("stroke: #000000", "stroke: currentColor")
    inner = re.sub(r"font-family: [^;\"]+", "font-family: system-ui, sans-serif", inner)
    inner = re.sub(r"<[^>]*>", _rounded, inner)
    used = set(re.findall(r"#([\w.-]+)[\")]", inner))
    inner = re.sub(r' id="([^"]+)"', lambda match: f' id="{prefix}{match[1]}"' if match[1] in used else "", inner)
    inner = re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", inner)
    label = html.escape(picture.caption)
    root = f'viewBox="{size[1]}" role="img" aria-label="{label}" fill="currentColor" stroke-linejoin="round"'
    return f'<svg {root} data-search-exclude="true">{inner.strip()}'


def _rounded(tag: re.Match[str]) -> str:
    """A hundredth of a point is below what an eye can see; labels, which stand between tags, keep their digits."""
    return re.sub(r"-?\d+\.\d{3,}", lambda match: f"{float(match.group()):.2f}", tag.group())


def _formulas(text: str) -> str:
    text = _DISPLAYED.sub(r'<div class="arithmatex">\\[\1\\]</div>', text)
    return _WITHIN.sub(r'<span class="arithmatex">\\(\1\\)</span>', text)


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
