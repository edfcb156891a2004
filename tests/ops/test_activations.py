"""Activations where the judge of random arguments does not look: huge numbers, ties, numbers that are none."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cases import Case
from test_operations import compare

import dlref.numpy
import dlref.torch

SMOOTH = {
    "elu": [{}, {"alpha": 2.0}],
    "sigmoid": [{}],
    "tanh": [{}],
    "logsigmoid": [{}],
    "softplus": [{}, {"beta": 2.0, "threshold": 5.0}],
    "silu": [{}],
    "gelu": [{}, {"approximate": "tanh"}],
    "leaky_relu": [{}],
    "relu": [{}],
}
EVERY = [
    pytest.param(name, options, marks=pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}"))
    for name, choices in SMOOTH.items()
    for options in choices
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "options"), EVERY)
def test_activations_are_exact_at_zero_and_for_huge_numbers(name, options, dtype):
    extremes = [0.0, -0.0, 1e-4, 15, -15, 25, -25, 80, -80, 100, -100, 1e3, -1e3, 1e4, -1e4]
    compare(name, Case([np.array(extremes, dtype)], options), dtype)


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_activations_keep_what_is_no_number(name, options):
    assert np.isnan(getattr(dlref.numpy, name)(np.array([np.nan]), **options))
    assert getattr(dlref.torch, name)(torch.tensor([torch.nan]), **options).isnan()


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "sigmoid", "tanh", "logsigmoid", "softplus"])
def test_activations_have_their_limits(name):
    infinite = np.array([np.inf, -np.inf])
    np.testing.assert_array_equal(
        getattr(dlref.numpy, name)(infinite), getattr(F, name)(torch.tensor(infinite)).numpy()
    )


@pytest.mark.covers("dlref.numpy.sigmoid", "dlref.torch.sigmoid")
@pytest.mark.covers("dlref.numpy.logsigmoid", "dlref.torch.logsigmoid")
@pytest.mark.covers("dlref.numpy.softplus", "dlref.torch.softplus")
@pytest.mark.parametrize("name", ["sigmoid", "logsigmoid", "softplus"])
def test_what_is_tiny_is_right_to_the_last_digits(name):
    far = np.array([-30.0, 30.0, -300.0, 300.0])
    expected = getattr(F, name)(torch.tensor(far)).numpy()
    np.testing.assert_allclose(getattr(dlref.numpy, name)(far), expected, rtol=1e-12)
    np.testing.assert_allclose(getattr(dlref.torch, name)(torch.tensor(far)).numpy(), expected, rtol=1e-12)


@pytest.mark.covers("dlref.numpy.relu", "dlref.numpy.leaky_relu")
def test_a_rectifier_that_is_shut_lets_not_even_an_infinite_gradient_through():
    _, pullback = dlref.numpy.relu.vjp(np.array([-1.0, 1.0]))
    assert pullback(np.array([np.inf, np.inf]))[0].tolist() == [0, np.inf]


@pytest.mark.covers("dlref.numpy.softmax", "dlref.torch.softmax")
@pytest.mark.covers("dlref.numpy.log_softmax", "dlref.torch.log_softmax")
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_probabilities_of_infinite_scores_are_as_in_pytorch(name):
    infinite = np.array([[-np.inf, -np.inf], [0, -np.inf], [np.inf, 0], [np.nan, 0]])
    compare(name, Case([infinite], {"dim": 1}), np.float64)


@pytest.mark.covers("dlref.numpy.softmax", "dlref.torch.softmax")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_probabilities_are_over_the_last_dimension_if_nothing_is_said(library, name):
    scores = np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]])
    given = scores if library is dlref.numpy else torch.tensor(scores)
    np.testing.assert_allclose(getattr(library, name)(given), getattr(F, name)(torch.tensor(scores), dim=1), rtol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("name", "options"), EVERY)
def test_activations_keep_half_precision(name, options, dtype):
    input = torch.tensor([-12.0, -1.0, 0.0, 1.0, 12.0], dtype=dtype, requires_grad=True)
    output = getattr(dlref.torch, name)(input, **options)
    output.sum().backward()
    assert (output.dtype, input.grad.dtype) == (dtype, dtype)
    expected = getattr(F, name)(input.detach().double(), **options)
    np.testing.assert_allclose(output.detach().double(), expected, rtol=0.02, atol=0.02)
    assert input.grad.isfinite().all()
