"""The tape against torch.autograd: every operator, micro-nets, and what it refuses."""

import re

import numpy as np
import pytest
import torch
from cases import distinct
from cases.autograd import REFUSED
from hypothesis import given, settings
from hypothesis import strategies as st

import dlref.numpy
from dlref.numpy import Tensor, composed, no_grad

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


@TAPE
def test_numpy_functions_of_tensors_are_recorded_or_refused():
    x = Tensor(np.array([1.0, 4.0]), requires_grad=True)
    (np.sqrt(x) + np.ones(2) * x - np.float64(2)).sum().backward()
    np.testing.assert_allclose(x.grad, 0.5 / np.sqrt([1, 4]) + 1)
    for call in (np.sin, np.add.reduce, lambda t: np.add(t, t, out=np.empty(2)), np.concatenate):
        with pytest.raises(TypeError, match="is not recorded"):
            call([x] if call is np.concatenate else x)
    with pytest.raises(TypeError, match=re.escape("numpy.sin is not recorded; use an operation of dlref.numpy")):
        np.sin(x)
    with pytest.raises(TypeError, match=r"use \.numpy\(\)"):
        np.asarray(x)
    with pytest.raises(TypeError, match="writing to elements is not recorded"):
        x[0] = 1.0


@TAPE
def test_gradients_accumulate_and_values_used_twice_get_both():
    x = Tensor(np.array([3.0]), requires_grad=True)
    y = x * x
    (y + y * y).sum().backward()
    assert x.grad.tolist() == [2 * 3 + 4 * 27]
    first = x.grad
    x.sum().backward()
    assert x.grad.tolist() == [115.0]
    assert first.tolist() == [114.0]  # a gradient once read does not change


@TAPE
def test_a_gradient_is_memory_of_its_own():
    x = Tensor(np.ones(2), requires_grad=True)
    start = np.ones(2)
    (x + 0.0).backward(start)
    x.grad += 1
    assert start.tolist() == [1, 1]


@TAPE
def test_a_long_chain_needs_no_recursion_and_each_node_is_visited_once():
    x = Tensor(np.array(1.0), requires_grad=True)
    y = x
    for _ in range(3000):
        y = y * 0.5 + y * 0.5  # 2^3000 paths
    y.backward()
    assert x.grad == 1.0


@TAPE
def test_the_tape_is_freed_unless_retained():
    x = Tensor(np.array(2.0), requires_grad=True)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad == 8
    with pytest.raises(RuntimeError, match=r"through mul was already taken and freed; pass retain_graph=True"):
        y.backward()


@TAPE
def test_backward_says_what_it_needs():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(ValueError, match=r"a tensor of shape \(2, 3\) needs a gradient of this shape; got none"):
        (x * 2).backward()
    with pytest.raises(ValueError, match=r"gradient must be \(2, 3\) as the tensor is; got \(3,\)"):
        (x * 2).backward(np.ones(3))
    for unrelated in (Tensor(1.0), Tensor(1.0) * 2, (x * 2).detach()):
        with pytest.raises(RuntimeError, match="does not depend on any that requires a gradient"):
            unrelated.backward()
    with pytest.raises(ValueError, match="only floating arrays can require a gradient; got int64"):
        Tensor(np.array([1]), requires_grad=True)


@pytest.mark.covers("dlref.numpy.no_grad")
def test_no_grad_records_nothing_and_ends_with_its_block():
    x = Tensor(np.ones(2), requires_grad=True)
    with no_grad():
        inner = x * 2
        with no_grad():
            pass
        assert not (x * 2).requires_grad
    assert inner.node is None
    assert (x * 2).requires_grad
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * 2).requires_grad


@TAPE
def test_a_tensor_reads_like_an_array():
    x = Tensor(np.array([[1.0, 2.0]], np.float32), requires_grad=True)
    assert (x.shape, x.ndim, x.dtype, len(x), x.T.shape) == ((1, 2), 2, np.float32, 1, (2, 1))
    assert repr(x) == "Tensor([[1., 2.]], requires_grad=True)"
    assert repr(x.detach()) == "Tensor([[1., 2.]])"
    assert x.numpy() is x.data
    assert x[0, 1].item() == float(x[0, 1]) == 2.0
    assert bool(x[0, 0])
    other = Tensor(np.array([[2.0, 2.0]], np.float32))
    for found, expected in [
        (x < other, [1, 0]),
        (x <= other, [1, 1]),
        (x > other, [0, 0]),
        (x >= 2, [0, 1]),
        (x == other, [0, 1]),
    ]:
        assert found.tolist() == [[bool(one) for one in expected]]
    assert len({x, other}) == 2


ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "@": "matmul"}


@TAPE
@pytest.mark.parametrize(("sign", "name"), ARITHMETIC.items())
def test_operands_that_do_not_fit_are_named(sign, name):
    double, single = Tensor(np.ones((2, 2))), Tensor(np.ones((2, 2), np.float32))
    operate = {
        "+": Tensor.__add__,
        "-": Tensor.__sub__,
        "*": Tensor.__mul__,
        "/": Tensor.__truediv__,
        "@": Tensor.__matmul__,
    }
    with pytest.raises(ValueError, match=f"{name}: other must be float64 as input is; got float32"):
        operate[sign](double, single)
    with pytest.raises(ValueError, match=f"{name}: other must have float dtype; got int64"):
        operate[sign](double, np.ones((2, 2), int))
    with pytest.raises(ValueError, match=rf"{name}: shapes must be .*; got \(2, 2\) and \(3, 3\)"):
        operate[sign](double, np.ones((3, 3)))
    with pytest.raises(ValueError, match=f"{name}: other must be a ndarray; got str"):
        operate[sign](double, "1")


@TAPE
def test_what_single_operands_must_be():
    x = Tensor(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"matmul: shapes must be .*; got \(2, 2\) and \(\)"):
        x @ np.array(1.0)
    with pytest.raises(ValueError, match=r"matmul: shapes must be .*; got \(\) and \(2, 2\)"):
        Tensor(1.0) @ x
    with pytest.raises(ValueError, match="pow: exponent must be a number; got Tensor"):
        x**x
    for dim in (2, -3, (0, 2)):
        with pytest.raises(ValueError, match=r"mean: dim must be in \[-2, 2\)"):
            x.mean(dim)
    for dims in ((0, 2), (2, 0)):
        with pytest.raises(ValueError, match=r"transpose: dim must be in \[-2, 2\)"):
            x.transpose(*dims)
    for name in ("exp", "log", "sqrt", "abs", "sum", "amax", "__neg__"):
        with pytest.raises(ValueError, match="input must have float dtype; got int64"):
            getattr(Tensor(np.array([1])), name)()


@TAPE
def test_ieee_arithmetic_gives_no_warnings():
    x = Tensor(np.array([0.0, -1.0, 1e4], np.float32), requires_grad=True)
    judge = torch.tensor(x.data, requires_grad=True)
    for function in (
        lambda t: 1 / t,
        lambda t: t / (t * 0),
        lambda t: t.log(),
        lambda t: t.sqrt(),
        lambda t: t.exp(),
        lambda t: t**-2,
    ):
        x.grad = judge.grad = None
        value, expected = function(x), function(judge)
        value.backward(np.ones(3, np.float32))
        expected.backward(torch.ones(3))
        np.testing.assert_allclose(value.data, expected.detach().numpy(), rtol=1e-6)
        np.testing.assert_allclose(x.grad, judge.grad.numpy(), rtol=1e-6)


@TAPE
def test_amax_shares_the_gradient_among_equal_maxima_as_torch_does():
    data = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    x, judge = Tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
    (x.amax(1) ** 2).sum().backward()
    (judge.amax(1) ** 2).sum().backward()
    np.testing.assert_allclose(x.grad, judge.grad.numpy())
    assert x.amax().item() == 3


@pytest.mark.covers("dlref.numpy.composed")
def test_a_composed_operation_has_a_pullback_of_the_structure_of_its_arguments():
    @composed
    def net(input, params, labels, scale=1.0):
        """Say what it does."""
        hidden = dlref.numpy.linear(input, params["weight"], params["bias"]) * scale
        return hidden, {"picked": hidden[labels]}

    rng = np.random.default_rng(0)
    x, labels = distinct(rng, (4, 3)), np.array([0, 2])
    params = {"weight": distinct(rng, (2, 3)), "bias": distinct(rng, (2,)), "unused": distinct(rng, (5,))}
    with no_grad():  # asking for a pullback is asking for a record
        (hidden, rest), pullback = net.vjp(x, params, labels, 2.0)
    assert isinstance(hidden, np.ndarray)
    assert net.__doc__ == "Say what it does."
    np.testing.assert_array_equal(rest["picked"], hidden[labels])
    for dvalue in ((np.ones((4, 2)), None), (None, {"picked": np.ones((2, 2))}), (np.ones((4, 2)), None)):
        dx, dparams, dlabels, dscale = pullback(dvalue)
        rows = 4 if dvalue[1] is None else 2
        np.testing.assert_allclose(dparams["bias"], [2 * rows, 2 * rows])
        np.testing.assert_array_equal(dparams["unused"], np.zeros(5))
        assert dx.shape == (4, 3)
        assert (dlabels, dscale) == (None, None)


@pytest.mark.covers("dlref.numpy.composed")
def test_composed_operations_nest_inside_one_another_and_the_tape():
    @composed
    def square(input):
        return input * input

    @composed
    def fourth(input):
        return square(square(input))

    x = Tensor(np.array([2.0]), requires_grad=True)
    (fourth(x) * 3).sum().backward()
    assert x.grad.tolist() == [3 * 4 * 8]
    assert fourth(np.array([2.0])).tolist() == [16]


@pytest.mark.parametrize(("name", "args", "message"), REFUSED)
def test_what_joins_arrays_says_what_does_not_fit(name, args, message):
    with pytest.raises(ValueError, match=message):
        getattr(dlref.numpy, name)(*args)
