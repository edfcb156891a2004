"""Gradients by definition, by backpropagation, and the one judged by the other.

    numerical_gradient       ∂f/∂x_i ≈ (f(x + ε e_i) − f(x − ε e_i)) / 2ε      two evaluations per number in x
    directional_derivative   ∇f(x) · v                                       how fast f grows along v
    jacobian                 J_{i…,j…} = ∂f_{i…} / ∂x_{j…}                     one backward pass per number in f(x)

The central difference errs as ε² by cutting off the Taylor series and as 1e-16·|f|/ε by rounding; ε = 1e-6 is near the
best of both in float64, and in float32 nothing is left, which is why only float64 is taken.
Reference: Baydin, Pearlmutter, Radul and Siskind, Automatic differentiation in machine learning (2018),
arXiv:1502.05767.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import torch
from torch import Tensor

from dlref.checks import check_double
from dlref.torch.checks import check


def numerical_gradient(function: Callable[[Tensor], Any], input: Tensor, eps: float = 1e-6) -> Tensor:
    """Return the gradient of `function` at `input` by central differences.

    Parameters
    ----------
    function
        takes a tensor like `input`, returns a number
    input : (*) float64
        where to take the gradient
    eps
        how far to step to either side

    Returns
    -------
    gradient : (*)

    Raises
    ------
    ValueError
        where `input` is not float64 or `function` returns more than one number

    Examples
    --------
    >>> print(numerical_gradient(lambda x: (x**2).sum(), torch.tensor([1.0, 2.0]).double()).round(decimals=6))
    tensor([2., 4.], dtype=torch.float64)
    """
    check("numerical_gradient", input=(input, "*"))
    check_double("numerical_gradient", input=input)
    gradient = torch.empty_like(input, requires_grad=False)
    for index in _indices(input.shape):
        gradient[index] = _difference("numerical_gradient", function, input, index, eps)
    return gradient


def directional_derivative(function: Callable[[Tensor], Tensor], input: Tensor, direction: Tensor) -> Tensor:
    """Return how fast `function` grows when `input` moves along `direction`, per unit of `direction`.

    Parameters
    ----------
    function
        takes a tensor like `input`, returns a tensor with one number
    input, direction : (*)
        point and direction; a direction of length 1 gives the slope

    Returns
    -------
    derivative : ()

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or `function` returns more than one number

    Examples
    --------
    >>> directional_derivative(lambda x: (x**2).sum(), torch.tensor([1.0, 2.0]), torch.tensor([1.0, 0.0]))
    tensor(2.)
    """
    check("directional_derivative", input=(input, "*"), direction=(direction, "*"))
    gradient = jacobian(function, input)
    if gradient.shape != input.shape:
        shape = tuple(gradient.shape[: gradient.ndim - input.ndim])
        raise ValueError(f"directional_derivative: function must return a number; got shape {shape}")
    return (gradient * direction).sum()


def jacobian(function: Callable[[Tensor], Tensor], input: Tensor) -> Tensor:
    """Return the derivative of every number in `function(input)` with respect to every number in `input`.

    Parameters
    ----------
    function
        takes a tensor like `input`, returns a tensor of shape (#)
    input : (*)
        where to take the derivatives

    Returns
    -------
    jacobian : (#, *)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor

    Examples
    --------
    >>> jacobian(lambda x: x * x, torch.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    check("jacobian", input=(input, "*"))
    (rows,) = _jacobians(lambda *tensors: function(*tensors), (input,))
    return rows


def gradcheck(
    function: Callable[..., Tensor],
    inputs: tuple[Tensor, ...],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
) -> bool:
    """Compare the gradients of `function` with finite differences.

    Parameters
    ----------
    function
        takes tensors like `inputs`, returns a tensor
    inputs : float64
        where to compare
    eps, atol, rtol
        step; absolute and relative difference that is let pass

    Returns
    -------
    True

    Raises
    ------
    ValueError
        where an input is not float64
    RuntimeError
        where a gradient differs, with its place and both values

    Examples
    --------
    >>> gradcheck(lambda x, y: x * y, (torch.ones(1).double(), torch.ones(1).double()))
    True
    """
    for place, tensor in enumerate(inputs):
        check("gradcheck", **{f"inputs[{place}]": (tensor, "*")})
        check_double("gradcheck", **{f"inputs[{place}]": tensor})
    for place, rows in enumerate(_jacobians(function, inputs)):
        for index in _indices(rows.shape):
            output_index, input_index = index[: rows.ndim - inputs[place].ndim], index[rows.ndim - inputs[place].ndim :]

            def number(tensor: Tensor, place: int = place, at: tuple[int, ...] = output_index) -> Any:
                moved = [tensor if i == place else other.detach() for i, other in enumerate(inputs)]
                return function(*moved)[at]

            numeric = _difference("gradcheck", number, inputs[place], input_index, eps)
            if not abs(rows[index].item() - numeric) <= atol + rtol * abs(numeric):
                raise RuntimeError(
                    f"gradcheck: d output{list(output_index)} / d inputs[{place}]{list(input_index)} "
                    f"is {rows[index].item():.6g} by backward, but {numeric:.6g} by differences"
                )
    return True


def _difference(
    operation: str, function: Callable[[Tensor], Any], input: Tensor, index: tuple[int, ...], eps: float
) -> float:
    """The central difference quotient of `function` in one element of `input`."""
    ends = []
    for step in (eps, -eps):
        moved = input.detach().clone()
        moved[index] += step
        value = torch.as_tensor(function(moved), dtype=torch.float64)
        if value.numel() != 1:
            raise ValueError(f"{operation}: function must return a number; got shape {tuple(value.shape)}")
        ends.append(value.item())
    return float(ends[0] - ends[1]) / (2 * eps)


def _jacobians(function: Callable[..., Tensor], inputs: tuple[Tensor, ...]) -> list[Tensor]:
    """The jacobian with respect to each input: one backward pass for each number of the output."""
    tensors = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    output = function(*tensors)
    rows = [tensor.new_zeros(output.shape + tensor.shape, requires_grad=False) for tensor in inputs]
    for index in _indices(output.shape if output.requires_grad else (0,)):
        grads = torch.autograd.grad(output[index], tensors, retain_graph=True, allow_unused=True)
        for row, grad in zip(rows, grads, strict=True):
            if grad is not None:
                row[index] = grad
    return rows


def _indices(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return product(*map(range, shape))
