"""One judge for every operation: NumPy = dlref.torch = torch.nn.functional, in value and in every gradient."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cases import CASES, JUDGES, Case, differentiable_operations, distinct
from deviations import assert_close
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import dlref.numpy
import dlref.torch
from dlref.numpy.trees import leaves, mapped

OPERATIONS = [
    pytest.param(name, marks=pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}"))
    for name in differentiable_operations()
]
# float64: a few rounding errors of 1e-16 over sums of at most a hundred terms, with room;
# float32: the same with 6e-8, and the two libraries may add in different orders.
TOLERANCE = {np.float64: {"rtol": 1e-10, "atol": 1e-10}, np.float32: {"rtol": 2e-5, "atol": 2e-5}}
BOUNDED = settings(
    derandomize=True, max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
# torch.nn.functional.kl_div warns of its own default, the mean over all elements, which a later release will change
pytestmark = pytest.mark.filterwarnings("ignore:reduction. 'mean' divides the total loss:UserWarning")


def is_float(leaf) -> bool:
    return isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind == "f"


def torch_value_and_grads(operation, case: Case, dvalues: list[np.ndarray], device: str):
    """As arrays: the leaves of the value, the gradient (or None) of each leaf of the arguments, and the buffers."""
    tensors = mapped(lambda leaf: to_tensor(leaf, device), case.copy())
    for place in case.buffers:
        tensors[place].requires_grad_(False)
    options = mapped(lambda leaf: to_tensor(leaf, device, grad=False), case.options)
    values = list(leaves(operation(*tensors, **options)))
    torch.autograd.backward(values, [torch.from_numpy(np.asarray(dvalue)).to(device) for dvalue in dvalues])
    grads = [getattr(tensor, "grad", None) for tensor in leaves(tensors)]
    buffers = [tensors[place] for place in case.buffers]
    return [None if tensor is None else tensor.detach().cpu().numpy() for tensor in (*values, *grads, *buffers)]


def to_tensor(leaf, device: str, grad: bool = True):
    """An array as a tensor that asks for its gradient; as an option it gets none."""
    if not isinstance(leaf, np.ndarray | np.generic):
        return leaf
    return torch.from_numpy(np.asarray(leaf)).to(device).requires_grad_(grad and leaf.dtype.kind == "f")


def gradient_leaves(args, grads) -> list:
    """The gradient of each leaf of the arguments, in order."""
    found = []
    for arg, grad in zip(args, grads, strict=True):
        mapped(lambda leaf, dleaf: found.append(dleaf), arg, grad)
    return found


def upstream(value, dtype: type) -> Any:
    """A random gradient for the value, in its structure."""
    rng = np.random.default_rng(0)
    return mapped(lambda leaf: distinct(rng, leaf.shape, dtype), value)


def compare(name: str, case: Case, dtype: type, device: str = "cpu") -> None:
    kept = case.copy()
    operation = getattr(dlref.numpy, name)
    value, pullback = operation.vjp(*case.args, **case.options)
    buffers = [case.args[place].copy() for place in case.buffers]
    assert_equal(operation(*case.args, **case.options), value)
    for place in case.buffers:
        case.args[place][...] = kept[place]
    dvalue = upstream(value, dtype)
    kept_dvalue, kept_value = mapped(np.copy, dvalue), mapped(np.copy, value)
    returned = pullback(dvalue)

    assert isinstance(returned, tuple)
    grads = gradient_leaves(case.args, returned)
    assert_gradients_where_due(case, grads)
    ours = [*leaves(value), *grads, *buffers]
    assert {computed.dtype for computed in ours if computed is not None} == {np.dtype(dtype)}
    assert_equal(case.args, kept)
    assert_equal(dvalue, kept_dvalue)
    assert_equal(value, kept_value)

    torchs_own = JUDGES.get(name) or getattr(F, name)
    parts = ["forward"] * len(list(leaves(value))) + ["backward"] * len(grads) + ["forward"] * len(buffers)
    for library, theirs in {"dlref.torch": getattr(dlref.torch, name), "torch": torchs_own}.items():
        found = torch_value_and_grads(theirs, case, list(leaves(dvalue)), device)
        for part, computed, expected in zip(parts, ours, found, strict=True):
            assert (computed is None) == (expected is None), f"{name}, {library}"
            if computed is not None:
                assert (computed.shape, expected.dtype) == (expected.shape, dtype)
                place = (name, np.dtype(dtype).name, library, part)
                assert_close(place, computed, expected, **TOLERANCE[dtype])


def assert_gradients_where_due(case: Case, grads: list) -> None:
    """Floating arrays get a gradient; integers, absent arguments and buffers do not."""
    due = [
        mapped(lambda leaf, at=place: is_float(leaf) and at not in case.buffers, arg)
        for place, arg in enumerate(case.args)
    ]
    assert [grad is not None for grad in grads] == list(leaves(due))


def assert_equal(tree, expected) -> None:
    mapped(np.testing.assert_array_equal, tree, expected)


def test_every_differentiable_operation_has_a_case():
    assert set(CASES) == set(differentiable_operations())


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPERATIONS)
@BOUNDED
@given(data=st.data())
def test_both_backends_equal_torch_nn(name, dtype, data):
    compare(name, data.draw(CASES[name](dtype)), dtype)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(BOUNDED, max_examples=15)
@given(data=st.data())
def test_gradients_equal_finite_differences(name, data):
    case = data.draw(CASES[name](np.float64))
    operation = getattr(dlref.numpy, name)
    value, pullback = operation.vjp(*case.args, **case.options)
    dvalue = upstream(value, np.float64)
    grads = gradient_leaves(case.args, pullback(dvalue))

    def weighted_sum(args) -> float:
        values = operation(*args, **case.options)
        return sum((part * dpart).sum() for part, dpart in zip(leaves(values), leaves(dvalue), strict=True))

    assume(np.isfinite(weighted_sum(case.args)))  # the mean of nothing is nan, and has no slope
    # along one random direction: whatever element of a gradient is wrong, this product is wrong
    rng = np.random.default_rng(1)
    size = sum(grad.size for grad in grads if grad is not None)
    directions = [None if grad is None else rng.normal(size=grad.shape) / size**0.5 for grad in grads]
    slope = sum((grad * d).sum() for grad, d in zip(grads, directions, strict=True) if d is not None)
    step, ends = 1e-6, []
    for sign in (1, -1):
        args = case.copy()
        for leaf, direction in zip(leaves(args), directions, strict=True):
            if direction is not None:
                leaf += sign * step * direction
        ends.append(weighted_sum(args))
    # truncation step² and cancellation 1e-16/step · |value| are both near 1e-9 · |value|
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-6)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", OPERATIONS)
@settings(BOUNDED, max_examples=10)
@given(data=st.data())
def test_operations_on_a_cuda_device(name, data):
    compare(name, data.draw(CASES[name](np.float64)), np.float64, device="cuda")


@pytest.mark.covers("dlref.numpy.max_pool2d", "dlref.torch.max_pool2d")
@pytest.mark.parametrize(("kernel_size", "stride", "padding"), [(2, None, 0), (3, 1, 1), ((3, 2), (2, 1), (1, 0))])
def test_max_pool2d_gives_the_gradient_to_the_first_of_equal_maxima(kernel_size, stride, padding):
    image = np.random.default_rng(0).integers(0, 2, (2, 3, 6, 6)).astype(np.float64)
    options = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    compare("max_pool2d", Case([image], options), np.float64)


@pytest.mark.covers("dlref.numpy.relu", "dlref.torch.relu")
def test_relu_has_gradient_zero_at_zero_and_keeps_nan():
    compare("relu", Case([np.array([-1.0, 0.0, -0.0, 2.0])], {}), np.float64)
    assert np.isnan(dlref.numpy.relu(np.array([np.nan])))
    assert dlref.torch.relu(torch.tensor([torch.nan])).isnan()


@pytest.mark.covers("dlref.numpy.log_softmax", "dlref.torch.log_softmax")
@pytest.mark.covers("dlref.numpy.cross_entropy", "dlref.torch.cross_entropy")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_log_softmax_and_cross_entropy_are_stable_for_huge_logits(dtype):
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4]], dtype)
    compare("log_softmax", Case([logits], {"dim": 1}), dtype)
    compare("softmax", Case([logits], {"dim": 1}), dtype)
    compare("cross_entropy", Case([logits, np.array([1, 2])], {}), dtype)
    assert np.isfinite(dlref.numpy.log_softmax(logits)).all()


@pytest.mark.covers("dlref.numpy.differentiable")
def test_differentiable_keeps_the_definition_readable_and_checks_the_upstream_gradient():
    operation = dlref.numpy.linear
    assert operation.__name__ == "linear"
    assert "Fully connected" in operation.__doc__
    assert operation.__wrapped__.__module__ == "dlref.numpy.layers.dense"
    value, pullback = operation.vjp(np.ones((2, 3)), np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"linear: the pullback needs the value's shape \(2, 4\); got \(4, 2\)"):
        pullback(np.ones((4, 2)))
    assert value.shape == (2, 4)


@pytest.mark.covers("dlref.numpy.differentiable")
def test_a_python_number_as_upstream_gradient_keeps_float32():
    _, pullback = dlref.numpy.cross_entropy.vjp(np.zeros((2, 3), np.float32), np.array([0, 1]))
    dinput, dtarget = pullback(1.0)
    assert dinput.dtype == np.float32
    assert dtarget is None


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.covers("dlref.torch.cross_entropy", "dlref.torch.linear")
def test_half_precision_stays_half_precision(dtype):
    logits = dlref.torch.linear(torch.ones(2, 3, dtype=dtype), torch.ones(4, 3, dtype=dtype))
    assert dlref.torch.cross_entropy(dlref.torch.relu(logits), torch.tensor([0, 1])).dtype == dtype
