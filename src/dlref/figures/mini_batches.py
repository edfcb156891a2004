"""The figures of the page mini-batches: how gradients scatter, where paths lead, what size and rate do together."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from dlref.experiments.mini_batches import batch_noise
from dlref.experiments.mini_batches_line import clouds, paths
from dlref.experiments.mini_batches_training import curves, grid
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink

_COLOURS = {"1": GREY, "8": BLUE, "16": BLUE, "32": BLUE, "64": ORANGE, "full": RED, "1438": RED}
_GOODNESS = LinearSegmentedColormap.from_list("goodness", [GREEN, BLUE, PURPLE])


@figure("mini-batches/clouds")
def clouds_(say: Say) -> Figure:
    """Gradients of batches of 1, 8 and 64 patients around the full gradient."""
    data = clouds()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.axhline(0, color=ink(), linewidth=0.6, alpha=0.35)
    axes.axvline(0, color=ink(), linewidth=0.6, alpha=0.35)
    for size, width, alpha in (("1", 3.6, 0.6), ("8", 3.6, 0.75), ("64", 3.2, 0.95)):
        points = np.array(data["gradients"][size])
        near = (np.abs(points[:, 0] + 90) < 310) & (np.abs(points[:, 1] + 130) < 330)
        _points(axes, points[near], _COLOURS[size], width, alpha)
    axes.plot(*data["full"], "P", color=RED, markersize=10, markeredgecolor="white", markeredgewidth=0.6, zorder=6)
    axes.set(xlim=(-400, 220), ylim=(-470, 300))
    axes.set_xticks([-400, -200, 0, 200])
    axes.set_yticks([-400, -200, 0, 200])
    axes.set_xlabel(say("对权重 w 的偏导数", "partial derivative by w"))
    axes.set_ylabel(say("对偏置 b 的偏导数", "partial derivative by b"))
    notes = {
        "1": say("B = 1：单个病人", "B = 1: one patient"),
        "8": "B = 8",
        "64": "B = 64",
        "full": say("全部 442 位", "all 442"),
    }
    for place, (size, text) in enumerate(notes.items()):
        axes.text(-392, 268 - 48 * place, text, color=_COLOURS[size], va="center")
    return drawn


@figure("mini-batches/paths")
def paths_(say: Say) -> Figure:
    """Forty steps from the same start at the same learning rate with three batch sizes, over the contours."""
    data = paths()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot(aspect="equal")
    lowest = np.array(data["minimum"])
    angles = np.linspace(0, 2 * np.pi, 33)
    for radius in (20, 40, 60, 80, 100):
        axes.plot(
            lowest[0] + radius * np.cos(angles),
            lowest[1] + radius * np.sin(angles),
            color=GREY,
            linewidth=0.7,
            alpha=0.7,
        )
    for size, width in (("1", 1.3), ("16", 1.5), ("full", 2.2)):
        path = np.array(data[size])
        colour = PURPLE if size == "1" else _COLOURS[size]
        axes.plot(path[:, 0], path[:, 1], color=colour, linewidth=width)
        _points(axes, path, colour, 3.4, 1)
    axes.plot(*lowest, "P", color=GREEN, markersize=9, markeredgecolor="white", markeredgewidth=0.6, zorder=6)
    axes.set(xlim=(-80, 130), ylim=(0, 210))
    axes.set_xticks([-50, 0, 50, 100])
    axes.set_yticks([0, 50, 100, 150, 200])
    axes.set_xlabel(say("权重 w", "weight w"))
    axes.set_ylabel(say("偏置 b", "bias b"))
    texts = [("B = 1", PURPLE), ("B = 16", BLUE), (say("全部", "all 442"), RED), (say("最小值", "minimum"), GREEN)]
    for place, (text, colour) in enumerate(texts):
        axes.text(127, 52 - 14 * place, text, color=colour, ha="right", va="center")
    return drawn


@figure("mini-batches/noise")
def noise(say: Say) -> Figure:
    """The measured variance of the gradient against the batch size, on the lines of the two formulas."""
    data = batch_noise()
    sizes, count = np.array(data["sizes"]), data["count"]
    fine = np.geomspace(1, 1300, 60)
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot(xscale="log", yscale="log")
    sigma2, full2 = data["later_sigma2"], data["later_full2"]
    axes.plot([1, 1438], [sigma2, sigma2 / 1438], color=GREY, linestyle="--", linewidth=1.3)
    axes.plot(fine, sigma2 / fine * (count - fine) / (count - 1), color=BLUE, linewidth=1.5)
    axes.plot(sizes, data["later_measured"], "o", color=ORANGE, markersize=5.5)
    axes.axhline(full2, color=RED, linewidth=1.2, linestyle=":")
    axes.text(1.0, full2 * 0.9, say("完整梯度长度的平方", "full gradient, squared"), color=RED, va="top")
    axes.text(40, sigma2 / 11, say("测得", "measured"), color=ORANGE, ha="left", va="bottom")
    axes.text(1500, sigma2 / 430, say("σ²/B", "σ²/B"), color=GREY, ha="right", va="bottom")
    axes.text(330, sigma2 / 2400, say("不放回", "without\nreplacement"), color=BLUE, ha="right", va="top")
    axes.set(xlim=(0.85, 1700), ylim=(1e-3, 25))
    axes.set_xticks([1, 4, 16, 64, 256, 1438], labels=["1", "4", "16", "64", "256", "1438"])
    axes.set_yticks([10, 1, 0.1, 0.01, 0.001], labels=["10", "1", "0.1", "0.01", "0.001"])
    axes.minorticks_off()
    axes.set_xlabel(say("批大小 B", "batch size B"))
    axes.set_ylabel(say("噪声：方差", "noise: variance"))
    return drawn


@figure("mini-batches/grid")
def grid_(say: Say) -> Figure:
    """The loss after five epochs for every batch size and learning rate; the best of each row is framed."""
    data = grid()
    losses = np.array(data["losses"])  # (sizes, rates)
    rows, columns = losses.shape
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for row in range(rows):
        best = int(losses[row].argmin())
        for column in range(columns):
            loss = losses[row, column]
            text, colour, alpha = f"{loss:.2f}", _GOODNESS(np.clip(np.log(loss / 0.09) / np.log(25), 0, 1)), 0.42
            if column > best:  # too large a rate: chaotic, so that the digits are those of one processor
                text, colour, alpha = ("> 1", RED, 0.34) if loss > 1 else ("< 1", ORANGE, 0.3)
            axes.add_patch(PathPatch(_cell(column, row), facecolor=colour, alpha=alpha, linewidth=0))
            axes.text(column, row, text, ha="center", va="center", size=9.5)
        axes.add_patch(PathPatch(_cell(best, row), facecolor="none", edgecolor=ink(), linewidth=1.6))
    axes.set(xlim=(-0.55, columns - 0.45), ylim=(rows - 0.45, -0.55))
    axes.set_xticks(range(columns), labels=[f"{rate:g}" for rate in data["rates"]])
    names = [str(size) for size in data["sizes"][:-1]]
    axes.set_yticks(range(rows), labels=[*names, say("全部", "all")])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlabel(say("学习率", "learning rate"))
    axes.set_ylabel(say("批大小 B", "batch size B"))
    return drawn


@figure("mini-batches/curves")
def curves_(say: Say) -> Figure:
    """Training loss over epochs for three batch sizes, each at its own best learning rate."""
    data = curves()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot(xscale="log", yscale="log")
    axes.axhline(math.log(10), color=GREY, linestyle="--", linewidth=1.2)
    axes.text(300, 2.5, say("ln 10：什么都不知道", "ln 10: knows nothing"), ha="right", va="bottom", size=9)
    colours = {"1": PURPLE, "32": BLUE, "1438": RED}
    for size, found in data.items():
        losses = np.array(found["losses"])[:, 1:]  # an epoch at least: the axis is logarithmic
        shown = np.unique(np.geomspace(1, losses.shape[1], 24).round().astype(int))
        losses = losses[:, shown - 1]
        axes.fill_between(shown, losses.min(axis=0), losses.max(axis=0), color=colours[size], alpha=0.25, linewidth=0)
        axes.plot(shown, losses.mean(axis=0), color=colours[size])
    rate = {size: f"{found['rate']:g}" for size, found in data.items()}
    axes.text(1.0, 0.052, f"B = 1, η = {rate['1']}", color=PURPLE, ha="left", va="top")
    axes.text(3.3, 0.33, f"B = 32, η = {rate['32']}", color=BLUE, ha="left", va="bottom")
    axes.text(
        300, 0.6, say(f"全部，η = {rate['1438']}", f"all, η = {rate['1438']}"), color=RED, ha="right", va="bottom"
    )
    axes.set(xlim=(0.93, 320), ylim=(0.018, 5))
    axes.set_xticks([1, 3, 10, 30, 100, 300], labels=["1", "3", "10", "30", "100", "300"])
    axes.set_yticks([2, 1, 0.3, 0.1, 0.03], labels=["2", "1", "0.3", "0.1", "0.03"])
    axes.minorticks_off()
    axes.set_xlabel(say("轮次（对数刻度）", "epoch (log scale)"))
    axes.set_ylabel(say("训练损失（对数刻度）", "training loss (log scale)"))
    return drawn


def _cell(column: int, row: int) -> Path:
    left, right, low, high = column - 0.47, column + 0.47, row - 0.46, row + 0.46
    return Path([(left, low), (right, low), (right, high), (left, high), (left, low)], closed=True)


def _points(axes: Axes, points: npt.NDArray[Any], colour: str, width: float, alpha: float) -> None:
    """Draw dots as one path of strokes without length and with round ends: a tenth of the size of markers."""
    path = Path(points.repeat(2, axis=0), [Path.MOVETO, Path.LINETO] * len(points))
    path.should_simplify = False
    looks: dict[str, Any] = {"edgecolor": colour, "linewidth": width, "alpha": alpha, "capstyle": "round"}
    axes.add_patch(PathPatch(path, facecolor="none", **looks))
