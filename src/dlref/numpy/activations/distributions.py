"""Scores into probabilities.

    softmax(x)_i     = exp(x_i) / Σ_j exp(x_j)  dx = p · (dp − Σ_j dp_j p_j)
    log_softmax(x)_i = x_i − ln Σ_j exp(x_j)    dx = dy − p · Σ_j dy_j

Subtracting max(x) first changes neither softmax nor log_softmax, and keeps exp from overflowing.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and 6.3.
"""

import numpy as np

from dlref.checks import check_dim
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def softmax(input: Array, dim: int = -1) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array or has no dimension `dim`

    Examples
    --------
    >>> print(softmax(np.log([[1.0, 3.0]])))
    [[0.25 0.75]]
    """
    check("softmax", input=(input, "*"))
    check_dim("softmax", dim, input.ndim)
    exps = np.exp(_shifted(input, dim))
    probs = exps / exps.sum(axis=dim, keepdims=True)

    def pullback(dprobs: Array) -> Gradients:
        return (probs * (dprobs - (dprobs * probs).sum(axis=dim, keepdims=True)),)

    return probs, pullback


@differentiable
def log_softmax(input: Array, dim: int = -1) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array or has no dimension `dim`

    Examples
    --------
    >>> print(log_softmax(np.array([1e4, -1e4])))
    [     0. -20000.]
    """
    check("log_softmax", input=(input, "*"))
    check_dim("log_softmax", dim, input.ndim)
    shifted = _shifted(input, dim)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))

    def pullback(dlog_probs: Array) -> Gradients:
        return (dlog_probs - np.exp(log_probs) * dlog_probs.sum(axis=dim, keepdims=True),)

    return log_probs, pullback


def _shifted(input: Array, dim: int) -> Array:
    """The scores with their maximum moved to zero."""
    peak = input.max(axis=dim, keepdims=True, initial=-np.inf)  # so that an empty dimension has a maximum, too
    shifted: Array = input - peak
    return shifted
