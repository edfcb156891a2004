"""The figures of the page gradient-descent on where it stops: wells, a saddle, and mini-batches that do not stop."""

import numpy as np
from matplotlib.figure import Figure

from dlref.experiments.descent_stops import saddle_paths, variants, well, well_paths
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink


@figure("gradient-descent/wells")
def wells(say: Say) -> Figure:
    """The double well, and two descents that begin on either side of its top."""
    data = well_paths()
    w = np.linspace(-1.75, 1.75, 61)
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.plot(w, well(w), color=GREY, linewidth=1.6)
    for path, colour in ((data["left"], BLUE), (data["right"], ORANGE)):
        points = np.array(path)
        axes.plot(points, well(points), "o", color=colour, markersize=4)
        axes.plot(points[:1], well(points[:1]), "o", color=colour, markersize=7)
    axes.plot(data["top"], well(np.array(data["top"])), "x", color=ink(), markersize=7, markeredgewidth=1.6)
    axes.text(-1.0, -0.42, say("最低点", "lowest"), color=BLUE, ha="center", va="top")
    axes.text(0.97, 0.16, say("停在较浅的谷底", "stops here, higher up"), color=ORANGE, ha="center", va="top")
    axes.text(data["top"], 1.2, say("两个起点差 0.1", "starts 0.1 apart"), ha="center", va="bottom")
    axes.set(xlim=(-1.8, 1.8), ylim=(-0.75, 3.2))
    axes.set_xticks([-1, 0, 1])
    axes.set_yticks([0, 1, 2, 3])
    axes.set_xlabel(say("参数 w", "parameter w"))
    axes.set_ylabel(say("代价", "cost"))
    return drawn


@figure("gradient-descent/saddle")
def saddle(say: Say) -> Figure:
    """The saddle from above, with the descent along its ridge and the one beside it."""
    data = saddle_paths()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    x, y = np.meshgrid(np.linspace(-1.2, 1.8, 25), np.linspace(-1.5, 1.5, 25))
    levels = [0.08, 0.25, 0.6, 1.2]
    axes.contour(x, y, x**2 + (y**2 - 1) ** 2 / 4, levels=levels, colors=GREY, linewidths=0.6, alpha=0.7)
    ridge, beside = np.array(data["ridge"]), np.array(data["beside"])[::3]
    axes.plot(*beside.T, "o-", color=BLUE, markersize=3.5, linewidth=1.1)
    axes.plot(*ridge.T, "o-", color=ORANGE, markersize=3.5, linewidth=1.1)
    axes.plot(0, 0, "x", color=RED, markersize=8, markeredgewidth=2, zorder=5)
    axes.plot([0, 0], [-1, 1], "P", color=GREEN, markersize=8, zorder=5)
    axes.text(0.75, -0.14, say("正在脊上：停住", "on the ridge: stops"), color=ORANGE, ha="center", va="top", size=9)
    axes.text(0.1, 0.55, say("偏了 0.001：离开", "0.001 beside it: leaves"), color=BLUE, ha="left", va="center", size=9)
    axes.text(0.12, -1.0, say("最低点", "lowest"), color=GREEN, ha="left", va="center", size=9)
    axes.set(xlim=(-1.2, 1.8), ylim=(-1.5, 1.5))
    axes.set_xticks([-1, 0, 1])
    axes.set_yticks([-1, 0, 1])
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    return drawn


@figure("gradient-descent/variants")
def variants_(say: Say) -> Figure:
    """The cost above the minimum against the patients read, by batch size and learning rate."""
    looks = [
        (BLUE, 9000, 2000, "right", say("全部 442 位", "all 442")),
        (ORANGE, 1500, 2.2, "right", say("每步 16 位", "16 a step")),
        (PURPLE, 36, 200, "right", say("每步 1 位", "1 a step")),
        (GREEN, 180, 4e4, "left", say("每步 1 位，学习率 0.002", "1 a step, rate 0.002")),
    ]
    drawn = Figure((4.2, 3.4))
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    for run, (colour, x, y, align, text) in zip(variants()["runs"], looks, strict=True):
        axes.plot(run["read"], run["above"], color=colour, linewidth=1.6)
        axes.text(x, y, text, color=colour, ha=align, va="center")
    axes.set(xlim=(1, 4e4), ylim=(0.5, 8e4))
    axes.set_xticks([1, 10, 100, 1e3, 1e4], labels=["1", "10", "100", "1,000", "10,000"])
    axes.set_yticks([1, 100, 1e4], labels=["1", "100", "10,000"])
    axes.minorticks_off()
    axes.set_xlabel(say("看过的病人（人次）", "patients read"))
    axes.set_ylabel(say("代价超出最小值多少", "cost above the minimum"))
    return drawn
