"""Sums, means and maxima over dimensions, as operations with pullbacks.

sum    dx = dy, copied along the dimensions that were summed
mean   dx = dy / n
amax   dx = dy, shared equally among the elements that are the maximum
"""

from typing import Any

import numpy as np

from dlref.checks import check_dim
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable

Dims = int | tuple[int, ...] | None  # None: all


@differentiable
def sum(input: Any, dim: Dims, keepdim: bool) -> tuple[Any, Pullback]:
    """Return the sum over `dim`."""
    _check("sum", input, dim)

    def pullback(doutput: Array) -> Gradients:
        return (np.broadcast_to(_kept(doutput, input, dim, keepdim), input.shape),)

    return input.sum(axis=dim, keepdims=keepdim), pullback


@differentiable
def mean(input: Any, dim: Dims, keepdim: bool) -> tuple[Any, Pullback]:
    """Return the mean over `dim`."""
    _check("mean", input, dim)
    output = input.mean(axis=dim, keepdims=keepdim)
    count = input.size // max(output.size, 1)

    def pullback(doutput: Array) -> Gradients:
        return (np.broadcast_to(_kept(doutput / count, input, dim, keepdim), input.shape),)

    return output, pullback


@differentiable
def amax(input: Any, dim: Dims, keepdim: bool) -> tuple[Any, Pullback]:
    """Return the maximum over `dim`."""
    _check("amax", input, dim)
    highest = input.max(axis=dim, keepdims=True)

    def pullback(doutput: Array) -> Gradients:
        is_highest = input == highest
        share = _kept(doutput, input, dim, keepdim) / is_highest.sum(axis=dim, keepdims=True, dtype=input.dtype)
        return (is_highest * share,)

    return input.max(axis=dim, keepdims=keepdim), pullback


def _check(operation: str, input: Any, dim: Dims) -> None:
    check(operation, input=(input, "*"))
    for one in dim if isinstance(dim, tuple) else () if dim is None else (dim,):
        check_dim(operation, one, input.ndim)


def _kept(doutput: Array, input: Array, dim: Dims, keepdim: bool) -> Array:
    """The gradient of the result with its reduced dimensions back, as dimensions of size 1."""
    if keepdim:
        return doutput
    return np.expand_dims(doutput, tuple(range(input.ndim)) if dim is None else dim)
