"""Losses between numbers, of the residual r = y − t.

    mse_loss         L = mean r²
    l1_loss          L = mean |r|
    huber_loss       L = mean r²/2, or δ (|r| − δ/2) from |r| = δ
    smooth_l1_loss   huber_loss with δ = β, divided by β

With c, the residual clipped to [−δ, δ], both branches of huber_loss are c (r − c/2).
References: Goodfellow, Bengio and Courville, Deep Learning (2016), section 5.5; Huber, Robust estimation of a location
parameter (1964); Girshick, Fast R-CNN (2015), arXiv:1504.08083.
"""

import torch
from torch import Tensor

from dlref.checks import check_not_negative, check_positive
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


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
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
    >>> print(l1_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0])))
    tensor(1.)
    """
    check("l1_loss", input=(input, "*"), target=(target, "*"))
    residual = input - target  # (*)
    return reduced("l1_loss", abs(residual), reduction)


def huber_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", delta: float = 1.0) -> Tensor:
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
    >>> print(huber_loss(torch.tensor([1.0, 5.0]), torch.zeros(2), reduction="none"))
    tensor([0.5000, 4.5000])
    """
    check("huber_loss", input=(input, "*"), target=(target, "*"))
    check_positive("huber_loss", delta=delta)
    residual = input - target  # (*)
    clipped = residual.clamp(-delta, delta)
    return reduced("huber_loss", clipped * (residual - clipped / 2), reduction)


def smooth_l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
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
    >>> print(smooth_l1_loss(torch.tensor([1.0, 5.0]), torch.zeros(2), reduction="none", beta=2.0))
    tensor([0.2500, 4.0000])
    """
    check("smooth_l1_loss", input=(input, "*"), target=(target, "*"))
    check_not_negative("smooth_l1_loss", beta=beta)
    residual = input - target  # (*)
    slope = (residual / beta).clamp(-1, 1) if beta else torch.sign(residual)
    return reduced("smooth_l1_loss", slope * (residual - beta * slope / 2), reduction)
