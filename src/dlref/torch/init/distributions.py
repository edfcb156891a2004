"""Draws from a distribution with given bounds or moments, independent of the shape."""

import torch
from torch import Tensor

from dlref.torch.checks import check


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, *, generator: torch.Generator) -> Tensor:
    """Fill `tensor` with draws from the uniform distribution on [a, b).

    Parameters
    ----------
    tensor : (*)
        is overwritten
    a, b
        lower and upper bound
    generator
        where the numbers come from

    Returns
    -------
    tensor : (*)

    Raises
    ------
    ValueError
        where `tensor` is not a floating tensor

    Examples
    --------
    >>> print(uniform_(torch.empty(3), 2.0, 2.0, generator=torch.Generator().manual_seed(0)))
    tensor([2., 2., 2.])
    """
    check("uniform_", tensor=(tensor, "*"))
    with torch.no_grad():
        tensor.uniform_(a, b, generator=generator)
    return tensor


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: torch.Generator) -> Tensor:
    """Fill `tensor` with draws from the normal distribution N(mean, std²).

    Parameters
    ----------
    tensor : (*)
        is overwritten
    mean, std
        mean and standard deviation
    generator
        where the numbers come from

    Returns
    -------
    tensor : (*)

    Raises
    ------
    ValueError
        where `tensor` is not a floating tensor

    Examples
    --------
    >>> print(normal_(torch.empty(3), 2.0, 0.0, generator=torch.Generator().manual_seed(0)))
    tensor([2., 2., 2.])
    """
    check("normal_", tensor=(tensor, "*"))
    with torch.no_grad():
        tensor.normal_(mean, std, generator=generator)
    return tensor
