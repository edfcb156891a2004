"""The figures of the page fully-connected: all its connections, and what three spreads of weights do, both ways."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dlref.experiments.fully_connected import variances
from dlref.experiments.fully_connected_depth import gradients
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
    return _spreads(variances(), say, say("激活值的均方", "mean square of the units"))


@figure("fully-connected/gradient")
def gradient(say: Say) -> Figure:
    """Mean square of the gradient against the layer that it has come back to, three spreads of the weights."""
    drawn = _spreads(gradients(), say, say("梯度的均方", "mean square of the gradient"))
    drawn.axes[0].set_xlim(20, 0)
    return drawn


def _spreads(data: dict[str, Any], say: Say, name: str) -> Figure:
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    labels = {
        "large": (say("太大 2.5/√n", "too large, 2.5/√n"), RED),
        "kaiming": ("Kaiming √2/√n", GREEN),
        "small": (say("太小 0.5/√n", "too small, 0.5/√n"), BLUE),
    }
    for spread, (label, colour) in labels.items():
        squares = data["squares"][spread]
        axes.semilogy(data["layers"], squares, color=colour)
        height = squares[10] * (30 if spread != "small" else 100)
        axes.text(10, height, label, color=colour, ha="right" if spread == "large" else "left", va="center")
    axes.set_xlabel(say("层", "layer"))
    axes.set_ylabel(name)
    axes.set(xlim=(0, 20), xticks=[0, 5, 10, 15, 20])
    return drawn
