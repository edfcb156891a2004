"""Operations that are made of operations: the tape writes their pullback."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from dlref.numpy.autograd.tape import backpropagate, recording
from dlref.numpy.autograd.tensor import Tensor
from dlref.numpy.differentiable import Differentiable, Gradients, Pullback, differentiable
from dlref.numpy.trees import leaves, mapped

P = ParamSpec("P")
Value = TypeVar("Value")


def composed(function: Callable[P, Value]) -> Differentiable[P, Value]:
    """Make an operation of a function that only calls operations.

    Parameters
    ----------
    function
        is handed a tensor for each floating array among its positional arguments, and returns tensors

    Returns
    -------
    operation : callable
        of the same signature; takes and returns arrays and has a `vjp`, like every other operation

    Examples
    --------
    >>> @composed
    ... def cube(input):
    ...     return input * input * input
    >>> value, pullback = cube.vjp(np.array(2.0))
    >>> print(value, *pullback(1.0))
    8.0 12.0
    """

    @differentiable
    @wraps(function)
    def operation(*args: P.args, **kwargs: P.kwargs) -> tuple[Any, Pullback]:
        inputs = mapped(_as_tensor, args)
        with recording():
            outputs = function(*inputs, **kwargs)

        def pullback(doutputs: Any) -> Gradients:
            ends = [
                (output, doutput)
                for output, doutput in zip(leaves(outputs), leaves(doutputs), strict=True)
                if output.requires_grad
            ]
            reached = backpropagate([output for output, _ in ends], [doutput for _, doutput in ends], retain_graph=True)
            grads = {id(tensor): grad for tensor, grad in reached}
            return tuple(mapped(lambda leaf: _gradient(leaf, grads), inputs))

        return mapped(lambda output: output.data, outputs), pullback

    return operation


def _as_tensor(leaf: Any) -> Any:
    is_floating = isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind == "f"
    return Tensor(leaf, requires_grad=True) if is_floating else leaf


def _gradient(leaf: Any, grads: dict[int, Any]) -> Any:
    """The gradient of an input: zero where the value does not depend on it."""
    if not isinstance(leaf, Tensor):
        return None
    return grads[id(leaf)] if id(leaf) in grads else np.zeros_like(leaf.data)
