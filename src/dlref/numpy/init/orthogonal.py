"""Weights with orthogonal rows or columns: they keep the length of every signal, not only the variance of most.

    orthogonal_     W = gain·Q,  from the factors  A = Q·R  of a normal draw A

so that WᵀW = gain²·I, or W·Wᵀ = gain²·I where W is wider than tall. Signs are such that R has a positive diagonal: so Q
is uniform among all orthogonal matrices.
References: Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural
networks (2013), arXiv:1312.6120; Mezzadri, How to generate random matrices from the classical compact groups (2006),
arXiv:math-ph/0609050.
"""

import math

import numpy as np

from dlref.numpy.differentiable import Array
from dlref.numpy.init.gain import fans


def orthogonal_(tensor: Array, gain: float = 1.0, *, generator: np.random.Generator) -> Array:
    """Fill a weight with a (semi-)orthogonal matrix, times `gain`; its dimensions after the first count as one.

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
        where `tensor` is not a floating array of two dimensions or more

    Examples
    --------
    >>> weight = orthogonal_(np.empty((2, 3)), generator=np.random.default_rng(0))
    >>> print(np.allclose(weight @ weight.T, np.eye(2)))
    True
    """
    fans("orthogonal_", tensor)
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    draw = generator.normal(size=(rows, columns))
    Q, R = np.linalg.qr(draw if rows >= columns else draw.T)  # (larger, smaller), (smaller, smaller)
    Q = Q * np.sign(np.diagonal(R))
    Q = Q if rows >= columns else Q.T  # (rows, columns)
    tensor[...] = gain * Q.reshape(tensor.shape)
    return tensor
