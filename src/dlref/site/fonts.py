"""KaTeX's styles with the fonts of nearly every formula inside.

Were those fonts to come later than the styles, lines would break anew under the reader's eyes. Only the characters that
formulas use all the time come along; for the others the browser fetches KaTeX's own file, as before.
"""

import base64
import io
import logging
import re
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

_OFTEN = {
    *range(0x20, 0x7F),
    *range(0x391, 0x3D7),  # Greek
    *map(ord, "\u00a0¬°±·×÷ˉ′″…←↑→↓↔↦⇐⇒⇔∀∂∃∅∇∈∉∏∑−∓∗∘∙√∝∞∠∣∥∧∨∩∪∫∼≃≅≈≠≡≤≥≪≫⊂⊃⊆⊕⊖⊗⊘⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⟨⟩⟵⟶⟷⟸⟹⟺ℓ\ue020"),
    *range(0x300, 0x310),  # accents
}
_SETS = {*map(ord, "CENPRZ")}  # of numbers, expectation and probability, out of a font of rare signs
_TALL = {*map(ord, "()[]{}⌊⌋∑∏∫")}  # around and before what is high; the pages use no other
_AT_ONCE = {
    "KaTeX_Main-Regular": _OFTEN,
    "KaTeX_Math-Italic": _OFTEN,
    "KaTeX_Size1-Regular": _OFTEN,
    "KaTeX_Size2-Regular": _TALL,
    "KaTeX_Size3-Regular": _TALL,
    "KaTeX_Size4-Regular": _TALL,
    "KaTeX_SansSerif-Regular": {ord("T")},  # a transposed matrix
    "KaTeX_AMS-Regular": _SETS,
}
_OLD_FORMATS = re.compile(r',url\(fonts/[^)]+\.(?:woff|ttf)\) format\("[^"]+"\)')  # for browsers of ten years ago


@lru_cache(maxsize=1)
def katex_styles(katex: Path) -> str:
    """Return the styles, from KaTeX's folder `dist`."""
    styles = _OLD_FORMATS.sub("", (katex / "katex.min.css").read_text("utf-8"))
    for name, characters in _AT_ONCE.items():
        face = re.search(rf"@font-face{{[^}}]*fonts/{name}\.woff2[^}}]*}}", styles)
        if face is None:
            raise ValueError(f"KaTeX's styles name no font {name}")
        often, seldom = _faces(face.group(), katex / "fonts" / f"{name}.ttf", characters)
        styles = styles.replace(face.group(), often + seldom)
    return styles


def _faces(face: str, path: Path, often: set[int]) -> tuple[str, str]:
    """The rule of a font twice: with the frequent characters inside, and with its file for the others."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it wonders at the dates in KaTeX's files
    font = TTFont(path)
    within = sorted(often & font.getBestCmap().keys())
    others = sorted(font.getBestCmap().keys() - often)
    options = subset.Options(flavor="woff", layout_features=["*"], hinting=False, desubroutinize=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=within)
    cutter.subset(font)
    font.flavor = "woff"
    content = io.BytesIO()
    font.save(content)
    data = f"url(data:font/woff;base64,{base64.b64encode(content.getvalue()).decode()})"
    inside = re.sub(r"url\([^)]*\) format\(\"woff2\"\)", f'{data} format("woff")', face)
    return _within(inside, within), _within(face, others)


def _within(face: str, characters: list[int]) -> str:
    """The rule, for these characters alone; no rule for none."""
    ranges = ",".join(f"U+{character:X}" for character in characters)
    return face[:-1] + f";unicode-range:{ranges}}}" if characters else ""
