"""Initial parameters, drawn in place from a generator that the caller seeds.

    kaiming_uniform_  U(−√3·s, √3·s)      kaiming_normal_  N(0, s²)      s = √(2 / (1 + a²)) / √fan

fan is the number of inputs of a unit ("fan_in") or of its outputs ("fan_out"). With a = 0 this keeps the variance of
signals through relu; with a = √5 it is U(−1/√fan_in, 1/√fan_in), which `torch.nn.Linear` and `torch.nn.Conv2d` use.
Reference: He, Zhang, Ren and Sun, Delving deep into rectifiers (2015), arXiv:1502.01852.
"""

import math

import numpy as np

from dlref.checks import check_choice
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


def kaiming_uniform_(tensor: Array, a: float = 0.0, mode: str = "fan_in", *, generator: np.random.Generator) -> Array:
    """Fill a weight from U(−√3·s, √3·s), with s as above.

    Parameters
    ----------
    tensor : (out, in, *)
        is overwritten
    a
        slope of the (leaky) relu behind the layer, on negative input
    mode
        "fan_in" keeps the variance of signals, "fan_out" that of gradients
    generator
        where the numbers come from

    Returns
    -------
    tensor : (out, in, *)

    Raises
    ------
    ValueError
        where `tensor` is not a floating array of two dimensions or more, or `mode` is unknown

    Examples
    --------
    >>> weight = kaiming_uniform_(np.empty((64, 6)), generator=np.random.default_rng(0))
    >>> print(f"{abs(weight).max():.2f}")  # just under √(6 / 6)
    1.00
    """
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode)
    return uniform_(tensor, -bound, bound, generator=generator)


def kaiming_normal_(tensor: Array, a: float = 0.0, mode: str = "fan_in", *, generator: np.random.Generator) -> Array:
    """Fill a weight from N(0, s²), with s as above.

    Parameters
    ----------
    tensor : (out, in, *)
        is overwritten
    a
        slope of the (leaky) relu behind the layer, on negative input
    mode
        "fan_in" keeps the variance of signals, "fan_out" that of gradients
    generator
        where the numbers come from

    Returns
    -------
    tensor : (out, in, *)

    Raises
    ------
    ValueError
        where `tensor` is not a floating array of two dimensions or more, or `mode` is unknown

    Examples
    --------
    >>> weight = kaiming_normal_(np.empty((500, 200)), generator=np.random.default_rng(0))
    >>> print(f"{weight.std():.2f}")  # √(2 / 200)
    0.10
    """
    return normal_(tensor, 0.0, _kaiming_std("kaiming_normal_", tensor, a, mode), generator=generator)


def _kaiming_std(operation: str, tensor: Array, a: float, mode: str) -> float:
    check_choice(operation, "mode", mode, ("fan_in", "fan_out"))
    check(operation, tensor=(tensor, "*"))
    if tensor.ndim < 2:
        raise ValueError(f"{operation}: tensor must be (out, in, *); got {tuple(tensor.shape)}")
    out, fan_in = tensor.shape[:2]
    fan = (fan_in if mode == "fan_in" else out) * math.prod(tensor.shape[2:])
    return math.sqrt(2 / (1 + a**2)) / math.sqrt(fan)
