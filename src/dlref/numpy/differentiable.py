"""One operation, one definition: its value and its derivative, written side by side.

An operation y = f(x₁, …, xₙ) returns its value and its pullback, the vector-Jacobian product

    dy ↦ (dy·∂y/∂x₁, …, dy·∂y/∂xₙ)

where dx names the gradient ∂L/∂x of some final scalar L. Chaining pullbacks backwards is backpropagation
(Rumelhart, Hinton and Williams, 1986).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeAlias, cast

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Gradients: TypeAlias = tuple[Any, ...]  # one per positional argument: an array, or None
Pullback: TypeAlias = Callable[[Any], Gradients]  # takes the gradient of the value
P = ParamSpec("P")


class Differentiable(Protocol[P]):
    """An operation that can be called for its value, or through `vjp` for its value and its pullback."""

    __name__: str
    __wrapped__: Callable[..., tuple[Array, Pullback]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Array:
        """Return the value."""

    def vjp(self, *args: P.args, **kwargs: P.kwargs) -> tuple[Array, Pullback]:
        """Return the value and its pullback."""


def differentiable(operation: Callable[P, tuple[Array, Pullback]]) -> Differentiable[P]:
    """Turn a definition that returns (value, pullback) into an operation.

    Parameters
    ----------
    operation
        takes arrays first and options after them; its pullback returns one gradient per array, in order, None for
        integer and for absent ones

    Returns
    -------
    a function `f` of the same signature: `f(...)` is the value, `f.vjp(...)` is the value and its pullback, which
    gives one gradient per positional argument: those of options are None

    Examples
    --------
    >>> @differentiable
    ... def square(input):
    ...     return input**2, lambda doutput: (doutput * 2 * input,)
    >>> value, pullback = square.vjp(np.float64(3.0))
    >>> print(value, *pullback(1.0))
    9.0 6.0
    """

    @wraps(operation)
    def value_of(*args: P.args, **kwargs: P.kwargs) -> Array:
        return operation(*args, **kwargs)[0]

    def vjp(*args: P.args, **kwargs: P.kwargs) -> tuple[Array, Pullback]:
        value, pullback = operation(*args, **kwargs)

        def checked_pullback(dvalue: npt.ArrayLike, /) -> Gradients:
            dvalue = np.asarray(dvalue, dtype=value.dtype)  # so that pullback(1.0) keeps float32 what is float32
            if dvalue.shape != value.shape:
                name = operation.__name__
                raise ValueError(f"{name}: the pullback needs the value's shape {value.shape}; got {dvalue.shape}")
            gradients = pullback(dvalue)
            return gradients + (None,) * (len(args) - len(gradients))

        return value, checked_pullback

    value_of.vjp = vjp  # type: ignore[attr-defined]
    return cast(Differentiable[P], value_of)
