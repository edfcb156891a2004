"""Small faults planted in every formula, to see which of them no test notices; a plugin, for a run of its own.

    PYTHONPATH=tests/formulas python -m pytest -q --tb=no -rp -p planted tests/formulas

What passes then is a fault that nobody saw; each should be one that changes nothing, as O(η²) with a minus before it.
"""

import re

import pytest
from latex.formula import SNIPPETS, Formula

# names, remarks and distances on the page are no places for a fault
_WORDS = r"\\(?:text|begin|end|operatorname|math[a-z]+)\{[^}]*\}"
_BELOW_A_BRACE = r"_\{(?:Y = X W\^\\top|\\partial L / \\partial [WX])\}"
_OUTSIDE = re.compile(rf"\\\\\[[^\]]*\]|{_WORDS}|{_BELOW_A_BRACE}")
_TRANSPOSE = r"\^(?:\\top|\{\\!\\top\}|\{\\mathsf ?(?:\{T\}|T)\})"
_FAULTS = {
    "plus": (r"\+", lambda found: "-"),
    "minus": (r"-", lambda found: "+"),
    "transpose": (_TRANSPOSE, lambda found: ""),
    "number": (r"(?<![\d.])\d(?![\d.])", lambda found: str(int(found[0]) + 1)),
    "indices": (r"_\{(\w) ?(\w)\}", lambda found: f"_{{{found[2]} {found[1]}}}"),
    "product": (r"\\odot", lambda found: "+"),
    "extreme": (r"\\(max|min)\b", lambda found: {"max": r"\min", "min": r"\max"}[found[1]]),
}


def planted(text: str) -> dict[str, str]:
    """The text with one fault each, under a name for the fault and its place."""
    outside = [found.span() for found in _OUTSIDE.finditer(text)]
    return {
        f"{kind}@{found.start()}": text[: found.start()] + change(found) + text[found.end() :]
        for kind, (pattern, change) in _FAULTS.items()
        for found in re.finditer(pattern, text)
        if not any(start <= found.start() < end for start, end in outside)
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test of a formula the formula's faulty texts, one after the other."""
    if "formula" in metafunc.fixturenames:
        (name,) = metafunc.definition.get_closest_marker("formula").args
        faults = planted((SNIPPETS / f"{name}.tex").read_text("utf-8"))
        formulas = [Formula(text, f"{name}#{fault}") for fault, text in faults.items()]
        metafunc.parametrize("formula", formulas, ids=[f"{name}#{fault}" for fault in faults])
