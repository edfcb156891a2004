"""The figures of the page weight-update: one step along the gradient, range test, schedules, clipping."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlref.experiments.weight_update import along
from dlref.experiments.weight_update_limits import cliff
from dlref.experiments.weight_update_rates import curves, lr_tuning, range_test, rate_grid, shapes
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink


@figure("weight-update/along")
def along_(say: Say) -> Figure:
    """The loss of a real network along its negative gradient, with tangent and parabola."""
    data = along()
    rates = np.array(data["rates"])
    loss, squared, curvature = data["loss"], data["squared"], data["curvature"]
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    parabola = loss - rates * squared + rates**2 / 2 * squared * curvature
    axes.axhline(loss, color=GREY, linewidth=0.9, linestyle=":")
    axes.plot([0, 0.52], [loss, loss - 0.52 * squared], color=RED, linewidth=1.5)
    axes.plot(rates, parabola, color=GREY, linewidth=1.5, linestyle="--")
    axes.plot(rates, loss - np.array(data["falls"]), color=BLUE, linewidth=2.2)
    axes.plot(0, loss, "o", color=ink(), markersize=6, zorder=4)
    axes.text(0.36, 0.2152, say("切线：\n只看斜率", "tangent:\nslope alone"), color=RED, ha="right", va="center")
    axes.text(0.6, 0.2225, say("实际的损失", "the loss itself"), color=BLUE, ha="center", va="bottom")
    axes.text(1.3, 0.2245, say("加上曲率", "slope and\ncurvature"), color=GREY, ha="right", va="top")
    axes.text(0.5, loss + 0.0003, say("这一步之前", "before the step"), color=GREY, ha="center", va="bottom", size=9)
    axes.set(xlim=(-0.03, 1.32), ylim=(0.2115, 0.2365))
    axes.set_xticks([0, 1 / curvature, 2 / curvature], labels=["0", *(f"{k / curvature:.2f}\n= {k}/q" for k in (1, 2))])
    axes.set_yticks([0.22, 0.23], labels=["0.22", "0.23"])
    axes.set_xlabel(say("学习率 η", "learning rate η"))
    axes.set_ylabel(say("训练损失", "training loss"))
    return drawn


@figure("weight-update/range-test")
def range_test_(say: Say) -> Figure:
    """The loss while the rate grows, one line a seed, and the mean window."""
    data, found = range_test(), lr_tuning()
    drawn = Figure((4.2, 3.3))
    axes = _over_rates(drawn, say)
    axes.axvspan(found["low_mean"], found["high_mean"], color=GREEN, alpha=0.13, linewidth=0)
    for losses in data["losses"]:
        kept = np.minimum(np.array(losses), 20)[::3]
        axes.plot(data["rates"][::3], kept, color=PURPLE, linewidth=0.9, alpha=0.8)
    axes.text(0.0013, 2.38, say("太小：几乎不动", "too small: hardly moves"), ha="left", va="bottom", size=9)
    axes.text(0.68, 6, say("能用", "usable"), color=GREEN, ha="center", va="bottom")
    axes.text(2.6, 0.62, say("太大", "too\nlarge"), color=RED, ha="left", va="bottom")
    axes.set_ylabel(say("这一批的损失（平滑）", "loss of the batch, smoothed"))
    return drawn


@figure("weight-update/rate-grid")
def rate_grid_(say: Say) -> Figure:
    """The loss after five epochs at each constant rate: mean over seeds, with the band of all."""
    data, found = rate_grid(), lr_tuning()
    drawn = Figure((4.2, 3.3))
    axes = _over_rates(drawn, say)
    axes.axvspan(found["low_mean"], found["high_mean"], color=GREEN, alpha=0.13, linewidth=0)
    for kind, colour, style in (("train", ORANGE, "--"), ("valid", BLUE, "-")):
        losses = np.array(data[kind])
        axes.fill_between(data["rates"], losses.min(axis=0), losses.max(axis=0), color=colour, alpha=0.25, linewidth=0)
        axes.plot(data["rates"], losses.mean(axis=0), "o" + style, color=colour, markersize=3.5, linewidth=1.4)
    axes.text(0.008, 0.75, say("验证图像", "validation images"), color=BLUE, ha="center", va="top")
    axes.text(0.012, 0.42, say("训练图像", "training images"), color=ORANGE, ha="center", va="top")
    axes.text(0.68, 6, say("能用", "usable"), color=GREEN, ha="center", va="bottom")
    axes.set_ylabel(say("五个轮次之后的损失", "loss after five epochs"))
    return drawn


@figure("weight-update/schedules")
def schedules(say: Say) -> Figure:
    """What each schedule makes of the rate over 100 steps."""
    t = np.arange(0, 101, 4)
    of = shapes(100)
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    warm = np.array([0, 2, 4, 6, 8, *range(10, 100, 4), 99])
    axes.plot([0, 100], [1, 1], color=GREY, linewidth=1.4, label=say("不变", "constant"))
    stairs = [0, 50, 50, 75, 75, 100], [1, 1, 0.1, 0.1, 0.01, 0.01]
    axes.plot(*stairs, color=RED, linewidth=1.4, label=say("阶梯", "step"))
    axes.plot(t, 0.96**t, color=PURPLE, linewidth=1.4, label=say("指数", "exponential"))
    axes.plot([0, 100], [1, 0], color=GREEN, linewidth=1.4, label=say("线性", "linear"))
    axes.plot(t, (1 + np.cos(np.pi * t / 100)) / 2, color=BLUE, linewidth=2, label=say("余弦", "cosine"))
    dashes = (0, (4, 2))
    name = say("预热加余弦", "warm-up, cosine")
    axes.plot(warm, of["warm"][warm], color=ORANGE, linewidth=1.6, linestyle=dashes, label=name)
    axes.legend(loc="upper right", bbox_to_anchor=(1.03, 0.95), handlelength=1.3)
    axes.set(xlim=(0, 100), ylim=(0, 1.06))
    axes.set_xticks([0, 25, 50, 75, 100], labels=["0", "", say("半程", "half-way"), "", say("终点", "end")])
    axes.set_yticks([0, 0.5, 1], labels=["0", "½", "1"])
    axes.set_xlabel(say("步数", "step"))
    axes.set_ylabel(say("学习率与峰值之比", "rate, as a share of its peak"))
    return drawn


@figure("weight-update/curves")
def curves_(say: Say) -> Figure:
    """Training loss along the way for a high and a low constant rate and for a cosine."""
    data = curves()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    epochs = np.array(data["steps"]) / 180
    for way, colour in {"high": RED, "low": PURPLE, "cosine": BLUE}.items():
        losses = np.array(data[way])  # (points, seeds)
        axes.fill_between(epochs, losses.min(axis=1), losses.max(axis=1), color=colour, alpha=0.17, linewidth=0)
        axes.plot(epochs, losses.mean(axis=1), color=colour, linewidth=1.6)
    axes.text(2.6, 0.95, say("一直 0.5：快，但抖", "0.5 all the way: fast, shaky"), color=RED, ha="left", va="bottom")
    axes.text(6.05, 0.31, say("一直 0.05：稳，但慢", "0.05: steady, slow"), color=PURPLE, ha="right", va="bottom")
    axes.text(2.3, 0.024, say("0.5 起，余弦降到 0", "from 0.5 by cosine to 0"), color=BLUE, ha="left", va="center")
    axes.set(xlim=(0, 6.1), ylim=(0.018, 2))
    axes.set_xticks([0, 2, 4, 6])
    axes.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1], labels=["0.02", "0.05", "0.1", "0.2", "0.5", "1"])
    axes.minorticks_off()
    axes.set_xlabel(say("轮次", "epoch"))
    axes.set_ylabel(say("训练损失", "training loss"))
    return drawn


@figure("weight-update/cliff")
def cliff_(say: Say) -> Figure:
    """The wall of w to the 20th: one plain step leaves the picture, clipped steps walk down."""
    data = cliff()
    w = np.concatenate([np.linspace(0.6, 1.02, 8), np.linspace(1.04, 1.23, 20)])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()

    def cost(at: np.typing.ArrayLike) -> np.typing.NDArray[np.float64]:
        return np.asarray((np.asarray(at) ** 20 - 1) ** 2 / 2)

    axes.plot(w, cost(w), color=GREY, linewidth=1.6)
    clipped = np.array(data["clipped"][:21])
    axes.plot(clipped, cost(clipped), "o", color=BLUE, markersize=4.5, zorder=4)
    axes.annotate("", (0.605, 697), (1.19, 697), arrowprops={"arrowstyle": "->", "color": RED, "lw": 2})
    axes.text(0.62, 665, say("不裁剪：一步到 −237", "plain: one step, to −237"), color=RED, ha="left", va="top")
    axes.text(
        1.075, 230, say("裁剪到 1：\n每步 0.01", "clipped at 1:\n0.01 a step"), color=BLUE, ha="right", va="center"
    )
    axes.text(0.62, 30, say("几乎全平", "almost flat"), color=GREY, ha="left", va="bottom")
    axes.set(xlim=(0.6, 1.24), ylim=(-25, 760))
    axes.set_xticks([0.6, 0.8, 1, 1.2])
    axes.set_yticks([0, 250, 500, 750])
    axes.set_xlabel(say("权重 w", "weight w"))
    axes.set_ylabel(say("代价", "cost"))
    return drawn


@figure("weight-update/clip")
def clip(say: Say) -> Figure:
    """A gradient, and what clipping by norm and by value leave of it."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    angles = np.linspace(-0.3, np.pi / 2 + 0.25, 25)
    axes.plot(np.cos(angles), np.sin(angles), color=BLUE, linewidth=1, linestyle=":")
    axes.plot([-0.3, 1, 1], [1, 1, -0.3], color=ORANGE, linewidth=1, linestyle=":")
    for end, colour, width in (((2.4, 1.0), GREY, 2.0), ((12 / 13, 5 / 13), BLUE, 2.4), ((1.0, 1.0), ORANGE, 2.4)):
        arrow = {"arrowstyle": "-|>", "color": colour, "lw": width, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", end, (0, 0), arrowprops=arrow)
    axes.text(1.75, 0.52, say("梯度 (2.4, 1)", "gradient (2.4, 1)"), color=GREY, ha="left", va="center")
    axes.text(1.12, 0.14, say("按范数：方向不变", "by norm: same direction"), color=BLUE, ha="left", va="center")
    axes.text(1.1, 1.12, say("按值：转向 (1, 1)", "by value: turned to (1, 1)"), color=ORANGE, ha="left", va="bottom")
    axes.set(xlim=(-0.25, 2.75), ylim=(-0.3, 1.55), aspect="equal")
    axes.set_xticks([0, 1, 2])
    axes.set_yticks([0, 1])
    axes.set_xlabel(say("梯度的第一个元素", "first entry of the gradient"))
    axes.set_ylabel(say("第二个元素", "second entry"))
    return drawn


def _over_rates(drawn: Figure, say: Say) -> Axes:
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.axhline(np.log(10), color=GREY, linewidth=0.9, linestyle=":")
    axes.set(xlim=(0.001, 10), ylim=(0.09, 12))
    axes.set_xticks([0.001, 0.01, 0.1, 1, 10], labels=["0.001", "0.01", "0.1", "1", "10"])
    axes.set_yticks([0.1, 0.2, 0.5, 1, 2, 5, 10], labels=["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    axes.minorticks_off()
    axes.set_xlabel(say("学习率", "learning rate"))
    return axes
