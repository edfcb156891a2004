"""Arithmetic with broadcasting, as operations with pullbacks.

    add, sub     da = dy             db = ±dy           matmul  dA = dY Bᵀ        dB = Aᵀ dY
    mul          da = dy · b         db = dy · a        exp     dx = dy · y
    div          da = dy / b         db = −dy · y / b   log     dx = dy / x
    pow (x^c)    dx = dy · c x^(c−1)                    sqrt    dx = dy / 2y

Where an operand was broadcast, its gradient is the sum over the copies: a number used many times has many effects.
"""

from numbers import Real
from typing import Any

import numpy as np

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def add(input: Any, other: Any) -> tuple[Any, Pullback]:
    """Return input + other, broadcast against each other."""
    _check_operands("add", input, other)

    def pullback(doutput: Array) -> Gradients:
        return _summed_to(input, doutput), _summed_to(other, doutput)

    return input + other, pullback


@differentiable
def sub(input: Any, other: Any) -> tuple[Any, Pullback]:
    """Return input − other, broadcast against each other."""
    _check_operands("sub", input, other)

    def pullback(doutput: Array) -> Gradients:
        return _summed_to(input, doutput), _summed_to(other, -doutput)

    return input - other, pullback


@differentiable
def mul(input: Any, other: Any) -> tuple[Any, Pullback]:
    """Return input · other, broadcast against each other."""
    _check_operands("mul", input, other)

    def pullback(doutput: Array) -> Gradients:
        return _summed_to(input, doutput * other), _summed_to(other, doutput * input)

    return input * other, pullback


@differentiable
def div(input: Any, other: Any) -> tuple[Any, Pullback]:
    """Return input / other, broadcast against each other."""
    _check_operands("div", input, other)
    output = np.divide(input, other)

    def pullback(doutput: Array) -> Gradients:
        dinput = doutput / other
        return _summed_to(input, dinput), _summed_to(other, -dinput * output)

    return output, pullback


@differentiable
def pow(input: Any, exponent: float) -> tuple[Any, Pullback]:
    """Return input raised to a number."""
    check("pow", input=(input, "*"))
    if not _is_number(exponent):
        raise ValueError(f"pow: exponent must be a number; got {type(exponent).__name__}")

    def pullback(doutput: Array) -> Gradients:
        return (doutput * (exponent * input ** (exponent - 1) if exponent else 0),)

    return input**exponent, pullback


@differentiable
def neg(input: Any) -> tuple[Any, Pullback]:
    """Return −input."""
    check("neg", input=(input, "*"))
    return -input, lambda doutput: (-doutput,)


@differentiable
def exp(input: Any) -> tuple[Any, Pullback]:
    """Return e to the power of input."""
    check("exp", input=(input, "*"))
    output = np.exp(input)
    return output, lambda doutput: (doutput * output,)


@differentiable
def log(input: Any) -> tuple[Any, Pullback]:
    """Return the natural logarithm of input."""
    check("log", input=(input, "*"))
    return np.log(input), lambda doutput: (doutput / input,)


@differentiable
def sqrt(input: Any) -> tuple[Any, Pullback]:
    """Return the square root of input."""
    check("sqrt", input=(input, "*"))
    output = np.sqrt(input)
    return output, lambda doutput: (doutput / (2 * output),)


@differentiable
def abs(input: Any) -> tuple[Any, Pullback]:
    """Return |input|, with slope 0 at 0."""
    check("abs", input=(input, "*"))
    return np.abs(input), lambda doutput: (doutput * np.sign(input),)


@differentiable
def matmul(input: Any, other: Any) -> tuple[Any, Pullback]:
    """Return the matrix product over the last two dimensions; one-dimensional operands are a row and a column."""
    check("matmul", input=(input, "..."), other=(other, "..."))
    if min(input.ndim, other.ndim) == 0 or input.shape[-1] != other.shape[-2 if other.ndim > 1 else 0]:
        raise ValueError(f"matmul: shapes must be (…, m, k) and (…, k, n); got {input.shape} and {other.shape}")
    row = input[None, :] if input.ndim == 1 else input
    column = other[:, None] if other.ndim == 1 else other

    def pullback(doutput: Array) -> Gradients:
        doutput = doutput[..., None] if other.ndim == 1 else doutput
        doutput = doutput[..., None, :] if input.ndim == 1 else doutput
        drow = _summed_to(row, doutput @ column.mT)
        dcolumn = _summed_to(column, row.mT @ doutput)
        return drow.reshape(input.shape), dcolumn.reshape(other.shape)

    return input @ other, pullback


def _check_operands(operation: str, input: Any, other: Any) -> None:
    """Arrays of one floating dtype that can be broadcast; a Python number goes with any."""
    arrays = {name: x for name, x in {"input": input, "other": other}.items() if not _is_number(x)}
    check(operation, **{name: (array, "...") for name, array in arrays.items()})
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        raise ValueError(
            f"{operation}: shapes must be equal or broadcast; got {input.shape} and {other.shape}"
        ) from None


def _is_number(operand: Any) -> bool:
    return isinstance(operand, Real) and not isinstance(operand, np.generic)


def _summed_to(operand: Any, doutput: Array) -> Any:
    """The gradient of an operand that was broadcast; a Python number gets none."""
    if _is_number(operand):
        return None
    added = doutput.ndim - operand.ndim
    stretched = tuple(added + i for i, size in enumerate(operand.shape) if size == 1 and doutput.shape[added + i] != 1)
    return doutput.sum(axis=(*range(added), *stretched), keepdims=True).reshape(operand.shape)
