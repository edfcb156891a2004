"""Activations in which an input opens its own gate: y = x · g(x), dx = dy · (g + x g′).

    silu   g = σ(x)                                     g′ = σ (1 − σ)
    gelu   g = Φ(x) = (1 + erf(x/√2)) / 2               g′ = φ(x) = exp(−x²/2) / √(2π)
           or g = (1 + tanh u) / 2                      g′ = (1 − tanh² u) u′ / 2
              u = √(2/π) (x + 0.044715 x³)

References: Hendrycks and Gimpel, Gaussian error linear units (2016), arXiv:1606.08415; Elfwing, Uchibe and Doya,
Sigmoid-weighted linear units for neural network function approximation in reinforcement learning (2017),
arXiv:1702.03118; Ramachandran, Zoph and Le, Searching for activation functions (2017), arXiv:1710.05941.
"""

import math

import numpy as np

from dlref.checks import check_choice
from dlref.numpy.activations.sigmoids import sigmoid
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable

_erf = np.vectorize(math.erf, otypes=[np.float64])  # NumPy itself has no error function


@differentiable
def silu(input: Array) -> tuple[Array, Pullback]:
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
        where `input` is not a floating array

    Examples
    --------
    >>> print(silu(np.array([-1e4, 0.0, 1e4])))
    [   -0.     0. 10000.]
    """
    check("silu", input=(input, "*"))
    gate = sigmoid(input)
    output = input * gate

    def pullback(doutput: Array) -> Gradients:
        return (doutput * gate * (1 + input * (1 - gate)),)

    return output, pullback


@differentiable
def gelu(input: Array, approximate: str = "none") -> tuple[Array, Pullback]:
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
        where `input` is not a floating array,
        or `approximate` is unknown

    Examples
    --------
    >>> print(gelu(np.array([-1e4, 0.0, 1e4])))
    [   -0.     0. 10000.]
    """
    check("gelu", input=(input, "*"))
    check_choice("gelu", "approximate", approximate, ("none", "tanh"))
    gate, slope = _normal(input) if approximate == "none" else _nearly_normal(input)
    output = input * gate

    def pullback(doutput: Array) -> Gradients:
        return (doutput * (gate + input * slope),)

    return output, pullback


def _normal(input: Array) -> tuple[Array, Array]:
    """The probability that a standard normal number lies below each input, and its derivative."""
    gate = ((1 + _erf(input / math.sqrt(2))) / 2).astype(input.dtype)
    return gate, np.exp(-(input**2) / 2) / math.sqrt(2 * math.pi)


def _nearly_normal(input: Array) -> tuple[Array, Array]:
    """The same probability by a formula in tanh, and the derivative of that formula."""
    scale, cubic = math.sqrt(2 / math.pi), 0.044715
    tanh = np.tanh(scale * (input + cubic * input**3))
    return (1 + tanh) / 2, (1 - tanh**2) * scale * (1 + 3 * cubic * input**2) / 2
