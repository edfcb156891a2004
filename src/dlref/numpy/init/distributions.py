"""Draws from a distribution with given bounds or moments, independent of the shape."""

import numpy as np

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array


def uniform_(tensor: Array, a: float = 0.0, b: float = 1.0, *, generator: np.random.Generator) -> Array:
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
        where `tensor` is not a floating array

    Examples
    --------
    >>> print(uniform_(np.empty(3), 2.0, 2.0, generator=np.random.default_rng(0)))
    [2. 2. 2.]
    """
    check("uniform_", tensor=(tensor, "*"))
    tensor[...] = generator.uniform(a, b, tensor.shape)
    return tensor


def normal_(tensor: Array, mean: float = 0.0, std: float = 1.0, *, generator: np.random.Generator) -> Array:
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
        where `tensor` is not a floating array

    Examples
    --------
    >>> print(normal_(np.empty(3), 2.0, 0.0, generator=np.random.default_rng(0)))
    [2. 2. 2.]
    """
    check("normal_", tensor=(tensor, "*"))
    tensor[...] = generator.normal(mean, std, tensor.shape)
    return tensor
