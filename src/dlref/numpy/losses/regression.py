"""Losses between numbers, of the residual r = y − t.

    mse_loss         L = mean r²                                   dy = 2 r / n
    l1_loss          L = mean |r|                                  dy = sign(r) / n
    huber_loss       L = mean r²/2, or δ (|r| − δ/2) from |r| = δ  dy = r / n, but at most δ/n and at least −δ/n
    smooth_l1_loss   huber_loss with δ = β, divided by β

With c, the residual clipped to [−δ, δ], both branches of huber_loss are c (r − c/2).
References: Goodfellow, Bengio and Courville, Deep Learning (2016), section 5.5; Huber, Robust estimation of a location
parameter (1964); Girshick, Fast R-CNN (2015), arXiv:1504.08083.
"""

import numpy as np

from dlref.checks import check_not_negative, check_positive
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


@differentiable
def l1_loss(input: Array, target: Array, *, reduction: str = "mean") -> tuple[Array, Pullback]:
    """Mean absolute error: one far outlier weighs no more than many small errors of the same sum.

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
    >>> print(l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    1.0
    """
    check("l1_loss", input=(input, "*"), target=(target, "*"))
    residual = input - target  # (*)
    loss, share = reduced("l1_loss", abs(residual), reduction)

    def pullback(dloss: Array) -> Gradients:
        dinput = dloss * share * np.sign(residual)
        return dinput, -dinput

    return loss, pullback


@differentiable
def huber_loss(input: Array, target: Array, *, reduction: str = "mean", delta: float = 1.0) -> tuple[Array, Pullback]:
    """Half the squared error where it is small, and proportional to the absolute error from `delta` on.

    Parameters
    ----------
    input, target : (*)
        output and target, of equal shape
    reduction
        "mean" over all elements, "sum", or "none"
    delta
        the largest error that is squared

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes differ, `delta` is not positive, or `reduction` is unknown

    Examples
    --------
    >>> print(huber_loss(np.array([1.0, 5.0]), np.zeros(2), reduction="none"))
    [0.5 4.5]
    """
    check("huber_loss", input=(input, "*"), target=(target, "*"))
    check_positive("huber_loss", delta=delta)
    residual = input - target  # (*)
    clipped = np.clip(residual, -delta, delta)
    loss, share = reduced("huber_loss", clipped * (residual - clipped / 2), reduction)

    def pullback(dloss: Array) -> Gradients:
        dinput = dloss * share * clipped
        return dinput, -dinput

    return loss, pullback


@differentiable
def smooth_l1_loss(
    input: Array, target: Array, *, reduction: str = "mean", beta: float = 1.0
) -> tuple[Array, Pullback]:
    """Mean absolute error, less beta / 2, with its corner at zero rounded off within `beta`.

    Parameters
    ----------
    input, target : (*)
        output and target, of equal shape
    reduction
        "mean" over all elements, "sum", or "none"
    beta
        the largest error that is squared; with zero, this is l1_loss

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes differ, `beta` is negative, or `reduction` is unknown

    Examples
    --------
    >>> print(smooth_l1_loss(np.array([1.0, 5.0]), np.zeros(2), reduction="none", beta=2.0))
    [0.25 4.  ]
    """
    check("smooth_l1_loss", input=(input, "*"), target=(target, "*"))
    check_not_negative("smooth_l1_loss", beta=beta)
    residual = input - target  # (*)
    slope = np.clip(residual / beta, -1, 1) if beta else np.sign(residual)
    loss, share = reduced("smooth_l1_loss", slope * (residual - beta * slope / 2), reduction)

    def pullback(dloss: Array) -> Gradients:
        dinput = dloss * share * slope
        return dinput, -dinput

    return loss, pullback
