"""The figures of the page lstm: the cell, the adding problem, the reach of gradients, and gates over time."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlref.experiments.lstm import adding_gru_numpy, adding_lstm_numpy, adding_rnn_numpy, reach_at_the_start
from dlref.experiments.lstm_gates import traces
from dlref.experiments.lstm_training import LENGTH, STEPS
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink


@figure("lstm/cell")
def cell(say: Say) -> Figure:
    """One step: the cell's content on a straight line above, three gates that act on it, the state below."""
    drawn = Figure((4.4, 3.5))
    axes = drawn.add_subplot()
    _arrow(axes, (-0.2, 3), (5.7, 3), width=2.2)
    axes.text(-0.3, 3, "$c_{t-1}$", ha="right", va="center")
    axes.text(5.8, 3, "$c_t$", ha="left", va="center")
    for x, letter, colour, means in (
        (0.6, "f", RED, say("忘", "forget")),
        (1.9, "i", BLUE, say("收", "take in")),
        (3.0, "g", GREEN, say("候选", "candidate")),
        (4.3, "o", PURPLE, say("示", "show")),
    ):
        axes.add_patch(
            FancyBboxPatch((x - 0.3, 0.75), 0.6, 0.5, boxstyle="round,pad=0.05", facecolor="none", edgecolor=colour)
        )
        axes.text(x, 1, letter, ha="center", va="center", color=colour)
        axes.text(x, 0.42, means, ha="center", va="center", color=colour, fontsize=9)
    _knot(axes, 0.6, 3, "x")
    _knot(axes, 2.45, 3, "+")
    _knot(axes, 2.45, 2.1, "x")
    _knot(axes, 4.3, 2.1, "x")
    _arrow(axes, (0.6, 1.35), (0.6, 2.78))
    _arrow(axes, (1.95, 1.35), (2.3, 1.95))
    _arrow(axes, (2.95, 1.35), (2.6, 1.95))
    _arrow(axes, (2.45, 2.32), (2.45, 2.78))
    _arrow(axes, (4.3, 1.35), (4.3, 1.88))
    _arrow(axes, (4.3, 3), (4.3, 2.32))
    axes.text(4.4, 2.62, "tanh", ha="left", va="center", fontsize=9)
    _arrow(axes, (4.52, 2.1), (5.7, 2.1))
    axes.text(5.8, 2.1, "$h_t$", ha="left", va="center")
    axes.plot([0.2, 4.7], [0.1, 0.1], color=ink(), linewidth=1)
    axes.text(2.45, -0.15, say("都由 $x_t$ 和 $h_{t-1}$ 算出", "all from $x_t$ and $h_{t-1}$"), ha="center", va="top")
    axes.set(xlim=(-1, 6.4), ylim=(-0.6, 3.4))
    axes.axis("off")
    return drawn


def _arrow(axes: Axes, tail: tuple[float, float], head: tuple[float, float], width: float = 1.1) -> None:
    axes.annotate("", head, tail, arrowprops={"arrowstyle": "-|>", "color": ink(), "linewidth": width})


def _knot(axes: Axes, x: float, y: float, sign: str) -> None:
    """A disc of one colour with a white sign: lines, since letters would take the page's colour."""
    axes.plot(x, y, "o", markersize=15, color=ORANGE, zorder=3)
    axes.plot(x, y, sign, markersize=8, markeredgewidth=1.8, color="#ffffff", zorder=4)


@figure("lstm/adding")
def adding(say: Say) -> Figure:
    """Held-out error of every seed during training: three cells, one recipe."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    steps = np.linspace(STEPS / 10, STEPS, 10)
    lines = (
        (adding_rnn_numpy(), GREY, say("普通循环网络", "plain RNN")),
        (adding_lstm_numpy(), BLUE, "LSTM"),
        (adding_gru_numpy(), ORANGE, "GRU"),
    )
    for found, colour, label in lines:
        for seed, curve in enumerate(found["curves"]):
            axes.semilogy(steps, curve, color=colour, linewidth=1.2, label=label if seed == 0 else None)
    axes.axhline(1 / 6, color=RED, linestyle="--", linewidth=1)
    axes.text(STEPS, 0.19, say("总是答 1", "always answering 1"), color=RED, ha="right", va="bottom", fontsize=9)
    axes.set_xlabel(say("训练步数", "training steps"))
    axes.set_ylabel(say("留出序列的均方误差", "held-out mean squared error"))
    axes.set(ylim=(1e-4, 0.5), xlim=(0, STEPS))
    axes.legend(loc="center right", bbox_to_anchor=(1, 0.62))
    return drawn


@figure("lstm/reach")
def reaching(say: Say) -> Figure:
    """How strongly each step acts on the answer, before training; and the LSTM after it."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    begun, trained = reach_at_the_start(), adding_lstm_numpy()["reach"]
    back = np.arange(LENGTH)[::-1]
    lines = (
        (begun["rnn"], GREY, "-", say("普通循环网络", "plain RNN")),
        (begun["half_open"], GREEN, "-", say("LSTM，门半开", "LSTM, gates half open")),
        (begun["long"], BLUE, "-", say("LSTM，长记忆的偏置", "LSTM, biases for long memory")),
        (trained, BLUE, "--", say("同上，训练之后", "the same, trained")),
    )
    for lengths, colour, style, label in lines:
        axes.semilogy(back, np.array(lengths) / lengths[-1], color=colour, linestyle=style, label=label)
    axes.set_xlabel(say("距末尾的步数", "steps before the end"))
    axes.set_ylabel(say("梯度，末步为 1", "gradient, last step = 1"))
    axes.set(ylim=(1e-31, 3e2), xlim=(0, LENGTH - 1))
    axes.legend(loc="lower left", fontsize=8.5)
    return drawn


@figure("lstm/gates")
def gates(say: Say) -> Figure:
    """The two units whose content jumps most clearly at the marks: their gates and their content over time."""
    data = traces()
    marks, moves = data["marks"], np.diff(data["c"], axis=1, prepend=0)
    elsewhere = np.delete(moves, marks, axis=1)
    jumps = np.abs(moves[:, marks] - elsewhere.mean(axis=1, keepdims=True)).min(axis=1)
    chosen = np.argsort(jumps / elsewhere.std(axis=1))[::-1][:2]
    drawn = Figure((4.2, 4.6))
    rows = drawn.subplots(3, 1, sharex=True)
    labels = (say("输入门 i", "input gate i"), say("遗忘门 f", "forget gate f"), say("单元状态 c", "cell state c"))
    for axes, name, label in zip(rows, "ifc", labels, strict=True):
        for unit, colour in zip(chosen, (ORANGE, BLUE), strict=True):
            axes.plot(range(1, LENGTH + 1), data[name][unit], color=colour, linewidth=1.3)
        for mark in marks:
            axes.axvline(mark + 1, color=GREY, linestyle="--", linewidth=1)
        axes.set_ylabel(label)
        if name != "c":
            axes.set_ylim(-0.03, 1.03)
    rows[-1].set_xlabel(say("时间步", "time step"))
    return drawn
