"""The figures of the page transformer on its parts: encoder and decoder, an image as patches."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from dlref.data import load_digits
from dlref.figures.drawing import BLUE, GREEN, ORANGE, Say, blank, figure, ink


@figure("transformer/parts")
def parts(say: Say) -> Figure:
    """The encoder on the left, the decoder on the right, the memory that the decoder looks at between them."""
    drawn = blank(4.3, 3.9)
    axes = drawn.add_axes((0, 0, 1, 1))
    look, alone = say("自注意力", "self-attention"), say("全连接", "feed-forward")
    _box(axes, 0.3, 2.0, look, BLUE)
    _box(axes, 0.3, 3.0, alone, GREEN)
    _box(axes, 2.5, 1.4, look + say("，因果", ", causal"), BLUE)
    _box(axes, 2.5, 2.4, say("交叉注意力", "cross-attention"), ORANGE)
    _box(axes, 2.5, 3.4, alone, GREEN)
    for x, y in ((1.05, 1.5), (1.05, 2.5), (3.25, 0.9), (3.25, 1.9), (3.25, 2.9), (3.25, 3.9)):
        _arrow(axes, (x, y), (x, y + 0.5))
    axes.plot([1.05, 1.05, 2.15, 2.15], [3.5, 3.85, 3.85, 2.65], color=ORANGE, linewidth=1.6)
    _arrow(axes, (2.15, 2.65), (2.5, 2.65), ORANGE)
    axes.text(1.6, 3.93, say("键和值", "keys and values"), color=ORANGE, ha="center", va="bottom")
    axes.text(1.05, 1.38, say("原文 4 2 1", "source 4 2 1"), ha="center", va="top")
    axes.text(3.25, 0.78, say("目标，右移一位：· 1 2", "target, shifted: · 1 2"), ha="center", va="top")
    axes.text(3.25, 4.48, say("预测 1 2 4", "predicts 1 2 4"), ha="center", va="bottom")
    axes.text(1.05, 0.95, say("编码器", "encoder"), ha="center", va="top")
    axes.text(3.25, 0.35, say("解码器", "decoder"), ha="center", va="top")
    axes.set(xlim=(0, 4.3), ylim=(0.05, 4.75))
    axes.axis("off")
    return drawn


def _box(axes: Axes, x: float, y: float, words: str, colour: str) -> None:
    shape = FancyBboxPatch((x + 0.05, y + 0.05), 1.4, 0.4, boxstyle="round,pad=0.05", facecolor=colour, alpha=0.25)
    axes.add_patch(shape)
    axes.text(x + 0.75, y + 0.25, words, ha="center", va="center", fontsize=9)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str | None = None) -> None:
    style: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": colour or ink(),
        "linewidth": 1.2,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", end, start, arrowprops=style)


@figure("transformer/patches")
def patches(say: Say) -> Figure:
    """A digit with the cuts, and its four patches in a row."""
    image = load_digits()[0][2]
    drawn = Figure((4.2, 1.9))
    axes = drawn.add_subplot()
    _pixels(axes, image, 0.0, 0.0)
    axes.plot([4, 4], [-0.4, 8.4], color=ORANGE)
    axes.plot([-0.4, 8.4], [4, 4], color=ORANGE)
    _arrow(axes, (9, 4), (10.6, 4))
    for number in range(4):
        row, column = divmod(number, 2)
        left = 11.4 + 4.8 * number
        _pixels(axes, image[4 * row : 4 * row + 4, 4 * column : 4 * column + 4], left, 2.0)
        axes.add_patch(Rectangle((left, 2), 4, 4, fill=False, edgecolor=ORANGE, linewidth=1.2))
        axes.text(left + 2, 6.5, str(number + 1), ha="center", va="top")
    axes.text(20.6, 8.7, say("四个位置，每个 16 个数", "four places, 16 numbers each"), ha="center", va="center")
    axes.set(xlim=(-0.6, 30.4), ylim=(9.3, -0.6), aspect="equal")
    axes.axis("off")
    return drawn


def _pixels(axes: Axes, image: npt.NDArray[np.float32], left: float, top: float) -> None:
    for row, column in zip(*np.nonzero(image), strict=True):
        shade = round(float(image[row, column]) / float(image.max()), 2)
        axes.add_patch(Rectangle((left + column, top + row), 1, 1, facecolor=BLUE, alpha=shade, linewidth=0))
