"""The figures of the page gradients: slopes in all directions, arrows on contours, secants, errors, blind search."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from dlref.experiments.gradient_directions import DIRECTIONS, gradient_steepest, slopes_around
from dlref.experiments.gradients import error_curves, secants
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink

Array = npt.NDArray[Any]


@figure("gradients/compass")
def compass(say: Say) -> Figure:
    """The slope in every direction at one point: measured, and the cosine through the length of the gradient."""
    data = slopes_around()
    slope = np.array(data["gradients"][0])
    length, ahead = np.linalg.norm(slope), np.degrees(np.arctan2(slope[1], slope[0])) % 360
    angles = np.arange(0, 361, 6.0)
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.axhline(0, color=ink(), linewidth=0.8, alpha=0.5)
    axes.plot(angles, length * np.cos(np.radians(angles - ahead)), color=GREY, linewidth=1.3)
    axes.plot(data["angle"], data["slope"], "o", color=BLUE, markersize=3.8)
    marks = [(ahead, ORANGE, "gradient"), (ahead - 180, RED, "down"), (ahead - 90, GREEN, ""), (ahead - 270, GREEN, "")]
    for angle, colour, _ in marks:
        axes.plot(angle, length * np.cos(np.radians(angle - ahead)), "o", color=colour, markersize=7)
    put: dict[str, Any] = {"textcoords": "offset points", "ha": "center"}
    axes.annotate(say("梯度的方向", "along the gradient"), (ahead, length), (0, 8), color=ORANGE, **put)
    axes.annotate(say("负梯度的方向", "against the gradient"), (ahead - 180, -length), (0, -16), color=RED, **put)
    axes.annotate(say("沿等值线：0", "along the contour: 0"), (ahead - 180, 0), (0, 5), color=GREEN, **put)
    axes.set(xlim=(-5, 365), ylim=(-165, 160))
    axes.set_xticks([0, 90, 180, 270, 360], labels=["0°", "90°", "180°", "270°", "360°"])
    axes.set_yticks([-100, -50, 0, 50, 100])
    axes.set_xlabel(say("前进的方向（从 w₁ 轴起）", "direction of the step, from the w₁ axis"))
    axes.set_ylabel(say("斜率：每单位距离的代价", "slope: cost per unit of way"))
    return drawn


@figure("gradients/arrows")
def arrows(say: Say) -> Figure:
    """Contours of the cost of two weights, and the gradient at some points."""
    data = slopes_around()
    lowest = np.array(data["minimum"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot(aspect="equal")
    angles = np.linspace(0, 2 * np.pi, 73)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    height = np.sum(ways @ np.array(data["hessian"]) * ways, axis=1) / 2  # above the minimum, at distance 1 from it
    for level in data["levels"]:
        axes.plot(*(lowest + ways * np.sqrt(level / height)[:, None]).T, color=GREY, linewidth=1.1)
    for place, (point, slope) in enumerate(zip(data["points"], data["gradients"], strict=True)):
        colour = BLUE if place == 0 else ORANGE
        tip = np.array(point) + 0.2 * np.array(slope)
        looks: dict[str, Any] = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "mutation_scale": 11}
        axes.annotate("", (tip[0], tip[1]), point, arrowprops={**looks, "shrinkA": 0, "shrinkB": 0})
        axes.plot(*point, "o", color=colour, markersize=4.5)
    axes.plot(*lowest, "P", color=RED, markersize=9, zorder=6)
    put: dict[str, Any] = {"textcoords": "offset points"}
    axes.annotate(say("最小值", "minimum"), data["minimum"], (5, -16), color=RED, ha="center", **put)
    axes.annotate("P", data["points"][0], (-3, 6), color=BLUE, ha="center", **put)
    axes.set(xlim=(-95, 168), ylim=(-118, 160))
    axes.set_xticks([-50, 0, 50, 100, 150])
    axes.set_yticks([-100, -50, 0, 50, 100, 150])
    axes.set_xlabel(say("体重指数的权重 w₁", "weight w₁ of body mass index"))
    axes.set_ylabel(say("血压的权重 w₂", "weight w₂ of blood pressure"))
    return drawn


@figure("gradients/secants")
def secants_(say: Say) -> Figure:
    """x³ with secants through (2, 8) that turn into the tangent."""
    data = secants()
    x, at, height = np.array(data["x"]), data["at"], data["height"]
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.plot(x, data["value"], color=ink(), linewidth=1.8)
    ends = np.array([1.62, 3.06])
    for step, quotient, colour in zip(data["steps"], data["quotients"], (PURPLE, BLUE, GREEN), strict=True):
        axes.plot(ends, height + quotient * (ends - at), color=colour, linewidth=1.5)
        axes.plot(at + step, height + quotient * step, "o", color=colour, markersize=5)
        said = say(f"h = {step:g}：{quotient:.4g}", f"h = {step:g}: {quotient:.4g}")
        axes.text(3.09, height + quotient * (ends[1] - at), said, color=colour, va="center")
    axes.plot(ends, height + data["slope"] * (ends - at), color=ORANGE, linewidth=1.8, linestyle=(0, (4, 2)))
    tangent = say(f"切线：{data['slope']:.0f}", f"tangent: {data['slope']:.0f}")
    axes.text(3.09, height + data["slope"] * (ends[1] - at) - 1.0, tangent, color=ORANGE, va="center")
    axes.plot(at, height, "o", color=ink(), markersize=5)
    axes.set(xlim=(1.3, 3.75), ylim=(0, 30))
    axes.set_xticks([1.5, 2, 2.5, 3])
    axes.set_yticks([0, 8, 16, 24])
    axes.set_xlabel("x")
    axes.set_ylabel("x³")
    return drawn


@figure("gradients/error")
def error(say: Say) -> Figure:
    """The error of forward and central differences against the step, with lines of the slopes 1, 2 and −1."""
    data = error_curves()
    step = np.array(data["step"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot(xscale="log", yscale="log")
    for kind, colour in {"forward": BLUE, "central": ORANGE}.items():
        axes.plot(step, np.maximum(data[kind], 1e-16), color=colour, linewidth=1.4)
    guides = [((1e-6, 1e-1), 1, 6), ((1e-4, 1e-1), 2, 1), ((1e-15, 1e-8), -1, 2.0**-53 * 8)]
    for reach, power, factor in guides:
        ends = np.array(reach)
        axes.plot(ends, factor * ends**power, color=ink(), linewidth=0.9, linestyle=(0, (2, 2)), zorder=5)
    axes.text(1e-3, 2e-2, say("向前：斜率 1", "forward: slope 1"), color=BLUE, ha="right")
    axes.text(4e-3, 1e-7, say("中心：\n斜率 2", "central:\nslope 2"), color=ORANGE)
    axes.text(3e-16, 5e-8, say("舍入：\n斜率 −1", "rounding:\nslope −1"), color=ink())
    axes.set(xlim=(1e-16, 2), ylim=(1e-12, 1e2))
    axes.set_xticks([1e-15, 1e-10, 1e-5, 1], labels=["1e-15", "1e-10", "1e-5", "1"])
    axes.set_yticks([1e-10, 1e-5, 1], labels=["1e-10", "1e-5", "1"])
    axes.minorticks_off()
    axes.set_xlabel(say("步长 h", "step h"))
    axes.set_ylabel(say("误差", "error"))
    return drawn


@figure("gradients/blind-search")
def blind_search(say: Say) -> Figure:
    """The best of 10,000 random directions, as a share of the slope along the gradient."""
    data = gradient_steepest()
    drawn = Figure((4.2, 3.0))
    axes = drawn.add_subplot(xscale="log")
    axes.axhline(1, color=ORANGE)
    axes.text(5_000, 0.94, say("梯度", "the gradient"), color=ORANGE, ha="right", va="top")
    axes.plot(data["parameters"], data["share"], "o-", color=BLUE)
    for place, (count, share) in enumerate(zip(data["parameters"], data["share"], strict=True)):
        if place:
            put: dict[str, Any] = {"textcoords": "offset points", "ha": "left", "color": BLUE}
            axes.annotate(f"{share:.0%}", (count, share), (6, 4), **put)
    axes.set(xlim=(1.6, 12_000), ylim=(0, 1.05))
    axes.set_xticks(data["parameters"], labels=[f"{count:,}" for count in data["parameters"]])
    axes.set_yticks([0, 0.5, 1], labels=["0", "50%", "100%"])
    axes.minorticks_off()
    axes.set_xlabel(say("参数个数", "number of parameters"))
    best = say(f"{DIRECTIONS // 10_000} 万个方向中最大的斜率", f"steepest of {DIRECTIONS:,} directions")
    axes.set_ylabel(best)
    return drawn
