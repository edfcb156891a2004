"""The figures of the page network-types: which places act on which, and how the families do on the same tasks."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from dlref.experiments.network_types_training import trained_numpy
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink
from dlref.numpy.activations import softmax

_PLACES = 8


def _matrices() -> list[np.ndarray]:
    """Weights of eight places on eight places, made up, as each family has them."""
    rng = np.random.default_rng(3)
    i, j = np.indices((_PLACES, _PLACES))
    past = np.tril(np.ones((_PLACES, _PLACES)))
    kept = np.array([1, 0.95, 0.9, 0.15, 0.95, 0.9, 0.95, 0.9])  # one gate has let go
    let_in = np.array([1, 0.1, 0.2, 0.1, 1, 0.15, 0.1, 0.7])
    through = np.array([[kept[b + 1 : a + 1].prod() for b in range(_PLACES)] for a in range(_PLACES)])
    return [
        rng.uniform(0.1, 1, i.shape),
        np.select([j == i - 1, j == i, j == i + 1], [0.45, 1.0, 0.7], 0.0),
        past * 0.65 ** np.maximum(i - j, 0),
        past * through * let_in,
        softmax(rng.normal(0, 1.6, i.shape)) ** 0.7,
    ]


@figure("network-types/wiring")
def wiring(say: Say) -> Figure:
    """Five matrices of weights, place by place, and the two networks of a GAN."""
    drawn = Figure((4.2, 3.3))
    panels = drawn.subplots(2, 3).ravel()
    titles = (
        say("全连接", "fully connected"),
        say("卷积", "convolutional"),
        say("循环", "recurrent"),
        "LSTM",
        "Transformer",
        "GAN",
    )
    colours = (GREY, ORANGE, GREEN, PURPLE, BLUE)
    for axes, matrix, colour in zip(panels, _matrices(), colours, strict=False):
        for row, column in zip(*np.nonzero(matrix > 0.02), strict=True):
            axes.add_patch(
                Rectangle(
                    (column + 0.05, row + 0.05),
                    0.9,
                    0.9,
                    facecolor=colour,
                    alpha=round(float(min(1, matrix[row, column])), 2),
                    linewidth=0,
                )
            )
        axes.set(xlim=(0, _PLACES), ylim=(_PLACES, 0))
        axes.spines[:].set_visible(True)
    _players(panels[5])
    for axes, title in zip(panels, titles, strict=True):
        axes.set(aspect="equal", xticks=[], yticks=[])
        axes.set_xlabel(title)
    return drawn


def _players(axes: Axes) -> None:
    for letter, x in (("G", 0.6), ("D", 4.9)):
        axes.add_patch(FancyBboxPatch((x, 3), 2.5, 2, boxstyle="round,pad=0.1", facecolor="none", edgecolor=RED))
        axes.text(x + 1.25, 4, f"${letter}$", ha="center", va="center")
    arrow = {"arrowstyle": "-|>", "color": ink(), "linewidth": 1.2}
    axes.annotate("", (4.8, 3.6), (3.2, 3.6), arrowprops=arrow)
    axes.annotate("", (3.2, 4.4), (4.8, 4.4), arrowprops={**arrow, "color": RED})
    axes.set(xlim=(0, _PLACES), ylim=(_PLACES, 0))
    axes.spines[:].set_visible(False)


@figure("network-types/tasks")
def tasks(say: Say) -> Figure:
    """A row for each task; each family's mean over the seeds, and a line from its worst to its best seed."""
    names = {
        "table": say("表格", "table"),
        "image": say("居中", "in place"),
        "moved": say("平移", "shifted"),
        "mixed": say("打乱", "mixed"),
        "recall": say("回忆", "recall"),
    }
    families = {
        "fc": (say("全连接", "fully connected"), GREY, "s"),
        "cnn": (say("卷积", "convolutional"), ORANGE, "o"),
        "rnn": (say("循环", "recurrent"), GREEN, "^"),
        "lstm": ("LSTM", PURPLE, "D"),
        "transformer": ("Transformer", BLUE, "v"),
    }
    drawn = Figure((4.3, 3.9))
    axes = drawn.add_subplot()
    data = trained_numpy()
    for row, task in enumerate(names):
        for place, (family, (label, colour, marker)) in enumerate(families.items()):
            shares = 100 * np.array(data[task][family])
            height = row + 0.14 * (place - 2)
            axes.plot([shares.min(), shares.max()], [height] * 2, color=colour, linewidth=1)
            said = label if row == 0 else None
            axes.plot(shares.mean(), height, marker, color=colour, markersize=4.5, label=said)
    axes.set_yticks(range(len(names)), list(names.values()))
    axes.set(ylim=(4.55, -0.55), xlim=(10, 102))
    axes.grid(axis="x", linewidth=0.4, alpha=0.5)
    axes.set_xlabel(say("留出数据上的准确率（%）", "held-out accuracy (%)"))
    drawn.legend(loc="outside upper center", ncols=3, columnspacing=1.0, handletextpad=0.2)
    return drawn
