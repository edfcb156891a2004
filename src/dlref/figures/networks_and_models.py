"""The figures of the page networks-and-models: blueprint and parameters, what a width can do, mixtures, freezing."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path

from dlref.experiments.networks_and_models import mixtures, two_models
from dlref.experiments.networks_capacity import broken_lines, memorising
from dlref.experiments.networks_frozen import layers_moved
from dlref.figures.drawing import BLUE, GREEN, GREY, MONO, ORANGE, PURPLE, RED, Say, blank, figure, ink


@figure("networks-and-models/parts")
def parts(say: Say) -> Figure:
    """One blueprint, two sets of values for its places, and what each makes of one image."""
    data = two_models()
    drawn = blank(4.4, 3.9)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 440), ylim=(0, 390))
    axes.set_axis_off()
    axes.add_patch(_box(95, 318, 250, 64, PURPLE))
    axes.text(220, 366, say("蓝图（架构）", "blueprint (architecture)"), ha="center", va="center", size=11)
    axes.text(220, 348, "64 → 32 → 10, relu", ha="center", va="center", family=MONO, size=9.5)
    axes.text(220, 330, say("2,410 个空位，没有值", "2,410 places, no values"), ha="center", va="center", size=9)
    titles = say("随机参数", "random parameters"), say("训练后的参数", "trained parameters")
    for left, colour, title, values in zip((12, 232), (GREY, ORANGE), titles, data["values"], strict=True):
        axes.add_patch(_box(left, 196, 196, 84, colour))
        axes.text(left + 98, 266, title, ha="center", va="center", size=11)
        bars = [_bar(left + 15 + 6 * place, 226, 4.4, 12 * value) for place, value in enumerate(values)]
        axes.add_patch(PathPatch(Path.make_compound_path(*bars), facecolor=colour, linewidth=0))
        _arrow(axes, (left + 98, 318), (left + 98, 282), ink())
        _arrow(axes, (left + 98, 194), (left + 98, 162), ink())
    _digit(axes, np.array(data["image"]), 192, 132, 56)
    _arrow(axes, (190, 156), (156, 146), GREY)
    _arrow(axes, (250, 156), (284, 146), GREY)
    axes.text(118, 146, say("模型 A", "model A"), ha="center", va="center", size=11)
    axes.text(322, 146, say("模型 B", "model B"), ha="center", va="center", size=11)
    for left, chances in zip((12, 232), (data["drawn"][0], data["trained"][0]), strict=True):
        _answers(axes, left + 12, np.array(chances), data["label"])
    return drawn


@figure("networks-and-models/family")
def family(say: Say) -> Figure:
    """Three functions that one small blueprint contains, with their kinks."""
    lines = broken_lines()
    looks = {
        "hat": (BLUE, say("参数一：帽子", "set 1: hat"), (1.0, 1.16), "center"),
        "ramp": (GREEN, say("参数二：斜坡", "set 2: ramp"), (4.0, 1.16), "right"),
        "zigzag": (ORANGE, say("参数三：折线", "set 3: zigzag"), (-0.62, 1.85), "left"),
    }
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for name, (colour, label, place, align) in looks.items():
        x, y = lines[name]["x"], lines[name]["y"]
        axes.plot(x, y, color=colour, linewidth=2.2)
        axes.plot(x[1:-1], y[1:-1], "o", color=colour, markersize=5.5)
        axes.text(*place, label, color=colour, ha=align, va="center")
    axes.set(xlim=(-1, 4.05), ylim=(-1.1, 2.1))
    axes.set_xticks([-1, 0, 1, 2, 3, 4])
    axes.set_yticks([-1, 0, 1, 2])
    axes.set_xlabel(say("输入 x", "input x"))
    axes.set_ylabel(say("输出 y", "output y"))
    return drawn


@figure("networks-and-models/memorising")
def memorised(say: Say) -> Figure:
    """What share of the labels each width gets to know by heart: each run, and the best."""
    data = memorising()
    places = np.arange(len(data["widths"]))
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    looks = {
        "true": (BLUE, "o", -0.06, say("真标签", "true labels"), (1.0, 96), "right"),
        "shuffled": (RED, "s", 0.06, say("打乱的标签", "shuffled labels"), (3.35, 50), "left"),
    }
    for name, (colour, marker, aside, label, place, align) in looks.items():
        shares = 100 * np.array(data[name])  # (widths, runs)
        axes.plot(places, shares.max(axis=1), color=colour)
        axes.plot(
            np.repeat(places + aside, shares.shape[1]), shares.ravel(), marker, color=colour, markersize=4, alpha=0.6
        )
        axes.text(*place, label, color=colour, ha=align, va="center")
    axes.axhline(10, color=GREY, linestyle="--", linewidth=1.2)
    axes.text(5.2, 8, say("瞎猜：10%", "guessing: 10%"), ha="right", va="top")
    axes.set_xticks(places, labels=[str(width) for width in data["widths"]])
    axes.set_yticks([0, 50, 100])
    axes.set(xlim=(-0.3, 5.25), ylim=(-2, 104))
    axes.set_xlabel(say("隐藏单元数", "hidden units"))
    axes.set_ylabel(say("答对的训练样本（%）", "training examples right (%)"))
    return drawn


@figure("networks-and-models/halfway")
def halfway(say: Say) -> Figure:
    """Accuracy of mixtures of two parameter sets."""
    data = mixtures()
    shares = 100 * np.array(data["shares"])
    drawn = Figure((4.2, 3.1))
    axes = drawn.add_subplot()
    axes.plot(shares, 100 * np.array(data["other"]), color=BLUE)
    axes.plot(shares, 100 * np.array(data["itself"]), color=ORANGE, linestyle=(0, (4, 2)))
    axes.plot(
        [0, 100, 100], [100 * data["other"][0], 100 * data["other"][-1], 100 * data["itself"][-1]], "o", color=ink()
    )
    axes.text(1, 96.2, say("模型 A", "model A"), ha="left", va="center")
    axes.text(97, 97.9, say("模型 B", "model B"), ha="right", va="center", color=BLUE)
    axes.text(101, 89.4, say("A 换了单元顺序", "A, units\nreordered"), ha="right", va="center", color=ORANGE)
    axes.set(xlim=(-2, 102), ylim=(84, 99))
    axes.set_xticks([0, 50, 100])
    axes.set_yticks([85, 90, 95])
    axes.set_xlabel(say("另一端参数所占的份额（%）", "share of the other end's parameters (%)"))
    axes.set_ylabel(say("测试准确率（%）", "test accuracy (%)"))
    return drawn


@figure("networks-and-models/frozen")
def frozen(say: Say) -> Figure:
    """How far each layer moves while both learn, and while the hidden one is frozen."""
    data = layers_moved()
    drawn = Figure((4.2, 3.1))
    axes = drawn.add_subplot()
    axes.plot(data["steps"], data["free_hidden"], color=GREY, linestyle=(0, (4, 2)))
    axes.plot(data["steps"], data["frozen_output"], color=GREEN)
    axes.plot(data["steps"], data["frozen_hidden"], color=BLUE, linewidth=2.6, clip_on=False)
    axes.text(200, 15.6, say("输出层", "output layer"), color=GREEN, ha="right", va="bottom")
    axes.text(200, 7.6, say("隐藏层，没冻结时", "hidden layer, not frozen"), ha="right", va="center")
    axes.text(200, 0.35, say("隐藏层，冻结", "hidden layer, frozen"), color=BLUE, ha="right", va="bottom")
    axes.set(xlim=(0, 201), ylim=(0, 18))
    axes.set_xticks([0, 50, 100, 150, 200])
    axes.set_yticks([0, 5, 10, 15])
    axes.set_xlabel(say("更新步数", "update step"))
    axes.set_ylabel(say("离起点的距离", "distance from the start"))
    return drawn


def _answers(axes: Axes, left: float, chances: Any, label: int) -> None:
    """Draw ten bars of probability, over the digits that they belong to."""
    favourite = int(chances.argmax())
    for digit, chance in enumerate(chances):
        colour = GREEN if digit == label else BLUE
        axes.add_patch(Rectangle((left + 17.5 * digit, 26), 13, max(68 * chance, 0.6), facecolor=colour, linewidth=0))
        axes.text(left + 17.5 * digit + 6.5, 14, str(digit), ha="center", va="center", size=9)
    for digit in {favourite, label}:
        said = f"{100 * chances[digit]:.0f}%"
        axes.text(left + 17.5 * digit + 6.5, 26 + 68 * chances[digit] + 4, said, ha="center", va="bottom", size=9)


def _digit(axes: Axes, image: Any, left: float, bottom: float, side: float) -> None:
    """Draw an image as one path per shade."""
    levels, cell = np.rint(4 * image).astype(int), side / 8
    for level in range(1, 5):
        rows, columns = np.nonzero(levels == level)
        squares = [
            _bar(left + cell * j, bottom + side - cell * (i + 1), cell, cell)
            for i, j in zip(rows, columns, strict=True)
        ]
        if squares:
            axes.add_patch(PathPatch(Path.make_compound_path(*squares), facecolor=ink(), alpha=level / 4, linewidth=0))
    axes.add_patch(PathPatch(_bar(left, bottom, side, side), facecolor="none", edgecolor=GREY, linewidth=0.8))


def _bar(left: float, bottom: float, width: float, height: float) -> Path:
    right, top = left + width, bottom + height
    return Path([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)], closed=True)


def _box(left: float, bottom: float, width: float, height: float, colour: str) -> FancyBboxPatch:
    style = "round,pad=0,rounding_size=8"
    return FancyBboxPatch(
        (left, bottom), width, height, style, facecolor=(colour, 0.14), edgecolor=colour, linewidth=1.3
    )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    looks: dict[str, Any] = {"color": colour, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, **looks))
