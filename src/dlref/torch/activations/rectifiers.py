"""Activations that let the positive part through.

    relu(x)       = max(x, 0)
    leaky_relu(x) = x, or s·x below zero
    elu(x)        = x, or α (eˣ − 1) below zero

References: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.3; Maas, Hannun and Ng, Rectifier
nonlinearities improve neural network acoustic models (2013); Clevert, Unterthiner and Hochreiter, Fast and accurate
deep network learning by exponential linear units (2015), arXiv:1511.07289.
"""

import torch
from torch import Tensor

from dlref.torch.checks import check


def relu(input: Tensor) -> Tensor:
    """Set what is negative to zero.

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
    >>> print(relu(torch.tensor([-1.0, 0.0, 2.0])))
    tensor([0., 0., 2.])
    """
    check("relu", input=(input, "*"))
    return torch.where(input <= 0, 0, input)  # asked this way round, NaN stays NaN


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """Keep what is positive and scale down what is negative, so that a gradient still gets through.

    Parameters
    ----------
    input : (*)
        pre-activations
    negative_slope
        the slope where `input` is negative

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor

    Examples
    --------
    >>> print(leaky_relu(torch.tensor([-1.0, 0.0, 2.0]), negative_slope=0.5))
    tensor([-0.5000,  0.0000,  2.0000])
    """
    check("leaky_relu", input=(input, "*"))
    return torch.where(input > 0, input, negative_slope * input)


def elu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """Keep what is positive and bend what is negative smoothly towards -alpha.

    Parameters
    ----------
    input : (*)
        pre-activations
    alpha
        minus the value that is approached where `input` is very negative

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor

    Examples
    --------
    >>> print(elu(torch.tensor([-1e4, 0.0, 2.0])))
    tensor([-1.,  0.,  2.])
    """
    check("elu", input=(input, "*"))
    negative = input.clamp(max=0)  # exp of what is positive could overflow
    return torch.where(input > 0, input, alpha * torch.expm1(negative))
