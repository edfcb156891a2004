"""The figures of the page loss-functions: a confident mistake unlearnt, slopes, the shapes of losses, their centres."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlref.experiments.loss_functions import regression_costs
from dlref.experiments.loss_saturation import relearning, unit_curves
from dlref.figures.drawing import BLUE, GREEN, GREY, RED, Say, figure, ink

Array = npt.NDArray[Any]

_COLOURS = {"squared_error": RED, "cross_entropy": BLUE}
_REGRESSION = {"mse": RED, "mae": BLUE, "huber": GREEN}


@figure("loss-functions/confident")
def confident(say: Say) -> Figure:
    """What the unit gives to yes at each step, from a doubtful and from a confident mistake, under both losses."""
    data = unit_curves()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for loss, colour in _COLOURS.items():
        for start, path in zip(data["starts"], data[f"{loss}_paths"], strict=True):
            kept = _thinned(np.array(path))
            axes.plot(kept, np.array(path)[kept], color=colour, linestyle="-" if start > 2 else (0, (4, 2)))
    axes.axhline(0.1, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(300, 0.115, "0.1", ha="right", va="bottom", color=GREY)
    axes.text(200, 0.8, say("平方误差", "squared error"), color=RED, ha="right", va="center")
    axes.text(24, 0.52, say("交叉熵", "cross-entropy"), color=BLUE, ha="left", va="center")
    axes.text(52, 0.28, say("虚线：从 p = 0.88 出发", "dashed: from p = 0.88"), ha="left", va="center")
    axes.text(300, 1.05, say("实线：从 p = 0.998 出发", "solid: from p = 0.998"), ha="right", va="bottom")
    axes.set(xlim=(-3, 301), ylim=(0, 1.12))
    axes.set_xticks([0, 100, 200, 300])
    axes.set_yticks([0, 0.5, 1])
    axes.set_xlabel(say("步数", "step"))
    axes.set_ylabel(say("给“是”的概率 p（答案是“否”）", "probability p of yes (answer: no)"))
    return drawn


@figure("loss-functions/slopes")
def slopes(say: Say) -> Figure:
    """The derivative of both losses by the logit when the answer is no."""
    data = unit_curves()
    logits = np.array(data["logits"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for loss, colour in _COLOURS.items():
        axes.plot(logits, data[f"{loss}_slopes"], color=colour)
    axes.text(-0.4, 0.72, say("交叉熵：\np − t", "cross-entropy:\np − t"), color=BLUE, ha="right", va="center")
    axes.text(1.9, 0.3, say("平方误差：\n2(p − t)p(1 − p)", "squared error:\n2(p − t)p(1 − p)"), color=RED, ha="left")
    axes.text(-7.8, 0.07, say("答对了，\n不用动", "right:\nnothing to do"), ha="left", va="bottom")
    axes.annotate(
        say("错得自信，\n却几乎推不动", "surely wrong,\nhardly a push"),
        (6.5, 0.01),
        (5.9, 0.1),
        ha="center",
        va="bottom",
        arrowprops={"arrowstyle": "-", "color": ink(), "alpha": 0.45, "linewidth": 0.8},
    )
    axes.set(xlim=(-8, 8), ylim=(0, 1.05))
    axes.set_xticks([-8, -4, 0, 4, 8])
    axes.set_yticks([0, 0.5, 1])
    axes.set_xlabel(say("logit z（答案是“否”，t = 0）", "logit z (answer: no, t = 0)"))
    axes.set_ylabel(say("损失对 z 的斜率", "slope of the loss by z"))
    return drawn


@figure("loss-functions/errors")
def errors(say: Say) -> Figure:
    """What one error costs by squared, absolute and Huber loss."""
    data = regression_costs()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for name, colour in _REGRESSION.items():
        axes.plot(data["errors"], data[f"{name}_loss"], color=colour)
    axes.text(-1.85, 4.2, say("平方", "squared"), color=RED, ha="left", va="center")
    axes.text(2.35, 3.4, say("绝对值", "absolute"), color=BLUE, ha="left", va="center")
    axes.text(1.75, 0.85, say("Huber，δ = 1", "Huber, δ = 1"), color=GREEN, ha="left", va="center")
    axes.set(xlim=(-3, 3.9), ylim=(0, 5))
    axes.set_xticks([-3, -2, -1, 0, 1, 2, 3])
    axes.set_yticks([0, 1, 2, 3, 4, 5])
    axes.set_xlabel(say("误差 y − t", "error y − t"))
    axes.set_ylabel(say("损失", "loss"))
    return drawn


@figure("loss-functions/centres")
def centres(say: Say) -> Figure:
    """How much more than the least each answer costs, if it is the same for all patients."""
    data = regression_costs()
    answers, targets = np.array(data["answers"]), np.array(data["targets"])
    drawn = Figure((4.2, 3.3))
    above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(1.7, 1))
    mean, lowest, highest = data["mse_best"], data["mae_best"], data["mae_best_highest"]
    marks = {
        "mse": say(f"均值 {mean:.0f}", f"mean {mean:.0f}"),
        "mae": say(f"中位数 {lowest:.0f}–{highest:.0f}", f"median {lowest:.0f}–{highest:.0f}"),
    }
    for name, text in marks.items():
        cost = np.array(data[f"{name}_cost"])
        best, colour = data[f"{name}_best"], _REGRESSION[name]
        above.plot(answers, 100 * (cost / cost.min() - 1), color=colour)
        for axes in (above, below):
            axes.axvline(best, color=colour, linestyle="--", linewidth=1.1)
        align, gap = ("left", 3) if name == "mse" else ("right", -3)
        below.text(best + gap, 58, text, color=colour, ha=align, va="bottom")
    above.text(232, 88, say("均方误差", "mean squared"), color=RED, ha="left", va="center")
    above.text(243, 28, say("平均绝对误差", "mean absolute"), color=BLUE, ha="left", va="center")
    counts, edges = np.histogram(targets, bins=np.arange(20, 361, 20))
    below.stairs(counts, edges, fill=True, color=GREY, alpha=0.5)
    above.set(ylim=(0, 100))
    above.set_yticks([0, 50, 100])
    above.set_ylabel(say("比最低代价高（%）", "above the least (%)"))
    below.set(xlim=(20, 350), ylim=(0, 75))
    below.set_xticks([50, 100, 150, 200, 250, 300, 350])
    below.set_yticks([0, 50])
    below.set_ylabel(say("病人数", "patients"))
    below.set_xlabel(say("给所有病人的同一个回答", "one answer for all patients"))
    return drawn


@figure("loss-functions/relearning")
def relearning_(say: Say) -> Figure:
    """Accuracy after 100 steps against the learning rate, from zero and from the opposite, for both losses."""
    data = relearning()
    rates = np.array(data["learning_rates"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    for loss, colour in _COLOURS.items():
        for start, dashes in {"zero": (0, (4, 2)), "reversed": "-"}.items():
            _band(axes, rates, 100 * np.array(data[f"{loss}_{start}"]), colour, dashes)
    axes.axhline(50, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(1.3e4, 52.5, say("瞎猜：50%", "guessing: 50%"), ha="right", va="bottom", color=GREY)
    axes.text(1.3e4, 40, say("平方误差", "squared error"), color=RED, ha="right", va="top")
    axes.text(2.0, 78, say("交叉熵", "cross-entropy"), color=BLUE, ha="left", va="center")
    axes.text(0.11, 104, say("虚线：从零出发", "dashed: from zero"), ha="left", va="bottom")
    axes.text(1.3e4, 104, say("实线：先学反了", "solid: from the opposite"), ha="right", va="bottom")
    axes.set(xlim=(0.08, 1.4e4), ylim=(-2, 112))
    axes.set_xticks([0.1, 1, 10, 100, 1e3, 1e4], labels=["0.1", "1", "10", "100", "1,000", "10,000"])
    axes.minorticks_off()
    axes.set_yticks([0, 50, 100])
    axes.set_xlabel(say("学习率", "learning rate"))
    axes.set_ylabel(say("测试准确率（%）", "test accuracy (%)"))
    return drawn


def _band(axes: Axes, x: Array, curves: Array, colour: str, dashes: Any) -> None:
    """Draw the mean over the seeds, and from the lowest to the highest of them."""
    axes.fill_between(x, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.15, linewidth=0)
    axes.plot(x, curves.mean(axis=0), color=colour, linestyle=dashes)


def _thinned(path: Array) -> Array:
    """The steps that a curve needs: each that has moved by 0.01, or 20 steps on, since the last one kept."""
    kept = [0]
    for step in range(1, len(path)):
        if abs(path[step] - path[kept[-1]]) > 0.01 or step - kept[-1] >= 20:
            kept.append(step)
    return np.array(kept)
