"""The figures of the page convolutional: shared weights, geometry, what a place sees, learnt kernels, three tasks."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlref.experiments.convolutional import examples, receptive
from dlref.experiments.convolutional_kernels import networks
from dlref.experiments.convolutional_tasks import SIZE
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, Say, blank, figure

_SHADES = ListedColormap([(0.23, 0.49, 0.85, alpha) for alpha in np.linspace(0, 1, 64)])


@figure("convolutional/sharing")
def sharing(say: Say) -> Figure:
    """Three 6×6 weight matrices: full, banded, and banded with the same three weights in every row."""
    drawn = Figure((4.2, 2.0))
    titles = (say("全连接：36", "dense: 36"), say("局部：16", "local: 16"), say("共享：3", "shared: 3"))
    for kind, (title, axes) in enumerate(zip(titles, drawn.subplots(1, 3), strict=True)):
        for row, column in np.ndindex(6, 6):
            offset = column - row
            if kind and abs(offset) > 1:
                continue
            colour = (BLUE, ORANGE, GREEN)[offset + 1] if kind == 2 else GREY
            axes.add_patch(Rectangle((column + 0.06, row + 0.06), 0.88, 0.88, facecolor=colour))
        axes.set(xlim=(0, 6), ylim=(6, 0), aspect="equal", xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        axes.set_xlabel(title)
    return drawn


@figure("convolutional/receptive")
def seen(say: Say) -> Figure:
    """Which pixels act on the middle of the maps behind one, two and three layers."""
    drawn = Figure((4.2, 2.0))
    for layers, (field, axes) in enumerate(zip(receptive()["fields"], drawn.subplots(1, 3), strict=True), 1):
        strength = np.array(field)[3:12, 3:12]
        for row, column in zip(*np.nonzero(strength), strict=True):
            shade = 0.25 + 0.75 * strength[row, column] / strength.max()
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=BLUE, alpha=round(float(shade), 2)))
        axes.set(xlim=(0, 9), ylim=(9, 0), aspect="equal", xticks=[], yticks=[])
        axes.spines[:].set_visible(True)
        axes.set_xlabel(say(f"{layers} 层", f"{layers} layer" + "s" * (layers > 1)))
    return drawn


@figure("convolutional/tasks")
def tasks(say: Say) -> Figure:
    """Three held-out canvases above, with the true and the found box; the found masks below."""
    data = examples()
    drawn = Figure((4.2, 3.1))
    rows = drawn.subplots(2, 3)
    for column, (upper, lower) in enumerate(rows.T):
        upper.imshow(np.clip(data["canvases"][column], 0, 1), cmap=_SHADES, vmin=0, vmax=1)
        for box, colour in ((data["true"][column], GREEN), (data["boxes"][column], ORANGE)):
            left, top, right, bottom = np.array(box) * SIZE - 0.5
            upper.add_patch(Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour, lw=1.6))
        lower.imshow(np.array(data["masks"][column], float), cmap=_SHADES, vmin=0, vmax=1)
        lower.set_xlabel(say(f"答：{data['answers'][column]}", f"says {data['answers'][column]}"))
        for axes in (upper, lower):
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(True)
    return drawn


@figure("convolutional/geometry")
def geometry(say: Say) -> Figure:
    """Seven pixels below, places of the map above: padding, stride and dilation for a kernel of three."""
    drawn = Figure((4.2, 3.3))
    names = (say("填充 1", "padding 1"), say("步幅 2", "stride 2"), say("膨胀 2", "dilation 2"))
    options = ((1, 1, 1), (0, 2, 1), (0, 1, 2))  # padding, stride, dilation
    for name, (padding, stride, dilation), axes in zip(names, options, drawn.subplots(3, 1), strict=True):
        reach = 2 * dilation + 1
        for place in range((7 + 2 * padding - reach) // stride + 1):
            first = place * stride - padding
            middle, colour = first + dilation, ORANGE if place == 1 else GREY
            for tap in range(3):
                axes.plot([first + tap * dilation, middle], [0, 1], color=colour, linewidth=1.6 if place == 1 else 0.6)
            axes.plot(middle, 1, "s", color=colour, markersize=8)
        for pixel in range(-padding, 7 + padding):
            inside = 0 <= pixel < 7
            axes.plot(pixel, 0, "s", color=BLUE, markersize=8, markerfacecolor=BLUE if inside else "none")
        axes.text(-1.8, 0.5, name, ha="right", va="center")
        axes.set(xlim=(-5.4, 7.6), ylim=(-0.35, 1.35))
        axes.axis("off")
    return drawn


@figure("convolutional/kernels")
def learnt(say: Say) -> Figure:
    """Eight first kernels: at the start, after training, and after training from a tenth of the start."""
    drawn = blank(4.2, 1.65)
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(-11.5, 32), ylim=(13.5, -3.5))
    axes.set_axis_off()
    names = (say("开始", "start"), say("训练后", "trained"), say("从十分之一\n开始训练", "trained\nfrom a tenth"))
    found = networks()
    for row, (name, kind) in enumerate(zip(names, ("start", "end", "small"), strict=True)):
        axes.text(-1, 6 * row - 1, name, ha="right", va="center", fontsize=9.5)
        for column, kernel in enumerate(np.array(found[kind][0])[:8]):
            left, top = 4 * column, 6 * row - 2.5
            for (down, across), value in np.ndenumerate(kernel / np.abs(kernel).max()):
                colour, strength = BLUE if value > 0 else ORANGE, round(float(abs(value)), 1)
                axes.add_patch(Rectangle((left + across, top + down), 1, 1, facecolor=colour, alpha=strength, lw=0))
            axes.add_patch(Rectangle((left, top), 3, 3, fill=False, edgecolor=GREY, lw=0.5))
    return drawn
