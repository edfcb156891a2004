"""The figures of the page cost-surface: patients and lines, the bowl from two sides, descents in it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from dlref.experiments.cost_surface import line_fit, surface
from dlref.figures.bowls import HEIGHTS, contours, quadratic
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, blank, figure, ink

Array = npt.NDArray[Any]

_LEVELS = np.arange(10_000, 40_001, 10_000)
_SCALE = Normalize(_LEVELS[0], _LEVELS[-1])
_WINDOW = (-140, 230), (-35, 335)  # weights and biases shown of the bowl
_LR = "0.1"  # of the path in the bowl


@figure("cost-surface/line-fit")
def line_fit_(say: Say) -> Figure:
    """The patients, and the line after some steps of descent."""
    data = line_fit()
    bmi, feature, target = (np.array(data[key]) for key in ("bmi", "feature", "target"))
    ends = [int(bmi.argmin()), int(bmi.argmax())]
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    _points(axes, bmi, target)
    shades = LinearSegmentedColormap.from_list("shades", [GREY, ORANGE])(np.linspace(0, 1, len(data["steps"])))
    for step, (weight, bias), colour in zip(data["steps"], data["lines"], shades, strict=True):
        heights = weight * feature[ends] + bias
        axes.plot(bmi[ends], heights, color=colour, linewidth=2.6 if step == data["steps"][-1] else 1.6)
        axes.text(bmi[ends[1]] + 0.4, heights[1], say(f"第 {step} 步", f"step {step}"), color=colour, va="center")
    axes.set(xlim=(17.5, 42.5), ylim=(-240, 360))
    axes.set_xticks([20, 25, 30, 35, 40])
    axes.set_yticks([-200, 0, 200])
    axes.set_xlabel(say("体重指数 BMI（kg/m²）", "body mass index (kg/m²)"))
    axes.set_ylabel(say("一年后的病情指标", "progression after a year"))
    return drawn


@figure("cost-surface/surface")
def bowl(say: Say) -> Figure:
    """The bowl from the side, in rings that are the contours of the other panel."""
    data = surface()
    cost, lowest = quadratic(data), np.array(data["minimum"])
    angles = np.linspace(0, 2 * np.pi, 33)
    around = np.stack([np.cos(angles), np.sin(angles)])  # (2, 33)
    bottom = cost(*lowest)
    steepness = cost(*(lowest[:, None] + around)) - bottom  # what one unit of distance costs in each direction
    heights = np.array([bottom, *np.arange(5_000, _LEVELS[-1] + 1, 5_000)])
    rings = [lowest[:, None] + around * np.sqrt((height - bottom) / steepness) for height in heights]
    drawn = blank(4.2, 3.4)
    axes: Any = drawn.add_axes((-0.06, 0.04, 0.98, 1.0), projection="3d", computed_zorder=False)
    quads, colours = [], []
    for low, high in zip(range(len(heights)), range(1, len(heights)), strict=False):
        for i in range(len(angles) - 1):
            corners = [(low, i), (low, i + 1), (high, i + 1), (high, i)]
            quads.append([(*rings[ring][:, at], heights[ring]) for ring, at in corners])
            colours.append(HEIGHTS(_SCALE(heights[high])))
    axes.add_collection3d(Poly3DCollection(quads, facecolors=colours, alpha=0.45, linewidths=0, clip_on=False))
    for ring, height in zip(rings[2::2], _LEVELS, strict=True):
        axes.plot(*ring, height, color=HEIGHTS(_SCALE(height)), linewidth=1.1, clip_on=False)
    path = data["paths"][_LR]
    axes.plot(path["weight"], path["bias"], path["cost"], "o-", color=ORANGE, markersize=3.5, linewidth=1.5, zorder=5)
    axes.plot(*lowest[:, None], bottom, "P", color=RED, markersize=9, zorder=6)
    axes.view_init(elev=38, azim=-60)
    axes.set(xlim=_WINDOW[0], ylim=_WINDOW[1], zlim=(0, 40_000))
    axes.set_xticks([-100, 0, 100, 200])
    axes.set_yticks([0, 100, 200, 300])
    axes.set_zticks([0, 20_000, 40_000], labels=["0", *(_thousands(say, height) for height in (20_000, 40_000))])
    axes.tick_params(pad=-1, labelsize=9)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_rotate_label(False)
        axis.set_pane_color((0, 0, 0, 0))
        axis.line.set_color(ink())
        axis._axinfo["grid"].update(color=(*_rgb(GREY), 0.35), linewidth=0.6)
    axes.set_xlabel(say("权重 w", "weight w"), labelpad=2)
    axes.set_ylabel(say("偏置 b", "bias b"), labelpad=7)
    axes.set_zlabel(say("代价", "cost"), labelpad=-1)
    return drawn


@figure("cost-surface/contour")
def contour(say: Say) -> Figure:
    """The same bowl from above."""
    drawn = Figure((4.2, 3.4))
    axes = _from_above(drawn, say)
    path = surface()["paths"][_LR]
    axes.plot(path["weight"], path["bias"], "o-", color=ORANGE, markersize=3.5, linewidth=1.5, zorder=5)
    return drawn


@figure("cost-surface/learning-rates")
def learning_rates(say: Say) -> Figure:
    """What is left above the minimum after each step, for every learning rate."""
    data = surface()
    bottom = quadratic(data)(*np.array(data["minimum"]))
    colours = {"0.02": PURPLE, "0.1": BLUE, "0.5": GREEN, "0.9": ORANGE, "1.01": RED}
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    for rate, path in data["paths"].items():
        above = np.maximum(np.array(path["cost"]) - bottom, 1e-6)
        dashes = (0, (3, 3)) if rate == "0.9" else "-"  # what lies under it, the curve of 0.1, shows through
        axes.plot(above, color=colours[rate], linestyle=dashes)
    notes = [
        ("1.01", 30, 1.7e5, "right", "bottom", say("1.01：发散", "1.01: diverges")),
        ("0.02", 30, 8e3, "right", "bottom", say("0.02：太慢", "0.02: too slow")),
        ("0.1", 17.5, 30, "left", "bottom", say("0.1：稳步下降", "0.1: steady")),
        ("0.9", 14.8, 6, "right", "bottom", say("0.9：来回跳，一样快", "0.9: jumps, as fast")),
        ("0.5", 1.2, 0.16, "left", "bottom", say("0.5：一步到底", "0.5: there in one step")),
    ]
    for rate, x, y, align, valign, text in notes:
        axes.text(x, y, text, color=colours[rate], ha=align, va=valign)
    axes.set(xlim=(0, 30.4), ylim=(0.02, 1e6))
    axes.set_xticks([0, 10, 20, 30])
    axes.set_yticks([0.1, 10, 1e3, 1e5], labels=["0.1", "10", "1,000", "100,000"])
    axes.minorticks_off()
    axes.set_xlabel(say("步数", "step"))
    axes.set_ylabel(say("代价超出最小值多少", "cost above the minimum"))
    return drawn


@figure("cost-surface/rounded")
def rounded(say: Say) -> Figure:
    """The bowl of the standardised feature, and the one step of descent that the best learning rate needs."""
    drawn = Figure((4.2, 3.4))
    axes = _from_above(drawn, say)
    path = surface()["paths"]["0.5"]
    start, end = zip(path["weight"][:2], path["bias"][:2], strict=True)
    looks: dict[str, Any] = {"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1.8, "mutation_scale": 13}
    axes.annotate("", end, start, arrowprops={**looks, "shrinkA": 0, "shrinkB": 4})
    axes.plot(path["weight"][0], path["bias"][0], "o", color=ORANGE, markersize=4)
    return drawn


def _from_above(drawn: Figure, say: Say) -> Axes:
    """Draw the contours of the bowl, its minimum and where the descents start."""
    data = surface()
    axes = drawn.add_subplot(aspect="equal")
    lines = contours(axes, quadratic(data), *_WINDOW, _LEVELS)
    at = [(data["minimum"][0] + 4, data["minimum"][1] + reach) for reach in (-78, -127, -162)]
    axes.clabel(lines, _LEVELS[:3], inline_spacing=4, fontsize=8.5, fmt=lambda cost: _thousands(say, cost), manual=at)
    axes.plot(*data["minimum"], "P", color=RED, markersize=9, zorder=6)
    put: dict[str, Any] = {"textcoords": "offset points", "ha": "center"}
    axes.annotate(say("最小值", "minimum"), data["minimum"], (0, 9), color=RED, **put)
    start = data["paths"][_LR]["weight"][0], data["paths"][_LR]["bias"][0]
    axes.annotate(say("起点", "start"), start, (-16, -13), color=ORANGE, **put)
    axes.set_xticks([-100, 0, 100, 200])
    axes.set_yticks([0, 100, 200, 300])
    axes.set_xlabel(say("权重 w", "weight w"))
    axes.set_ylabel(say("偏置 b", "bias b"))
    return axes


def _thousands(say: Say, cost: float) -> str:
    return say(f"{cost / 10_000:.0f} 万", f"{cost / 1000:.0f}k")


def _points(axes: Axes, x: Array, y: Array) -> None:
    """Draw dots as one path of strokes without length and with round ends: a tenth of the size of markers."""
    path = Path(np.stack([x, y], axis=1).repeat(2, axis=0), [Path.MOVETO, Path.LINETO] * len(x))
    path.should_simplify = False
    axes.add_patch(PathPatch(path, facecolor="none", edgecolor=BLUE, linewidth=3.4, alpha=0.65, capstyle="round"))


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
