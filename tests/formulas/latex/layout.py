"""What only arranges a formula on the page: taken out, character for character, so that places stay right."""

import re

_SPACES = r"\\(?:left|right|[bB]ig[lr]|q?quad|textstyle)(?![a-zA-Z])|\\[,;!]|\{\}|(?<=\\\\)\[[\d.]+(?:ex|pt)\]"
_FRAMES = r"\\(?:begin|end)\{(?:aligned|gathered)\}"
_CONTINUED = r"\\\\(?=[\s&]*&\s*(?:[-+=]|\\(?:le|ge|approx)(?![a-z])))"  # a line that goes on with the line before
_INSIDE = re.compile(r"\\begin\{(cases|pmatrix)\}.*?\\end\{\1\}", re.DOTALL)


def layout(text: str) -> str:
    """Return the formula without its layout; every character left stands where it stood."""
    text = _blank(r"\s*\n(?=\s*$)", text)
    text = re.sub(
        r"\\,( *)d([a-z])\b", lambda found: f"  {found[1]}đ{found[2]}"[-len(found[0]) :], text
    )  # an integral's
    text = re.sub(r"\\frac\{d(\w*)\}\{d(\w)\}", r"\\frac{∂\1}{∂\2}", text)
    text = text.replace(r"\partial", "∂       ").replace(r"\|", " ‖").replace(r"\mid", "   ‖")
    for pattern in (_FRAMES, _SPACES):
        text = _blank(pattern, text)
    text = re.sub(r"∂\s*(\S+?)\s*/\s*∂\s*(\\mathrm\{\w+\}|\w_\{[^ ]*\}|\w)", r"\\frac{∂\1}{∂\2}", text)
    inside = [found.span() for found in _INSIDE.finditer(text)]
    outside = _outside(text, inside, lambda part: _blank("&", _blank(_CONTINUED, part)))
    return _bars(re.sub(r"\\\\", " ⏎", outside))


def _outside(text: str, inside: list[tuple[int, int]], change) -> str:
    """Change what stands outside cases and matrices, where & and a new line mean something."""
    marked = list(text)
    for start, end in inside:
        marked[start:end] = "\0" * (end - start)
    changed = list(change("".join(marked)))
    for start, end in inside:
        changed[start:end] = text[start:end]
    return "".join(changed)


def _blank(pattern: str, text: str) -> str:
    return re.sub(pattern, lambda found: " " * len(found[0]), text)


def _bars(text: str) -> str:
    """Tell the opening bars from the closing ones: they alternate, and none of ours stand within one another."""
    parts = text.split("|")
    if len(parts) % 2 == 0:
        raise ValueError("a bar | has no counterpart")
    return "".join(part + ("‹" if number % 2 == 0 else "›") for number, part in enumerate(parts[:-1])) + parts[-1]
