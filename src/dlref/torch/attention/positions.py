"""Positions: attention treats its inputs as a set, so the order has to be part of what they are.

    sinusoidal_positions   P[p, 2i] = sin(p / 10000^(2i / dim)),   P[p, 2i + 1] = cos(p / 10000^(2i / dim))
    learned_positions      y_np = x_np + W_p

The row of place p + k is a rotation of the row of place p by an angle that depends on k alone, so that a linear layer
can look k places away.
Reference: Vaswani et al., Attention is all you need (2017), arXiv:1706.03762, section 3.5; Gehring et al.,
Convolutional sequence to sequence learning (2017), arXiv:1705.03122, section 3.1.
"""

import torch
from torch import Tensor

from dlref.checks import check_int, check_length
from dlref.torch.checks import check


def sinusoidal_positions(length: int, dim: int, *, dtype: torch.dtype) -> Tensor:
    """A row for each place, from waves that grow longer from column to column.

    Parameters
    ----------
    length
        how many places
    dim
        how many features; even columns hold sines, odd ones cosines of the same wavelength
    dtype
        of the result; it is computed in float64 and rounded once, on the CPU

    Returns
    -------
    positions : (length, dim)

    Raises
    ------
    ValueError
        where length is negative or dim is not positive

    Examples
    --------
    >>> print(sinusoidal_positions(2, 4, dtype=torch.float32))
    tensor([[0.0000, 1.0000, 0.0000, 1.0000],
            [0.8415, 0.5403, 0.0100, 0.9999]])
    """
    check_int("sinusoidal_positions", "length", length, 0)
    check_int("sinusoidal_positions", "dim", dim, 1)
    frequencies = 10000.0 ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)  # (⌈dim / 2⌉,)
    angles = torch.arange(length)[:, None] * frequencies  # (length, ⌈dim / 2⌉)
    positions = torch.empty((length, dim), dtype=torch.float64)
    positions[:, 0::2] = torch.sin(angles)
    positions[:, 1::2] = torch.cos(angles[:, : dim // 2])
    return positions.to(dtype)


def learned_positions(input: Tensor, weight: Tensor) -> Tensor:
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
    >>> print(learned_positions(torch.zeros(1, 2, 1), torch.tensor([[1.0], [2.0], [3.0]])))
    tensor([[[1.],
             [2.]]])
    """
    check("learned_positions", input=(input, "N, L, D"), weight=(weight, "max_len, D"))
    L = input.shape[1]
    check_length("learned_positions", L, weight.shape[0])
    output = input + weight[:L]
    return output
