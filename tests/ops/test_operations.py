"""One judge for every operation: NumPy = dlref.torch = torch.nn.functional, in value and in every gradient."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from op_cases import CASES, Case, differentiable_operations, distinct

import dlref.numpy
import dlref.torch

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


def torch_value_and_grads(operation, case: Case, dvalue: np.ndarray | None, device: str = "cpu"):
    tensors = [
        None if array is None else torch.from_numpy(array).to(device).requires_grad_(array.dtype.kind == "f")
        for array in case.arrays
    ]
    value = operation(*tensors, **case.options)
    value.backward(torch.from_numpy(np.asarray(dvalue)).to(device))
    grads = [None if tensor is None or tensor.grad is None else tensor.grad.cpu().numpy() for tensor in tensors]
    return value.detach().cpu().numpy(), grads


def compare(name: str, case: Case, dtype: type, device: str = "cpu") -> None:
    kept = case.copy()
    value, pullback = getattr(dlref.numpy, name).vjp(*case.arrays, **case.options)
    dvalue = distinct(np.random.default_rng(0), value.shape, dtype)
    kept_dvalue, kept_value = dvalue.copy(), value.copy()
    grads = pullback(dvalue)

    assert isinstance(grads, tuple)
    assert len(grads) == len(case.arrays)
    for computed in (value, *(grad for grad in grads if grad is not None)):
        assert computed.dtype == dtype
    for array, grad in zip(case.arrays, grads, strict=True):
        assert (grad is None) == (array is None or array.dtype.kind != "f")
    np.testing.assert_array_equal(getattr(dlref.numpy, name)(*case.arrays, **case.options), kept_value)

    for library in (dlref.torch, F):
        expected_value, expected_grads = torch_value_and_grads(getattr(library, name), case, dvalue, device)
        assert expected_value.dtype == dtype
        assert value.shape == expected_value.shape
        np.testing.assert_allclose(value, expected_value, **TOLERANCE[dtype], err_msg=f"{name} {library.__name__}")
        for grad, expected in zip(grads, expected_grads, strict=True):
            assert (grad is None) == (expected is None)
            if grad is not None:
                assert grad.shape == expected.shape
                np.testing.assert_allclose(grad, expected, **TOLERANCE[dtype], err_msg=f"{name} {library.__name__}")

    np.testing.assert_array_equal(dvalue, kept_dvalue)
    np.testing.assert_array_equal(value, kept_value)
    for array, before in zip(case.arrays, kept, strict=True):
        np.testing.assert_array_equal(array, before)


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
    value, pullback = operation.vjp(*case.arrays, **case.options)
    dvalue = distinct(np.random.default_rng(0), value.shape)
    step = 1e-6
    for position, (array, grad) in enumerate(zip(case.arrays, pullback(dvalue), strict=True)):
        if grad is None:
            continue
        numeric = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                arrays = case.copy()
                arrays[position][index] += sign * step
                ends.append((operation(*arrays, **case.options) * dvalue).sum())
            numeric[index] = (ends[0] - ends[1]) / (2 * step)
        # truncation step² and cancellation 1e-16/step · |value| are both near 1e-9 · |value|
        np.testing.assert_allclose(grad, numeric, rtol=1e-6, atol=1e-6, err_msg=f"{name}, argument {position}")


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
    assert operation.__wrapped__.__module__ == "dlref.numpy.layers"
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
