"""Losses that put what is alike close together and what is not far apart.

    hinge_embedding_loss    L = mean x where t = 1, max(0, m − x) where t = −1
    triplet_margin_loss     L = mean max(0, m + d(a, p) − d(a, n))       d(a, b) = ‖a − b + ε‖_p
    cosine_embedding_loss   L = mean 1 − c where t = 1, max(0, c − m) where t = −1      c = x₁·x₂ / (‖x₁‖ ‖x₂‖)

m is the margin. The norm of r = a − b + ε has the derivative sign(r) (|r| / d)^(p−1), the cosine that by x₁ of
x₂ / (‖x₁‖ ‖x₂‖) − c x₁ / ‖x₁‖².
References: Hadsell, Chopra and LeCun, Dimensionality reduction by learning an invariant mapping (2006); Schroff,
Kalenichenko and Philbin, FaceNet (2015), arXiv:1503.03832; Balntas, Riba, Ponsa and Mikolajczyk, Learning local
feature descriptors with triplets and shallow convolutional neural networks (2016).
"""

import numpy as np

from dlref.checks import check_positive
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.losses.reduction import reduced

SMALL = 1e-12  # keeps the cosine with a vector of zeros finite, as PyTorch has it


@differentiable
def hinge_embedding_loss(
    input: Array, target: Array, margin: float = 1.0, *, reduction: str = "mean"
) -> tuple[Array, Pullback]:
    """The distance of what is alike, and by how much the distance of what is not falls short of the margin.

    Parameters
    ----------
    input : (*)
        distances
    target : (*) integer or like input
        1 for a pair that is alike, -1 for one that is not; gets no gradient
    margin
        the distance from which on what is not alike is far enough apart
    reduction
        "mean" over all elements, "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or `reduction` is unknown

    Examples
    --------
    >>> print(hinge_embedding_loss(np.array([0.5, 0.5, 2.0]), np.array([1, -1, -1]), reduction="none"))
    [0.5 0.5 0. ]
    """
    check("hinge_embedding_loss", input=(input, "*"), target=(target, _signs(target)))
    losses = np.where(target != -1, input, 0) + np.where(target != 1, np.maximum(margin - input, 0), 0)
    loss, share = reduced("hinge_embedding_loss", losses, reduction)

    def pullback(dloss: Array) -> Gradients:
        dlosses = dloss * share
        too_close = (target != 1) & (input <= margin)
        return np.where(target != -1, dlosses, 0) - np.where(too_close, dlosses, 0), None

    return loss, pullback


@differentiable
def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> tuple[Array, Pullback]:
    """By how much the negative is not farther from the anchor than the positive and a margin.

    Parameters
    ----------
    anchor, positive, negative : (*, D)
        an example, one that is alike, and one that is not
    margin
        how much farther the negative has to be
    p
        the degree of the norm that measures distances
    eps
        added to each difference, so that no distance is zero
    swap
        whether the negative's distance is that from the positive where this is smaller
    reduction
        "mean" over the triplets, "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes differ, `margin` or `p` is not positive, or `reduction` is unknown

    Examples
    --------
    >>> print(f"{triplet_margin_loss(np.array([0.0]), np.array([2.0]), np.array([-2.5])):.4f}")
    0.5000
    """
    check("triplet_margin_loss", anchor=(anchor, "*, D"), positive=(positive, "*, D"), negative=(negative, "*, D"))
    check_positive("triplet_margin_loss", margin=margin, p=p)
    to_positive, slope_positive = _distance(anchor, positive, p, eps)  # (*), (*, D)
    to_negative, slope_negative = _distance(anchor, negative, p, eps)
    between, slope_between = _distance(positive, negative, p, eps) if swap else (to_negative, slope_negative)
    excess = margin + to_positive - np.minimum(to_negative, between)  # (*)
    loss, share = reduced("triplet_margin_loss", np.maximum(excess, 0), reduction)

    def pullback(dloss: Array) -> Gradients:
        dexcess = np.where(excess >= 0, dloss * share, 0)[..., None]  # (*, 1)
        # np.minimum has two equal arguments at a tie; each then gets half of the gradient, as in PyTorch.
        nearest = ((1 + np.sign(between - to_negative)) / 2)[..., None] if swap else 1
        ap, an, pn = (
            dexcess * slope_positive,
            dexcess * nearest * slope_negative,
            dexcess * (1 - nearest) * slope_between,
        )
        return ap - an, -ap - pn, an + pn

    return loss, pullback


@differentiable
def cosine_embedding_loss(
    input1: Array, input2: Array, target: Array, margin: float = 0.0, *, reduction: str = "mean"
) -> tuple[Array, Pullback]:
    """How far the cosine of what is alike is from one, and by how much that of what is not exceeds the margin.

    Parameters
    ----------
    input1, input2 : (*, D)
        pairs of vectors
    target : (*) integer or like input1
        1 for a pair that is alike, -1 for one that is not; gets no gradient
    margin
        the cosine up to which what is not alike is different enough
    reduction
        "mean" over the pairs, "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or `reduction` is unknown

    Examples
    --------
    >>> print(f"{cosine_embedding_loss(np.array([[3.0, 4.0]]), np.array([[4.0, 3.0]]), np.array([-1])):.2f}")
    0.96
    """
    check("cosine_embedding_loss", input1=(input1, "*, D"), input2=(input2, "*, D"), target=(target, _signs(target)))
    square1, square2 = (input1**2).sum(axis=-1) + SMALL, (input2**2).sum(axis=-1) + SMALL  # (*)
    norms = np.sqrt(square1 * square2)
    cosine = (input1 * input2).sum(axis=-1) / norms
    losses = np.where(target == 1, 1 - cosine, 0) + np.where(target == -1, np.maximum(cosine - margin, 0), 0)
    loss, share = reduced("cosine_embedding_loss", losses, reduction)

    def pullback(dloss: Array) -> Gradients:
        dlosses = dloss * share
        too_alike = (target == -1) & (cosine >= margin)
        dcosine = (np.where(too_alike, dlosses, 0) - np.where(target == 1, dlosses, 0))[..., None]  # (*, 1)
        dinput1 = dcosine * (input2 / norms[..., None] - input1 * (cosine / square1)[..., None])
        dinput2 = dcosine * (input1 / norms[..., None] - input2 * (cosine / square2)[..., None])
        return dinput1, dinput2, None

    return loss, pullback


def _signs(target: Array) -> str:
    """The layout of a target of signs, which may be integers or floats."""
    return "*: integer" if "int" in str(getattr(target, "dtype", "")) else "*"


def _distance(a: Array, b: Array, p: float, eps: float) -> tuple[Array, Array]:
    """The p-norm of a − b + eps, and its derivative by a, which is minus that by b."""
    difference = a - b + eps  # (*, D)
    distance = np.linalg.norm(difference, ord=p, axis=-1)  # (*)
    ratio = np.zeros_like(difference)  # stays zero where the distance is
    np.divide(abs(difference), distance[..., None], out=ratio, where=distance[..., None] > 0)
    if p == np.inf:  # the largest differences share the gradient
        largest = (ratio == 1).astype(difference.dtype)
        return distance, np.sign(difference) * largest / np.maximum(largest.sum(axis=-1, keepdims=True), 1)
    return distance, np.sign(difference) * ratio ** (p - 1)
