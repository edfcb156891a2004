"""The figures of the page neuron on layers: activations and slopes, width, and what depth leaves of a gradient."""

import numpy as np
from matplotlib.figure import Figure

from dlref.experiments.neuron_layers import activation_curves, activation_gradients, universal
from dlref.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Say, figure


@figure("neuron/classic")
def classic(say: Say) -> Figure:
    """Sigmoid, tanh and the two rectifiers, each with its slope."""
    return _curves(say, {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 4), "leaky_relu": (0, 4)})


@figure("neuron/smooth")
def smooth(say: Say) -> Figure:
    """The smooth relatives of ReLU, each with its slope."""
    return _curves(say, {"softplus": (0, 4), "elu": (-1, 4), "gelu": (0, 4), "silu": (0, 4)})


def _curves(say: Say, names: dict[str, tuple[int, int]]) -> Figure:
    data = activation_curves()
    drawn = Figure((4.2, 3.5))
    for place, (axes, (name, ticks)) in enumerate(zip(drawn.subplots(2, 2).flat, names.items(), strict=True)):
        axes.axhline(0, color=GREY, linewidth=0.7)
        axes.plot(data["x"], data["value"][name], color=BLUE)
        axes.plot(data["x"], data["slope"][name], color=ORANGE, linestyle=(0, (4, 2)), linewidth=1.5)
        axes.set_title(name)
        axes.set(xlim=(-4, 4), xticks=[-4, 0, 4], yticks=sorted({0, 1, *ticks}))
        if place == 0:
            axes.text(0.04, 0.92, say("值", "value"), color=BLUE, va="top", transform=axes.transAxes)
            axes.text(0.04, 0.74, say("斜率", "slope"), color=ORANGE, va="top", transform=axes.transAxes)
    return drawn


@figure("neuron/approximation")
def approximation(say: Say) -> Figure:
    """A wave, and what layers of 4 and of 8 units make of it."""
    data = activation_curves()
    drawn = Figure((4.2, 3.0))
    axes = drawn.add_subplot()
    axes.plot(data["wave_x"], data["wave"], color=GREY, linewidth=4, alpha=0.6)
    for width, colour in (("4", RED), ("8", BLUE)):
        axes.plot(data["wave_x"], data["built"][width], color=colour, linewidth=1.5)
        knots = np.arange(int(width)) / int(width)
        axes.plot(knots, np.sin(2 * np.pi * knots), "o", color=colour, markersize=4)
    axes.text(0.31, 0.5, say("4 个单元", "4 units"), color=RED, ha="right", va="top")
    axes.text(0.39, 0.78, say("8 个单元", "8 units"), color=BLUE, va="center")
    axes.text(0.86, -0.98, "sin 2πx", color=GREY, ha="left", va="center")
    axes.set(xlim=(0, 1.02), ylim=(-1.15, 1.15), xticks=[0, 0.5, 1], yticks=[-1, 0, 1])
    axes.set_xlabel(say("输入 x", "input x"))
    axes.set_ylabel(say("输出", "output"))
    return drawn


@figure("neuron/width")
def width_(say: Say) -> Figure:
    """Largest error against width, of the layer that is built and of layers that are trained."""
    data = universal()
    widths = np.array(data["widths"])
    drawn = Figure((4.2, 3.0))
    axes = drawn.add_subplot()
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.plot(widths, np.pi**2 / 2 / widths**2.0, color=GREY, linestyle="--", linewidth=1.2)
    axes.plot(widths, data["errors"], "o-", color=BLUE, markersize=4)
    trained = widths[: len(data["trained_median"])]
    axes.fill_between(trained, data["trained_best"], data["trained_worst"], color=ORANGE, alpha=0.2, linewidth=0)
    axes.plot(trained, data["trained_median"], "s-", color=ORANGE, markersize=4)
    axes.text(17, 0.03, say("上界 π²/(2n²)", "bound π²/(2n²)"), color=GREY, ha="left", va="bottom")
    axes.text(48, 0.0012, say("按公式搭建", "built"), color=BLUE, ha="right", va="top")
    axes.text(4.2, 0.008, say("训练得到", "trained"), color=ORANGE, ha="right", va="top")
    axes.set_xticks(widths, labels=[str(width) for width in widths])
    axes.set_yticks([1, 0.1, 0.01, 0.001], labels=["1", "0.1", "0.01", "0.001"])
    axes.minorticks_off()
    axes.set_ylim(7e-4, 2)
    axes.set_xlabel(say("隐藏单元数 n（对数刻度）", "hidden units n (log scale)"))
    axes.set_ylabel(say("最大误差", "largest error"))
    return drawn


@figure("neuron/depth")
def depth(say: Say) -> Figure:
    """The length of a gradient against the number of layers that it has passed backwards."""
    data = activation_gradients()
    drawn = Figure((4.2, 3.3))
    axes = drawn.add_subplot()
    axes.set_yscale("log")
    layers = np.arange(data["depth"] + 1)
    shown = {
        "relu_wide": (GREEN, "-", "relu × √2", 29.5, 60),
        "tanh": (PURPLE, "-", "tanh", 29.5, 0.05),
        "relu": (BLUE, "-", "relu", 29.5, 1e-3),
        "sigmoid_wide": (ORANGE, (0, (4, 2)), "sigmoid × 4", 29.5, 1e-7),
        "sigmoid": (RED, "-", "sigmoid", 21.5, 1e-15),
    }
    axes.plot(layers, 0.25**layers, color=GREY, linestyle=":", linewidth=1.5)
    axes.text(30.5, 1e-11, say("上界：每层 1/4", "bound: 1/4 a layer"), color=GREY, ha="right", va="bottom")
    for name, (colour, dashes, label, x, y) in shown.items():
        axes.plot(layers, data["lengths"][name], color=colour, linestyle=dashes)
        axes.text(x, y, label, color=colour, ha="right", va="center")
    axes.set(xlim=(0, 31), ylim=(1e-20, 1e2))
    axes.set_yticks([1, 1e-5, 1e-10, 1e-15, 1e-20], labels=["1", "1e−5", "1e−10", "1e−15", "1e−20"])
    axes.minorticks_off()
    axes.set_xlabel(say("往回经过的层数", "layers passed backwards"))
    axes.set_ylabel(say("梯度长度（对数刻度）", "length of the gradient (log)"), labelpad=7)
    return drawn
