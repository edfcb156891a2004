"""Gradients by definition, by backpropagation, and the one judged by the other.

    numerical_gradient       ∂f/∂x_i ≈ (f(x + ε e_i) − f(x − ε e_i)) / 2ε      two evaluations per number in x
    directional_derivative   ∇f(x) · v                                       how fast f grows along v
    jacobian                 J_{i…,j…} = ∂f_{i…} / ∂x_{j…}                     one backward pass per number in f(x)

The central difference errs as ε² by cutting off the Taylor series and as 1e-16·|f|/ε by rounding; ε = 1e-6 is near the
best of both in float64, and in float32 nothing is left, which is why only float64 is taken.
Reference: Baydin, Pearlmutter, Radul and Siskind, Automatic differentiation in machine learning (2018),
arXiv:1502.05767.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlref.checks import check_double
from dlref.numpy.autograd import Tensor
from dlref.numpy.autograd.tape import backpropagate
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array


def numerical_gradient(function: Callable[[Array], Any], input: Array, eps: float = 1e-6) -> Array:
    """Return the gradient of `function` at `input` by central differences.

    Parameters
    ----------
    function
        takes an array like `input`, returns a number
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
    >>> print(numerical_gradient(lambda x: (x**2).sum(), np.array([1.0, 2.0])).round(6))
    [2. 4.]
    """
    check("numerical_gradient", input=(input, "*"))
    check_double("numerical_gradient", input=input)
    gradient = np.empty_like(input)
    for index in np.ndindex(input.shape):
        gradient[index] = _difference("numerical_gradient", function, input, index, eps)
    return gradient


def directional_derivative(function: Callable[[Tensor], Tensor], input: Array, direction: Array) -> Array:
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
    >>> print(directional_derivative(lambda x: (x**2).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0])))
    2.0
    """
    check("directional_derivative", input=(input, "*"), direction=(direction, "*"))
    gradient = jacobian(function, input)
    if gradient.shape != input.shape:
        shape = gradient.shape[: gradient.ndim - input.ndim]
        raise ValueError(f"directional_derivative: function must return a number; got shape {shape}")
    return np.asarray((gradient * direction).sum())


def jacobian(function: Callable[[Tensor], Tensor], input: Array) -> Array:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(jacobian(lambda x: x * x, np.array([1.0, 2.0])))
    [[2. 0.]
     [0. 4.]]
    """
    check("jacobian", input=(input, "*"))
    (rows,) = _jacobians(lambda *tensors: function(*tensors), (input,))
    return rows


def gradcheck(
    function: Callable[..., Tensor],
    inputs: tuple[Array, ...],
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
    >>> gradcheck(lambda x, y: x * y, (np.array([1.0]), np.array([2.0])))
    True
    """
    for place, array in enumerate(inputs):
        check("gradcheck", **{f"inputs[{place}]": (array, "*")})
        check_double("gradcheck", **{f"inputs[{place}]": array})
    for place, rows in enumerate(_jacobians(function, inputs)):
        for index in np.ndindex(rows.shape):
            output_index, input_index = index[: rows.ndim - inputs[place].ndim], index[rows.ndim - inputs[place].ndim :]

            def number(array: Array, place: int = place, at: tuple[int, ...] = output_index) -> Any:
                moved = [Tensor(array if i == place else other) for i, other in enumerate(inputs)]
                return function(*moved).numpy()[at]

            numeric = _difference("gradcheck", number, inputs[place], input_index, eps)
            if not abs(rows[index] - numeric) <= atol + rtol * abs(numeric):
                raise RuntimeError(
                    f"gradcheck: d output{list(output_index)} / d inputs[{place}]{list(input_index)} "
                    f"is {rows[index]:.6g} by backward, but {numeric:.6g} by differences"
                )
    return True


def _difference(
    operation: str, function: Callable[[Array], Any], input: Array, index: tuple[int, ...], eps: float
) -> float:
    """The central difference quotient of `function` in one element of `input`."""
    ends = []
    for step in (eps, -eps):
        moved = input.copy()
        moved[index] += step
        value = np.asarray(function(moved))
        if value.size != 1:
            raise ValueError(f"{operation}: function must return a number; got shape {value.shape}")
        ends.append(float(value.item()))
    return (ends[0] - ends[1]) / (2 * eps)


def _jacobians(function: Callable[..., Tensor], inputs: tuple[Array, ...]) -> list[Array]:
    """The jacobian with respect to each input: one backward pass for each number of the output."""
    tensors = [Tensor(array, requires_grad=True) for array in inputs]
    output = function(*tensors)
    rows = [np.zeros(output.shape + array.shape, array.dtype) for array in inputs]
    for index in np.ndindex(output.shape if output.requires_grad else (0,)):
        unit = np.zeros_like(output.data)
        unit[index] = 1
        for tensor, grad in backpropagate([output], [unit], retain_graph=True):
            rows[[tensor is one for one in tensors].index(True)][index] = grad
    return rows
