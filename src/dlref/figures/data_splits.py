"""The figures of the page data-splits, drawn from what its experiments return."""

import numpy as np
from matplotlib.figure import Figure

from dlref.experiments.data_splits import choosing_flatters, training_flatters
from dlref.figures.drawing import BLUE, GREEN, ORANGE, RED, Say, figure


@figure("data-splits/training")
def training(say: Say) -> Figure:
    """Accuracy on the training images and on new ones, against the number of training images."""
    data = training_flatters()
    sizes = data["sizes"]
    drawn = Figure((4.6, 2.8))
    axes = drawn.add_subplot()
    for kind, colour, name in (
        ("train", ORANGE, say("训练图像", "training images")),
        ("new", BLUE, say("新图像", "new images")),
    ):
        axes.plot(sizes, data[f"mean_{kind}"], "o-", color=colour, markersize=4, label=name)
        for at, size in enumerate(sizes):
            axes.plot([size] * data["seeds"], data[kind][at], ".", color=colour, markersize=3, alpha=0.6)
    axes.set(xscale="log", ylim=(0.78, 1.02))
    axes.set_xticks(sizes, labels=[str(size) for size in sizes])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.8, 0.9, 1.0], labels=["80%", "90%", "100%"])
    axes.set_xlabel(say("训练图像的数量", "number of training images"))
    axes.set_ylabel(say("准确率", "accuracy"))
    axes.legend(loc="lower right")
    return drawn


@figure("data-splits/choosing")
def choosing(say: Say) -> Figure:
    """What is reported about the best candidate and what is true of it, against the number of candidates."""
    data = choosing_flatters()
    counts, curves = data["candidates"], data["curves"]
    drawn = Figure((7.2, 3.0))
    axes = drawn.subplots(1, 2, sharey=True)
    panels = (
        (
            say("按测试集挑选", "chosen by the test part"),
            ("by_test_test", RED, say("同一测试集上", "same test part")),
            ("by_test_new", BLUE, say("新图像上", "new images")),
        ),
        (
            say("按验证集挑选", "chosen by the validation part"),
            ("by_validation_test", GREEN, say("测试集上（一次）", "test part, once")),
            ("by_validation_new", BLUE, say("新图像上", "new images")),
        ),
    )
    for panel, (title, *lines) in zip(axes, panels, strict=True):
        for (kind, colour, name), marker in zip(lines, ("o-", "s--"), strict=True):
            panel.plot(counts, curves[kind], marker, color=colour, markersize=4, label=name)
        panel.set(xscale="log", title=title)
        panel.set_xticks(counts, labels=[str(count) for count in counts])
        panel.set_xticks([], minor=True)
        panel.set_xlabel(say("候选网络的数量", "number of candidates"))
        panel.legend(loc="lower right")
    ticks = np.array([0.8, 0.85, 0.9])
    axes[0].set_ylim(0.8, 0.94)
    axes[0].set_yticks(ticks, labels=[f"{tick:.0%}" for tick in ticks])
    axes[0].set_ylabel(say("准确率", "accuracy"))
    return drawn
