"""The tape against torch.autograd: every operator, micro-nets, and what it refuses."""

import numpy as np
import pytest
import torch
from cases import distinct
from hypothesis import given, settings
from hypothesis import strategies as st

import dlref.numpy
from dlref.numpy import Tensor

BOUNDED = settings(derandomize=True, max_examples=25, deadline=None, database=None)
TAPE = pytest.mark.covers("dlref.numpy.Tensor")

UNARY = {
    "neg": lambda x: -x,
    "exp": lambda x: x.exp(),
    "log": lambda x: (x * x).log(),
    "sqrt": lambda x: (x * x + 1).sqrt(),
    "abs": lambda x: x.abs(),
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "reciprocal": lambda x: x**-1,
    "power 0": lambda x: x**0,
    "power 1": lambda x: x**1.0,
    "root": lambda x: (x * x) ** 0.5,
    "number on the left": lambda x: 3 - x,
    "number on the right": lambda x: x - 3,
    "number plus": lambda x: 3 + x,
    "number times": lambda x: 3 * x,
    "divided by number": lambda x: x / 3,
    "number divided": lambda x: 3 / x,
    "sum": lambda x: x.sum(),
    "sum of a dimension": lambda x: x.sum(0),
    "sum kept": lambda x: x.sum(-1, keepdim=True),
    "sum of all kept": lambda x: x.sum((0, 1), keepdim=True),
    "mean": lambda x: x.mean(),
    "mean of dimensions": lambda x: x.mean((0, -1)),
    "mean kept": lambda x: x.mean(0, keepdim=True),
    "amax of a dimension": lambda x: x.amax(0),
    "amax kept": lambda x: x.amax(-1, keepdim=True),
    "transposed": lambda x: x.transpose(0, -1),
    "matrix transposed": lambda x: x.transpose(0, 1) @ x,
    "reshaped": lambda x: x.reshape(-1),
    "row": lambda x: x[0],
    "slice": lambda x: x[:, ::2],
    "picked twice": lambda x: x[[0, 0, -1]],
    "pairs": lambda x: x[[0, 0], [1, 1]],
    "masked": lambda x: x * x[:1],
    "new dimension": lambda x: x[None] * x[:, None],
}
BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}
BROADCAST = [
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((4, 1, 3), (2, 1)),
    ((0, 3), (1, 3)),
    ((), (2, 2)),
    ((1,), ()),
]
MATMUL = [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4))]
MATMUL += [((5, 1, 2, 3), (4, 3, 2)), ((4,), (2, 4, 3)), ((2, 3, 4), (4,))]


def assert_same(function, arrays, dtype=np.float64) -> None:
    """Value and gradients of `function` are those of torch.autograd."""
    rng = np.random.default_rng(1)
    mine = [Tensor(array.astype(dtype), requires_grad=True) for array in arrays]
    theirs = [torch.tensor(array.astype(dtype), requires_grad=True) for array in arrays]
    value, expected = function(*mine), function(*theirs)
    dvalue = distinct(rng, expected.shape, dtype)
    value.backward(dvalue)
    expected.backward(torch.from_numpy(np.asarray(dvalue)))
    tolerance = 1e-10 if dtype == np.float64 else 2e-5
    for computed, judged in [
        (value.data, expected.detach()),
        *((a.grad, b.grad) for a, b in zip(mine, theirs, strict=True)),
    ]:
        assert (computed.shape, computed.dtype) == (tuple(judged.shape), dtype)
        np.testing.assert_allclose(computed, judged.numpy(), rtol=tolerance, atol=tolerance)


@TAPE
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("function", UNARY.values(), ids=UNARY.keys())
def test_operators_of_one_tensor_equal_torch_autograd(function, dtype):
    assert_same(function, [distinct(np.random.default_rng(0), (3, 4))], dtype)


@TAPE
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shapes", BROADCAST, ids=str)
@pytest.mark.parametrize("function", BINARY.values(), ids=BINARY.keys())
def test_operators_broadcast_as_torch_does(function, shapes, dtype):
    rng = np.random.default_rng(0)
    assert_same(function, [distinct(rng, shape) for shape in shapes], dtype)


@TAPE
@pytest.mark.parametrize("shapes", MATMUL, ids=str)
def test_matmul_takes_vectors_matrices_and_batches(shapes):
    rng = np.random.default_rng(0)
    assert_same(lambda a, b: a @ b, [distinct(rng, shape) for shape in shapes])


@TAPE
@settings(BOUNDED)
@given(seed=st.integers(0, 999), batch=st.integers(1, 4), width=st.integers(1, 4))
def test_a_micro_net_equals_torch_autograd(seed, batch, width):
    rng = np.random.default_rng(seed)
    shapes = [(batch, 3), (3, width), (width,), (width, 2)]

    def net(x, w, b, v):
        hidden = x @ w + b
        gate = 1 / (1 + (-hidden).exp())
        scores = (hidden * gate) @ v - hidden.mean(1, keepdim=True)
        log_norm = (scores - scores.amax(1, keepdim=True)).exp().sum(1).log() + scores.amax(1)
        return (log_norm - scores[:, 0]).mean() + 0.01 * (w**2).sum()

    assert_same(net, [distinct(rng, shape) for shape in shapes])


@TAPE
def test_operations_of_dlref_numpy_are_recorded_with_arrays_by_keyword():
    rng = np.random.default_rng(0)
    arrays = [distinct(rng, shape) for shape in [(2, 3), (4, 3), (4,)]]

    def net(library):
        return lambda x, w, b: library.mse_loss(
            library.softmax(library.linear(x, bias=b, weight=w), dim=0),
            library.relu(library.linear(x, w)),
            reduction="sum",
        )

    mine, theirs = ([make(array, requires_grad=True) for array in arrays] for make in (Tensor, torch.tensor))
    net(dlref.numpy)(*mine).backward()
    net(torch.nn.functional)(*theirs).backward()
    for tensor, judged in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(tensor.grad, judged.grad.numpy(), rtol=1e-10, atol=1e-10)
