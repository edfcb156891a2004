"""Activation functions."""

import numpy as np
from hypothesis import strategies as st

from cases import SHAPE, WRONG, Case, case, f

ANY_SHAPE = st.one_of(SHAPE, st.just([]), st.just([0, 3]), st.just([2, 0]))  # a number, no examples, no features
ELEMENTWISE = st.one_of(SHAPE, st.just([]), st.just([0, 3]))
FACTOR = st.sampled_from([0.01, 0.3, 1.0, 2.5])


@case
def relu(draw, array):
    return Case([array(*draw(ELEMENTWISE))], {})


@case
def leaky_relu(draw, array):
    options = draw(st.one_of(st.just({}), st.fixed_dictionaries({"negative_slope": FACTOR})))
    return Case([array(*draw(ELEMENTWISE))], options)


@case
def elu(draw, array):
    options = draw(st.one_of(st.just({}), st.fixed_dictionaries({"alpha": FACTOR})))
    return Case([array(*draw(ELEMENTWISE))], options)


@case
def sigmoid(draw, array):
    return Case([array(*draw(ELEMENTWISE))], {})


@case
def tanh(draw, array):
    return Case([array(*draw(ELEMENTWISE))], {})


@case
def logsigmoid(draw, array):
    return Case([array(*draw(ELEMENTWISE))], {})


@case
def softplus(draw, array):
    options = {"beta": FACTOR, "threshold": st.sampled_from([-0.5, 0.0, 0.7, 20.0])}
    options = {name: option for name, option in options.items() if draw(st.booleans())}
    return Case([array(*draw(ELEMENTWISE))], draw(st.fixed_dictionaries(options)))


@case
def silu(draw, array):
    return Case([array(*draw(ELEMENTWISE))], {})


@case
def gelu(draw, array):
    options = draw(st.sampled_from([{}, {"approximate": "none"}, {"approximate": "tanh"}]))
    return Case([array(*draw(ELEMENTWISE))], options)


@case
def softmax(draw, array):
    shape = draw(ANY_SHAPE)
    reach = max(len(shape), 1)
    return Case([array(*shape)], {"dim": draw(st.integers(-reach, reach - 1))})


@case
def log_softmax(draw, array):
    return softmax(draw, array)


WRONG += [
    *(
        (name, [np.array([1, 2])], {}, rf"^{name}: input must have float dtype; got int64")
        for name in ("relu", "leaky_relu", "elu", "sigmoid", "tanh", "logsigmoid", "softplus", "silu", "gelu")
    ),
    *(
        (name, [np.array([1, 2])], {"dim": 0}, rf"^{name}: input must have float")
        for name in ("softmax", "log_softmax")
    ),
    ("relu", [[1.0]], {}, r"relu: input must be a (ndarray|Tensor); got list"),
    ("relu", [None], {}, r"relu: input must be a (ndarray|Tensor); got NoneType"),
    ("gelu", [f(2)], {"approximate": "exact"}, r"^gelu: approximate must be one of none, tanh; got 'exact'"),
    ("softmax", [f(2, 3)], {"dim": 2}, r"^softmax: dim must be in \[-2, 2\) for an input of 2 dimensions; got 2"),
    ("log_softmax", [f(2, 3)], {"dim": -3}, r"^log_softmax: dim must be in \[-2, 2\) .*; got -3"),
    ("softmax", [f()], {"dim": 1}, r"softmax: dim must be in \[-1, 1\) for an input of 0 dimensions; got 1"),
    ("softmax", [f()], {"dim": -2}, r"softmax: dim must be in \[-1, 1\) for an input of 0 dimensions; got -2"),
]
