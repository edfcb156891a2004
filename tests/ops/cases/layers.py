"""Layers."""

import numpy as np
import torch
from hypothesis import strategies as st

from cases import BATCH, INT_OR_PAIR, PAIR, SHAPE, SIZE, WRONG, Case, case, f


@case
def linear(draw, array):
    leading, inner, out = draw(st.lists(BATCH, max_size=3)), draw(st.integers(0, 5)), draw(SIZE)
    bias = array(out) if draw(st.booleans()) else None
    return Case([array(*leading, inner), array(out, inner), bias], {})


@case
def conv1d(draw, array):
    C, out, kernel = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    options = {
        "stride": draw(st.integers(1, 3)),
        "padding": draw(st.integers(0, 2)),
        "dilation": draw(st.integers(1, 3)),
    }
    extent = options["dilation"] * (kernel - 1) + 1
    L = max(1, extent - 2 * options["padding"]) + draw(st.integers(0, 4))
    bias = array(out) if draw(st.booleans()) else None
    return Case([array(draw(BATCH), C, L), array(out, C, kernel), bias], options)


@case
def conv2d(draw, array):
    N, C, out = draw(BATCH), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = draw(PAIR)
    options = {"stride": draw(INT_OR_PAIR), "padding": draw(st.integers(0, 2)), "dilation": draw(INT_OR_PAIR)}
    dilation = np.broadcast_to(options["dilation"], 2)
    extent = [int(d * (k - 1) + 1) for d, k in zip(dilation, kernel, strict=True)]
    H, W = (max(1, e - 2 * options["padding"]) + draw(st.integers(0, 4)) for e in extent)
    bias = array(out) if draw(st.booleans()) else None
    return Case([array(N, C, H, W), array(out, C, *kernel), bias], options)


def pooling(draw, array):
    """Images, and windows that overlap, leave gaps, or reach into the padding."""
    kernel = draw(INT_OR_PAIR)
    kh, kw = (int(size) for size in np.broadcast_to(kernel, 2))
    options = {"kernel_size": kernel, "padding": (draw(st.integers(0, kh // 2)), draw(st.integers(0, kw // 2)))}
    if draw(st.booleans()):
        options["stride"] = draw(INT_OR_PAIR)
    H, W = kh + draw(st.integers(0, 4)), kw + draw(st.integers(0, 4))
    return Case([array(draw(BATCH), draw(st.integers(1, 3)), H, W)], options)


@case
def max_pool2d(draw, array):
    return pooling(draw, array)


@case
def avg_pool2d(draw, array):
    images = pooling(draw, array)
    if draw(st.booleans()):
        images.options["count_include_pad"] = draw(st.booleans())
    return images


@case
def embedding(draw, array):
    """The row of padding_idx is not looked up: that it has no gradient is against all finite differences."""
    V, shape = draw(SIZE), draw(st.lists(st.integers(0, 3), max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    input = rng.integers(0, V, shape, dtype=draw(st.sampled_from([np.int32, np.int64])))
    return Case([np.asarray(input), array(V + 1, draw(SIZE)), draw(st.sampled_from([None, V, -1]))], {})


@case
def dropout(draw, array):
    """What is not random: no training, or nothing to drop."""
    options = draw(st.sampled_from([{"training": False}, {"p": 0.9, "training": False}, {"p": 0.0}]))
    return Case([array(*draw(st.one_of(SHAPE, st.just([]), st.just([0, 2]))))], options)


@case
def batch_norm(draw, array):
    N, C, rest = draw(BATCH), draw(st.integers(1, 3)), draw(st.lists(st.integers(1, 3), max_size=3))
    options = {"training": draw(st.booleans())}
    if N * int(np.prod(rest)) == 1 and options["training"]:
        N = 2
    if draw(st.booleans()):
        options |= {"momentum": draw(st.sampled_from([0.0, 0.3, 1.0])), "eps": draw(st.sampled_from([1e-3, 0.5]))}
    running = [None, None] if options["training"] and draw(st.booleans()) else [array(C), abs(array(C)) + 0.5]
    affine = [array(C) if draw(st.booleans()) else None for _ in range(2)]
    buffers = () if running[0] is None else (1, 2)
    return Case([array(N, C, *rest), *running, *affine], options, buffers)


@case
def layer_norm(draw, array):
    normalized = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2)))
    leading = draw(st.lists(st.integers(0, 3), max_size=2))
    affine = [array(*normalized) if draw(st.booleans()) else None for _ in range(2)]
    options = draw(st.sampled_from([{}, {"eps": 1e-3}, {"eps": 0.5}]))
    return Case([array(*leading, *normalized), normalized, *affine], options)


@case(judge=torch.flatten)
def flatten(draw, array):
    shape = draw(st.lists(st.integers(0, 3), max_size=4))
    dims = max(len(shape), 1)
    start = draw(st.integers(0, dims - 1))
    end = draw(st.integers(start, dims - 1))
    start, end = start - draw(st.sampled_from([0, dims])), end - draw(st.sampled_from([0, dims]))
    options = draw(st.sampled_from([{}, {"start_dim": start}, {"start_dim": start, "end_dim": end}]))
    return Case([array(*shape)], options)


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
    ("max_pool2d", [f(1, 1, 2, 9)], {"kernel_size": 3}, r"max_pool2d: the window must fit .* padded input; got 3 > 2"),
    ("max_pool2d", [f(1, 1, 9, 2)], {"kernel_size": 3}, r"max_pool2d: the window must fit .* padded input; got 3 > 2"),
    ("avg_pool2d", [f(1, 1, 2, 9)], {"kernel_size": 3}, r"avg_pool2d: the window must fit .* padded input; got 3 > 2"),
    (
        "avg_pool2d",
        [f(1, 1, 4, 4)],
        {"kernel_size": 3, "padding": 2},
        r"avg_pool2d: padding must be at most half of kernel_size = \(3, 3\); got \(2, 2\)",
    ),
    ("avg_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 3, "padding": (2, 0)}, r"avg_pool2d: padding .*; got \(2, 0\)"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 3, "padding": (0, 2)}, r"max_pool2d: padding .*; got \(0, 2\)"),
    ("avg_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 0}, r"avg_pool2d: kernel_size must be .* at least 1; got 0"),
    ("avg_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 2, "stride": 0}, r"avg_pool2d: stride must be .*; got 0"),
    ("avg_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 2, "padding": -1}, r"avg_pool2d: padding must be .* 0; got -1"),
    ("avg_pool2d", [f(1, 4, 4)], {"kernel_size": 2}, r"avg_pool2d: input must be \(N, C, H, W\); got \(1, 4, 4\)"),
    ("conv1d", [f(2, 5), f(1, 2, 3)], {}, r"conv1d: input must be \(N, C, L\); got \(2, 5\)"),
    ("conv1d", [f(1, 2, 5), f(1, 3, 3)], {}, r"conv1d: weight must be \(out, C, k\) with C = 2 as input .*; got"),
    ("conv1d", [f(1, 2, 5), f(1, 2, 3), f(2)], {}, r"conv1d: bias must be \(out\) with out = 1 as .*; got \(2,\)"),
    ("conv1d", [f(1, 1, 1), f(1, 1, 4)], {"padding": 1}, r"conv1d: the window must fit .* padded input; got 4 > 3"),
    ("conv1d", [f(1, 1, 4), f(1, 1, 3)], {"dilation": 2}, r"conv1d: the window must fit .* padded input; got 5 > 4"),
    ("conv1d", [f(1, 1, 5), f(1, 1, 3)], {"padding": "same"}, r"conv1d: padding must be an int, at .*; got 'same'"),
    ("conv1d", [f(1, 1, 5), f(1, 1, 3)], {"stride": 0}, r"conv1d: stride must be an int, at least 1; got 0"),
    ("conv1d", [f(1, 1, 5), f(1, 1, 3)], {"padding": -1}, r"conv1d: padding must be an int, at least 0; got -1"),
    ("conv1d", [f(1, 1, 5), f(1, 1, 3)], {"dilation": 0}, r"conv1d: dilation must be an int, at least 1; got 0"),
    ("embedding", [f(2), f(3, 4)], {}, r"embedding: input must have integer dtype; got float64"),
    ("embedding", [f(2, dtype="int64"), f(3)], {}, r"embedding: weight must be \(V, D\); got \(3,\)"),
    ("embedding", [3 * f(1, dtype="int64"), f(3, 4)], {}, r"embedding: input must hold .* in \[0, V\) .* 3; got 3"),
    ("embedding", [-f(1, dtype="int64"), f(3, 4)], {}, r"embedding: input must hold .* in \[0, V\) .* 3; got -1"),
    ("embedding", [np.array([1, 5]), f(3, 4)], {}, r"embedding: input must hold .* in \[0, V\) .* 3; got 5"),
    ("embedding", [np.array([0, 5]), f(3, 4)], {}, r"embedding: input must hold .* in \[0, V\) .* 3; got 5"),
    ("embedding", [np.array([-4, 1]), f(3, 4)], {}, r"embedding: input must hold .* in \[0, V\) .* 3; got -4"),
    ("embedding", [np.array([-1, 1]), f(3, 4)], {}, r"embedding: input must hold .* in \[0, V\) .* 3; got -1"),
    ("linear", [f(), f(2, 3)], {}, r"linear: input must be \(\*, in\); got \(\)"),
    ("conv2d", [f(1, 1, 5, 5), f(1, 1, 3, 3)], {"padding": -1}, r"conv2d: padding must be .* at least 0; got -1"),
    ("conv2d", [f(1, 1, 5, 5), f(1, 1, 3, 3)], {"dilation": 0}, r"conv2d: dilation must be .* at least 1; got 0"),
    ("flatten", [np.ones((2, 3), int)], {}, r"flatten: input must have float dtype; got int64"),
    ("flatten", [[1.0]], {}, r"flatten: input must be a (ndarray|Tensor); got list"),
    ("layer_norm", [[1.0], (1,)], {}, r"layer_norm: input must be a (ndarray|Tensor); got list"),
    ("embedding", [f(1, dtype="int64"), f(3, 4), 3], {}, r"embedding: padding_idx must be in \[-V, V\) .* 3; got 3"),
    ("embedding", [f(1, dtype="int64"), f(3, 4), -4], {}, r"embedding: padding_idx must be in .* V = 3; got -4"),
    ("dropout", [f(2, dtype="int64")], {"training": False}, r"dropout: input must have float dtype; got int64"),
    ("dropout", [f(2)], {"p": -0.1, "training": False}, r"dropout: p must be in \[0, 1\]; got -0.1"),
    ("dropout", [f(2)], {"p": 1.1, "training": False}, r"dropout: p must be in \[0, 1\]; got 1.1"),
    ("dropout", [f(2)], {}, r"dropout: generator must be given where training is True and p > 0; got None"),
    ("dropout", [f(2)], {"p": 1}, r"dropout: generator must be given where training is True and p > 0; got None"),
    ("batch_norm", [f(3), None, None], {"training": True}, r"batch_norm: input must be \(N, C, \*\); got \(3,\)"),
    (
        "batch_norm",
        [f(4, 3, 2), None, None, f(2)],
        {"training": True},
        r"batch_norm: input must be \(N, C, \*\) with C = 2; got \(4, 3, 2\)",
    ),
    ("batch_norm", [f(4, 3), None, None, None, f(2)], {"training": True}, r"batch_norm: input .* with C = 2; got"),
    ("batch_norm", [f(4, 3), f(2), f(2)], {}, r"batch_norm: input must be \(N, C, \*\) with C = 2; got \(4, 3\)"),
    ("batch_norm", [f(4, 3), f(3), f(2)], {}, r"batch_norm: running_var must be \(C\) with C = 3 as running_mean"),
    ("batch_norm", [f(4, 3), f(3), f(3), f(3, 1)], {}, r"batch_norm: weight must be \(C\) with C = 3 .*; got \(3, 1\)"),
    ("batch_norm", [f(4, 3), f(3), f(3), f(3), f(2)], {}, r"batch_norm: bias must be \(C\) with C = 3 .*; got \(2,\)"),
    ("batch_norm", [f(4, 3), f(3), None], {"training": True}, r"batch_norm: running_mean and running_var .* together"),
    ("batch_norm", [f(4, 3), None, f(3)], {"training": True}, r"batch_norm: running_mean and running_var .* together"),
    (
        "batch_norm",
        [f(4, 3), None, None],
        {},
        r"batch_norm: running_mean and .* must be given unless training; got None",
    ),
    (
        "batch_norm",
        [f(1, 3, 1), None, None],
        {"training": True},
        r"batch_norm: input must have more than one value per channel in training; got \(1, 3, 1\)",
    ),
    ("layer_norm", [f(2, 3), ()], {}, r"layer_norm: normalized_shape must be a tuple of at least one int; got \(\)"),
    ("layer_norm", [f(2, 3), 3], {}, r"layer_norm: normalized_shape must be a tuple of at least one int; got 3"),
    ("layer_norm", [f(2, 3), (2,)], {}, r"layer_norm: input must end in normalized_shape = \(2,\); got \(2, 3\)"),
    ("layer_norm", [f(3), (2, 3)], {}, r"layer_norm: input must end in normalized_shape = \(2, 3\); got \(3,\)"),
    ("layer_norm", [f(2, 3), (3,), f(2)], {}, r"layer_norm: weight must be \(D1\) with D1 = 3 as input .*; got \(2,\)"),
    ("layer_norm", [f(2, 3), (2, 3), None, f(3, 2)], {}, r"layer_norm: bias must be \(D1, D2\) with .*; got \(3, 2\)"),
    ("flatten", [f(2, 3)], {"start_dim": 2}, r"flatten: start_dim must be in \[-2, 2\) .* of 2 dimensions; got 2"),
    ("flatten", [f(2, 3)], {"end_dim": -3}, r"flatten: end_dim must be in \[-2, 2\) .* of 2 dimensions; got -3"),
    ("flatten", [f()], {"end_dim": 1}, r"flatten: end_dim must be in \[-1, 1\) .* of 0 dimensions; got 1"),
    ("flatten", [f(2, 3)], {"start_dim": 1, "end_dim": 0}, r"flatten: start_dim must not come after .*; got 1 and 0"),
    ("residual", [None], {}, r"residual: sublayer must be a differentiable operation; got NoneType"),
]
