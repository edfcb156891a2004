"""The figures of the page recurrent: the unrolled network, kinds of tasks, the reach of gradients, rows of a digit."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlref.experiments.recurrent import reach, time
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure, ink

_COLOURS = (BLUE, GREEN, GREY, ORANGE, RED)


@figure("recurrent/unrolled")
def unrolled(say: Say) -> Figure:
    """Three copies of one cell in a row; each passes its state on, all share their weights."""
    drawn = Figure((4.2, 2.7))
    axes = drawn.add_subplot()
    arrow = {"arrowstyle": "-|>", "color": ink(), "linewidth": 1.1}
    for step, name in enumerate(("1", "2", "T")):
        x = 1.6 * step
        axes.add_patch(
            FancyBboxPatch((x - 0.34, -0.3), 0.68, 0.6, boxstyle="round,pad=0.05", facecolor="none", edgecolor=BLUE)
        )
        axes.text(x, 0, "tanh", ha="center", va="center", color=BLUE)
        axes.annotate("", (x, -0.36), (x, -1.05), arrowprops=arrow)
        axes.annotate("", (x, 1.05), (x, 0.36), arrowprops=arrow)
        axes.text(x, -1.28, f"$x_{name}$", ha="center", va="center")
        axes.text(x, 1.28, f"$h_{name}$", ha="center", va="center")
        axes.text(x + 0.1, -0.75, "W", color=GREEN, ha="left", va="center")
        axes.annotate("", (x - 0.4, 0), (x - 1.18, 0), arrowprops=arrow)
        axes.text(x - 0.8, 0.2, "U", color=PURPLE, ha="center", va="center")
    axes.text(-1.32, 0, "$h_0$", ha="center", va="center")
    axes.text(2.42, -0.3, "…", ha="center", va="center")
    axes.text(1.6, -1.75, say("每一步都用同样的 W 和 U", "the same W and U at every step"), ha="center", va="center")
    axes.set(xlim=(-1.5, 3.8), ylim=(-2, 1.6))
    axes.axis("off")
    return drawn


@figure("recurrent/tasks")
def tasks(say: Say) -> Figure:
    """Three ways to read answers off the states: one at the end, one at each step, and those of a second network."""
    drawn = Figure((4.4, 4.4))
    axes = drawn.add_subplot()
    arrow = {"arrowstyle": "-|>", "color": ink(), "linewidth": 1.1}
    kinds = (
        (say("一个答案", "one answer"), "1111", "0001", BLUE),
        (say("每步一个答案", "one at every step"), "1111", "1111", GREEN),
        (say("先读后写", "first read, then write"), "1110000", "0001111", ORANGE),
    )
    for row, (name, inputs, outputs, colour) in enumerate(kinds):
        y = -2.3 * row
        axes.text(-0.5, y + 1.0, name, ha="left", va="bottom", color=colour)
        for x, (taken, given) in enumerate(zip(inputs, outputs, strict=True)):
            face = colour if row == 2 and x > 2 else "none"  # the second network
            axes.add_patch(
                FancyBboxPatch((x - 0.2, y - 0.2), 0.4, 0.4, boxstyle="round,pad=0.05", fc=face, ec=colour, alpha=0.9)
            )
            if x:
                axes.annotate("", (x - 0.27, y), (x - 0.73, y), arrowprops=arrow)
            if taken == "1":
                axes.annotate("", (x, y - 0.27), (x, y - 0.8), arrowprops=arrow)
            if given == "1":
                axes.annotate("", (x, y + 0.8), (x, y + 0.27), arrowprops=arrow)
    axes.set(xlim=(-0.6, 6.5), ylim=(-5.5, 1.5))
    axes.axis("off")
    return drawn


@figure("recurrent/reach")
def reaching(say: Say) -> Figure:
    """Length of the gradient against the lag: straight lines at rest, dashed where noise drives the states."""
    data = reach()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    for radius, rest, driven, colour in zip(data["radii"], data["rest"], data["driven"], _COLOURS, strict=True):
        axes.semilogy(range(0, 41, 2), rest[::2], color=colour)
        axes.semilogy(range(0, 41, 2), driven[::2], color=colour, linestyle="--", linewidth=1.1)
        axes.text(40.8, rest[40], f"{radius}", color=colour, va="center")
    axes.set_xlabel(say("相隔步数 k", "steps back k"))
    axes.set_ylabel(say("梯度的长度", "length of the gradient"))
    axes.set(xlim=(0, 45), ylim=(1e-20, 1e9))
    return drawn


@figure("recurrent/rows")
def rows(say: Say) -> Figure:
    """How strongly each of the eight rows acts on the loss."""
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.bar(range(1, 9), time()["gradients"], color=BLUE, width=0.7)
    axes.set_xlabel(say("行（时间步）", "row (time step)"))
    axes.set_ylabel(say("损失对这一行的梯度", "gradient of the loss"))
    axes.set_xticks(range(1, 9))
    return drawn
