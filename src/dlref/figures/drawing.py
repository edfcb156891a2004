"""How every figure is drawn and written: one style, real text, one file for light and dark.

Lines and letters are drawn in a sentinel colour that becomes `currentColor`, so they follow the page; data colours are
middle tones that stand out on white and on dark grey alike.
"""

import io
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import matplotlib as mpl
from cycler import cycler

mpl.use("svg")

from matplotlib import font_manager
from matplotlib.figure import Figure

Say = Callable[[str, str], str]  # say(chinese, english) -> the one of the page's language
Draw = Callable[[Say], Figure]

FIGURES: dict[str, Draw] = {}

BLUE, ORANGE, GREEN, RED, PURPLE, GREY = "#3b7dd8", "#d9772b", "#2f9e62", "#d64550", "#8a63d2", "#868c96"
MONO = "DejaVu Sans Mono"  # the family for code
_INK = "#010203"
_FONTS = {"zh": "WenQuanYi Micro Hei", "en": "DejaVu Sans"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dlref",
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.labelcolor": _INK,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": False,
    "lines.linewidth": 1.8,
    "figure.constrained_layout.use": True,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, RED, PURPLE, GREY]),
}
_THEME = "<style>svg{color:#24292f}@media(prefers-color-scheme:dark){svg{color:#d3d8df}}</style>"


def figure(name: str) -> Callable[[Draw], Draw]:
    """Register a drawing function under `<page>/<name>`."""

    def register(draw: Draw) -> Draw:
        if name in FIGURES:
            raise ValueError(f"figure {name} is drawn twice: {FIGURES[name].__name__}, {draw.__name__}")
        FIGURES[name] = draw
        return draw

    return register


def ink() -> str:
    """Return the colour of letters and lines, which becomes the page's own."""
    return _INK


def blank(width: float, height: float) -> Figure:
    """Return a figure (inches) whose axes are placed by hand."""
    drawn = Figure((width, height))
    drawn.set_layout_engine("none")
    return drawn


def draw_svg(draw: Draw, language: str) -> str:
    """Return the figure as SVG text, the same bytes on every run."""
    for family in (_FONTS[language], MONO):
        _require_font(family)
    with mpl.rc_context({**_STYLE, "font.family": [_FONTS[language]]}), warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph is only a warning to matplotlib
        buffer = io.StringIO()
        drawn = draw(lambda chinese, english: chinese if language == "zh" else english)
        drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _finish(buffer.getvalue())


def _finish(svg: str) -> str:
    """Make the file small, themable and independent of the fonts of this machine."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = svg.replace(_INK, "currentColor")
    svg = re.sub(r"(font: [^;\"]*?px|font-family:) ([^;\"]+)", _any_font, svg)
    # a tenth of a point is below what an eye can see; labels, which stand between tags, keep their digits
    svg = re.sub(
        r'(?<=[\s"])(?:d|x|y)="[^"]*"', lambda place: re.sub(r"-?\d+\.\d{2,}", _rounded(1), place.group()), svg
    )
    svg = re.sub(r"<[^>]*>", lambda tag: re.sub(r"-?\d+\.\d{3,}", _rounded(2), tag.group()), svg)
    used = set(re.findall(r"#([\w.-]+)[\")]", svg))
    svg = re.sub(r' id="([^"]+)"', lambda match: match.group() if match.group(1) in used else "", svg)
    svg = re.sub(r"<defs>\s*<style type=\"text/css\">.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    head, tail = svg.split(">", 1)
    # on the root and not in a style sheet, which would reach all of the page that the figure is put into
    return f'{head} stroke-linejoin="round">{_THEME}{tail.strip()}\n'


def _rounded(decimals: int) -> Callable[[re.Match[str]], str]:
    def rounded(match: re.Match[str]) -> str:
        text = f"{float(match.group()):.{decimals}f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    return rounded


def _any_font(match: re.Match[str]) -> str:
    return f"{match[1]} {'ui-monospace, monospace' if 'Mono' in match[2] else 'system-ui, sans-serif'}"


@lru_cache(maxsize=4)
def _require_font(family: str) -> None:
    try:
        font_manager.findfont(family, fallback_to_default=False)
    except ValueError:
        raise FileNotFoundError(
            f"the font {family!r} is needed to lay out the figures: on Debian, apt-get install fonts-wqy-microhei"
        ) from None
