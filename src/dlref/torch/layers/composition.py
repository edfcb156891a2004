"""How layers are put together.

    flatten    y = x, some of its dimensions as one
    residual   y = x + f(x)

The shortcut x passes the gradient on unchanged, however small that through f becomes: deep stacks stay trainable.
Reference: He, Zhang, Ren and Sun, Deep residual learning for image recognition (2015), arXiv:1512.03385.
"""

import math
from collections.abc import Callable
from typing import Any

from torch import Tensor

from dlref.checks import check_flatten, check_residual
from dlref.torch.checks import check


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Make one dimension of those from `start_dim` to `end_dim`.

    Parameters
    ----------
    input : (*)
        a tensor
    start_dim, end_dim
        the first and the last of these dimensions

    Returns
    -------
    output : (*)
        a view of `input` where its memory allows that

    Raises
    ------
    ValueError
        where `input` is not a floating tensor, or has no such dimensions

    Examples
    --------
    >>> import torch
    >>> flatten(torch.zeros(2, 3, 4, 4), start_dim=1).shape
    torch.Size([2, 48])
    """
    check("flatten", input=(input, "*"))
    start, end = check_flatten(input.ndim, start_dim, end_dim)
    size = math.prod(input.shape[start : end + 1])
    return input.reshape(*input.shape[:start], size, *input.shape[end + 1 :])


def residual(sublayer: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Let a layer learn what to add to its input.

    Parameters
    ----------
    sublayer
        an operation whose value has the shape of its first argument

    Returns
    -------
    an operation with the arguments of `sublayer`: `residual(f)(input, *args)` is `input + f(input, *args)`

    Raises
    ------
    ValueError
        where `sublayer` is no operation or, when it is called, changes the shape

    Examples
    --------
    >>> import torch
    >>> from dlref.torch.layers import linear
    >>> print(residual(linear)(torch.tensor([1.0, 2.0]), torch.tensor([[0.0, 1.0], [0.0, 0.0]])))
    tensor([3., 2.])
    """
    if not callable(sublayer):
        raise ValueError(f"residual: sublayer must be a differentiable operation; got {type(sublayer).__name__}")

    def with_shortcut(input: Tensor, *args: Any, **options: Any) -> Tensor:
        change = sublayer(input, *args, **options)
        check_residual(tuple(input.shape), tuple(change.shape))
        return input + change

    return with_shortcut
