"""Activation functions."""

import numpy as np
from hypothesis import strategies as st

from cases import SHAPE, WRONG, Case, case, f


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


WRONG += [
    ("relu", [np.array([1, 2])], {}, r"relu: input must have float dtype; got int64"),
    ("relu", [[1.0]], {}, r"relu: input must be a (ndarray|Tensor); got list"),
    ("relu", [None], {}, r"relu: input must be a (ndarray|Tensor); got NoneType"),
    ("softmax", [f(2, 3)], {"dim": 2}, r"softmax: dim must be in \[-2, 2\) for an input of 2 dimensions; got 2"),
    ("log_softmax", [f(2, 3)], {"dim": -3}, r"log_softmax: dim must be in \[-2, 2\) .*; got -3"),
]
