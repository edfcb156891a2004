"""Scores into probabilities.

    softmax(x)_i     = exp(x_i) / Σ_j exp(x_j)
    log_softmax(x)_i = x_i − ln Σ_j exp(x_j)

Subtracting max(x) first changes neither softmax nor log_softmax, and keeps exp from overflowing; it is a constant
to autograd, because a shift of all scores has no effect.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and 6.3.
"""

import torch
from torch import Tensor

from dlref.checks import check_dim
from dlref.torch.checks import check


def softmax(input: Tensor, dim: int = -1) -> Tensor:
    """Turn scores into probabilities, which are positive and sum to one along `dim`.

    Parameters
    ----------
    input : (*)
        scores (logits)
    dim
        the dimension along which the probabilities sum to one

    Returns
    -------
    probs : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor or has no dimension `dim`

    Examples
    --------
    >>> print(softmax(torch.tensor([[1.0, 3.0]]).log()))
    tensor([[0.2500, 0.7500]])
    """
    check("softmax", input=(input, "*"))
    check_dim("softmax", dim, input.ndim)
    exps = torch.exp(_shifted(input, dim))
    probs = exps / exps.sum(dim, keepdim=True)
    return probs


def log_softmax(input: Tensor, dim: int = -1) -> Tensor:
    """Return the logarithm of softmax, finite even where a probability is too small for a float.

    Parameters
    ----------
    input : (*)
        scores (logits)
    dim
        the dimension along which the probabilities sum to one

    Returns
    -------
    log_probs : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating tensor or has no dimension `dim`

    Examples
    --------
    >>> print(log_softmax(torch.tensor([1e4, -1e4])))
    tensor([     0., -20000.])
    """
    check("log_softmax", input=(input, "*"))
    check_dim("log_softmax", dim, input.ndim)
    shifted = _shifted(input, dim)
    log_probs = shifted - torch.log(torch.exp(shifted).sum(dim, keepdim=True))
    return log_probs


def _shifted(input: Tensor, dim: int) -> Tensor:
    """The scores with their maximum moved to zero."""
    if not input.numel():  # an empty dimension has no maximum
        return input.clone()
    return input - input.detach().amax(dim, keepdim=True)
