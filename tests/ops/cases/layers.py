"""Layers."""

import numpy as np
from hypothesis import strategies as st

from cases import INT_OR_PAIR, PAIR, SHAPE, SIZE, WRONG, Case, case, f


@case
def linear(draw, array):
    *leading, inner = draw(SHAPE)
    out = draw(SIZE)
    bias = array(out) if draw(st.booleans()) else None
    return Case([array(*leading, inner), array(out, inner), bias], {})


@case
def conv2d(draw, array):
    N, C, out = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = draw(PAIR)
    options = {"stride": draw(INT_OR_PAIR), "padding": draw(st.integers(0, 2)), "dilation": draw(INT_OR_PAIR)}
    dilation = np.broadcast_to(options["dilation"], 2)
    extent = [int(d * (k - 1) + 1) for d, k in zip(dilation, kernel, strict=True)]
    H, W = (max(1, e - 2 * options["padding"]) + draw(st.integers(0, 4)) for e in extent)
    bias = array(out) if draw(st.booleans()) else None
    return Case([array(N, C, H, W), array(out, C, *kernel), bias], options)


@case
def max_pool2d(draw, array):
    kernel = draw(INT_OR_PAIR)
    kh, kw = (int(size) for size in np.broadcast_to(kernel, 2))
    options = {"kernel_size": kernel, "padding": (draw(st.integers(0, kh // 2)), draw(st.integers(0, kw // 2)))}
    if draw(st.booleans()):
        options["stride"] = draw(INT_OR_PAIR)
    H, W = kh + draw(st.integers(0, 4)), kw + draw(st.integers(0, 4))
    return Case([array(draw(st.integers(1, 3)), draw(st.integers(1, 3)), H, W)], options)


WRONG += [
    (
        "linear",
        [f(256, 784), f(512, 100)],
        {},
        r"linear: weight must be \(out, in\) with in = 784 as input \(256, 784\) has; got \(512, 100\)",
    ),
    ("linear", [f(2, 3), f(4, 3), f(3)], {}, r"linear: bias must be \(out\) with out = 4 as .*; got \(3,\)"),
    ("linear", [f(2, 3), f(3)], {}, r"linear: weight must be \(out, in\) .*; got \(3,\)"),
    ("linear", [f(2, 3), f(4, 3, dtype="float32")], {}, r"linear: weight must be float64 as input is; got float32"),
    ("conv2d", [f(2, 5, 5), f(1, 2, 3, 3)], {}, r"conv2d: input must be \(N, C, H, W\); got \(2, 5, 5\)"),
    ("conv2d", [f(1, 2, 5, 5), f(1, 3, 3, 3)], {}, r"conv2d: weight must be .* with C = 2 as input .*; got"),
    ("conv2d", [f(1, 1, 2, 2), f(1, 1, 3, 3)], {}, r"conv2d: the window must fit into the padded input; got 3 > 2"),
    ("conv2d", [f(1, 1, 5, 5), f(1, 1, 3, 3)], {"padding": "same"}, r"conv2d: padding must be an int .*; got 'same'"),
    ("conv2d", [f(1, 1, 5, 5), f(1, 1, 3, 3)], {"stride": 0}, r"conv2d: stride must be .* at least 1; got 0"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 2, "padding": 2}, r"max_pool2d: padding must be at most half"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 2, "stride": 0}, r"max_pool2d: stride must be .*; got 0"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": (2, 2, 2)}, r"max_pool2d: kernel_size must be an int or a pair"),
    ("max_pool2d", [f(4, 4)], {"kernel_size": 2}, r"max_pool2d: input must be \(N, C, H, W\); got \(4, 4\)"),
]
