"""Costs that are quadratic, drawn as contours from the few points at which an experiment measured them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.contour import QuadContourSet

from dlref.figures.drawing import BLUE, PURPLE

Array = npt.NDArray[Any]
Cost = Callable[[Array, Array], Array]

HEIGHTS = LinearSegmentedColormap.from_list("heights", ["#2b9aa0", BLUE, PURPLE])


def quadratic(data: dict[str, Any]) -> Cost:
    """Return the quadratic through the cost on the grid, to draw it smoothly between the grid's points."""
    lowest = data["minimum"]
    weight, bias = np.meshgrid(np.subtract(data["weight"], lowest[0]), np.subtract(data["bias"], lowest[1]))
    scale = np.array([np.abs(weight).max(), np.abs(bias).max()])

    def terms(w: Array, b: Array) -> Array:
        w, b = w / scale[0], b / scale[1]
        return np.stack([np.ones_like(w), w, b, w * w, w * b, b * b], axis=-1)

    grid = np.array(data["cost"])
    factors = np.linalg.lstsq(terms(weight, bias).reshape(-1, 6), grid.ravel())[0]
    if not np.allclose(terms(weight, bias) @ factors, grid, rtol=1e-9):
        raise ValueError("the cost on the grid is not quadratic, so that no quadratic may be drawn for it")
    return lambda w, b: terms(w - lowest[0], b - lowest[1]) @ factors


def contours(
    axes: Axes, cost: Cost, weights: tuple[float, float], biases: tuple[float, float], levels: Array
) -> QuadContourSet:
    """Draw the contours of `cost` at `levels`, and show these weights and biases."""
    axes.set(xlim=weights, ylim=biases)
    grid = np.meshgrid(np.linspace(*weights, 61), np.linspace(*biases, 61))
    scale = Normalize(levels[0], levels[-1])
    return axes.contour(*grid, cost(*grid), levels=levels, cmap=HEIGHTS, norm=scale, linewidths=1.2)
