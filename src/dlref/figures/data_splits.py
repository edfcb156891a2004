"""The figures of the page data-splits, drawn from what its experiments return."""

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


@figure("data-splits/choosing-by-test")
def choosing_by_test(say: Say) -> Figure:
    """The best by test accuracy: what the same test part says of it, and what is true."""
    return _choosing(
        say("按测试集挑选", "chosen by the test part"), say, "by_test", RED, say("同一测试集上", "same test part")
    )


@figure("data-splits/choosing-by-validation")
def choosing_by_validation(say: Say) -> Figure:
    """The best by validation accuracy: what a test part that chose nothing says of it, and what is true."""
    title = say("按验证集挑选", "chosen by the validation part")
    return _choosing(title, say, "by_validation", GREEN, say("测试集上（一次）", "test part, once"))


def _choosing(title: str, say: Say, judge: str, colour: str, name: str) -> Figure:
    """Draw the accuracy reported of the best candidate and that on new images, against the number of candidates."""
    data = choosing_flatters()
    counts, curves = data["candidates"], data["curves"]
    drawn = Figure((4.2, 3.1))
    axes = drawn.add_subplot()
    axes.plot(counts, curves[f"{judge}_test"], "o-", color=colour, markersize=4, label=name)
    axes.plot(counts, curves[f"{judge}_new"], "s--", color=BLUE, markersize=4, label=say("新图像上", "new images"))
    axes.set(xscale="log", ylim=(0.8, 0.94), title=title)
    axes.set_xticks(counts, labels=[str(count) for count in counts])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.8, 0.85, 0.9], labels=["80%", "85%", "90%"])
    axes.set_xlabel(say("候选网络的数量", "number of candidates"))
    axes.set_ylabel(say("准确率", "accuracy"))
    axes.legend(loc="lower right")
    return drawn
