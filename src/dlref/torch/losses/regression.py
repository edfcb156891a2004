"""Losses between numbers.

    mse_loss   L = mean (y − t)²

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 5.5.
"""

from torch import Tensor

from dlref.torch.checks import check
from dlref.torch.losses.reduction import reduced


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Mean squared error.

    Parameters
    ----------
    input, target : (*)
        output and target, of equal shape
    reduction
        "mean" over all elements, "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes differ, or `reduction` is unknown

    Examples
    --------
    >>> print(mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0])))
    tensor(2.)
    """
    check("mse_loss", input=(input, "*"), target=(target, "*"))
    residual = input - target  # (*)
    return reduced("mse_loss", residual**2, reduction)
