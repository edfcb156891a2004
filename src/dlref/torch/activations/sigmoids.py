"""Activations of S shape, and what is made of them.

    sigmoid(x)    σ(x) = 1 / (1 + e⁻ˣ)
    tanh(x)       = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
    logsigmoid(x) = ln σ(x) = −ln(1 + e⁻ˣ)
    softplus(x)   = ln(1 + e^βx) / β

References: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.10 and 6.3; Dugas, Bengio, Bélisle,
Nadeau and Garcia, Incorporating second-order functional knowledge for better option pricing (2000).
"""

import torch
from torch import Tensor

from dlref.torch.checks import check


def sigmoid(input: Tensor) -> Tensor:
    """Squash every number into (0, 1).

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
    >>> print(sigmoid(torch.tensor([-1e4, 0.0, 1e4])))
    tensor([0.0000, 0.5000, 1.0000])
    """
    check("sigmoid", input=(input, "*"))
    # 1 / (1 + exp(-input)) is the same number, but where exp overflows autograd would get 0 · ∞ for its gradient.
    return torch.exp(logsigmoid(input))


def tanh(input: Tensor) -> Tensor:
    """Squash every number into (-1, 1).

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
    >>> print(tanh(torch.tensor([-1e4, 0.0, 1e4])))
    tensor([-1.,  0.,  1.])
    """
    check("tanh", input=(input, "*"))
    return torch.tanh(input)


def logsigmoid(input: Tensor) -> Tensor:
    """Return the logarithm of sigmoid, finite even where sigmoid is too small for a float.

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
    >>> print(logsigmoid(torch.tensor([-1e4])))
    tensor([-10000.])
    """
    check("logsigmoid", input=(input, "*"))
    return -_log1p_exp(-input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """A smooth relu, whose derivative is sigmoid(beta · input).

    Parameters
    ----------
    input : (*)
        pre-activations
    beta
        how sharp the bend is: for a large beta this is relu
    threshold
        where beta · input exceeds it, the output is `input` itself

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor

    Examples
    --------
    >>> print(softplus(torch.tensor([-1e4, 1e4])))
    tensor([    0., 10000.])
    """
    check("softplus", input=(input, "*"))
    scaled = beta * input
    return torch.where(scaled > threshold, input, _log1p_exp(scaled) / beta)


def _log1p_exp(input: Tensor) -> Tensor:
    """Return ln(1 + eˣ) = ln(e⁰ + eˣ); logaddexp lets no exp overflow and is smooth at zero, where |x| is not."""
    return torch.logaddexp(torch.zeros_like(input), input)
