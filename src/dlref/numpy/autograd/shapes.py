"""Operations that move numbers without changing them: the pullback moves the gradient back to where each came from."""

from typing import Any

import numpy as np

from dlref.checks import check_dim
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable

Tensors = tuple[Any, ...] | list[Any]


@differentiable
def reshape(input: Any, shape: tuple[int, ...]) -> tuple[Any, Pullback]:
    """Return the same numbers, in order, in another shape."""
    check("reshape", input=(input, "*"))
    return input.reshape(shape), lambda doutput: (doutput.reshape(input.shape),)


@differentiable
def transpose(input: Any, dim0: int, dim1: int) -> tuple[Any, Pullback]:
    """Exchange two dimensions."""
    check("transpose", input=(input, "*"))
    check_dim("transpose", dim0, input.ndim)
    check_dim("transpose", dim1, input.ndim)
    return input.swapaxes(dim0, dim1), lambda doutput: (doutput.swapaxes(dim0, dim1),)


@differentiable
def getitem(input: Any, index: Any) -> tuple[Any, Pullback]:
    """Return input[index], for every index that NumPy knows."""
    check("getitem", input=(input, "*"))

    def pullback(doutput: Array) -> Gradients:
        dinput = np.zeros_like(input)
        np.add.at(dinput, index, doutput)  # an element that was picked twice gets both gradients
        return (dinput,)

    return input[index], pullback


@differentiable
def cat(tensors: Tensors, dim: int = 0) -> tuple[Any, Pullback]:
    """Join along a dimension that exists.

    Parameters
    ----------
    tensors : sequence of (*, n_i, *)
        equal in all dimensions but `dim`
    dim
        where to join

    Returns
    -------
    output : (*, Σ n_i, *)

    Raises
    ------
    ValueError
        where there are none, or their shapes or dtypes do not fit

    Examples
    --------
    >>> print(cat([np.zeros(1), np.ones(2)]))
    [0. 1. 1.]
    """
    _check_alike("cat", tensors, dim)
    ends = np.cumsum([tensor.shape[dim] for tensor in tensors])[:-1]
    return np.concatenate(tensors, dim), lambda doutput: (type(tensors)(np.split(doutput, ends, dim)),)


@differentiable
def stack(tensors: Tensors, dim: int = 0) -> tuple[Any, Pullback]:
    """Join along a new dimension.

    Parameters
    ----------
    tensors : sequence of (*)
        n arrays of equal shape
    dim
        where the new dimension stands

    Returns
    -------
    output : (*, n, *)

    Raises
    ------
    ValueError
        where there are none, or their shapes or dtypes differ

    Examples
    --------
    >>> print(stack([np.zeros(2), np.ones(2)], dim=1))
    [[0. 1.]
     [0. 1.]]
    """
    _check_alike("stack", tensors, dim)
    return np.stack(tensors, dim), lambda doutput: (type(tensors)(np.moveaxis(doutput, dim, 0)),)


@differentiable
def where(condition: Any, input: Any, other: Any) -> tuple[Any, Pullback]:
    """Choose element by element.

    Parameters
    ----------
    condition : (*) bool
        where to take from `input`
    input, other : (*)
        what to take from

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where shapes or dtypes differ

    Examples
    --------
    >>> print(where(np.array([True, False]), np.zeros(2), np.ones(2)))
    [0. 1.]
    """
    check("where", condition=(condition, "*: bool"), input=(input, "*"), other=(other, "*"))

    def pullback(doutput: Array) -> Gradients:
        zero = np.zeros_like(doutput)
        return None, np.where(condition, doutput, zero), np.where(condition, zero, doutput)

    return np.where(condition, input, other), pullback


def _check_alike(operation: str, tensors: Tensors, dim: int) -> None:
    if not isinstance(tensors, tuple | list) or not tensors:
        raise ValueError(f"{operation}: tensors must be a tuple or list of at least one array; got {tensors!r}")
    first = tensors[0]
    check_dim(operation, dim, first.ndim + (operation == "stack"))
    for place, tensor in enumerate(tensors):
        check(operation, **{"tensors[0]": (first, "..."), f"tensors[{place}]": (tensor, "...")})
        expected = list(first.shape)
        if operation == "cat" and tensor.ndim == first.ndim:
            expected[dim] = tensor.shape[dim]
        if tensor.shape != tuple(expected):
            free = f", except in dimension {dim}" if operation == "cat" else ""
            raise ValueError(f"{operation}: tensors[{place}] must be {first.shape}{free}; got {tensor.shape}")
