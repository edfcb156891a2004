"""What joins and chooses among arrays."""

import torch
from hypothesis import strategies as st

from cases import SHAPE, SIZE, Case, case, f


@case(judge=torch.cat)
def cat(draw, array):
    shape = draw(SHAPE)
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    sizes = draw(st.lists(SIZE, min_size=1, max_size=3))
    parts = [array(*(size if i == dim % len(shape) else n for i, n in enumerate(shape))) for size in sizes]
    return Case([draw(st.sampled_from([list, tuple]))(parts), dim], {})


@case(judge=torch.stack)
def stack(draw, array):
    shape = draw(SHAPE)
    dim = draw(st.integers(-len(shape) - 1, len(shape)))
    return Case([[array(*shape) for _ in range(draw(st.integers(1, 3)))], dim], {})


@case(judge=torch.where)
def where(draw, array):
    shape = draw(SHAPE)
    return Case([array(*shape) > 0, array(*shape), array(*shape)], {})


REFUSED = [  # by NumPy's own; torch's own say it in their words
    ("cat", [[f(2, 3), f(3, 3), f(2, 2)]], r"cat: tensors\[2\] must be \(2, 3\), except in dimension 0; got \(2, 2\)"),
    ("cat", [[f(2, 3), f(2)]], r"cat: tensors\[1\] must be \(2, 3\), except in dimension 0; got \(2,\)"),
    ("cat", [[f(2), f(2, dtype="float32")]], r"cat: tensors\[1\] must be float64 as tensors\[0\] is; got float32"),
    ("cat", [[]], r"cat: tensors must be a tuple or list of at least one array; got \[\]"),
    ("cat", [[f(2)], 1], r"cat: dim must be in \[-1, 1\) for an input of 1 dimensions; got 1"),
    ("stack", [[f(2), f(3)]], r"stack: tensors\[1\] must be \(2,\); got \(3,\)"),
    ("stack", [f(2)], r"stack: tensors must be a tuple or list of at least one array; got array"),
    ("stack", [[f(2)], 2], r"stack: dim must be in \[-2, 2\) .*; got 2"),
    ("where", [f(2), f(2), f(2)], r"where: condition must have bool dtype; got float64"),
    (
        "where",
        [f(2) > 0, f(2), f(3)],
        r"where: other must be \(\*\) with \* = \(2,\) as condition \(2,\) has; got \(3,\)",
    ),
]
