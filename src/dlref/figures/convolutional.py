"""The figures of the page convolutional: from dense to shared weights, what a place sees, and three tasks."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlref.experiments.convolutional import examples, receptive
from dlref.experiments.convolutional_tasks import SIZE
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, Say, figure

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
