"""The figures of the page neuron on single units: what one sums, what 64 weights look for, and XOR."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from dlref.experiments.neuron import zero_or_not
from dlref.experiments.neuron_xor import XOR, XOR_INPUTS, xor
from dlref.figures.drawing import BLUE, GREY, ORANGE, PURPLE, RED, Say, blank, figure, ink

Array = npt.NDArray[Any]


@figure("neuron/diagram")
def diagram(say: Say) -> Figure:
    """One neuron, with the numbers of the example that is worked by hand."""
    drawn = blank(4.2, 2.3)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 420), ylim=(0, 230))
    axes.set_axis_off()
    for x, w, height in (("2", "0.5", 190), ("−1", "2", 125), ("3", "1", 60)):
        _circle(axes, 42, height, 24, GREY, x)
        end = (176, 125 + (height - 125) * 0.3)
        axes.annotate("", end, (67, height), arrowprops={"arrowstyle": "-|>", "color": BLUE, "linewidth": float(w) + 1})
        axes.text(118, (height + end[1]) / 2 + 6, f"× {w}", color=BLUE, ha="center", va="bottom")
    _circle(axes, 208, 125, 31, BLUE, "z = 1.5")
    axes.annotate("", (208, 93), (208, 55), arrowprops={"arrowstyle": "-|>", "color": PURPLE, "linewidth": 1.5})
    axes.text(208, 42, say("偏置 b = −0.5", "bias b = −0.5"), color=PURPLE, ha="center", va="center")
    axes.annotate("", (295, 125), (241, 125), arrowprops={"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1.5})
    axes.text(268, 133, "f = σ", color=ORANGE, ha="center", va="bottom")
    _circle(axes, 332, 125, 35, ORANGE, "y = 0.82")
    axes.text(42, 20, say("输入 x", "inputs x"), ha="center", va="center")
    axes.text(332, 75, say("输出", "output"), ha="center", va="center")
    axes.text(118, 217, say("权重 w", "weights w"), color=BLUE, ha="center", va="center")
    axes.text(208, 172, say("加权和", "weighted sum"), ha="center", va="center")
    return drawn


@figure("neuron/votes")
def votes(say: Say) -> Figure:
    """The weights of a neuron that looks for zeros, between a digit it accepts and one it rejects."""
    data = zero_or_not()
    drawn = blank(4.2, 2.3)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 420), ylim=(0, 230))
    axes.set_axis_off()
    size, bottom = 120, 62
    for left, digit in ((8, "0"), (292, "4")):
        _cells(axes, np.array(data["images"][digit]), left, bottom, size, ink())
        z = data["sums"][digit]
        sum_ = f"z = {z:.1f}".replace("-", "−")
        verdict = say("是零", "a zero") if z > 0 else say("不是零", "not a zero")
        axes.text(left + size / 2, 40, sum_, ha="center", va="center")
        axes.text(left + size / 2, 18, verdict, ha="center", va="center", color=ORANGE if z > 0 else BLUE)
        axes.text(left + size / 2, 202, say("一张图像", "an image"), ha="center", va="center")
    weight = np.array(data["weight"])
    scale = np.abs(weight).max()
    _cells(axes, weight / scale, 150, bottom, size, ORANGE)
    _cells(axes, -weight / scale, 150, bottom, size, BLUE)
    axes.text(210, 202, say("64 个权重", "the 64 weights"), ha="center", va="center")
    axes.text(210, 40, say("橙：赞成", "orange: for"), ha="center", va="center", color=ORANGE)
    axes.text(210, 18, say("蓝：反对", "blue: against"), ha="center", va="center", color=BLUE)
    return drawn


@figure("neuron/xor-plane")
def xor_plane(say: Say) -> Figure:
    """The four points of XOR, cut by the best one neuron can do and by two hidden units."""
    drawn = Figure((4.2, 2.7))
    left, right = drawn.subplots(1, 2)
    corners = np.array([-0.4, 1.4])
    left.fill_between(corners, 0.5 - corners, 1.4, color=ORANGE, alpha=0.25, linewidth=0)
    left.plot(corners, 0.5 - corners, color=ink(), linewidth=1.2)
    left.set_title(say("一个神经元：4 个对 3 个", "one neuron: 3 of 4"))
    right.fill_between(corners, 0.5 - corners, 1.5 - corners, color=ORANGE, alpha=0.25, linewidth=0)
    for end in (0.5, 1.5):
        right.plot(corners, end - corners, color=ink(), linewidth=1.2)
    right.set_title(say("两个隐藏单元：4 个全对", "two units: 4 of 4"))
    for axes in (left, right):
        for x, target in zip(XOR_INPUTS, XOR, strict=True):
            _point(axes, x[0], x[1], bool(target))
        axes.set(xlim=corners, ylim=corners, xticks=[0, 1], yticks=[0, 1], aspect="equal")
        axes.set_xlabel("x₁")
        axes.set_ylabel("x₂", rotation=0)
    left.plot(1, 1, "o", color=RED, markersize=17, markerfacecolor="none", markeredgewidth=1.6)
    return drawn


@figure("neuron/xor-hidden")
def xor_hidden(say: Say) -> Figure:
    """The same four points as the two hidden units see them: now one line is enough."""
    hidden = np.array(xor()["hidden"])
    drawn = Figure((4.2, 2.7))
    axes = drawn.add_subplot()
    first = np.array([-0.3, 2.5])
    line = (first - 0.5) / 2
    axes.fill_between(first, line, -0.5, color=ORANGE, alpha=0.25, linewidth=0)
    axes.plot(first, line, color=ink(), linewidth=1.2)
    for place, target in zip(hidden, XOR, strict=True):
        _point(axes, place[0], place[1], bool(target))
    put: dict[str, Any] = {"textcoords": "offset points"}
    axes.annotate("(0, 0)", hidden[0], (-4, 10), ha="center", **put)
    axes.annotate(
        say("(0, 1) 和 (1, 0)\n叠在一起", "(0, 1) and (1, 0),\none on the other"), (1, 0), (10, -5), va="center", **put
    )
    axes.annotate("(1, 1)", hidden[3], (-10, 0), ha="right", va="center", **put)
    axes.text(0.42, 0.33, "h₁ − 2h₂ = 1/2", ha="center", va="center")
    axes.set(xlim=(-0.3, 2.5), ylim=(-0.5, 1.35), xticks=[0, 1, 2], yticks=[0, 1])
    axes.set_xlabel("h₁ = relu(x₁ + x₂)")
    axes.set_ylabel("h₂ = relu(x₁ + x₂ − 1)")
    return drawn


def _circle(axes: Axes, x: float, y: float, radius: float, colour: str, said: str) -> None:
    axes.add_patch(Circle((x, y), radius, facecolor="none", edgecolor=colour, linewidth=1.6))
    axes.text(x, y, said, ha="center", va="center")


def _point(axes: Axes, x: float, y: float, positive: bool) -> None:
    colour, marker = (ORANGE, "o") if positive else (BLUE, "s")
    axes.plot(x, y, marker, color=colour, markersize=9)


def _cells(axes: Axes, strengths: Array, left: float, bottom: float, size: float, colour: str) -> None:
    """Draw 64 strengths in [0, 1] as an 8 × 8 grid: cells of one strength, in fifths, are one path."""
    step, fifths = size / 8, np.round(5 * np.clip(strengths, 0, 1)).astype(int)
    for level in range(1, 6):
        corners, codes = [], []
        for cell in np.flatnonzero(fifths == level):
            x, y = left + step * (cell % 8), bottom + size - step * (cell // 8 + 1)
            corners += [(x, y), (x + step, y), (x + step, y + step), (x, y + step), (x, y)]
            codes += [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
        if corners:
            path = Path(corners, codes)
            axes.add_patch(PathPatch(path, facecolor=colour, edgecolor="none", alpha=level / 5, linewidth=0))
    frame = Path(
        [(left, bottom), (left + size, bottom), (left + size, bottom + size), (left, bottom + size), (left, bottom)]
    )
    axes.add_patch(PathPatch(frame, facecolor="none", edgecolor=GREY, linewidth=0.8))
