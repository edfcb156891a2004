"""Losses that put what is alike close together and what is not far apart.

    hinge_embedding_loss    L = mean x where t = 1, max(0, m − x) where t = −1
    triplet_margin_loss     L = mean max(0, m + d(a, p) − d(a, n))       d(a, b) = ‖a − b + ε‖_p
    cosine_embedding_loss   L = mean 1 − c where t = 1, max(0, c − m) where t = −1      c = x₁·x₂ / (‖x₁‖ ‖x₂‖)

m is the margin.
References: Hadsell, Chopra and LeCun, Dimensionality reduction by learning an invariant mapping (2006); Schroff,
Kalenichenko and Philbin, FaceNet (2015), arXiv:1503.03832; Balntas, Riba, Ponsa and Mikolajczyk, Learning local
feature descriptors with triplets and shallow convolutional neural networks (2016).
"""

import torch
from torch import Tensor

from dlref.checks import check_positive
from dlref.torch.checks import check
from dlref.torch.losses.reduction import reduced

SMALL = 1e-12  # keeps the cosine with a vector of zeros finite, as PyTorch has it


def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean") -> Tensor:
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
    >>> print(hinge_embedding_loss(torch.tensor([0.5, 0.5, 2.0]), torch.tensor([1, -1, -1]), reduction="none"))
    tensor([0.5000, 0.5000, 0.0000])
    """
    check("hinge_embedding_loss", input=(input, "*"), target=(target, _signs(target)))
    losses = torch.where(target != -1, input, 0) + torch.where(target != 1, (margin - input).clamp(min=0), 0)
    return reduced("hinge_embedding_loss", losses, reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
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
    >>> print(f"{triplet_margin_loss(torch.tensor([0.0]), torch.tensor([2.0]), torch.tensor([-2.5])):.4f}")
    0.5000
    """
    check("triplet_margin_loss", anchor=(anchor, "*, D"), positive=(positive, "*, D"), negative=(negative, "*, D"))
    check_positive("triplet_margin_loss", margin=margin, p=p)
    to_positive = _distance(anchor, positive, p, eps)  # (*)
    to_negative = _distance(anchor, negative, p, eps)
    if swap:
        to_negative = torch.minimum(to_negative, _distance(positive, negative, p, eps))
    excess = margin + to_positive - to_negative  # (*)
    return reduced("triplet_margin_loss", excess.clamp(min=0), reduction)


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
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
    >>> x1, x2 = torch.tensor([[3.0, 4.0]]), torch.tensor([[4.0, 3.0]])
    >>> print(cosine_embedding_loss(x1, x2, torch.tensor([-1])))
    tensor(0.9600)
    """
    check("cosine_embedding_loss", input1=(input1, "*, D"), input2=(input2, "*, D"), target=(target, _signs(target)))
    square1, square2 = (input1**2).sum(-1) + SMALL, (input2**2).sum(-1) + SMALL  # (*)
    norms = torch.sqrt(square1 * square2)
    cosine = (input1 * input2).sum(-1) / norms
    losses = torch.where(target == 1, 1 - cosine, 0) + torch.where(target == -1, (cosine - margin).clamp(min=0), 0)
    return reduced("cosine_embedding_loss", losses, reduction)


def _signs(target: Tensor) -> str:
    """The layout of a target of signs, which may be integers or floats."""
    return "*: integer" if "int" in str(getattr(target, "dtype", "")) else "*"


def _distance(a: Tensor, b: Tensor, p: float, eps: float) -> Tensor:
    """The p-norm of a − b + eps."""
    distance: Tensor = torch.linalg.vector_norm(a - b + eps, ord=p, dim=-1)
    return distance
