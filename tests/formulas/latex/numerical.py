"""Derivatives and limits by trying: of what a formula states, never of what the tests assert it with."""

from collections.abc import Callable
from itertools import pairwise

from latex.values import plain

STEP = 2e-3
STENCIL = ((-3, -1 / 60), (-2, 3 / 20), (-1, -3 / 4), (1, 3 / 4), (2, -3 / 20), (3, 1 / 60))  # errs by step⁶


def slope(function: Callable) -> Callable:
    """The derivative of a function of one number, or of one that acts on each entry."""
    return lambda x: sum(weight * function(x + k * STEP) for k, weight in STENCIL) / STEP


def limit(body: Callable, target: float, levels: int = 9) -> object:
    """The limit at a number, extrapolated (Richardson) from steps that halve."""
    table = [plain(body(target + 0.1 / 2**k)) for k in range(levels)]
    for order in range(1, levels):
        table = [(2**order * b - a) / (2**order - 1) for a, b in pairwise(table)]
    return table[-1]
