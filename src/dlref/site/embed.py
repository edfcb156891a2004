"""The second pass over a page, after search has read it: formulas and drawings take the place of their sources.

Plain substitution in the text that `html.annotate` wrote: a parser would spend most of a rebuild on KaTeX's markup.
"""

import html
import re
from collections.abc import Callable
from pathlib import Path

_FORMULA = re.compile(
    r'<(span|div) class="arithmatex"[^>]*>\s*\\[\[(](.*?)\\[\])]\s*</\1>([.,;:!?)，。、；：！？）”]*)', re.DOTALL
)
_IMAGE = re.compile(r'<img [^>]*src="[^"]*assets/figures/([^"]+\.svg)"[^>]*>')
_SKIP_SEARCH = re.compile(r' data-search-exclude="[^"]*"')
# coloured: words, each part of a formula, and a formula as a whole
_COLOURED_WORDS = re.compile(r'(<(?:text|tspan) [^>]*?\bfill: |<g style="fill: )(#\w+)(?=[^>]*>(?!\s*<(?!text)))')


def embed(page: str, formula: Callable[[str, bool], str], figures: Path) -> str:
    """Return the page with its formulas rendered by `formula(tex, display)` and our own drawings inlined.

    Drawings that are part of the page take its text colour, are real text, and need no request.
    """
    page = _SKIP_SEARCH.sub("", page)
    page = _FORMULA.sub(lambda match: _formula(match, formula), page)
    drawings = iter(range(len(page)))
    return _IMAGE.sub(lambda match: _drawing(match, figures, f"f{next(drawings)}-"), page)


def _formula(match: re.Match[str], formula: Callable[[str, bool], str]) -> str:
    tag, tex, punctuation = match.groups()
    if tag == "div":  # wide formulas scroll, and a keyboard has to be able to reach what scrolls
        return f'<div class="arithmatex" tabindex="0">{formula(html.unescape(tex), True)}</div>{punctuation}'
    # a browser would break the line between a formula and the full stop behind it
    return f'<span class="arithmatex">{formula(html.unescape(tex), False)}{punctuation}</span>'


def _drawing(match: re.Match[str], figures: Path, prefix: str) -> str:
    alt = re.search(r'alt="([^"]*)"', match.group())
    svg = (figures / match.group(1)).read_text("utf-8")
    view = re.search(r'viewBox="([^"]+)"', svg)
    if alt is None or view is None:
        raise ValueError(f"{match.group(1)}: a drawing needs a viewBox, and its place on the page an alt text")
    inner = svg[svg.index(">", svg.index("<svg")) + 1 :]
    inner = re.sub(r"<style.*?</style>", "", inner, flags=re.DOTALL)
    inner = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}", inner)  # ids stay unique on a page of many figures
    # no one colour can be read on white and on black: coloured words lean towards the page's own colour
    inner = _COLOURED_WORDS.sub(r"\1color-mix(in srgb, \2 55%, currentColor)", inner)
    return f'<svg viewBox="{view.group(1)}" role="img" aria-label="{alt.group(1)}">{inner}'
