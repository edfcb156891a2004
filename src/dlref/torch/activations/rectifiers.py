"""Activations that let the positive part through.

    relu(x) = max(x, 0)

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.3.
"""

import torch
from torch import Tensor

from dlref.torch.checks import check


def relu(input: Tensor) -> Tensor:
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
        where `input` is not a floating tensor

    Examples
    --------
    >>> print(relu(torch.tensor([-1.0, 0.0, 2.0])))
    tensor([0., 0., 2.])
    """
    check("relu", input=(input, "*"))
    return torch.where(input <= 0, 0, input)  # asked this way round, NaN stays NaN
