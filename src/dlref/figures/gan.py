"""The figures of the page gan: players, slopes, the ring, digits, the best discriminator, and a collapse."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from dlref.data import gaussian_ring
from dlref.experiments.gan import digits_numpy, optimum_curve, ring_numpy
from dlref.experiments.gan_limits import rings
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, RED, Say, blank, figure, ink


@figure("gan/players")
def players(say: Say) -> Figure:
    """Noise becomes samples in the generator; the discriminator is shown samples and data in turn."""
    drawn = Figure((4.4, 2.7))
    axes = drawn.add_subplot()
    _box(axes, 1.5, 0.8, say("生成器 G", "generator G"), ORANGE)
    _box(axes, 5.0, 1.6, say("判别器 D", "discriminator D"), BLUE)
    axes.text(-0.75, 0.8, say("噪声 $z$", "noise $z$"), ha="center", va="center")
    axes.text(1.5, 2.4, say("数据 $x$", "data $x$"), ha="center", va="center")
    axes.text(3.45, 0.75, "$G(z)$", ha="center", va="top")
    axes.text(7.6, 1.6, say("是真的\\n概率", "probability\\nof real").replace("\\n", "\n"), ha="center", va="center")
    for tail, head in (
        ((-0.1, 0.8), (0.3, 0.8)),
        ((2.75, 0.8), (3.75, 1.4)),
        ((2.2, 2.4), (3.75, 1.8)),
        ((6.3, 1.6), (6.75, 1.6)),
    ):
        axes.annotate("", head, tail, arrowprops={"arrowstyle": "-|>", "color": ink(), "linewidth": 1.1})
    axes.annotate(
        "",
        (1.5, 0.35),
        (5.0, 1.1),
        arrowprops={"arrowstyle": "-|>", "color": RED, "linewidth": 1.1, "connectionstyle": "arc3,rad=-0.45"},
    )
    axes.text(
        4.1, -0.45, say("梯度告诉 G 怎样骗过 D", "gradients tell G how to fool D"), color=RED, ha="center", va="center"
    )
    axes.set(xlim=(-1.5, 8.6), ylim=(-0.8, 2.8))
    axes.axis("off")
    return drawn


def _box(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    axes.add_patch(
        FancyBboxPatch((x - 1.15, y - 0.35), 2.3, 0.7, boxstyle="round,pad=0.08", facecolor="none", edgecolor=colour)
    )
    axes.text(x, y, text, ha="center", va="center", color=colour, fontsize=9)


@figure("gan/ring")
def ring(say: Say) -> Figure:
    """Data, samples after a quarter of the game, and samples at its end."""
    drawn = Figure((4.4, 1.9))
    found = ring_numpy()
    data = gaussian_ring(400, np.random.default_rng(1))[0]
    panels = (
        (data, GREY, say("数据", "data")),
        (np.array(found["early"]), ORANGE, say("四分之一处", "after a quarter")),
        (np.array(found["late"]), BLUE, say("结束时", "at the end")),
    )
    for place, (points, colour, title) in enumerate(panels, 1):
        axes = drawn.add_subplot(1, 3, place)
        axes.plot(*points[:100].T, ".", color=colour, markersize=2.2)
        axes.set(xlim=(-2.9, 2.9), ylim=(-2.9, 2.9), aspect="equal", xticks=[], yticks=[])
        axes.set_title(title, fontsize=9.5)
    return drawn


@figure("gan/digits")
def digits(say: Say) -> Figure:
    """Five rows of five digits each: from the start to the end of the game."""
    drawn = blank(3.7, 3.1)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(-20, 53.5), ylim=(50, -2))
    axes.set_axis_off()
    sheet = np.array(digits_numpy()["sheet"])  # (5, 6, 64)
    names = say("开始时,1/4,1/2,3/4,结束时", "start,1/4,1/2,3/4,end").split(",")
    ends = np.array(digits_numpy()["mmd"]).mean(axis=0)
    for row, (images, name, end) in enumerate(zip(sheet, names, ends, strict=True)):
        axes.text(-3, 10 * row + 3, name, ha="right", va="center", fontsize=9.5)
        axes.text(-3, 10 * row + 6.4, f"MMD² {end:.2f}", ha="right", va="center", fontsize=8.5, color=GREEN)
        for column, image in enumerate(images[:5]):
            _digit(axes, image.reshape(8, 8), 10.5 * column, 10 * row)
    return drawn


def _digit(axes: Axes, image: np.ndarray, left: float, top: float) -> None:
    """Pixels of equal darkness as one shape."""
    darkness = np.round((image + 1) / 2 * 3).astype(int)
    axes.add_patch(PathPatch(_square(left - 0.3, top - 0.3, 8.6), facecolor="#ffffff", edgecolor=GREY, linewidth=0.5))
    for level in range(1, 4):
        if (darkness == level).any():
            squares = [_square(left + x, top + y, 1.0) for y, x in zip(*np.nonzero(darkness == level), strict=True)]
            shade = f"#{round(255 * (1 - level / 3)):02x}" + f"{round(255 * (1 - level / 3)):02x}" * 2
            axes.add_patch(PathPatch(Path.make_compound_path(*squares), facecolor=shade, linewidth=0))


def _square(left: float, top: float, side: float) -> Path:
    return Path(
        [(left, top), (left + side, top), (left + side, top + side), (left, top + side), (left, top)], closed=True
    )


@figure("gan/optimum")
def optimum(say: Say) -> Figure:
    """The formula and a trained discriminator, nearly one line, over the two densities."""
    drawn = Figure((4.2, 3.0))
    axes = drawn.add_subplot()
    curve = optimum_curve()
    line = np.array(curve["line"])
    for centre, name, place in ((-1, say("数据 $p$", "data $p$"), -1.0), (1, say("生成 $q$", "generated $q$"), 1.6)):
        axes.fill_between(
            line, np.exp(-((line - centre) ** 2) / 2) / np.sqrt(2 * np.pi), color=GREY, alpha=0.2, linewidth=0
        )
        axes.text(place, 0.17, name, ha="center", va="bottom")
    axes.plot(line, curve["formula"], color=BLUE, linewidth=3, alpha=0.45, label="$p / (p + q)$")
    axes.plot(line, curve["found"], color=ORANGE, linewidth=1.3, label=say("训练出来的判别器", "trained discriminator"))
    axes.set_xlabel("x")
    axes.set_ylabel("D(x)")
    axes.set(xlim=(-3, 3), ylim=(0, 1.02))
    axes.legend(loc="upper right")
    return drawn


@figure("gan/slopes")
def slopes(say: Say) -> Figure:
    """How hard each of the two losses pushes the generator, by the logit that the discriminator gives."""
    drawn = Figure((4.2, 3.0))
    axes = drawn.add_subplot()
    logits = np.linspace(-8, 8, 161)
    share = 1 / (1 + np.exp(-logits))
    axes.plot(logits, share, color=ORANGE)
    axes.plot(logits, 1 - share, color=BLUE)
    axes.text(-7.8, 0.9, r"$-\ln D$", color=BLUE, va="top")
    axes.text(-7.8, 0.05, r"$\ln(1 - D)$", color=ORANGE, va="bottom")
    axes.set_xlabel(say("D 给样本的 logit：左边是认出假的", "logit that D gives: on the left it sees the fake"))
    axes.set_ylabel(say("推 G 的力", "push on G"))
    axes.set(xlim=(-8, 8), ylim=(0, 1.03))
    return drawn


@figure("gan/collapse")
def collapsed(say: Say) -> Figure:
    """Samples of the same game with a discriminator that judges one by one, and in pairs."""
    drawn = Figure((4.2, 2.3))
    data = gaussian_ring(400, np.random.default_rng(1))[0]
    titles = {"alone": say("逐个判断", "one by one"), "pairs": say("成对判断", "in pairs")}
    for place, (name, title) in enumerate(titles.items(), 1):
        axes = drawn.add_subplot(1, 2, place)
        axes.plot(*data[:60].T, ".", color=GREY, markersize=2.2)
        axes.plot(*np.array(rings()[name]["shown"])[:60].T, ".", color=ORANGE, markersize=2.6)
        axes.set(xlim=(-3.4, 3.4), ylim=(-3.4, 3.4), aspect="equal", xticks=[], yticks=[])
        axes.set_title(title, fontsize=9.5)
    return drawn
