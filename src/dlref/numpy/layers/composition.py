"""How layers are put together.

    flatten    y = x, some of its dimensions as one      dx = dy, in the shape of x
    residual   y = x + f(x)                              dx = dy + dy·∂f/∂x

The shortcut x passes dy on unchanged, however small the gradient through f becomes: deep stacks stay trainable.
Reference: He, Zhang, Ren and Sun, Deep residual learning for image recognition (2015), arXiv:1512.03385.
"""

import math
from typing import Any

from dlref.checks import check_flatten, check_residual
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Differentiable, Gradients, Pullback, differentiable


@differentiable
def flatten(input: Array, start_dim: int = 0, end_dim: int = -1) -> tuple[Array, Pullback]:
    """Make one dimension of those from `start_dim` to `end_dim`.

    Parameters
    ----------
    input : (*)
        an array
    start_dim, end_dim
        the first and the last of these dimensions

    Returns
    -------
    output : (*)
        a view of `input` where its memory allows that

    Raises
    ------
    ValueError
        where `input` is not a floating array, or has no such dimensions

    Examples
    --------
    >>> import numpy as np
    >>> flatten(np.zeros((2, 3, 4, 4)), start_dim=1).shape
    (2, 48)
    """
    check("flatten", input=(input, "*"))
    start, end = check_flatten(input.ndim, start_dim, end_dim)
    size = math.prod(input.shape[start : end + 1])
    output = input.reshape(*input.shape[:start], size, *input.shape[end + 1 :])

    def pullback(doutput: Array) -> Gradients:
        return (doutput.reshape(input.shape),)

    return output, pullback


def residual(sublayer: Differentiable[..., Array]) -> Differentiable[..., Array]:
    """Let a layer learn what to add to its input.

    Parameters
    ----------
    sublayer
        a differentiable operation whose value has the shape of its first argument

    Returns
    -------
    an operation with the arguments of `sublayer`: `residual(f)(input, *args)` is `input + f(input, *args)`

    Raises
    ------
    ValueError
        where `sublayer` is not differentiable or, when it is called, changes the shape

    Examples
    --------
    >>> import numpy as np
    >>> from dlref.numpy.layers import linear
    >>> print(residual(linear)(np.array([1.0, 2.0]), np.array([[0.0, 1.0], [0.0, 0.0]])))
    [3. 2.]
    """
    if not hasattr(sublayer, "vjp"):
        raise ValueError(f"residual: sublayer must be a differentiable operation; got {type(sublayer).__name__}")

    @differentiable
    def with_shortcut(input: Array, *args: Any, **options: Any) -> tuple[Array, Pullback]:
        change, change_pullback = sublayer.vjp(input, *args, **options)
        check_residual(input.shape, change.shape)

        def pullback(doutput: Array) -> Gradients:
            dinput, *dargs = change_pullback(doutput)
            return doutput + dinput, *dargs

        return input + change, pullback

    return with_shortcut
