"""The figures of the page deep-learning-and-neural-networks: layers, folds, probes, and what depth costs."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse
from matplotlib.ticker import NullFormatter

from dlref.experiments.deep_learning_and_neural_networks import zigzags
from dlref.experiments.deep_learning_training import depth_features, depth_not_free, shallow_enough
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, blank, figure, ink

Array = npt.NDArray[Any]


@figure("deep-learning-and-neural-networks/network")
def network(say: Say) -> Figure:
    """Units in four columns, the three weight layers between them, and how they are counted."""
    drawn = blank(4.2, 3.3)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 420), ylim=(0, 330))
    axes.set_axis_off()
    columns = [(52, 3, GREY), (156, 4, BLUE), (262, 4, BLUE), (368, 2, GREEN)]
    places = [[(x, 178 + 48 * (i - (count - 1) / 2)) for i in range(count)] for x, count, _ in columns]
    for before, after in pairwise(places):
        for start in before:
            for end in after:
                axes.plot(*zip(start, end, strict=True), color=GREY, linewidth=0.7, alpha=0.8)
    for start in places[0]:  # all that one unit sees
        axes.plot(*zip(start, places[1][3], strict=True), color=ORANGE, linewidth=1.8)
    for (_, _, colour), units in zip(columns, places, strict=True):
        for unit in units:
            axes.add_patch(Circle(unit, 13, facecolor=colour, edgecolor="none", zorder=3))
    axes.add_patch(Circle(places[1][3], 13, facecolor=BLUE, edgecolor=ORANGE, linewidth=2.2, zorder=3))
    heads = [say("输入", "input"), say("隐藏层 1", "hidden 1"), say("隐藏层 2", "hidden 2"), say("输出", "output")]
    for (x, _, _), head, name in zip(columns, heads, ["$h_0 = x$", "$h_1$", "$h_2$", "$y$"], strict=True):
        axes.text(x, 302, head, ha="center", va="center")
        axes.text(x, 282, name, ha="center", va="center")
    for layer, x in enumerate((104, 209, 315), 1):
        axes.text(x, 70, f"$W_{layer}, b_{layer}$", ha="center", va="center", color=ORANGE if layer == 1 else ink())
    axes.plot([52, 368], [46, 46], color=ink(), linewidth=0.8)
    for x in (52, 156, 262, 368):
        axes.plot([x, x], [41, 51], color=ink(), linewidth=0.8)
    counted = say("L = 3 个权重层，L − 1 = 2 个隐藏层", "L = 3 weight layers, L − 1 = 2 hidden layers")
    axes.text(210, 24, counted, ha="center", va="center")
    return drawn


@figure("deep-learning-and-neural-networks/relation")
def relation(say: Say) -> Figure:
    """Two overlapping sets, neural networks and deep learning, inside machine learning."""
    drawn = blank(4.2, 3.3)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 420), ylim=(0, 330))
    axes.set_axis_off()
    axes.add_patch(Ellipse((210, 165), 412, 320, facecolor="none", edgecolor=GREY, linewidth=1.2))
    for x, colour in ((158, BLUE), (262, ORANGE)):
        axes.add_patch(Ellipse((x, 148), 264, 196, facecolor=colour, alpha=0.16, edgecolor="none"))
        axes.add_patch(Ellipse((x, 148), 264, 196, facecolor="none", edgecolor=colour, linewidth=1.6))
    axes.text(210, 292, say("机器学习", "machine learning"), ha="center", va="center", size=11)
    axes.text(210, 265, say("决策树、k 近邻……", "decision trees, k-NN, …"), ha="center", va="center", size=9)
    axes.text(80, 186, say("神经\n网络", "neural\nnetworks"), ha="center", va="center", color=BLUE, size=11)
    axes.text(341, 186, say("深度\n学习", "deep\nlearning"), ha="center", va="center", color=ORANGE, size=11)
    axes.text(80, 120, say("感知机\n一个隐藏层", "perceptron,\none hidden\nlayer"), ha="center", va="center", size=9)
    axes.text(
        337,
        120,
        say("深度森林\n深度高斯过程", "deep forests,\ndeep Gaussian\nprocesses"),
        ha="center",
        va="center",
        size=9,
    )
    shared = say("几个隐藏层\n\n卷积网络\n循环网络\nTransformer", "several\nhidden layers\n\nCNN, RNN,\nTransformer")
    axes.text(210, 150, shared, ha="center", va="center", size=9.5)
    return drawn


@figure("deep-learning-and-neural-networks/folding")
def folding_(say: Say) -> Figure:
    """The zigzag after one, two, three and five hidden layers."""
    corners = zigzags()["corners"]
    drawn = Figure((4.2, 3.3))
    panels = drawn.subplots(2, 2, sharex=True, sharey=True)
    for axes, (folds, heights) in zip(panels.flat, corners.items(), strict=True):
        axes.plot(np.linspace(0, 1, len(heights)), heights, color=BLUE, linewidth=1.6)
        layers = say(f"{folds} 个隐藏层：{len(heights) - 1} 段", f"{folds} hidden: {len(heights) - 1} pieces")
        axes.set_title(layers, size=10)
        axes.set(xlim=(0, 1), ylim=(0, 1.03))
        axes.set_xticks([0, 0.5, 1], labels=["0", "½", "1"])
        axes.set_yticks([0, 1])
    for axes in panels[1]:
        axes.set_xlabel("x")
    return drawn


@figure("deep-learning-and-neural-networks/shallow-fit")
def shallow_fit(say: Say) -> Figure:
    """The finest zigzag, and what the best of ten trained shallow networks makes of it."""
    data = zigzags()
    heights = data["corners"][str(data["folds"])]
    x, y = np.array(data["x"]), np.array(data["shallow"])
    kept = [0, *(np.flatnonzero(np.abs(np.diff(y, 2)) > 1e-5) + 1), len(x) - 1]
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.plot(np.linspace(0, 1, len(heights)), heights, color=BLUE, linewidth=1.2)
    axes.plot(x[kept], y[kept], color=RED, linewidth=2.2)
    axes.text(
        0.02, 1.16, say("深：5 个隐藏层，每层 2 个单元", "deep: 5 hidden layers of 2 units"), color=BLUE, va="center"
    )
    axes.text(
        0.02, 1.07, say("浅：1 个隐藏层，10 个单元", "shallow: 1 hidden layer of 10 units"), color=RED, va="center"
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.22), xlabel="x")
    axes.set_xticks([0, 0.5, 1], labels=["0", "½", "1"])
    axes.set_yticks([0, 0.5, 1], labels=["0", "½", "1"])
    return drawn


@figure("deep-learning-and-neural-networks/probes")
def probes(say: Say) -> Figure:
    """What a linear classifier reads from every layer, for the question trained on and for another."""
    data = depth_features()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    curves = [("same", BLUE, "o-"), ("left", ORANGE, "s-"), ("untrained", GREY, "^--")]
    for name, colour, look in curves:
        runs = 100 * np.array(data[name]["runs"])  # (seeds, layers)
        places = np.arange(runs.shape[1])
        axes.fill_between(places, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.2, linewidth=0)
        axes.plot(places, runs.mean(axis=0), look, color=colour, markersize=5)
    axes.text(4, 99, say("奇偶相同吗？", "same parity?"), color=BLUE, ha="right", va="center")
    axes.text(0.12, 99, say("左边是几？", "which digit is left?"), color=ORANGE, ha="left", va="center")
    untrained = say("奇偶相同吗？（没训练）", "same parity? (untrained)")
    axes.text(0.05, 44, untrained, color=GREY, ha="left", va="center", size=9)
    axes.set(xlim=(-0.15, 4.15), ylim=(30, 102))
    axes.set_xticks(range(5), labels=[say("像素", "pixels"), *[f"$h_{layer}$" for layer in range(1, 5)]])
    axes.set_yticks([40, 50, 60, 70, 80, 90, 100])
    axes.set_xlabel(say("线性探针读的是哪一层", "layer that the linear probe reads"))
    axes.set_ylabel(say("测试准确率（%）", "test accuracy (%)"))
    return drawn


@figure("deep-learning-and-neural-networks/depths")
def depths(say: Say) -> Figure:
    """Held-out accuracy on digits for every number of hidden layers, a dot for every seed."""
    data = shallow_enough()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for place, runs in enumerate(data["runs"]):
        offsets = np.linspace(-0.16, 0.16, len(runs))
        axes.plot(place + offsets, 100 * np.array(runs), "o", color=BLUE, markersize=4.5, alpha=0.7, markeredgewidth=0)
        mean = 100 * data["mean"][place]
        axes.plot([place - 0.26, place + 0.26], [mean, mean], color=RED, linewidth=2.2)
        axes.text(place + 0.3, mean, f"{mean:.1f}", color=RED, va="center", size=9)
    axes.set(xlim=(-0.45, 3.6), ylim=(90, 100))
    axes.set_xticks(range(4), labels=[str(depth) for depth in data["hidden_layers"]])
    axes.set_yticks([90, 92, 94, 96, 98, 100])
    axes.set_xlabel(say("隐藏层数（每层 64 个单元）", "hidden layers (64 units each)"))
    axes.set_ylabel(say("测试准确率（%）", "test accuracy (%)"))
    return drawn


@figure("deep-learning-and-neural-networks/training")
def training(say: Say) -> Figure:
    """The training loss of networks of ten hidden layers, changed in one thing at a time, and of one with one."""
    data = depth_not_free()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    looks: list[tuple[str, str, Any]] = [
        ("sigmoid", RED, "-"),
        ("relu", ORANGE, (0, (3, 3))),
        ("relu_he", PURPLE, "-"),
        ("relu_he_shortcut", GREEN, "-"),
        ("shallow_sigmoid", GREY, "--"),
    ]
    for name, colour, dashes in looks:
        runs = np.array(data[name]["curve"])  # (measurements, seeds)
        steps = 11 * np.arange(len(runs))
        axes.fill_between(steps, runs.min(axis=1), runs.max(axis=1), color=colour, alpha=0.18, linewidth=0)
        axes.plot(steps, runs.mean(axis=1), color=colour, linestyle=dashes)
    notes = [
        (2.75, RED, "bottom", say("10 层，sigmoid；10 层，ReLU（虚线）", "10 sigmoid; 10 ReLU (dashed)")),
        (1.35, PURPLE, "bottom", say("10 层，ReLU，He 初始化", "10 ReLU, He init")),
        (0.265, GREY, "bottom", say("1 层，sigmoid", "1 sigmoid")),
        (0.062, GREEN, "bottom", say("10 层，ReLU，He，捷径", "10 ReLU, He init, shortcuts")),
    ]
    for y, colour, align, text in notes:
        axes.text(steps[-1], y, text, color=colour, ha="right", va=align, size=9)
    axes.set(xlim=(0, steps[-1]), ylim=(0.05, 4.5))
    axes.set_yticks([2.3, 1, 0.3, 0.1], labels=["2.3", "1", "0.3", "0.1"])
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.set_xlabel(say("步数", "step"))
    axes.set_ylabel(say("训练损失（对数刻度）", "training loss (log scale)"))
    return drawn
