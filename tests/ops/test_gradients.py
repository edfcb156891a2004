"""Numerical and exact gradients, in both backends, against each other and against torch.autograd."""

import numpy as np
import pytest
import torch
from cases import distinct

import dlref.numpy
import dlref.torch


def covers(name: str):
    return pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}")


def both(function, *arrays, name: str, **options):
    """What `name` returns in NumPy and in PyTorch, as arrays of equal dtype and shape."""
    mine = getattr(dlref.numpy, name)(function, *arrays, **options)
    twin = getattr(dlref.torch, name)(function, *map(torch.from_numpy, arrays), **options)
    assert (mine.shape, mine.dtype) == (tuple(twin.shape), twin.numpy().dtype)
    assert not twin.requires_grad
    return mine, twin.numpy()


RNG = np.random.default_rng(0)
POINT, WEIGHT = distinct(RNG, (2, 3)), distinct(RNG, (3, 4))


def scalar(x):
    return (x**3).sum() + (x[0] * x[1]).sum()


def matrix(x):
    return x @ x.T + x.sum()


@covers("numerical_gradient")
def test_numerical_gradient_is_near_the_exact_one_and_leaves_its_input_alone():
    tensor = torch.tensor(POINT, requires_grad=True)
    scalar(tensor).backward()
    kept = POINT.copy()
    for found in both(scalar, POINT, name="numerical_gradient"):
        np.testing.assert_allclose(found, tensor.grad.numpy(), rtol=1e-8)
    np.testing.assert_array_equal(POINT, kept)
    rough, fine = (both(scalar, POINT, name="numerical_gradient", eps=eps)[0] for eps in (1e-2, 1e-3))
    exact = tensor.grad.numpy()
    ratio = abs(rough - exact).max() / abs(fine - exact).max()
    assert 90 < ratio < 110  # a tenth of the step, a hundredth of the error: central, not one-sided
    assert abs(rough - exact).max() == pytest.approx(1e-4, rel=1e-3)  # x³ errs by exactly eps²


@covers("numerical_gradient")
def test_numerical_gradient_of_a_function_that_returns_a_plain_number():
    for found in both(lambda x: float(x[0] ** 2), np.array([3.0]), name="numerical_gradient"):
        assert found == pytest.approx(6, rel=1e-8)


@covers("directional_derivative")
def test_directional_derivative_is_the_gradient_times_the_direction():
    direction = distinct(np.random.default_rng(1), (2, 3))
    _, expected = torch.autograd.functional.jvp(scalar, torch.tensor(POINT), torch.tensor(direction))
    for found in both(scalar, POINT, direction, name="directional_derivative"):
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-12)


@covers("jacobian")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("function", [scalar, matrix, lambda x: x[1], lambda x: x.reshape(3, 2, 1)])
def test_jacobian_equals_torch_autograd(function, dtype):
    point = POINT.astype(dtype)
    expected = torch.autograd.functional.jacobian(function, torch.tensor(point))
    for found in both(function, point, name="jacobian"):
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-12 if dtype == np.float64 else 1e-5)


@covers("jacobian")
def test_what_does_not_depend_on_the_input_has_derivative_zero():
    assert (
        dlref.numpy.jacobian(lambda x: dlref.numpy.Tensor(np.ones(2)), POINT).tolist() == np.zeros((2, 2, 3)).tolist()
    )
    assert dlref.torch.jacobian(lambda x: torch.ones(2), torch.tensor(POINT)).tolist() == np.zeros((2, 2, 3)).tolist()


@covers("gradcheck")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_gradcheck_passes_what_is_right(library):
    arrays = [distinct(np.random.default_rng(2), shape) for shape in [(3, 2), (4, 2), (4,)]]
    inputs = tuple(torch.from_numpy(array) if library is dlref.torch else array for array in arrays)
    assert library.gradcheck(library.linear, inputs) is True
    assert library.gradcheck(lambda x, y, z: (x * x).sum(), inputs) is True


def wrong_slope(factor: float):
    """Twice the input, with a gradient that is wrong by a factor, in both backends."""

    @dlref.numpy.differentiable
    def in_numpy(input):
        return 2 * input, lambda doutput: (2 * factor * doutput,)

    class InTorch(torch.autograd.Function):
        @staticmethod
        def forward(ctx, input):
            return 2 * input

        @staticmethod
        def backward(ctx, doutput):
            return 2 * factor * doutput

    return {dlref.numpy: in_numpy, dlref.torch: InTorch.apply}


@covers("gradcheck")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_gradcheck_names_the_place_of_a_wrong_gradient(library):
    wrong = wrong_slope(1.5)[library]
    inputs = tuple(torch.from_numpy(a) if library is dlref.torch else a for a in (np.ones(2), np.array([1.0, 2.0])))
    with pytest.raises(RuntimeError, match=r"d output\[1\] / d inputs\[1\]\[1\] is 3 by backward, but 2 by diff"):
        library.gradcheck(lambda x, y: _second(x, y, wrong), inputs)
    barely = wrong_slope(1.002)[library]
    with pytest.raises(RuntimeError, match=r"is 2\.004 by backward"):
        library.gradcheck(barely, inputs[:1])
    assert library.gradcheck(barely, inputs[:1], rtol=3e-3)
    assert library.gradcheck(barely, inputs[:1], rtol=0, atol=5e-3)
    nearly = wrong_slope(1.0005)[library]
    assert library.gradcheck(nearly, inputs[:1])
    with pytest.raises(RuntimeError, match="by differences"):
        library.gradcheck(nearly, inputs[:1], rtol=0)


def _second(x, y, wrong):
    """Right in the first element of the second input, wrong in the second one."""
    library = torch if isinstance(x, torch.Tensor) else dlref.numpy
    return library.cat([x[:1] + y[:1], wrong(y[1:])])


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_what_gradients_cannot_be_taken_of(library):
    make = torch.from_numpy if library is dlref.torch else np.asarray
    double, single, whole = make(np.ones(2)), make(np.ones(2, np.float32)), make(np.ones(2, int))
    with pytest.raises(ValueError, match=r"numerical_gradient: input must be float64, because .*; got float32"):
        library.numerical_gradient(scalar, single)
    with pytest.raises(ValueError, match=r"gradcheck: inputs\[1\] must be float64, because .*; got float32"):
        library.gradcheck(lambda x, y: x, (double, single))
    with pytest.raises(ValueError, match=r"gradcheck: inputs\[0\] must have float dtype; got int64"):
        library.gradcheck(lambda x: x, (whole,))
    for name in ("numerical_gradient", "jacobian"):
        with pytest.raises(ValueError, match=f"{name}: input must have float dtype; got int64"):
            getattr(library, name)(lambda x: x, whole)
    with pytest.raises(ValueError, match=r"numerical_gradient: function must return a number; got shape \(2,\)"):
        library.numerical_gradient(lambda x: x, double)
    with pytest.raises(ValueError, match=r"directional_derivative: function must return a number; got shape \(2,\)"):
        library.directional_derivative(lambda x: x, double, double)
    with pytest.raises(ValueError, match=r"directional_derivative: direction must be \(\*\) .*; got \(3,\)"):
        library.directional_derivative(lambda x: x.sum(), double, make(np.ones(3)))
