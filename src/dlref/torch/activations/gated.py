"""Activations in which an input opens its own gate: y = x · g(x).

    silu   g = σ(x)
    gelu   g = Φ(x) = (1 + erf(x/√2)) / 2
           or g = (1 + tanh u) / 2
              u = √(2/π) (x + 0.044715 x³)

References: Hendrycks and Gimpel, Gaussian error linear units (2016), arXiv:1606.08415; Elfwing, Uchibe and Doya,
Sigmoid-weighted linear units for neural network function approximation in reinforcement learning (2017),
arXiv:1702.03118; Ramachandran, Zoph and Le, Searching for activation functions (2017), arXiv:1710.05941.
"""

import math

import torch
from torch import Tensor

from dlref.checks import check_choice
from dlref.torch.activations.sigmoids import sigmoid
from dlref.torch.checks import check


def silu(input: Tensor) -> Tensor:
    """Let each input through as far as its own sigmoid opens (also known as swish).

    Parameters
    ----------
    input : (*)
        pre-activations

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor

    Examples
    --------
    >>> print(silu(torch.tensor([-1e4, 0.0, 1e4])))
    tensor([   -0.,     0., 10000.])
    """
    check("silu", input=(input, "*"))
    return input * sigmoid(input)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """Let each input through with the probability that a standard normal number lies below it.

    Parameters
    ----------
    input : (*)
        pre-activations
    approximate
        "none" computes Φ with the error function, "tanh" replaces it by a formula in tanh

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor,
        or `approximate` is unknown

    Examples
    --------
    >>> print(gelu(torch.tensor([-1e4, 0.0, 1e4])))
    tensor([   -0.,     0., 10000.])
    """
    check("gelu", input=(input, "*"))
    check_choice("gelu", "approximate", approximate, ("none", "tanh"))
    gate = _normal(input) if approximate == "none" else _nearly_normal(input)
    return input * gate


def _normal(input: Tensor) -> Tensor:
    """The probability that a standard normal number lies below each input."""
    return (1 + torch.erf(input / math.sqrt(2))) / 2


def _nearly_normal(input: Tensor) -> Tensor:
    """The same probability by a formula in tanh."""
    scale, cubic = math.sqrt(2 / math.pi), 0.044715
    return (1 + torch.tanh(scale * (input + cubic * input**3))) / 2
