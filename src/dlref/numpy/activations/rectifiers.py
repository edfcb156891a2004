"""Activations that let the positive part through.

    relu(x)       = max(x, 0)                   dx = dy · [x > 0]
    leaky_relu(x) = x, or s·x below zero        dx = dy · (1 or s)
    elu(x)        = x, or α (eˣ − 1) below zero  dx = dy · (1 or α eˣ)

References: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.3; Maas, Hannun and Ng, Rectifier
nonlinearities improve neural network acoustic models (2013); Clevert, Unterthiner and Hochreiter, Fast and accurate
deep network learning by exponential linear units (2015), arXiv:1511.07289.
"""

import numpy as np

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def relu(input: Array) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(relu(np.array([-1.0, 0.0, 2.0])))
    [0. 0. 2.]
    """
    check("relu", input=(input, "*"))
    output = np.maximum(input, 0)

    def pullback(doutput: Array) -> Gradients:
        return (np.where(input <= 0, 0, doutput),)  # asked this way round, NaN lets it through, as in PyTorch

    return output, pullback


@differentiable
def leaky_relu(input: Array, negative_slope: float = 0.01) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(leaky_relu(np.array([-1.0, 0.0, 2.0]), negative_slope=0.5))
    [-0.5  0.   2. ]
    """
    check("leaky_relu", input=(input, "*"))
    output = np.where(input > 0, input, negative_slope * input)

    def pullback(doutput: Array) -> Gradients:
        return (np.where(input > 0, doutput, negative_slope * doutput),)

    return output, pullback


@differentiable
def elu(input: Array, alpha: float = 1.0) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(elu(np.array([-1e4, 0.0, 2.0])))
    [-1.  0.  2.]
    """
    check("elu", input=(input, "*"))
    negative = np.minimum(input, 0)  # exp of what is positive could overflow
    output = np.where(input > 0, input, alpha * np.expm1(negative))

    def pullback(doutput: Array) -> Gradients:
        return (np.where(input > 0, doutput, doutput * alpha * np.exp(negative)),)

    return output, pullback
