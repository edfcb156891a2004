"""Two more figures of the page data-parallel: the ring, round by round, and how much faster more workers are."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlref.experiments.data_parallel_cost import rounds, speed_ups
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, RED, Say, figure


@figure("data-parallel/ring")
def ring(say: Say) -> Figure:
    """Each row is a round, each group of four squares a worker: in how many gradients a piece already is the sum of."""
    states = rounds()["counts"]
    drawn = Figure((4.2, 3.6))
    axes = drawn.add_subplot()
    for row, state in enumerate(states):
        for rank, pieces in enumerate(state):
            for place, count in enumerate(pieces):
                x = 5 * rank + place
                done = count == len(pieces)
                colour, alpha = (GREEN, 0.85) if done else (BLUE, 0.12 * count)
                square = Rectangle((x + 0.04, row + 0.12), 0.92, 0.76, linewidth=0, facecolor=colour, alpha=alpha)
                axes.add_patch(square)
                axes.text(x + 0.5, row + 0.5, str(count), ha="center", va="center_baseline", fontsize=9)
    for rank in range(4):
        axes.text(5 * rank + 2, -0.35, say(f"进程 {rank}", f"worker {rank}"), ha="center", va="center", fontsize=9)
    for row in range(len(states)):
        name = say("开始", "start") if row == 0 else say(f"第 {row} 轮", f"round {row}")
        axes.text(-0.5, row + 0.5, name, ha="right", va="center", fontsize=9)
    axes.plot([-0.2, 19.2], [4, 4], color=GREY, linewidth=1, linestyle=":")
    axes.text(19.5, 2.5, say("累加", "sum"), rotation=90, ha="left", va="center", fontsize=9)
    axes.text(19.5, 5.5, say("分发", "hand out"), rotation=90, ha="left", va="center", fontsize=9)
    axes.set(xlim=(-3.6, 20.6), ylim=(7, -0.7))
    axes.axis("off")
    return drawn


@figure("data-parallel/speed-up")
def speed_up(say: Say) -> Figure:
    """How many times as fast a step is against the number of workers, for four ratios of sending to computing."""
    data = speed_ups()
    workers = np.array(data["workers"])
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot(xscale="log", yscale="log")
    colours = {"0": GREY, "0.01": BLUE, "0.032": ORANGE, "0.1": RED}
    for ratio, colour in colours.items():
        times = np.array(data["speed_ups"][ratio])
        axes.plot(workers, times, color=colour, linestyle="--" if ratio == "0" else "-")
        if ratio == "0":
            axes.text(22, 30, say("发送不花时间", "sending is free"), color=colour, ha="right")
            continue
        axes.axhline(1 / (2 * float(ratio)), color=colour, linewidth=0.8, linestyle=":", xmin=0.6)
        axes.text(66, times[-1], f"{100 * float(ratio):g} %", color=colour, ha="left", va="center", fontsize=9)
    axes.set(xlim=(1, 64), ylim=(1, 70))
    axes.set_xticks([1, 2, 4, 8, 16, 32, 64], labels=["1", "2", "4", "8", "16", "32", "64"])
    axes.set_yticks([1, 2, 5, 10, 20, 50], labels=["1", "2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.set_xlabel(say("工作进程数 W", "workers W"))
    axes.set_ylabel(say("加速倍数", "times as fast as one"))
    return drawn
