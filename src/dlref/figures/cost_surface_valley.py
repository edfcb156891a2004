"""The figure of the page cost-surface that needs a magnifying glass: descent in the valley of an unscaled feature."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from dlref.experiments.cost_surface import narrow_surface
from dlref.figures.bowls import contours, quadratic
from dlref.figures.drawing import ORANGE, RED, Say, figure, ink


@figure("cost-surface/zigzag")
def zigzag(say: Say) -> Figure:
    """The valley of the unscaled feature, and, magnified, the descent that crosses it again and again."""
    data = narrow_surface()
    cost, path = quadratic(data), data["path"]
    levels = np.array([4_500, 8_000, 16_000, 32_000, 64_000])
    drawn = Figure((4.2, 3.4))
    valley, close = drawn.subplots(1, 2)
    contours(valley, cost, (-5, 25), (-350, 290), levels)
    contours(close, cost, (-1.7, 3.0), (141.68, 142.27), np.linspace(4_000, 9_000, 6))
    valley.plot(path["weight"], path["bias"], "-", color=ORANGE, linewidth=1.8)
    close.plot(path["weight"][:21], path["bias"][:21], "o-", color=ORANGE, markersize=3, linewidth=1.2)
    valley.plot(*data["minimum"], "P", color=RED, markersize=9, zorder=6)
    drawn.add_artist(_lens(valley, (2.6, 142), close, (-1.7, 142.27)))
    drawn.add_artist(_lens(valley, (2.6, 142), close, (-1.7, 141.68)))
    valley.set_title(say("整条山谷", "the whole valley"))
    close.set_title(say("放大：前 20 步", "close-up: 20 steps"))
    valley.set_xticks([0, 10, 20])
    valley.set_yticks([-300, 0, 142])
    close.set_xticks([-1, 0, 1, 2])
    close.set_yticks([142, 142.2])
    for axes in (valley, close):
        axes.set_xlabel(say("权重 w", "weight w"))
    valley.set_ylabel(say("偏置 b", "bias b"))
    return drawn


def _lens(axes: Axes, point: tuple[float, float], close: Axes, corner: tuple[float, float]) -> ConnectionPatch:
    looks: dict[str, Any] = {"color": ink(), "alpha": 0.45, "linewidth": 0.8}
    return ConnectionPatch(point, corner, axes.transData, close.transData, **looks)
