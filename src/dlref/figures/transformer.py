"""The figures of the page transformer: a weighted mean, where a trained network looks, and the work of both layers."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlref.experiments.transformer import looked_at, parallel
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, Say, figure, ink
from dlref.numpy.activations import softmax


@figure("transformer/mean")
def mean(say: Say) -> Figure:
    """One query, four keys with their values; arrows as thick as the weights, which make the output a mean."""
    drawn = Figure((4.3, 3.1))
    axes = drawn.add_subplot()
    scores = np.array([0.2, 2.0, -1.0, 1.0])
    weights = softmax(scores)
    colours = (BLUE, ORANGE, GREEN, PURPLE)
    for place, (weight, colour) in enumerate(zip(weights, colours, strict=True)):
        x = 1.4 * place
        axes.annotate(
            "",
            (2.1, 2.55),
            (x, 1.25),
            arrowprops={
                "arrowstyle": "-|>",
                "color": colour,
                "linewidth": 0.6 + 6 * weight,
                "shrinkA": 12,
                "shrinkB": 12,
            },
        )
        axes.plot(x, 1, "s", markersize=19, color=colour, alpha=0.25)
        axes.text(x, 1, f"$v_{place + 1}$", ha="center", va="center")
        axes.text(x, 0.45, f"{weight:.2f}", ha="center", va="center", color=colour)
        axes.text(x, 0.05, f"{scores[place]:.1f}".replace("-", "−"), ha="center", va="center")
    axes.text(-0.75, 0.45, say("权重", "weight"), ha="right", va="center")
    axes.text(-0.75, 0.05, say("得分", "score"), ha="right", va="center")
    axes.text(2.1, 2.8, "$y = \\sum_j A_j v_j$", ha="center", va="center")
    axes.set(xlim=(-2.2, 5), ylim=(-0.2, 3.1))
    axes.axis("off")
    return drawn


@figure("transformer/looking")
def looking(say: Say) -> Figure:
    """A grid: for each place of the target the weights of the source, dark along the other diagonal."""
    drawn = Figure((4.0, 3.6))
    axes = drawn.add_subplot()
    table = np.array(looked_at()["weights"])
    size = len(table)
    for row, weights in enumerate(table):
        for column, weight in enumerate(weights):
            if weight >= 0.02:
                axes.add_patch(_square(column, row, alpha=float(np.round(min(1.0, 0.1 + 0.9 * weight), 2))))
    axes.plot(
        [-0.5, size - 0.5, size - 0.5, -0.5, -0.5],
        [-0.5, -0.5, size - 0.5, size - 0.5, -0.5],
        color=GREY,
        linewidth=0.8,
    )
    axes.set(xlim=(-0.7, size - 0.3), ylim=(size - 0.3, -0.7), aspect="equal")
    axes.set_xticks([0, 3, 7, 11], ["1", "4", "8", "12"])
    axes.set_yticks([0, 3, 7, 11], ["1", "4", "8", "12"])
    axes.set_xlabel(say("看向原文的第几处", "place in the source looked at"))
    axes.set_ylabel(say("正写第几处", "place being written"))
    return drawn


def _square(column: int, row: int, alpha: float) -> Rectangle:
    return Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, facecolor=BLUE, alpha=alpha, linewidth=0)


@figure("transformer/work")
def work(say: Say) -> Figure:
    """Counted operations against the length: attention grows with its square, a recurrent layer in proportion."""
    drawn = Figure((4.2, 3.2))
    axes = drawn.add_subplot()
    data = parallel()
    millions = 1e6
    axes.loglog(data["lengths"], np.array(data["attention"]) / millions, "o-", color=BLUE, markersize=4)
    axes.loglog(data["lengths"], np.array(data["recurrent"]) / millions, "o-", color=ORANGE, markersize=4)
    axes.text(200, 16, say("注意力，一步到位", "attention, at once"), color=BLUE, ha="right", va="bottom")
    axes.text(330, 3.2, say("循环层，n 步", "recurrent, n steps"), color=ORANGE, ha="center", va="top")
    axes.set_xticks(data["lengths"], [str(length) for length in data["lengths"]])
    axes.minorticks_off()
    axes.set_xlabel(say("长度 n", "length n"))
    axes.set_ylabel(say("乘法和加法（百万）", "operations (millions)"))
    axes.set(ylim=(0.7, 85))
    axes.tick_params(colors=ink())
    return drawn
