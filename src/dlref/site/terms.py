"""Links from the first use of a term on a page to its entry in the glossary."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from dlref.site.glossary import Term

_INSIDE = {"p", "li", "td"}  # where prose stands
_NOT_INSIDE = {"a", "code", "pre", "h1", "h2", "h3", "h4", "th", "summary", "svg", "data", "figcaption", "cite"}
_NOT_CLASSES = {"arithmatex", "verified", "footnote", "doc-object", "leads", "api-names", "md-button", "start", "notes"}
_TITLE = re.compile(r"[A-Z]\w*[ :]")


def link_terms(soup: BeautifulSoup, terms: list[Term], language: str, address: str) -> None:
    """Make the first use of each term a link to `address`#id; a longer term is not cut into shorter ones."""
    waiting = {term.name(language).lower(): term for term in terms}
    if not waiting or not address:
        return
    pattern = _pattern(list(waiting), language)
    for text in [text for text in soup.find_all(string=True) if _is_prose(text)]:
        if len(waiting) == 0:
            return
        _link_in(soup, text, pattern, waiting, address)


def _pattern(names: list[str], language: str) -> re.Pattern[str]:
    ordered = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"({ordered})" if language == "zh" else rf"\b({ordered})(?:e?s)?\b", re.IGNORECASE)


def _link_in(
    soup: BeautifulSoup, text: NavigableString, pattern: re.Pattern[str], waiting: dict[str, Term], address: str
) -> None:
    """Link the terms of one piece of text that have not been linked before."""
    pieces: list[str | Tag] = []
    done = 0
    for match in pattern.finditer(str(text)):
        term = waiting.pop(match[1].lower(), None)
        if term is None:
            continue
        link = soup.new_tag("a", href=f"{address}#{term.id}", attrs={"class": "term"})
        link.string = match.group()
        pieces += [str(text)[done : match.start()], link]
        done = match.end()
    if pieces:
        text.replace_with(*[NavigableString(one) if isinstance(one, str) else one for one in pieces], str(text)[done:])


def _is_prose(text: NavigableString) -> bool:
    """Whether a text stands in a paragraph, a list or a table, and in nothing that is not prose."""
    if type(text) is not NavigableString or not text.strip():
        return False
    above = list(text.parents)
    names = {parent.name for parent in above}
    classes = {name for parent in above for name in parent.get_attribute_list("class") if name}
    title = any(parent.name == "em" and _TITLE.match(parent.get_text()) for parent in above)  # of a work
    return bool(names & _INSIDE) and not (title or names & _NOT_INSIDE or classes & _NOT_CLASSES)
