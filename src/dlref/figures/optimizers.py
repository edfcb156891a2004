"""The figures of the page optimizers: a narrow valley, digits, Adam's first steps, and a stream it walks up."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, PathPatch
from matplotlib.path import Path

from dlref.experiments.optimizers import streams, uncorrected
from dlref.experiments.optimizers_digits import races, tuning
from dlref.experiments.optimizers_valley import CURVATURES, valley_paths, valley_races
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure

_COLOURS = {
    "sgd": ORANGE,
    "momentum": BLUE,
    "momentum_best": BLUE,
    "adagrad": PURPLE,
    "rmsprop": RED,
    "adam": GREEN,
}


def _name(method: str, say: Say) -> str:
    names = {
        "sgd": say("普通梯度下降", "plain descent"),
        "momentum": say("动量", "momentum"),
        "momentum_best": say("动量", "momentum"),
        "adagrad": "AdaGrad",
        "rmsprop": "RMSprop",
        "adam": "Adam",
    }
    return names[method]


@figure("optimizers/paths")
def paths(say: Say) -> Figure:
    """Three descents in the same valley, one below the other."""
    drawn = Figure((4.2, 3.6))
    panels = drawn.subplots(3, 1, sharex=True)
    for axes, (method, path) in zip(panels, valley_paths().items(), strict=True):
        for height in (0.1, 0.6):  # ½ (w₁² + 100 w₂²) is constant on ellipses
            width, across = 2 * np.sqrt(2 * height / CURVATURES)
            axes.add_patch(Ellipse((0, 0), width, across, fill=False, edgecolor=GREY, linewidth=0.7))
        points = np.array(path)
        axes.plot(*points.T, color=_COLOURS[method], linewidth=1.2)
        dots = Path(points.repeat(2, axis=0), [Path.MOVETO, Path.LINETO] * len(points))  # one path: a small file
        axes.add_patch(PathPatch(dots, edgecolor=_COLOURS[method], linewidth=2.8, capstyle="round"))
        axes.plot(0, 0, "P", color=RED, markersize=7, zorder=6)
        axes.text(0.5, 0.17, _name(method, say), color=_COLOURS[method], ha="right", va="center")
        axes.set(xlim=(-1.1, 0.5), ylim=(-0.2, 0.21))
        axes.set_xticks([-1, -0.5, 0])
        axes.set_yticks([-0.1, 0.1])
    panels[-1].set_xlabel(say("平缓方向（曲率 1）", "flat direction (curvature 1)"))
    panels[1].set_ylabel(say("陡峭方向（曲率 100）", "steep direction (curvature 100)"))
    return drawn


def _race(say: Say, place: str, notes: Mapping[str, tuple[float, float]], adagrad: str = "horizontal") -> Figure:
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    for method, (x, y) in notes.items():
        costs = np.array(valley_races()[place][method])
        thinned = np.unique(np.append(np.arange(0, 40), np.arange(40, len(costs), 3)))
        axes.plot(thinned, np.maximum(costs[thinned], 1e-12), color=_COLOURS[method], linewidth=1.4)
        angle = adagrad if method == "adagrad" else "horizontal"
        axes.text(x, y, _name(method, say), color=_COLOURS[method], size=9, rotation=angle)
    axes.axhline(1e-6, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, 300), ylim=(1e-8, 3))
    axes.set_xticks([0, 100, 200, 300])
    axes.set_yticks([1, 1e-2, 1e-4, 1e-6, 1e-8])
    axes.minorticks_off()
    axes.set_xlabel(say("步数", "step"))
    axes.set_ylabel(say("代价 / 起点的代价", "cost / cost at the start"))
    return drawn


@figure("optimizers/race")
def race(say: Say) -> Figure:
    """Cost against steps where the valley lies along the axes."""
    notes = {
        "rmsprop": (75, 0.1),
        "sgd": (195, 1.2e-4),
        "adam": (92, 2.5e-8),
        "momentum_best": (45, 3e-7),
        "adagrad": (7, 2e-8),  # beside its line, which is as good as vertical
    }
    return _race(say, "aligned", notes, adagrad="vertical")


@figure("optimizers/race-turned")
def race_turned(say: Say) -> Figure:
    """The same where the valley runs diagonally."""
    notes = {
        "rmsprop": (150, 0.05),
        "adagrad": (210, 5e-4),
        "sgd": (185, 1.5e-7),
        "adam": (92, 2.5e-8),
        "momentum_best": (45, 3e-7),
    }
    return _race(say, "turned", notes)


@figure("optimizers/correction")
def correction(say: Say) -> Figure:
    """How many times too long the steps are without bias correction."""
    data = uncorrected()
    drawn = Figure((4.2, 3.0))
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    axes.plot(data["steps"], data["ratios"], "o-", color=RED, markersize=3.5)
    axes.axhline(1, color=GREEN)
    axes.text(230, 0.85, say("有偏差校正：恒为 1", "with correction: always 1"), color=GREEN, ha="right", va="top")
    axes.text(45, 6.1, say("没有偏差校正", "without correction"), color=RED)
    axes.set(xlim=(0.9, 7000), ylim=(0, 7.2))
    axes.set_xticks([1, 10, 100, 1000], labels=["1", "10", "100", "1000"])
    axes.set_yticks([0, 1, 2, 4, 6])
    axes.minorticks_off()
    axes.set_xlabel(say("第几步", "step"))
    axes.set_ylabel(say("步长 / 学习率", "length of the step / learning rate"))
    return drawn


@figure("optimizers/digits")
def digits_(say: Say) -> Figure:
    """Training loss over the epochs, mean and range of ten seeds."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    for method in ("sgd", "rmsprop", "momentum", "adam"):
        losses = np.array(races()["losses"][method])  # (epochs + 1, seeds)
        epochs = np.arange(len(losses))
        axes.fill_between(
            epochs, losses.min(axis=1), losses.max(axis=1), color=_COLOURS[method], alpha=0.16, linewidth=0
        )
        axes.plot(epochs, losses.mean(axis=1), color=_COLOURS[method], label=_name(method, say))
    axes.legend(loc="upper right")
    axes.set(xlim=(0, 6.05), ylim=(0.03, 2.7))
    axes.set_yticks([0.03, 0.1, 0.3, 1, 2.3], labels=["0.03", "0.1", "0.3", "1", "2.3"])
    axes.minorticks_off()
    axes.set_xlabel(say("轮次", "epoch"))
    axes.set_ylabel(say("训练损失", "training loss"))
    return drawn


@figure("optimizers/rates")
def rates(say: Say) -> Figure:
    """Validation loss against the learning rate, for each optimiser."""
    data = tuning()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    looks: dict[str, Any] = {"markersize": 3.5, "linewidth": 1.5}
    for method in ("adam", "rmsprop", "adagrad", "momentum", "sgd"):
        axes.plot(data["rates"][method], data["losses"][method], "o-", color=_COLOURS[method], **looks)
    notes = {"adam": (0.0012, 0.95), "rmsprop": (0.0009, 0.125), "adagrad": (0.012, 0.75), "momentum": (0.045, 1.4)}
    _label(axes, say, notes)
    axes.text(2.3, 0.85, say("普通\n梯度下降", "plain\ndescent"), color=ORANGE)
    axes.set(ylim=(0.1, 2.9))
    axes.set_yticks([0.1, 0.3, 1, 2.3], labels=["0.1", "0.3", "1", "2.3"])
    axes.set_xticks([0.001, 0.01, 0.1, 1, 10], labels=["0.001", "0.01", "0.1", "1", "10"])
    axes.minorticks_off()
    axes.set_xlabel(say("学习率", "learning rate"))
    axes.set_ylabel(say("验证损失", "validation loss"))
    return drawn


def _label(axes: Axes, say: Say, places: dict[str, tuple[float, float]]) -> None:
    for method, (x, y) in places.items():
        axes.text(x, y, _name(method, say), color=_COLOURS[method])


@figure("optimizers/uphill")
def uphill(say: Say) -> Figure:
    """Where x stands after every cycle of three slopes."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    notes = {
        "adam": (RED, (310, 0.5), "Adam, β₂ = 0.1", "-"),
        "sgd": (ORANGE, (20, -0.72), "SGD", "-"),
        "amsgrad": (BLUE, (330, -0.3), "AMSGrad, β₂ = 0.1", "-"),
        "long": (GREEN, (620, -0.62), "Adam, β₂ = 0.999", (0, (4, 3))),
    }
    for name, (colour, place, text, dashes) in notes.items():
        places = np.array(streams()[name])[::30]
        axes.plot(np.arange(len(places)) * 30, places, color=colour, linestyle=dashes)
        axes.text(*place, text, color=colour)
    axes.set(xlim=(0, 1200), ylim=(-1.08, 1.08))
    axes.set_xticks([0, 400, 800, 1200])
    axes.set_yticks([-1, 0, 1], labels=[say("−1（最好）", "−1 (best)"), "0", say("+1（最差）", "+1 (worst)")])
    axes.set_xlabel(say("轮数", "round"))
    axes.set_ylabel("x")
    return drawn
