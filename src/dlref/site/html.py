"""What the site adds to the rendered HTML of a page: measured numbers, marks, captions, formulas, drawings.

Two passes. `annotate` runs before the search index is filled and also tells the index what to leave out; `embed` runs
after it, so that no formula's markup and no axis label ends up among the search results.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag

from dlref.site.snippets import EXPECTED_OUTPUT, code_digest

Words = dict[str, str]
_SKIP_SEARCH = "data-search-exclude"


@dataclass
class Evidence:
    """What the verification record says about the things of one page."""

    claims: dict[str, dict[str, Any]] = field(default_factory=dict)  # by element id
    blocks: dict[str, str] = field(default_factory=dict)  # by digest: the words of the mark
    implementations: dict[str, str] = field(default_factory=dict)  # by digest: the words of the mark
    about: str = ""  # link to the page that says what the marks mean


@dataclass
class Unverified:
    """Something on a page that the record knows nothing of: a code digest, or the name of a measured number."""

    kind: str
    key: str
    message: str


def annotate(html: str, evidence: Evidence, words: Words) -> tuple[str, list[Unverified]]:
    """Return the page with its marks and numbers, and what could not be marked."""
    soup = BeautifulSoup(html, "html.parser")
    missing: list[Unverified] = []
    _mark_outputs(soup, words)
    for code in soup.select(".language-python code"):
        missing += _mark_block(soup, code, evidence, words)
    for code in soup.select("code.measured"):
        missing += _fill_number(code, evidence)
    for claim in soup.select(".claim[id]"):
        _mark_claim(soup, claim, evidence)
    _make_figures(soup)
    for label in soup.select(".tabbed-labels, .arithmatex, .language-python, .output"):
        label[_SKIP_SEARCH] = "true"
    return str(soup), missing


def embed(html: str, formula: Callable[[str, bool], str], drawing: Callable[[str], str | None]) -> str:
    """Return the page with formulas rendered and our own drawings put in place of the links to them."""
    soup = BeautifulSoup(html, "html.parser")
    for number, element in enumerate(soup.select(".arithmatex")):
        display = element.name == "div"
        tex = re.sub(r"^\\[\[(]|\\[\])]$", "", element.get_text().strip())
        element.clear()
        element.append(BeautifulSoup(formula(tex, display), "html.parser"))
        if display:  # wide formulas scroll; a keyboard has to be able to reach them
            element.attrs |= {"tabindex": "0", "id": element.get("id") or f"formula-{number}"}
    for number, image in enumerate(soup.select("figure img[src$='.svg']")):
        svg = drawing(str(image["src"]))
        if svg is not None:
            image.replace_with(BeautifulSoup(_inline_svg(svg, str(image["alt"]), f"f{number}-"), "html.parser"))
    for element in soup.select(f"[{_SKIP_SEARCH}]"):
        del element[_SKIP_SEARCH]
    return str(soup)


def _mark_outputs(soup: BeautifulSoup, words: Words) -> None:
    """Label what a block prints, and take out the directive that says so to pytest-codeblocks."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        parent = comment.parent
        if f"<!--{comment}-->" == EXPECTED_OUTPUT:
            output = comment.find_next("div", class_="highlight")
            if isinstance(output, Tag):
                output["class"] = [*output.get_attribute_list("class"), "output"]
                output["data-label"] = words["output"]
        comment.extract()
        if isinstance(parent, Tag) and parent.name == "p":
            parent.unwrap()  # the comment had opened a paragraph around the output


def _mark_block(soup: BeautifulSoup, code: Tag, evidence: Evidence, words: Words) -> list[Unverified]:
    digest = code_digest(code.get_text())
    said = evidence.blocks.get(digest) or evidence.implementations.get(digest)
    block = code.find_parent(class_="highlight")
    if not isinstance(block, Tag):
        return [Unverified("block", digest, "a Python block is rendered in an unknown way")]
    output = block.find_next_sibling()
    after = output if isinstance(output, Tag) and "output" in output.get_attribute_list("class") else block
    mark = soup.new_tag("p", attrs={"class": "verified" if said else "verified missing", _SKIP_SEARCH: "true"})
    link = soup.new_tag("a", href=f"{evidence.about}#verified", attrs={"data-block": digest})
    link.string = said or words["unverified"]
    mark.append(link)
    after.insert_after(mark)
    return [] if said else [Unverified("block", digest, "this Python block has not been run as it stands")]


def _fill_number(code: Tag, evidence: Evidence) -> list[Unverified]:
    reference = code.get_text()
    name, _, spec = reference.partition(":")
    claim, _, path = name.partition(".")
    try:
        value: Any = evidence.claims[claim]
        for key in path.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        code.string = scientific(value, spec) if spec.endswith("e") else format(value, spec)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        return [Unverified("measured", reference, f"`{reference}` gives no number: {type(error).__name__}: {error}")]
    code.name = "data"
    code["value"] = repr(value)
    return []


def scientific(value: float, spec: str) -> str:
    """Return 1.2e-13 as a reader expects it: 1.2 × 10⁻¹³."""
    mantissa, exponent = format(value, spec).split("e")
    return f"{mantissa}\u00a0×\u00a010{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _mark_claim(soup: BeautifulSoup, claim: Tag, evidence: Evidence) -> None:
    name = str(claim["id"])
    mark = soup.new_tag("a", href=f"{evidence.about}#claims", attrs={"class": "claim-mark", _SKIP_SEARCH: "true"})
    mark.string = f"C{name[1:]}"
    claim.append(" ")
    claim.append(mark)


def _make_figures(soup: BeautifulSoup) -> None:
    """A paragraph of pictures and nothing else is a figure; the `.caption` paragraph after it belongs to it."""
    for paragraph in soup.find_all("p"):
        images = paragraph.find_all("img")
        if not images or paragraph.get_text(strip=True):
            continue
        caption = paragraph.find_next_sibling()
        figure = soup.new_tag("figure", attrs={"class": f"panels-{len(images)}"})
        paragraph.insert_before(figure)
        panels = soup.new_tag("div", attrs={"class": "panels"})
        figure.append(panels)
        for image in images:
            panels.append(image.extract())
        paragraph.decompose()
        if isinstance(caption, Tag) and "caption" in caption.get_attribute_list("class"):
            caption.name = "figcaption"
            figure.append(caption.extract())


def _inline_svg(svg: str, alt: str, prefix: str) -> str:
    """Return our drawing as part of the page: it takes the page's colour, and says its text alternative."""
    svg = re.sub(r"<style>svg\{.*?</style>", "", svg)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}", svg)
    soup = BeautifulSoup(svg, "xml")
    root = soup.svg
    if root is None:
        raise ValueError("not an SVG drawing")
    for attribute in ("width", "height", "version"):
        root.attrs.pop(attribute, None)
    for style in root.find_all("style"):
        style.decompose()
    root.attrs |= {"role": "img", "aria-label": alt}
    return str(root)


def read_drawing(folder: Path, src: str) -> str | None:
    """Return the text of one of our own figures, found by the end of its address; None for any other picture."""
    if "assets/figures/" not in src:
        return None
    return (folder / src.partition("assets/figures/")[2]).read_text("utf-8")
