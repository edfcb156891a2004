"""What the tape remembers, frees, and refuses; operations that are composed of others."""

import re

import numpy as np
import pytest
import torch
from cases import distinct
from cases.autograd import REFUSED

import dlref.numpy
from dlref.numpy import Tensor, composed, no_grad

TAPE = pytest.mark.covers("dlref.numpy.Tensor", "dlref.numpy.autograd.tape.backpropagate")


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
    with pytest.raises(ValueError, match="pow: exponent must be a number; got ndarray"):
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
    whole = Tensor(np.array([[1]]))
    for move in (lambda t: t**2, lambda t: t.reshape(1), lambda t: t.T, lambda t: t[0]):
        with pytest.raises(ValueError, match="input must have float dtype; got int64"):
            move(whole)


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
def test_corners_are_those_of_torch():
    x = Tensor(np.array([0.0, -2.0]), requires_grad=True)
    x.abs().sum().backward()
    assert x.grad.tolist() == [0, -1]
    assert Tensor(np.ones((2, 3, 4))).T.shape == (2, 4, 3)
    assert Tensor(np.zeros((0, 2))).mean(1).shape == (0,)
    assert dlref.numpy.stack([np.zeros((3, 4)), np.ones((3, 4))]).shape == (2, 3, 4)
    assert dlref.numpy.cat([np.zeros((2, 3)), np.ones((2, 3))]).shape == (4, 3)


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
        assert not (Tensor(1.0, requires_grad=True) * 2).requires_grad
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
