"""The figures of the page learning-process: the loop, the digits, and what training does to loss and beliefs."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path

from dlref.experiments.learning_process import learning_curves, probabilities
from dlref.figures.drawing import BLUE, GREEN, GREY, MONO, PURPLE, RED, Say, blank, figure, ink

_SEEN = 8  # the digit whose beliefs are shown: after one epoch the network is still in doubt


@figure("learning-process/loop")
def loop(say: Say) -> Figure:
    """Four operations in a ring, joined by what they hand on, and the data that enter; numbered as the page's table."""
    drawn = blank(4.4, 3.75)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 440), ylim=(0, 375))
    axes.set_axis_off()
    data = probabilities()
    for place, digit in enumerate((3, 8, 5)):
        left = 36 + 46 * place
        _digit(axes, np.array(data["images"][digit]), left, 304, 38)
        axes.text(317 + 30 * place, 323, str(data["labels"][digit]), size=13, ha="center", va="center")
        axes.add_patch(_box(305 + 30 * place, 309, 24, 28, GREY, rounding=2))
    axes.text(102, 356, say("② x：图像 (B, 64)", "② x: images (B, 64)"), ha="center", va="center")
    axes.text(347, 356, say("② y：标签 (B,)", "② y: labels (B,)"), ha="center", va="center")

    _operation(axes, 10, 204, BLUE, say("③ 前向传播", "③ forward pass"), "model(x)")
    _operation(axes, 262, 204, PURPLE, say("④ 计算损失", "④ loss"), "cross_entropy(…)")
    _operation(axes, 262, 62, RED, say("⑤ 反向传播", "⑤ backward pass"), "loss.backward()")
    _operation(axes, 10, 62, GREEN, say("⑥ 更新参数", "⑥ update"), "optimizer.step()")

    _arrow(axes, (94, 300), (94, 270), ink())
    _arrow(axes, (346, 304), (346, 270), ink())
    _arrow(axes, (181, 235), (259, 235), BLUE)
    _arrow(axes, (346, 201), (346, 127), PURPLE)
    _arrow(axes, (259, 93), (181, 93), RED)
    _arrow(axes, (94, 127), (94, 201), GREEN)
    axes.text(220, 248, "logits", ha="center", va="center")
    axes.text(220, 220, "(B, 10)", size=9, ha="center", va="center")
    axes.text(337, 164, say("损失：一个数", "loss: one number"), ha="right", va="center")
    axes.text(220, 107, say("梯度", "gradients"), size=9, ha="center", va="center")
    axes.text(103, 164, say("新参数", "new\nparameters"), ha="left", va="center")

    axes.add_patch(_box(262, 2, 168, 40, GREY, linestyle="--"))
    axes.text(346, 30, "optimizer.zero_grad()", family=MONO, size=9, ha="center", va="center")
    axes.text(346, 13, say("先清掉上一圈的梯度", "first clear old gradients"), size=9, ha="center", va="center")
    _arrow(axes, (346, 43), (346, 61), GREY, linestyle="--", linewidth=1.2)
    return drawn


@figure("learning-process/digits")
def digits(say: Say) -> Figure:
    """One test image of each class, above its label."""
    drawn = blank(4.2, 2.15)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, 420), ylim=(0, 215))
    axes.set_axis_off()
    data = probabilities()
    for place, (image, label) in enumerate(zip(data["images"], data["labels"], strict=True)):
        left, bottom = 10 + 82 * (place % 5), 132 - 108 * (place // 5)
        _digit(axes, np.array(image), left, bottom, 72)
        axes.text(left + 36, bottom - 13, say(f"标签 {label}", f"label {label}"), ha="center", va="center")
    return drawn


@figure("learning-process/loss-curve")
def loss_curve(say: Say) -> Figure:
    """The training loss of every seed, from the loss of one who knows nothing."""
    data = learning_curves()
    losses = np.array(data["train_loss"])
    drawn = Figure((4.2, 3.1))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    _band(axes, data["epochs"], losses, RED)
    axes.axhline(math.log(10), color=GREY, linestyle="--", linewidth=1.2)
    known = say("ln 10 ≈ 2.30：什么都不知道", "ln 10 ≈ 2.30: knows nothing")
    axes.text(30, 2.8, known, ha="right", va="bottom")
    _explain_band(axes, say, len(losses), 13, 0.11, RED)
    axes.set_ylim(2e-4, 8)
    axes.set_yticks([1, 0.1, 0.01, 0.001], labels=["1", "0.1", "0.01", "0.001"])
    axes.minorticks_off()
    _epochs(axes, say)
    axes.set_ylabel(say("训练损失（对数刻度）", "training loss (log scale)"))
    return drawn


@figure("learning-process/accuracy-curve")
def accuracy_curve(say: Say) -> Figure:
    """The accuracy on unseen images of every seed, from chance; the last percent magnified."""
    data = learning_curves()
    accuracies = 100 * np.array(data["test_accuracy"])
    drawn = Figure((4.2, 3.1))
    axes = drawn.add_subplot()
    _band(axes, data["epochs"], accuracies, BLUE)
    axes.axhline(10, color=GREY, linestyle="--", linewidth=1.2)
    axes.text(30, 12, say("瞎猜：10%", "guessing: 10%"), ha="right", va="bottom")
    axes.axhline(97, color=GREEN, linestyle="--", linewidth=1.2)
    axes.set_ylim(0, 104)
    axes.set_yticks([10, 50, 97])
    _epochs(axes, say)
    axes.set_ylabel(say("测试准确率（%）", "test accuracy (%)"))

    close = axes.inset_axes((0.3, 0.27, 0.68, 0.5))
    _band(close, data["epochs"], accuracies, BLUE)
    close.axhline(97, color=GREEN, linestyle="--", linewidth=1.2)
    close.set(xlim=(0, 30), ylim=(88, 99))
    close.set_xticks([])
    close.set_yticks([90, 97])
    close.text(30, 89, say("放大：88–99%", "magnified: 88–99%"), ha="right", va="bottom", size=9)
    close.spines[["top", "right"]].set_visible(True)
    for spine in close.spines.values():
        spine.set(color=GREY, linewidth=0.8)
    return drawn


@figure("learning-process/beliefs")
def beliefs(say: Say) -> Figure:
    """The ten probabilities for one test image at four stages, the right one green, a wrong favourite red."""
    data = probabilities()
    drawn = Figure((4.2, 3.6))
    grid = drawn.add_gridspec(4, 2, width_ratios=(1, 3.3))
    picture = drawn.add_subplot(grid[:, 0], xlim=(0, 100), ylim=(-20, 120), aspect="equal")
    picture.set_axis_off()
    _digit(picture, np.array(data["images"][_SEEN]), 0, 0, 100)
    picture.text(50, -10, say(f"标签 {_SEEN}", f"label {_SEEN}"), ha="center", va="top")
    picture.text(50, 110, say("输入", "input"), ha="center", va="bottom")
    for row, (epoch, stage) in enumerate(zip(data["epochs"], data["probabilities"], strict=True)):
        believed = np.array(stage[_SEEN])
        favourite = int(believed.argmax())
        colours = [BLUE] * 10
        colours[favourite], colours[_SEEN] = RED if epoch else BLUE, GREEN
        axes = drawn.add_subplot(grid[row, 1])
        axes.bar(range(10), believed, color=colours, width=0.72)
        for digit in {favourite, _SEEN} if epoch else {_SEEN}:
            axes.text(digit, believed[digit] + 0.04, f"{100 * believed[digit]:.0f}%", ha="center", va="bottom", size=9)
        after = say(f"{epoch} 轮后", f"after {epoch} epoch{'s' * (epoch > 1)}")
        axes.text(-0.5, 1.0, after if epoch else say("训练前", "before training"), ha="left", va="center")
        axes.set(xlim=(-0.6, 9.6), ylim=(0, 1.3), yticks=[])
        axes.spines["left"].set_visible(False)
        axes.set_xticks(range(10), labels=[str(digit) for digit in range(10)] if row == 3 else [""] * 10)
        axes.tick_params(length=0)
    axes.set_xlabel(say("数字（条高是它的概率）", "digit (height: its probability)"))
    return drawn


def _digit(axes: Axes, image: npt.NDArray[Any], left: float, bottom: float, side: float) -> None:
    """Draw an 8×8 image in ink: one path for each grey level, so that the file stays small and no pixels go in."""
    cell = side / len(image)
    levels = np.round(image / image.max() * 16).astype(int)
    for level in range(1, 17):
        corners = [(left + x * cell, bottom + side - (y + 1) * cell) for y, x in np.argwhere(levels == level)]
        if corners:
            squares = [_square(x, y, cell) for x, y in corners]
            axes.add_patch(PathPatch(Path.make_compound_path(*squares), facecolor=ink(), alpha=level / 16, linewidth=0))
    axes.add_patch(PathPatch(_square(left, bottom, side), facecolor="none", edgecolor=GREY, linewidth=0.8))


def _square(left: float, bottom: float, side: float) -> Path:
    right, top = left + side, bottom + side
    return Path([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)], closed=True)


def _box(left: float, bottom: float, width: float, height: float, colour: str, **looks: Any) -> FancyBboxPatch:
    style = f"round,pad=0,rounding_size={looks.pop('rounding', 8)}"
    looks = {"facecolor": "none", "edgecolor": colour, "linewidth": 1.3, **looks}
    return FancyBboxPatch((left, bottom), width, height, style, **looks)


def _operation(axes: Axes, left: float, bottom: float, colour: str, title: str, code: str) -> None:
    axes.add_patch(_box(left, bottom, 168, 62, colour, facecolor=(colour, 0.14)))
    axes.text(left + 84, bottom + 42, title, size=11, ha="center", va="center")
    axes.text(left + 84, bottom + 18, code, size=9.5, family=MONO, ha="center", va="center")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, **looks: Any) -> None:
    looks = {"color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0, **looks}
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=13, **looks))


def _band(axes: Axes, epochs: list[int], curves: npt.NDArray[Any], colour: str) -> None:
    """Draw the mean over the seeds, and from the lowest to the highest of them."""
    axes.fill_between(epochs, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.28, linewidth=0)
    axes.plot(epochs, curves.mean(axis=0), color=colour)


def _explain_band(axes: Axes, say: Say, seeds: int, x: float, y: float, colour: str) -> None:
    axes.text(x, y, say(f"{seeds} 个种子的均值和范围", f"mean and range of {seeds} seeds"), color=colour)


def _epochs(axes: Axes, say: Say) -> None:
    axes.set_xlim(0, 30.4)
    axes.set_xticks([0, 10, 20, 30])
    axes.set_xlabel(say("轮次", "epoch"))
