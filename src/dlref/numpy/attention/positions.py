"""Positions: attention treats its inputs as a set, so the order has to be part of what they are.

    sinusoidal_positions   P[p, 2i] = sin(p / 10000^(2i / dim)),   P[p, 2i + 1] = cos(p / 10000^(2i / dim))
    learned_positions      y_np = x_np + W_p      dx = dy      dW_p = Σ_n dy_np, 0 for places that the input lacks

The row of place p + k is a rotation of the row of place p by an angle that depends on k alone, so that a linear layer
can look k places away.
Reference: Vaswani et al., Attention is all you need (2017), arXiv:1706.03762, section 3.5; Gehring et al.,
Convolutional sequence to sequence learning (2017), arXiv:1705.03122, section 3.1.
"""

import numpy as np
import numpy.typing as npt

from dlref.checks import check_int, check_length
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


def sinusoidal_positions(length: int, dim: int, *, dtype: npt.DTypeLike) -> Array:
    """A row for each place, from waves that grow longer from column to column.

    Parameters
    ----------
    length
        how many places
    dim
        how many features; even columns hold sines, odd ones cosines of the same wavelength
    dtype
        of the result; it is computed in float64 and rounded once

    Returns
    -------
    positions : (length, dim)

    Raises
    ------
    ValueError
        where length is negative or dim is not positive

    Examples
    --------
    >>> print(sinusoidal_positions(2, 4, dtype=np.float64).round(3))
    [[0.    1.    0.    1.   ]
     [0.841 0.54  0.01  1.   ]]
    """
    check_int("sinusoidal_positions", "length", length, 0)
    check_int("sinusoidal_positions", "dim", dim, 1)
    frequencies = 10000.0 ** (-np.arange(0, dim, 2) / dim)  # (⌈dim / 2⌉,)
    angles = np.arange(length)[:, None] * frequencies  # (length, ⌈dim / 2⌉)
    positions = np.empty((length, dim))
    positions[:, 0::2] = np.sin(angles)
    positions[:, 1::2] = np.cos(angles[:, : dim // 2])
    return positions.astype(dtype)


@differentiable
def learned_positions(input: Array, weight: Array) -> tuple[Array, Pullback]:
    """Add to each place a vector of its own, learned like any other parameter.

    Parameters
    ----------
    input : (N, L, D)
        sequences
    weight : (max_len, D)
        one row for each place that a sequence may have

    Returns
    -------
    output : (N, L, D)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or a sequence is longer than max_len

    Examples
    --------
    >>> print(learned_positions(np.zeros((1, 2, 1)), np.array([[1.0], [2.0], [3.0]])))
    [[[1.]
      [2.]]]
    """
    check("learned_positions", input=(input, "N, L, D"), weight=(weight, "max_len, D"))
    L = input.shape[1]
    check_length("learned_positions", L, weight.shape[0])
    output = input + weight[:L]

    def pullback(doutput: Array) -> Gradients:
        dweight = np.zeros_like(weight)
        dweight[:L] = doutput.sum(axis=0)
        return doutput, dweight

    return output, pullback
