"""Random arguments for every differentiable operation: distinct and non-zero, no mistake hides behind a tie."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

import dlref.numpy


@dataclass
class Case:
    arrays: list[np.ndarray | None]
    options: dict[str, Any]

    def copy(self) -> list[np.ndarray | None]:
        return [None if array is None else array.copy() for array in self.arrays]


CASES: dict[str, Callable[[type], SearchStrategy[Case]]] = {}


def differentiable_operations() -> list[str]:
    """The names of all public operations that have a pullback."""
    return [name for name in dlref.numpy.__all__ if hasattr(getattr(dlref.numpy, name), "vjp")]


def distinct(rng: np.random.Generator, shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """Values in (-2, 2), all different from one another and from zero by more than a finite difference."""
    count = int(np.prod(shape))
    return ((rng.permutation(count) - count // 2 + 0.3) * (4 / max(count, 4))).astype(dtype).reshape(shape)


def strided(array: np.ndarray) -> np.ndarray:
    """The same values, but not contiguous in memory."""
    return np.repeat(array, 2, axis=-1)[..., ::2]


def case(operation: Callable[[DrawFn, Callable[..., np.ndarray]], Case]) -> Callable:
    """Register a generator; it is handed `array(*shape)`, which sometimes returns non-contiguous memory."""

    @st.composite
    def strategy(draw: DrawFn, dtype: type) -> Case:
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        layout = draw(st.sampled_from([strided, np.asarray]))
        return operation(draw, lambda *shape: layout(distinct(rng, shape, dtype)))

    CASES[operation.__name__] = strategy
    return operation


SIZE = st.integers(1, 5)
SHAPE = st.lists(SIZE, min_size=1, max_size=4)
REDUCTION = st.sampled_from(["mean", "sum", "none"])


@case
def relu(draw, array):
    return Case([array(*draw(SHAPE))], {})


@case
def softmax(draw, array):
    shape = draw(SHAPE)
    return Case([array(*shape)], {"dim": draw(st.integers(-len(shape), len(shape) - 1))})


@case
def log_softmax(draw, array):
    return softmax(draw, array)


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


@case
def mse_loss(draw, array):
    shape = draw(SHAPE)
    return Case([array(*shape), array(*shape)], {"reduction": draw(REDUCTION)})


@case
def cross_entropy(draw, array):
    N, C = draw(SIZE), draw(SIZE)
    logits = array(N, C)
    if draw(st.booleans()):
        target = np.array(draw(st.lists(st.integers(0, C - 1), min_size=N, max_size=N)), dtype=np.int64)
    else:  # rows need not sum to one: PyTorch takes them as they are, and so must the gradient
        target = abs(array(N, C))
    return Case([logits, target], {"reduction": draw(REDUCTION)})


PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
INT_OR_PAIR = st.one_of(st.integers(1, 3), PAIR)
