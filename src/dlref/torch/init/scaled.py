"""Weights whose spread keeps the variance of signals, or of gradients, from layer to layer.

    xavier_uniform_   U(−√3·s, √3·s)      xavier_normal_   N(0, s²)      s = gain·√(2 / (fan_in + fan_out))
    kaiming_uniform_  U(−√3·s, √3·s)      kaiming_normal_  N(0, s²)      s = gain / √fan

fan_in is the number of inputs of a unit, fan_out that of its outputs. Kaiming's gain is √(2 / (1 + a²)) by default:
a = 0 is relu; a = √5 makes it U(−1/√fan_in, 1/√fan_in), which `torch.nn.Linear` and `torch.nn.Conv2d` use.
References: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010);
He, Zhang, Ren and Sun, Delving deep into rectifiers (2015), arXiv:1502.01852.
"""

import math

import torch
from torch import Tensor

from dlref.checks import check_choice
from dlref.torch.init.distributions import normal_, uniform_
from dlref.torch.init.gain import fans, gain_of


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, *, generator: torch.Generator) -> Tensor:
    """Fill a weight from U(−√3·s, √3·s), with Xavier's s as above.

    Parameters
    ----------
    tensor : (out, in, *)
        is overwritten
    gain
        factor for the nonlinearity behind the layer, from `calculate_gain`
    generator
        where the numbers come from

    Returns
    -------
    tensor : (out, in, *)

    Raises
    ------
    ValueError
        where `tensor` is not a floating tensor of two dimensions or more

    Examples
    --------
    >>> weight = xavier_uniform_(torch.empty(500, 100), generator=torch.Generator().manual_seed(0))
    >>> print(f"{abs(weight).max():.2f}")  # just under √(6 / 600)
    0.10
    """
    bound = math.sqrt(3) * _xavier_std("xavier_uniform_", tensor, gain)
    return uniform_(tensor, -bound, bound, generator=generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, *, generator: torch.Generator) -> Tensor:
    """Fill a weight from N(0, s²), with Xavier's s as above.

    Parameters
    ----------
    tensor : (out, in, *)
        is overwritten
    gain
        factor for the nonlinearity behind the layer, from `calculate_gain`
    generator
        where the numbers come from

    Returns
    -------
    tensor : (out, in, *)

    Raises
    ------
    ValueError
        where `tensor` is not a floating tensor of two dimensions or more

    Examples
    --------
    >>> weight = xavier_normal_(torch.empty(500, 300), generator=torch.Generator().manual_seed(0))
    >>> print(f"{weight.std():.2f}")  # √(2 / 800)
    0.05
    """
    return normal_(tensor, 0.0, _xavier_std("xavier_normal_", tensor, gain), generator=generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    generator: torch.Generator,
) -> Tensor:
    """Fill a weight from U(−√3·s, √3·s), with Kaiming's s as above.

    Parameters
    ----------
    tensor : (out, in, *)
        is overwritten
    a
        slope of leaky_relu on negative input; 0 is relu
    mode
        "fan_in" keeps the variance of signals, "fan_out" that of gradients
    nonlinearity
        what stands behind the layer, as `calculate_gain` knows it
    generator
        where the numbers come from

    Returns
    -------
    tensor : (out, in, *)

    Raises
    ------
    ValueError
        where `tensor` is not a floating tensor of two dimensions or more, or an option is unknown

    Examples
    --------
    >>> weight = kaiming_uniform_(torch.empty(64, 6), generator=torch.Generator().manual_seed(0))
    >>> print(f"{abs(weight).max():.2f}")  # just under √(6 / 6)
    1.00
    """
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator=generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    generator: torch.Generator,
) -> Tensor:
    """Fill a weight from N(0, s²), with Kaiming's s as above.

    Parameters
    ----------
    tensor : (out, in, *)
        is overwritten
    a
        slope of leaky_relu on negative input; 0 is relu
    mode
        "fan_in" keeps the variance of signals, "fan_out" that of gradients
    nonlinearity
        what stands behind the layer, as `calculate_gain` knows it
    generator
        where the numbers come from

    Returns
    -------
    tensor : (out, in, *)

    Raises
    ------
    ValueError
        where `tensor` is not a floating tensor of two dimensions or more, or an option is unknown

    Examples
    --------
    >>> weight = kaiming_normal_(torch.empty(500, 200), generator=torch.Generator().manual_seed(0))
    >>> print(f"{weight.std():.2f}")  # √(2 / 200)
    0.10
    """
    std = _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity)
    return normal_(tensor, 0.0, std, generator=generator)


def _xavier_std(operation: str, tensor: Tensor, gain: float) -> float:
    return gain * math.sqrt(2 / max(sum(fans(operation, tensor)), 1))  # a weight without elements needs no spread


def _kaiming_std(operation: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    check_choice(operation, "mode", mode, ("fan_in", "fan_out"))
    fan_in, fan_out = fans(operation, tensor)
    fan = fan_in if mode == "fan_in" else fan_out
    return gain_of(operation, nonlinearity, "a", a) / math.sqrt(max(fan, 1))
