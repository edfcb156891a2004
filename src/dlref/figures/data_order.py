"""The figures of the page data-order: what batches hold, forgetting, learning rates, and where runs end."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from dlref.experiments.data_order import rates, traces
from dlref.experiments.data_order_ends import paths
from dlref.experiments.data_order_mixing import batches
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink

_CLASSES = 10
_SHADES = LinearSegmentedColormap.from_list("classes", [PURPLE, BLUE, "#2b9aa0", GREEN, "#c9a227", ORANGE, RED])
_COLOURS = [_SHADES(label / (_CLASSES - 1)) for label in range(_CLASSES)]


@figure("data-order/batches")
def batches_(say: Say) -> Figure:
    """Each batch a column of its images, one colour a class, in three orders."""
    data = batches()
    drawn = Figure((4.2, 3.3))
    names = {"sorted": ("按类别排列", "sorted"), "shuffled": ("打乱", "shuffled"), "stratified": ("分层", "stratified")}
    for axes, (name, title) in zip(drawn.subplots(3, 1, sharex=True), names.items(), strict=True):
        _columns(axes, np.array(data[name]))
        axes.set_ylabel(say(*title))
        axes.set(xlim=(0, 12), ylim=(0, 20), yticks=[0, 20])
    axes.set_xticks([0.5, 4.5, 9.5], labels=["1", "5", "10"])
    axes.set_xlabel(say("第几批（每批 20 张，一种颜色一个数字）", "batch (20 images each, one colour a digit)"))
    return drawn


@figure("data-order/forgetting-sorted")
def forgetting_sorted(say: Say) -> Figure:
    """Accuracy of each class while the classes are fed one after another."""
    return _forgetting(say, "sorted")


@figure("data-order/forgetting-shuffled")
def forgetting_shuffled(say: Say) -> Figure:
    """The same images, shuffled."""
    return _forgetting(say, "shuffled")


@figure("data-order/learning-rates")
def learning_rates(say: Say) -> Figure:
    """Accuracy on unseen images against the learning rate, for three kinds of order: mean and range of the seeds."""
    data = rates()
    drawn = Figure((4.2, 3.4))
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    looks = {"sorted": (RED, "-"), "once": (ORANGE, (0, (3, 3))), "reshuffled": (BLUE, "-")}
    for name, (colour, dashes) in looks.items():
        found = 100 * np.array(data[f"{name}_test"])  # (rates, seeds)
        if name != "once":
            axes.fill_between(
                data["rates"], found.min(axis=1), found.max(axis=1), color=colour, alpha=0.25, linewidth=0
            )
        axes.plot(data["rates"], found.mean(axis=1), color=colour, linestyle=dashes, marker="o", markersize=3.5)
    axes.axhline(10, color=GREY, linestyle="--", linewidth=1.2)
    axes.text(0.003, 12, say("瞎猜：10%", "guessing: 10%"), va="bottom")
    axes.text(0.02, 60, say("按类别排列", "sorted by class"), color=RED, ha="left", va="top")
    axes.text(
        1.0,
        93.5,
        say("每轮重新打乱，或\n只打乱一次（虚线）", "reshuffled, or shuffled\nonce (dashes)"),
        color=BLUE,
        ha="right",
        va="top",
    )
    axes.set_ylim(0, 102)
    axes.set_yticks([10, 50, 70, 97])
    axes.set_xticks(data["rates"], labels=[f"{rate:g}" for rate in data["rates"]])
    axes.minorticks_off()
    axes.set_xlabel(say("学习率（对数刻度）", "learning rate (log scale)"))
    axes.set_ylabel(say("20 轮后的测试准确率（%）", "test accuracy after 20 epochs (%)"))
    return drawn


@figure("data-order/paths")
def paths_(say: Say) -> Figure:
    """Four runs from one start: two class orders end far apart, two shuffles beside each other."""
    data = paths()
    drawn = Figure((4.2, 3.4))
    axes = drawn.add_subplot(aspect="equal")
    looks = {"up": RED, "down": PURPLE, "first": BLUE, "second": GREEN}
    for name, colour in looks.items():
        points = np.array(data[name])
        axes.plot(*points.T, color=colour, linewidth=1.1, linestyle=(0, (3, 2)) if name == "second" else "-")
        axes.plot(*points[-1], "o", color=colour, markersize=5)
    axes.plot(0, 0, "P", color=GREY, markersize=9, zorder=6)
    notes = [
        (0.5, -0.2, "left", GREY, say("起点", "start")),
        (data["up"][-1][0], 6.0, "center", RED, say("0, 1, …, 9", "0, 1, …, 9")),
        (data["down"][-1][0], 6.0, "center", PURPLE, say("9, 8, …, 0", "9, 8, …, 0")),
        (0.5, 9.6, "left", BLUE, say("两次打乱", "two shuffles")),
    ]
    for x, y, align, colour, text in notes:
        axes.text(x, y, text, color=colour, ha=align, va="center")
    axes.set(xlim=(-6.9, 6.9), ylim=(-0.8, 10.2))
    axes.set_xlabel(say("两种类别顺序终点的连线方向", "from one sorted end to the other"))
    axes.set_ylabel(say("打乱时前进的方向", "where shuffled runs go"))
    return drawn


def _columns(axes: Axes, counts: npt.NDArray[Any]) -> None:
    """Stack the counts (batches, classes) of each batch; all columns of a class are one path of thick strokes."""
    tops = counts.cumsum(axis=1)
    for label, colour in enumerate(_COLOURS):
        shown = np.flatnonzero(counts[:, label])
        if len(shown):
            ends = np.stack([tops[shown, label] - counts[shown, label], tops[shown, label]], axis=1)
            path = Path(
                np.stack([np.repeat(shown + 0.5, 2), ends.ravel()], axis=1), [Path.MOVETO, Path.LINETO] * len(shown)
            )
            path.should_simplify = False
            axes.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=19.4, capstyle="butt"))


def _forgetting(say: Say, order: str) -> Figure:
    data = traces()
    trace = 100 * np.array(data[order])  # (steps, classes)
    steps = np.arange(1, len(trace) + 1)
    drawn = Figure((4.2, 3.1))
    axes = drawn.add_subplot()
    for label, colour in enumerate(_COLOURS):
        axes.plot(steps, trace[:, label], color=colour, linewidth=1.4, alpha=1 if order == "sorted" else 0.6)
        if order == "sorted":
            axes.text(data["block"] * (label + 0.5) + 0.7, 103, str(label), color=colour, ha="center", va="bottom")
    axes.plot(steps, trace.mean(axis=1), color=ink(), linewidth=2.4)
    axes.set(xlim=(0, 50.5), ylim=(-2, 112))
    axes.set_yticks([0, 50, 100])
    axes.set_xticks([0, 10, 20, 30, 40, 50])
    axes.set_xlabel(say("步数（共一个轮次）", "step (one epoch in all)"))
    axes.set_ylabel(say("各数字的测试准确率（%）", "test accuracy of each digit (%)"))
    return drawn
