"""The figures of the page backpropagation: the circuit, the rule at a node, shapes, price and memory."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from dlref.experiments.backpropagation import circuit
from dlref.experiments.backpropagation_cost import prices
from dlref.experiments.backpropagation_memory import memory_curve
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, blank, figure, ink

Point = tuple[float, float]

_PLACES: dict[str, Point] = {
    "y": (30, 420), "b": (30, 338), "x": (30, 256), "w": (30, 174),
    "a": (130, 226), "p": (205, 290), "e": (270, 360), "s": (335, 290), "r": (205, 125), "L": (400, 212),
}  # fmt: skip
_SIGNS = {"a": "×", "p": "+", "e": "−", "s": "²", "r": "²", "L": "+"}
_EDGES = ["xa", "wa", "ap", "bp", "pe", "ye", "es", "wr", "sL", "rL"]


@figure("backpropagation/circuit")
def circuit_(say: Say) -> Figure:
    """Every value with its gradient underneath, on the circuit of a line with a penalty."""
    found = circuit()
    values, grads = found["values"], found["gradients"]
    drawn = blank(4.4, 3.9)
    axes = _canvas(drawn, (0, 440), (72, 462))
    for edge in _EDGES:
        _arrow(axes, _PLACES[edge[0]], _PLACES[edge[1]], 17, GREY)
    for name, (x, y) in _PLACES.items():
        is_input = name not in _SIGNS
        axes.add_patch(Circle((x, y), 16, facecolor="none", edgecolor=ink() if is_input else PURPLE, linewidth=1.3))
        sign = _SIGNS.get(name, name)
        axes.text(x, y - 1, sign, ha="center", va="center", size=15 if sign == "²" else 12)
        label = "" if is_input else f"{name} = "
        aside = 18 if name == "L" else 0  # beside the edge that comes from above
        axes.text(x + aside, y + 19, f"{label}{_signed(values[name])}", color=BLUE, ha="center", va="bottom", size=10)
        axes.text(x, y - 19, _signed(grads[name]), color=RED, ha="center", va="top", size=10)
    axes.text(82, 193, f"{found['first']:g}", color=RED, size=9, ha="center", va="top")
    axes.text(112, 143, f"{found['second']:g}", color=RED, size=9, ha="center", va="top")
    axes.text(250, 96, say("蓝：值，从左往右算", "blue: values, left to right"), color=BLUE, size=9)
    axes.text(250, 80, say("红：梯度，从右往左算", "red: gradients, right to left"), color=RED, size=9)
    return drawn


@figure("backpropagation/rule")
def rule(say: Say) -> Figure:
    """One operation: what arrives, times its local derivative, goes to each input; where a value forks, a sum."""
    drawn = blank(4.4, 3.9)
    axes = _canvas(drawn, (0, 440), (8, 398))
    centre = (215.0, 275.0)
    axes.add_patch(Circle(centre, 38, facecolor="none", edgecolor=PURPLE, linewidth=1.5))
    axes.text(*centre, "$z = f(u, v)$", ha="center", va="center", size=10)
    for y, name in ((325, "u"), (225, "v")):
        end = (215 - 36, 275 + 12 * np.sign(y - 275))
        _arrow(axes, (40, y + 6), (end[0], end[1] + 6), 0, BLUE)
        _arrow(axes, (end[0], end[1] - 8), (40, y - 8), 0, RED)
        axes.text(32, y, f"${name}$", ha="right", va="center", size=12)
        side = 1 if name == "u" else -1
        axes.text(
            100, y + (17 if side > 0 else -17), rf"$g \cdot \partial z / \partial {name}$",
            color=RED, ha="center", va="bottom" if side > 0 else "top", size=11,
        )  # fmt: skip
    _arrow(axes, (254, 280), (330, 280), 0, BLUE)
    _arrow(axes, (330, 266), (254, 266), 0, RED)
    axes.text(338, 281, "$z$", size=12, va="center")
    axes.text(292, 258, r"$g = \partial L / \partial z$", color=RED, ha="center", va="top", size=11)
    axes.text(215, 378, say("一个运算：上游 × 局部", "one operation: upstream × local"), ha="center", size=10)
    axes.plot([10, 430], [180, 180], color=GREY, linewidth=0.8)
    axes.text(215, 154, say("一个分叉：相加", "one fork: add"), ha="center", size=10)
    axes.add_patch(Circle((120, 75), 5, facecolor=ink(), edgecolor="none"))
    _arrow(axes, (40, 80), (112, 80), 0, BLUE)
    _arrow(axes, (112, 68), (40, 68), 0, RED)
    axes.text(32, 75, "$w$", ha="right", va="center", size=12)
    axes.text(80, 56, "$g_1 + g_2$", color=RED, ha="center", va="top", size=11)
    for y, name in ((122, "g_1"), (28, "g_2")):
        side = np.sign(y - 75)
        _arrow(axes, (127, 75 + 8 * side), (290, y + 5), 0, BLUE)
        _arrow(axes, (290, y - 7), (131, 75 - 4 + 4 * side), 0, RED)
        axes.text(298, y - 2, f"${name}$", color=RED, va="center", size=11)
        used = say("第一处用到 w", "first use of w") if y > 75 else say("第二处用到 w", "second use of w")
        axes.text(325, y - 1, used, va="center", size=9)
    return drawn


@figure("backpropagation/shapes")
def shapes(say: Say) -> Figure:
    """The three products of a linear layer, drawn to scale: 6 examples, 4 inputs, 3 outputs."""
    drawn = blank(4.4, 3.9)
    axes = _canvas(drawn, (0, 440), (0, 390))
    unit = 17
    upright = r"(\partial L / \partial Y)^\top"
    back = say("反向", "backward")
    rows = [
        (say("前向", "forward"), ("Y", 6, 3, BLUE), ("X", 6, 4, BLUE), (r"W^\top", 4, 3, GREEN)),
        (back, (r"\partial L / \partial W", 3, 4, RED), (upright, 3, 6, RED), ("X", 6, 4, BLUE)),
        (back, (r"\partial L / \partial X", 6, 4, RED), (r"\partial L / \partial Y", 6, 3, RED), ("W", 3, 4, GREEN)),
    ]  # fmt: skip
    for (title, *parts), middle in zip(rows, (322, 194, 66), strict=True):
        axes.text(8, middle, title, size=9, va="center", rotation=90, ha="center")
        for (name, height, width, colour), x in zip(parts, (85, 210, 350), strict=True):
            w, h = width * unit, height * unit
            axes.add_patch(Rectangle((x - w / 2, middle - h / 2), w, h, facecolor=colour, alpha=0.25, linewidth=0))
            axes.add_patch(Rectangle((x - w / 2, middle - h / 2), w, h, facecolor="none", edgecolor=colour))
            size = 11 if len(name) < 8 else 9.5
            axes.text(x, middle + 5, f"${name}$", ha="center", va="center", size=size)
            axes.text(x, middle - 9, f"({height}, {width})", ha="center", va="center", size=8.5)
        axes.text(142, middle, "=", ha="center", va="center", size=13)
        axes.text(286, middle, "·", ha="center", va="center", size=15)
    return drawn


@figure("backpropagation/price")
def price(say: Say) -> Figure:
    """What a gradient costs in forward passes, by differences and by backpropagation, against the parameters."""
    found = prices()
    params, cost = np.array(found["params"]), np.array(found["backpropagation"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set(xscale="log", yscale="log")
    ends = np.array([found["counted_params"][0], params[-1]])
    axes.plot(ends, 2 * ends, color=ORANGE)
    axes.plot(found["counted_params"], found["counted"], "o", color=ORANGE, markersize=5)
    axes.plot(params, cost, "o-", color=RED, markersize=5)
    differences = say("差分：\n每个参数 2 次", "differences:\n2 a parameter")
    axes.text(6e5, 2e7, differences, color=ORANGE, ha="right", va="bottom")
    axes.text(3e6, 4.2, say("反向传播：不到 3 次", "backpropagation: below 3"), color=RED, ha="center", va="bottom")
    axes.set_xticks([1e3, 1e5, 1e7, 1e9])
    axes.set_yticks([1, 1e3, 1e6, 1e9], labels=["1", "1,000", say("百万", "million"), say("十亿", "billion")])
    axes.minorticks_off()
    axes.set(xlim=(100, 2e9), ylim=(0.7, 4e9))
    axes.set_xlabel(say("参数个数", "parameters"))
    axes.set_ylabel(say("一个梯度，折合前向次数", "one gradient, in forward passes"), labelpad=7)
    return drawn


@figure("backpropagation/memory")
def memory(say: Say) -> Figure:
    """Memory in use after each layer, forward and back."""
    found = memory_curve()
    kept, alone = (np.array(found[key]) / 2**20 for key in ("kept", "alone"))
    turn = found["layers"]
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.axvspan(0, turn, color=BLUE, alpha=0.08, linewidth=0)
    axes.axvspan(turn, 2 * turn, color=RED, alpha=0.08, linewidth=0)
    axes.plot(range(len(kept)), kept, "o-", color=PURPLE, markersize=4, clip_on=False)
    axes.plot(range(len(alone)), alone, "o-", color=GREEN, markersize=4)
    axes.text(turn / 2, 8.7, say("前向", "forward"), color=BLUE, ha="center")
    axes.text(1.5 * turn, 8.7, say("反向", "backward"), color=RED, ha="center")
    axes.text(3.1, 4.6, say("为反向\n而保留", "kept for\nbackward"), color=PURPLE, ha="right", va="bottom")
    axes.text(turn - 0.2, 0.8, say("只求输出", "output only"), color=GREEN, ha="right", va="bottom")
    axes.set(xlim=(0, 2 * turn), ylim=(0, 9.4))
    axes.set_xticks([0, turn / 2, turn, 1.5 * turn, 2 * turn], labels=["0", "4", "8", "4", "0"])
    axes.set_xlabel(say("走到第几层", "layer"))
    axes.set_ylabel(say("占用内存（MiB）", "memory in use (MiB)"))
    return drawn


def _canvas(drawn: Figure, across: Point, up: Point) -> Axes:
    axes = drawn.add_axes((0, 0, 1, 1), xlim=across, ylim=up)
    axes.set_axis_off()
    return axes


def _arrow(axes: Axes, start: Point, end: Point, gap: float, colour: str) -> None:
    """An arrow between two points, `gap` short of both."""
    options: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 9, "shrinkA": 0, "shrinkB": 0}
    along = np.array(end) - np.array(start)
    step = gap * along / np.hypot(*along)
    axes.add_patch(
        FancyArrowPatch(np.array(start) + step, np.array(end) - step, color=colour, linewidth=1.2, **options)
    )


def _signed(number: float) -> str:
    return f"{number:g}".replace("-", "−")
