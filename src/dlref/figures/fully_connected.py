"""The figures of the page fully-connected: all its connections, and what three spreads of weights make of depth."""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from dlref.experiments.fully_connected import variances
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, RED, Say, figure

SIZES = (4, 5, 3)


@figure("fully-connected/connections")
def connections(say: Say) -> Figure:
    """A small network with every weight drawn, and the parameters of each layer counted."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    places = [[(column, row - (size - 1) / 2) for row in range(size)] for column, size in enumerate(SIZES)]
    for before, after in pairwise(places):
        for x0, y0 in before:
            for x1, y1 in after:
                axes.plot([x0, x1], [y0, y1], color=GREY, linewidth=0.8, zorder=1)
    for units, colour in zip(places, (BLUE, ORANGE, GREEN), strict=True):
        axes.plot(*np.transpose(units), "o", color=colour, markersize=13, zorder=2)
    for column, (n, m) in enumerate(pairwise(SIZES)):
        axes.text(column + 0.5, -2.75, f"{n}·{m} + {m} = {n * m + m}", ha="center")
    for column, name in enumerate((say("输入", "input"), say("隐藏层", "hidden"), say("输出", "output"))):
        axes.text(column, 2.55, name, ha="center")
    axes.set(xlim=(-0.3, 2.3), ylim=(-3, 3))
    axes.axis("off")
    return drawn


@figure("fully-connected/variance")
def variance(say: Say) -> Figure:
    """Mean square of the units against the layer, three spreads of the weights."""
    data = variances()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    labels = {
        "large": (say("太大 2.5/√n", "too large, 2.5/√n"), RED),
        "kaiming": ("Kaiming √2/√n", GREEN),
        "small": (say("太小 0.5/√n", "too small, 0.5/√n"), BLUE),
    }
    for name, (label, colour) in labels.items():
        squares = data["squares"][name]
        axes.semilogy(data["layers"], squares, color=colour)
        height = squares[10] * (30 if name != "small" else 100)
        axes.text(10, height, label, color=colour, ha="right" if name == "large" else "left", va="center")
    axes.set_xlabel(say("层", "layer"))
    axes.set_ylabel(say("激活值的均方", "mean square of the units"))
    axes.set(xlim=(0, 20), xticks=[0, 5, 10, 15, 20])
    return drawn
