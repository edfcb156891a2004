"""One operation, one definition: its value and its derivative, written side by side.

An operation y = f(x₁, …, xₙ) returns its value and its pullback, the vector-Jacobian product

    dy ↦ (dy·∂y/∂x₁, …, dy·∂y/∂xₙ)

where dx names the gradient ∂L/∂x of some final scalar L. Chaining pullbacks backwards is backpropagation
(Rumelhart, Hinton and Williams, 1986).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

from dlref.numpy.trees import leaves, mapped

Array: TypeAlias = npt.NDArray[Any]
Gradients: TypeAlias = tuple[Any, ...]  # one per positional argument, in its structure, or None
Pullback: TypeAlias = Callable[[Any], Gradients]  # takes the gradient of the value
P = ParamSpec("P")
Value = TypeVar("Value", covariant=True)  # an array, or a tuple of them


class Differentiable(Protocol[P, Value]):
    """An operation that can be called for its value, or through `vjp` for its value and its pullback."""

    __name__: str
    __wrapped__: Callable[..., tuple[Any, Pullback]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Value:
        """Return the value."""

    def vjp(self, *args: P.args, **kwargs: P.kwargs) -> tuple[Value, Pullback]:
        """Return the value and its pullback."""


class Traced:
    """An array that remembers what is computed from it; `dlref.numpy.autograd.Tensor` is one."""

    @staticmethod
    def record(operation: Differentiable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Apply `operation` and remember that it was applied."""
        raise NotImplementedError


def differentiable(operation: Callable[P, tuple[Value, Pullback]]) -> Differentiable[P, Value]:
    """Turn a definition that returns (value, pullback) into an operation.

    Parameters
    ----------
    operation
        takes arrays first and options after them; its pullback returns one gradient per array, in order, None for
        integer and for absent ones. An argument or the value may be a dict or a tuple of arrays; its gradient has
        the same structure.

    Returns
    -------
    f : callable
        of the same signature: `f(...)` is the value, `f.vjp(...)` is the value and its pullback, which gives one
        gradient per positional argument: those of options are None. Where the value is a tuple, the pullback takes a
        tuple, in which None stands for zeros. 1 / 0 is inf and log(−1) is nan, as in PyTorch, without a warning.

    Examples
    --------
    >>> @differentiable
    ... def square(input):
    ...     return input**2, lambda doutput: (doutput * 2 * input,)
    >>> value, pullback = square.vjp(np.float64(3.0))
    >>> print(value, *pullback(1.0))
    9.0 6.0
    """
    name = operation.__name__

    @wraps(operation)
    def value_of(*args: P.args, **kwargs: P.kwargs) -> Any:
        for leaf in leaves((args, kwargs)):
            if isinstance(leaf, Traced):
                return leaf.record(cast(Differentiable[..., Any], value_of), args, kwargs)
        with np.errstate(all="ignore"):
            return operation(*args, **kwargs)[0]

    def vjp(*args: P.args, **kwargs: P.kwargs) -> tuple[Value, Pullback]:
        with np.errstate(all="ignore"):
            value, pullback = operation(*args, **kwargs)

        def checked_pullback(dvalue: Any, /) -> Gradients:
            with np.errstate(all="ignore"):
                gradients = pullback(mapped(lambda part, dpart: _fitting(name, part, dpart), value, dvalue))
            return gradients + (None,) * (len(args) - len(gradients))

        return value, checked_pullback

    value_of.vjp = vjp  # type: ignore[attr-defined]
    return cast(Differentiable[P, Value], value_of)


def _fitting(name: str, value: Any, dvalue: Any) -> Any:
    """The gradient of the value as an array of the value's dtype, so that pullback(1.0) keeps float32 what is."""
    if dvalue is None:
        return np.zeros_like(value)
    dvalue = np.asarray(dvalue, dtype=value.dtype)
    if dvalue.shape != value.shape:
        raise ValueError(f"{name}: the pullback needs the value's shape {value.shape}; got {dvalue.shape}")
    return dvalue
