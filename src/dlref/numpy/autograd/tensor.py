"""`Tensor`: an array that remembers where it came from, with the operators of arithmetic.

    >>> weight = Tensor(np.array([1.0, 2.0]), requires_grad=True)
    >>> loss = (weight * weight).sum()
    >>> loss.backward()
    >>> print(weight.grad)
    [2. 4.]

Every operation of `dlref.numpy` takes tensors as well as arrays; the tape then remembers the operation's own pullback.
"""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.numpy.autograd.operators import Operators
from dlref.numpy.autograd.tape import Node, backpropagate, is_recording
from dlref.numpy.differentiable import Array, Differentiable
from dlref.numpy.trees import leaves, mapped


class Tensor(Operators):
    """An array with a place for its gradient.

    It has the operators +, −, *, /, ** (by a number), @, comparisons and indexing; `shape`, `ndim`, `dtype` and `T`;
    and the methods `sum`, `mean`, `amax`, `exp`, `log`, `sqrt`, `abs`, `reshape` and `transpose`, all as `torch.Tensor`
    has them.

    Parameters
    ----------
    data : (*)
        a floating array or number; it is not copied
    requires_grad
        whether `backward` shall leave this tensor's gradient in `grad`

    Raises
    ------
    ValueError
        where a gradient is asked for and `data` is not floating

    Examples
    --------
    >>> x = Tensor(np.array([[1.0, 2.0]]), requires_grad=True)
    >>> (x @ x.T).sum().backward()
    >>> print(x.grad)
    [[2. 4.]]
    """

    def __init__(self, data: npt.ArrayLike, requires_grad: bool = False) -> None:
        self.data: Array = np.asarray(data)
        if requires_grad and self.data.dtype.kind != "f":
            raise ValueError(f"Tensor: only floating arrays can require a gradient; got {self.data.dtype}")
        self.requires_grad = requires_grad
        self.grad: Array | None = None
        self.node: Node | None = None  # what made it, unless it was made by hand
        self.place = 0  # which of the arrays that its node made

    @staticmethod
    def record(operation: Differentiable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Apply `operation` to what may hold tensors, and put it on the tape if one of them requires a gradient."""
        args, options = _placed(operation.__wrapped__, args, options)
        arrays = mapped(_data, args)
        kept = is_recording() and any(getattr(leaf, "requires_grad", False) for leaf in leaves(args))
        if not kept:
            return mapped(Tensor, operation(*arrays, **mapped(_data, options)))
        value, pullback = operation.vjp(*arrays, **mapped(_data, options))
        node = Node(operation.__name__, args, value, pullback)
        made = mapped(Tensor, value)
        for place, tensor in enumerate(leaves(made)):
            tensor.requires_grad, tensor.node, tensor.place = True, node, place
        return made

    def backward(self, gradient: npt.ArrayLike | None = None, retain_graph: bool = False) -> None:
        """Add to `grad` of every tensor that this one depends on and that requires it.

        Parameters
        ----------
        gradient : (*)
            the gradient of this tensor; needed unless it is a single number, where it is 1
        retain_graph
            keep the tape for another backward pass

        Raises
        ------
        ValueError
            where `gradient` is missing or has another shape
        RuntimeError
            where nothing was recorded, or the tape was freed by an earlier call
        """
        if not self.requires_grad:
            raise RuntimeError("backward: this tensor does not depend on any that requires a gradient")
        if gradient is None and self.data.size != 1:
            raise ValueError(f"backward: a tensor of shape {self.shape} needs a gradient of this shape; got none")
        start = np.ones_like(self.data) if gradient is None else np.asarray(gradient, self.data.dtype)
        if start.shape != self.shape:
            raise ValueError(f"backward: gradient must be {self.shape} as the tensor is; got {start.shape}")
        for tensor, grad in backpropagate([self], [start], retain_graph=retain_graph):
            tensor.grad = grad.copy() if tensor.grad is None else tensor.grad + grad

    def detach(self) -> "Tensor":
        """Return the same numbers without their history."""
        return Tensor(self.data)

    def numpy(self) -> Array:
        """Return the array."""
        return self.data

    def item(self) -> float:
        """Return the only number in it."""
        return float(self.data.item())

    def __repr__(self) -> str:
        tail = ", requires_grad=True" if self.requires_grad else ""
        return f"Tensor({np.array2string(self.data, separator=', ')}{tail})"


@cache
def _signature(operation: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(operation)


@cache
def _names(operation: Callable[..., Any]) -> tuple[int, frozenset[str]]:
    """How many parameters may stand without a name, and the names of those that may not."""
    kinds = [(name, parameter.kind) for name, parameter in _signature(operation).parameters.items()]
    named = frozenset(name for name, kind in kinds if kind is inspect.Parameter.KEYWORD_ONLY)
    return len(kinds) - len(named), named


def _placed(
    operation: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments in their places, so that arrays given by keyword have a place among the gradients, too."""
    places, named = _names(operation)
    if len(args) == places and named.issuperset(options):  # nothing to place, and binding takes its time
        return args, options
    bound = _signature(operation).bind(*args, **options)
    bound.apply_defaults()
    return bound.args, bound.kwargs


def _data(leaf: Any) -> Any:
    return leaf.data if isinstance(leaf, Tensor) else leaf
