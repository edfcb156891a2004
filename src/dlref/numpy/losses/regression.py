"""Losses between numbers.

    mse_loss   L = mean (y − t)²      dy = 2 (y − t) / n

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 5.5.
"""

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.losses.reduction import reduced


@differentiable
def mse_loss(input: Array, target: Array, *, reduction: str = "mean") -> tuple[Array, Pullback]:
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
    >>> print(mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    check("mse_loss", input=(input, "*"), target=(target, "*"))
    residual = input - target  # (*)
    loss, share = reduced("mse_loss", residual**2, reduction)

    def pullback(dloss: Array) -> Gradients:
        dinput = dloss * share * 2 * residual
        return dinput, -dinput

    return loss, pullback
