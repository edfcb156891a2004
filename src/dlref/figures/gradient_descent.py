"""The figures of the page gradient-descent on steps and their size: the slope, the searches, the window."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlref.experiments.descent_search import GRADIENT_PASSES, decades, searches
from dlref.experiments.gradient_descent import parabolas, window
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink


@figure("gradient-descent/steps")
def steps(say: Say) -> Figure:
    """A parabola, the points of a descent, and the tangent that the first three of them feel."""
    data = parabolas()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    _parabola(axes, (-0.6, 4.4))
    path = np.array(data["path"])
    for w in path[:3]:
        ends = w + np.array([-0.45, 0.45])
        axes.plot(ends, (w - 3) ** 2 + 2 * (w - 3) * (ends - w), color=RED, linewidth=2.4)
    axes.plot(path, (path - 3) ** 2, "o", color=ORANGE, markersize=6, zorder=4)
    for left, right in pairwise(path[:4]):
        axes.annotate("", (right, -1.1), (left, -1.1), arrowprops={"arrowstyle": "->", "color": ORANGE, "lw": 1.4})
        axes.vlines([left, right], -1.4, [(left - 3) ** 2, (right - 3) ** 2], GREY, linewidth=0.7, linestyle=":")
    axes.text(0.62, 8.6, say("这里的斜率：−6", "slope here: −6"), color=RED, va="center")
    axes.text(1.62, 3.7, "−3.6", color=RED, va="center")
    axes.text(2.25, 1.75, "−2.16", color=RED, va="center")
    axes.text(2.75, -1.1, say("步长 = 0.2 × 斜率的大小", "length: 0.2 × slope"), color=ORANGE, va="center", size=9)
    axes.set(xlim=(-0.7, 5.2), ylim=(-1.6, 12))
    axes.set_xticks([0, 1, 2, 3, 4])
    axes.set_yticks([0, 5, 10])
    axes.set_xlabel(say("参数 w", "parameter w"))
    axes.set_ylabel(say("代价", "cost"))
    return drawn


@figure("gradient-descent/searches")
def searches_(say: Say) -> Figure:
    """The lowest loss so far after every pass: each split a thin line."""
    data = searches()["losses"]
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for way, colour, stride in (("random", PURPLE, 1), ("local", BLUE, 1), ("gradient", ORANGE, GRADIENT_PASSES)):
        for run in data[way]:
            passes = np.arange(len(run)) * stride
            kept = (passes % 12 == 0) | ((passes < 24) & (passes % 3 == 0))  # few points, and more where it bends
            axes.plot(passes[kept], np.array(run)[kept], color=colour, linewidth=1.3, alpha=0.85)
    axes.text(298, 2.12, say("随机搜索", "random search"), color=PURPLE, ha="right", va="top")
    axes.text(112, 1.5, say("局部搜索", "local search"), color=BLUE, ha="right", va="top")
    axes.text(298, 0.5, say("梯度下降", "gradient descent"), color=ORANGE, ha="right", va="bottom")
    axes.set(xlim=(0, 303), ylim=(0, 2.5))
    axes.set_xticks([0, 100, 200, 300])
    axes.set_yticks([0, 1, 2])
    axes.set_xlabel(say("看训练集的遍数", "passes over the training images"))
    axes.set_ylabel(say("训练损失", "training loss"))
    return drawn


@figure("gradient-descent/decades")
def decades_(say: Say) -> Figure:
    """The loss after 30 steps, and the highest on the way, over nine powers of ten."""
    data = decades()
    rates = np.array(data["rates"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.axhline(data["first"], color=GREY, linewidth=0.9, linestyle=":")
    axes.plot(rates, data["highest"], "s--", color=RED, markersize=4, linewidth=1.2)
    axes.plot(rates, data["last"], "o-", color=BLUE, markersize=5)
    axes.text(1e-6, 3.2, say("起点：ln 10", "start: ln 10"), color=ink(), va="bottom", size=9)
    axes.text(20, 400, say("途中最高", "highest on the way"), color=RED, ha="right", va="center")
    axes.text(0.15, 0.6, say("30 步之后", "after 30 steps"), color=BLUE, ha="right", va="center")
    axes.set(xlim=(5e-7, 2e3), ylim=(0.07, 4000))
    axes.set_xticks([1e-6, 1e-3, 1, 1e3], labels=["0.000001", "0.001", "1", "1,000"])
    axes.set_yticks([0.1, 1, 10, 100, 1000], labels=["0.1", "1", "10", "100", "1,000"])
    axes.minorticks_off()
    axes.set_xlabel(say("学习率", "learning rate"))
    axes.set_ylabel(say("训练损失", "training loss"))
    return drawn


@figure("gradient-descent/overshoot")
def overshoot(say: Say) -> Figure:
    """Four descents on one parabola, by the product of learning rate and curvature."""
    names = {
        "0.3": (say("ηλ = 0.3：同侧靠近", "ηλ = 0.3: from one side"), GREEN),
        "1.0": (say("ηλ = 1：一步到底", "ηλ = 1: one step"), BLUE),
        "1.7": (say("ηλ = 1.7：越过，仍收敛", "ηλ = 1.7: across, closer"), PURPLE),
        "2.1": (say("ηλ = 2.1：越走越远", "ηλ = 2.1: across, farther"), RED),
    }
    drawn = Figure((4.2, 3.6))
    panels = drawn.subplots(2, 2, sharex=True, sharey=True)
    for axes, (product, (title, colour)) in zip(panels.flat, names.items(), strict=True):
        _parabola(axes, (-2.4, 8.4))
        path = np.array(parabolas()["products"][product][:6])
        axes.plot(path, (path - 3) ** 2, "o-", color=colour, markersize=4.5, linewidth=1.1)
        axes.plot(path[0], 9, "o", color=ink(), markersize=5)
        axes.set_title(title, color=colour, size=9.5)
        axes.set(xlim=(-2.6, 8.6), ylim=(-1, 30))
        axes.set_xticks([0, 3, 6])
        axes.set_yticks([0, 10, 20])
    for axes in panels[1]:
        axes.set_xlabel(say("参数 w", "parameter w"))
    for axes in panels[:, 0]:
        axes.set_ylabel(say("代价", "cost"))
    return drawn


@figure("gradient-descent/window")
def window_(say: Say) -> Figure:
    """|1 − ηλ| for each direction, their maximum, and the rates of descents that were run."""
    data = window()
    bound, best = data["bound"], data["best"]
    ends = np.array([0, 0.92])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.axhspan(1, 2, color=RED, alpha=0.1, linewidth=0)
    axes.axhline(1, color=GREY, linewidth=0.9)
    for value, colour in zip(data["eigenvalues"], (BLUE, GREY, PURPLE), strict=True):
        corners = np.array([0, 1 / value, ends[1]])
        axes.plot(corners, np.abs(1 - corners * value), color=colour, linewidth=1.3)
    axes.plot(data["rates"], data["measured"], "o", color=ORANGE, markersize=6, zorder=4)
    for at, top in ((best, data["measured"][4]), (bound, 1.0)):
        axes.vlines(at, 0, top, ink(), linewidth=0.8, linestyle=":")
    axes.text(0.02, 1.45, say("阴影里：发散", "shaded: diverges"), color=RED, va="center")
    axes.text(0.225, 0.8, say("最平的方向", "flattest direction"), color=BLUE, va="bottom", ha="left")
    axes.text(0.02, 0.18, say("最陡的\n方向", "steepest\ndirection"), color=PURPLE, va="center", ha="left")
    axes.text(0.83, 1.45, say("实测", "measured"), color=ORANGE, va="center", ha="right")
    axes.set(xlim=(0, 0.92), ylim=(0, 1.6))
    said = say(f"{bound:.2f}\n上界", f"{bound:.2f}\nbound")
    axes.set_xticks([0, best, bound], labels=["0", say(f"{best:.1f}\n最好", f"{best:.1f}\nbest"), said])
    axes.set_yticks([0, 0.5, 1, 1.5])
    axes.set_xlabel(say("学习率 η", "learning rate η"))
    axes.set_ylabel(say("一步之后剩下的距离", "distance kept in a step"))
    return drawn


def _parabola(axes: Axes, span: tuple[float, float]) -> None:
    w = np.linspace(*span, 25)
    axes.plot(w, (w - 3) ** 2, color=GREY, linewidth=1.4)
