"""Weights with orthogonal rows or columns: they keep the length of every signal, not only the variance of most.

    orthogonal_     W = gain·Q,  from the factors  A = Q·R  of a normal draw A

so that WᵀW = gain²·I, or W·Wᵀ = gain²·I where W is wider than tall. Signs are such that R has a positive diagonal: so Q
is uniform among all orthogonal matrices.
References: Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural
networks (2013), arXiv:1312.6120; Mezzadri, How to generate random matrices from the classical compact groups (2006),
arXiv:math-ph/0609050.
"""

import math

import torch
from torch import Tensor

from dlref.torch.init.gain import fans


def orthogonal_(tensor: Tensor, gain: float = 1.0, *, generator: torch.Generator) -> Tensor:
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
        where `tensor` is not a floating tensor of two dimensions or more

    Examples
    --------
    >>> weight = orthogonal_(torch.empty(2, 3), generator=torch.Generator().manual_seed(0))
    >>> print(torch.allclose(weight @ weight.T, torch.eye(2), atol=1e-6))
    True
    """
    fans("orthogonal_", tensor)
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    with torch.no_grad():
        dtype = torch.promote_types(tensor.dtype, torch.float32)  # no factors are computed in half precision
        draw = torch.empty(rows, columns, dtype=dtype, device=tensor.device).normal_(generator=generator)
        Q, R = torch.linalg.qr(draw if rows >= columns else draw.T)  # (larger, smaller), (smaller, smaller)
        Q = Q * torch.sign(torch.diagonal(R))
        Q = Q if rows >= columns else Q.T  # (rows, columns)
        tensor.copy_(gain * Q.reshape(tensor.shape))
    return tensor
