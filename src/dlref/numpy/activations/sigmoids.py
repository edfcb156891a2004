"""Activations of S shape, and what is made of them.

    sigmoid(x)    σ(x) = 1 / (1 + e⁻ˣ)             dx = dy · σ (1 − σ)
    tanh(x)       = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)         dx = dy · (1 − tanh²)
    logsigmoid(x) = ln σ(x) = −ln(1 + e⁻ˣ)         dx = dy · σ(−x)
    softplus(x)   = ln(1 + e^βx) / β               dx = dy · σ(βx)

References: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.10 and 6.3; Dugas, Bengio, Bélisle,
Nadeau and Garcia, Incorporating second-order functional knowledge for better option pricing (2000).
"""

import numpy as np

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def sigmoid(input: Array) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(sigmoid(np.array([-1e4, 0.0, 1e4])))
    [0.  0.5 1. ]
    """
    check("sigmoid", input=(input, "*"))
    decay = np.exp(-abs(input))  # never of a positive number, which could overflow
    output = np.where(input < 0, decay, 1) / (1 + decay)

    def pullback(doutput: Array) -> Gradients:
        return (doutput * output * (1 - output),)

    return output, pullback


@differentiable
def tanh(input: Array) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(tanh(np.array([-1e4, 0.0, 1e4])))
    [-1.  0.  1.]
    """
    check("tanh", input=(input, "*"))
    output = np.tanh(input)

    def pullback(doutput: Array) -> Gradients:
        return (doutput * (1 - output**2),)

    return output, pullback


@differentiable
def logsigmoid(input: Array) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(logsigmoid(np.array([-1e4])))
    [-10000.]
    """
    check("logsigmoid", input=(input, "*"))
    output = -_log1p_exp(-input)

    def pullback(doutput: Array) -> Gradients:
        return (doutput * sigmoid(-input),)

    return output, pullback


@differentiable
def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(softplus(np.array([-1e4, 1e4])))
    [    0. 10000.]
    """
    check("softplus", input=(input, "*"))
    scaled = beta * input
    output = np.where(scaled > threshold, input, _log1p_exp(scaled) / beta)

    def pullback(doutput: Array) -> Gradients:
        return (np.where(scaled > threshold, doutput, doutput * sigmoid(scaled)),)

    return output, pullback


def _log1p_exp(input: Array) -> Array:
    """Return ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), in which no exp overflows."""
    output: Array = np.maximum(input, 0) + np.log1p(np.exp(-abs(input)))
    return output
