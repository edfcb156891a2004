"""What the site adds to the rendered HTML of a page before it is indexed: measured numbers, marks, captions.

It also tells the search index what to leave out. Formulas and drawings follow later, in `embed`.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import AttributeValueList, NavigableString

from dlref.site.glossary import Term
from dlref.site.snippets import EXPECTED_OUTPUT, code_digest
from dlref.site.terms import link_terms

Words = dict[str, str]
_SKIP_SEARCH = "data-search-exclude"
_NOT_SEARCHED = ["tabbed-labels", "arithmatex", "language-python", "output"]
_NOT_SEARCHED += ["doc-object", "doc-heading", "leads", "api-names"]  # of the reference, only the names are searched
_NOT_SEARCHED += ["evidence"]  # its sentences are found where they stand


@dataclass
class Evidence:
    """What the verification record says about the things of one page."""

    claims: dict[str, dict[str, Any]] = field(default_factory=dict)  # by element id
    blocks: dict[str, str] = field(default_factory=dict)  # by digest: the words of the mark
    implementations: dict[str, str] = field(default_factory=dict)  # by digest: the words of the mark
    about: str = ""  # link to the page that says what the marks mean
    proofs: str = ""  # link to the page that holds the evidence for each claim
    programs: dict[str, str] = field(default_factory=dict)  # by digest: link to the standalone version
    references: dict[str, str] = field(default_factory=dict)  # by digest: link to the implementation's entry
    terms: list[Term] = field(default_factory=list)  # whose first uses are linked
    glossary: str = ""  # link to the page that explains them
    language: str = ""


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
    # find_all by class, not select: on a long page CSS selectors cost more than everything else here
    for block in soup.find_all("div", class_="language-python"):
        missing += _mark_block(soup, block, evidence, words)
    for code in soup.find_all("code", class_="measured"):
        missing += _fill_number(code, evidence)
    for claim in soup.find_all(class_="claim", id=True):
        _mark_claim(soup, claim, evidence, words)
    link_terms(soup, evidence.terms, evidence.language, evidence.glossary)
    _make_figures(soup)
    _mend_entries(soup)
    leave_out_of_search(soup)
    return str(soup), missing


def leave_out_of_search(soup: BeautifulSoup) -> None:
    """Mark what the search index is not to read: code, output, formulas, labels."""
    for left_out in soup.find_all(class_=_NOT_SEARCHED):
        left_out[_SKIP_SEARCH] = "true"


def _mark_outputs(soup: BeautifulSoup, words: Words) -> None:
    """Label what a block prints, and take out the directive that says so to pytest-codeblocks."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        parent = comment.parent
        if f"<!--{comment}-->" == EXPECTED_OUTPUT:
            output = comment.find_next("div", class_="highlight")
            if isinstance(output, Tag):
                output["class"] = AttributeValueList([*output.get_attribute_list("class"), "output"])
                output["data-label"] = words["output"]
        comment.extract()
        if isinstance(parent, Tag) and parent.name == "p":
            parent.unwrap()  # the comment had opened a paragraph around the output


def _mark_block(soup: BeautifulSoup, block: Tag, evidence: Evidence, words: Words) -> list[Unverified]:
    code = block.find("code")
    digest = code_digest(code.get_text() if code else "")
    said = evidence.blocks.get(digest) or evidence.implementations.get(digest)
    output = block.find_next_sibling()
    after = output if isinstance(output, Tag) and output.has_attr("data-label") else block
    in_reference = block.find_parent(class_="doc-object") is not None
    if in_reference and not said:
        return []  # signatures, and what no test is asked to judge by itself
    mark = soup.new_tag("p", attrs={"class": "verified" if said else "verified missing", _SKIP_SEARCH: "true"})
    link = soup.new_tag("a", href=f"{evidence.about}#verified", attrs={"data-block": digest})
    link.string = said or words["unverified"]
    mark.append(link)
    if digest in evidence.programs:
        program = soup.new_tag("a", href=evidence.programs[digest], download="", attrs={"class": "alone"})
        program.string = words["standalone"]
        mark.extend([" · ", program])
    if digest in evidence.references and not in_reference:
        entry = soup.new_tag("a", href=evidence.references[digest], attrs={"class": "entry"})
        entry.string = words["entry"]
        mark.extend([" · ", entry])
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
        said = scientific(value, spec) if spec.endswith("e") else format(value, spec)
        code.string = said if isinstance(value, str) else re.sub("^-", "\N{MINUS SIGN}", said)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        return [Unverified("measured", reference, f"`{reference}` gives no number: {type(error).__name__}: {error}")]
    code.name = "data"
    if not code.find_parent(class_="evidence"):  # a long page, and evidence.json has the values in full
        code["value"] = repr(value)
    return []


def scientific(value: float, spec: str) -> str:
    """Return 1.2e-13 as a reader expects it: 1.2 × 10⁻¹³."""
    mantissa, exponent = format(value, spec).split("e")
    return f"{mantissa}\u00a0×\u00a010{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _mark_claim(soup: BeautifulSoup, claim: Tag, evidence: Evidence, words: Words) -> None:
    """A link from a claim to its evidence; a screen reader hears where it leads, not only a number."""
    name = str(claim["id"])
    mark = soup.new_tag("a", href=f"{evidence.proofs}#{name}", attrs={"class": "claim-mark", _SKIP_SEARCH: "true"})
    mark.string = f"C{name[1:]}"
    mark["aria-label"] = words["evidence_of"].format(claim=mark.string)
    claim.append(" ")
    claim.append(mark)


def _mend_entries(soup: BeautifulSoup) -> None:
    """Docstrings are English on every page; where one says nothing of a value, no dash announces it."""
    for said in soup.find_all("div", class_="doc-md-description"):
        before = said.previous_sibling
        if not said.get_text(strip=True) and isinstance(before, NavigableString):
            before.replace_with(before.rstrip().removesuffix("–").rstrip())
            said.decompose()
        else:
            said["lang"] = "en"
    for contents in soup.find_all("div", class_="doc-contents"):
        for paragraph in contents.find_all("p", recursive=False):
            if not paragraph.find("span", class_="doc-section-title"):
                paragraph["lang"] = "en"


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
