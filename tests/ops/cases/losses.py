"""Loss functions."""

import numpy as np
from hypothesis import strategies as st

from cases import REDUCTION, SHAPE, SIZE, WRONG, Case, case, f


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


WRONG += [
    ("mse_loss", [f(3, 1), f(3)], {}, r"mse_loss: target must be \(\*\) with \* = \(3, 1\) as input .*; got \(3,\)"),
    ("mse_loss", [f(3), f(3)], {"reduction": "avg"}, r"mse_loss: reduction must be one of mean, sum, none; got 'avg'"),
    ("cross_entropy", [f(3), np.array(0)], {}, r"cross_entropy: input must be \(N, C\); got \(3,\)"),
    ("cross_entropy", [f(2, 3), np.array([0, 1, 2])], {}, r"cross_entropy: target must be \(N\) with N = 2 .*; got"),
    ("cross_entropy", [f(2, 3), np.array([0, 3])], {}, r"cross_entropy: .* indices in \[0, C\) with C = 3; got 3"),
    (
        "cross_entropy",
        [f(2, 3), np.array([0, -100])],
        {},
        r"cross_entropy: .* indices in \[0, C\) with C = 3; got -100",
    ),
    ("cross_entropy", [f(2, 3), f(2)], {}, r"cross_entropy: target must have integer dtype; got float64"),
    ("cross_entropy", [f(2, 3), np.ones((2, 3), int)], {}, r"cross_entropy: target must have float dtype; got int64"),
    ("cross_entropy", [f(2, 3), f(2, 4)], {}, r"cross_entropy: target must be \(N, C\) with N = 2 .*; got \(2, 4\)"),
    ("cross_entropy", [f(2, 3), np.array([0, 1])], {"reduction": "max"}, r"cross_entropy: reduction must be one of"),
]
