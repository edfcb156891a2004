"""The figure of the page data-parallel: one batch, two workers, one mean."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from dlref.figures.drawing import BLUE, GREEN, ORANGE, Say, figure, ink


@figure("data-parallel/workers")
def workers(say: Say) -> Figure:
    """A batch divided between two copies of a network; their gradients are averaged and go back to both."""
    drawn = Figure((4.4, 3.3))
    axes = drawn.add_subplot()
    arrow = {"arrowstyle": "-|>", "color": ink(), "linewidth": 1.1}
    for place in range(8):
        colour = (BLUE, ORANGE)[place % 2]
        axes.add_patch(Rectangle((0.75 + 0.45 * place, 4.2), 0.38, 0.38, facecolor=colour, alpha=0.5, linewidth=0))
    axes.text(2.55, 4.85, say("一个批量", "one mini-batch"), ha="center", va="center")
    for x, colour, number in ((0.9, BLUE, 1), (4.2, ORANGE, 2)):
        axes.add_patch(
            FancyBboxPatch((x - 0.9, 2.3), 1.8, 0.8, boxstyle="round,pad=0.06", facecolor="none", edgecolor=colour)
        )
        axes.text(x, 2.85, say(f"工作进程 {number}", f"worker {number}"), ha="center", va="center", color=colour)
        axes.text(x, 2.48, say("参数相同", "same parameters"), ha="center", va="center", fontsize=8.5)
        axes.annotate("", (x, 3.2), (2.55 + 0.5 * (x - 2.55), 4.1), arrowprops=arrow)
        side = -1 if number == 1 else 1
        axes.annotate("", (2.55 + 0.75 * side, 1.0), (x - 0.35 * side, 2.2), arrowprops=arrow)
        axes.text(2.55 + 0.62 * side, 1.75, f"$g_{number}$", ha="center", va="center", color=colour)
        axes.annotate(
            "",
            (x + 0.5 * side, 2.2),
            (2.55 + 0.95 * side, 0.65),
            arrowprops={**arrow, "color": GREEN, "connectionstyle": f"arc3,rad={0.25 * side}"},
        )
    axes.text(2.55, 0.75, "$(g_1 + g_2) / 2$", ha="center", va="center", color=GREEN)
    axes.text(2.55, 0.15, say("两边各走同样的一步", "both take the same step"), ha="center", va="center", fontsize=9)
    axes.set(xlim=(-0.5, 5.6), ylim=(-0.1, 5.1))
    axes.axis("off")
    return drawn
