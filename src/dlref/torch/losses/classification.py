"""Losses between scores or distributions and classes.

    nll_loss       L = Σ_n −w_y x_y / Σ_n w_y     x = ln p
    cross_entropy  L = mean_n −Σ_c q_c ln p_c     p = softmax(x)

y is the class index, w the weight of each class (1 where none is given), and q the target distribution. A class index
stands for the distribution with q = 1 at that class; label smoothing ε mixes q with equal probabilities, as
(1 − ε) q + ε/C; weights turn q_c into w_c q_c.
References: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.13 and 6.2; Szegedy, Vanhoucke, Ioffe,
Shlens and Wojna, Rethinking the inception architecture for computer vision (2015), arXiv:1512.00567.
"""

import torch
from torch import Tensor

from dlref.checks import check_classes, check_label_smoothing, class_layouts
from dlref.torch.activations import log_softmax
from dlref.torch.checks import check
from dlref.torch.losses.reduction import reduced


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross-entropy between the target distribution and softmax(input).

    Parameters
    ----------
    input : (N, C, d1, …) or (C)
        logits
    target : (N, d1, …) or () integer, or like input
        class indices, or the probability of each class
    weight : (C), optional
        how much each class counts; a constant, which gets no gradient
    ignore_index
        the class index of examples that do not count
    reduction
        "mean" over the examples, which weighs each by the weight of its class index; "sum", or "none"
    label_smoothing
        the share of the target distribution that is spread evenly over all classes

    Returns
    -------
    loss : () or, with reduction "none", (N, d1, …)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, a class index is outside [0, C), or an option is out of its range

    Examples
    --------
    >>> print(f"{cross_entropy(torch.zeros(1, 10), torch.tensor([3])):.4f}")  # ln 10
    2.3026
    """
    scores, targets = class_layouts(input, target)
    check("cross_entropy", input=(input, scores), target=(target, targets), weight=(weight, "None | C"))
    dim, has_indices = min(input.ndim - 1, 1), target.ndim < input.ndim
    check_label_smoothing("cross_entropy", label_smoothing, ignore_index, has_indices)
    if label_smoothing or not has_indices:
        return _between_distributions(input, target, weight, ignore_index, reduction, label_smoothing)

    index, weights, counted = _classes("cross_entropy", target, weight, ignore_index, input)
    # PyTorch's log_softmax goes through the scores once, where its parts by hand take five times that.
    surprise = -torch.log_softmax(input, dim).gather(dim, index).squeeze(dim)  # (N, d1, …): -ln p of the class
    if weights is None:
        return reduced("cross_entropy", surprise, reduction)
    return reduced("cross_entropy", weights * torch.where(counted, surprise, 0), reduction, weights.sum())


def _between_distributions(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str, label_smoothing: float
) -> Tensor:
    """Cross-entropy where more than one class may have a probability."""
    dim = min(input.ndim - 1, 1)
    C = input.shape[dim]
    if target.ndim < input.ndim:
        index, weights, counted = _classes("cross_entropy", target, weight, ignore_index, input)
        total = None if weights is None else weights.sum()
        probs = torch.zeros_like(input).scatter(dim, index, 1)
    else:
        counted, total, probs = input.new_ones((), dtype=torch.bool), None, target
    class_weights = input.new_ones(()) if weight is None else weight.detach().reshape(C, *[1] * (input.ndim - dim - 1))
    weighted = class_weights * ((1 - label_smoothing) * probs + label_smoothing / max(C, 1))  # (N, C, d1, …)
    log_probs = log_softmax(input, dim=dim)  # (N, C, d1, …)
    losses = torch.where(counted, -(weighted * log_probs).sum(dim), 0)  # (N, d1, …)
    return reduced("cross_entropy", losses, reduction, total)


def nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """Negative log-likelihood: minus the log-probability of the class that the target names.

    Parameters
    ----------
    input : (N, C, d1, …) or (C)
        log-probabilities, as log_softmax gives them
    target : (N, d1, …) or () integer
        class indices
    weight : (C), optional
        how much each class counts; a constant, which gets no gradient
    ignore_index
        the class index of examples that do not count
    reduction
        "mean" over the examples, which weighs each by the weight of its class; "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (N, d1, …)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, a class index is outside [0, C), or `reduction` is unknown

    Examples
    --------
    >>> print(f"{nll_loss(torch.tensor([[0.25, 0.75]]).log(), torch.tensor([0])):.4f}")  # ln 4
    1.3863
    """
    scores, targets = class_layouts(input, target, indices=True)
    check("nll_loss", input=(input, scores), target=(target, targets), weight=(weight, "None | C"))
    dim = min(input.ndim - 1, 1)
    index, weights, counted = _classes("nll_loss", target, weight, ignore_index, input)
    surprise = -input.gather(dim, index).squeeze(dim)  # (N, d1, …)
    if weights is None:
        return reduced("nll_loss", surprise, reduction)
    return reduced("nll_loss", weights * torch.where(counted, surprise, 0), reduction, weights.sum())


def _classes(
    operation: str, target: Tensor, weight: Tensor | None, ignore_index: int, input: Tensor
) -> tuple[Tensor, Tensor | None, Tensor]:
    """The class indices (N, 1, d1, …), what each example weighs (N, d1, …), and whether it counts at all.

    Where all count the same, as they mostly do, there are no weights: a quarter of the time of a small batch is spared.
    """
    dim = min(input.ndim - 1, 1)
    counted = target != ignore_index
    all_count = bool(counted.all())
    index = target.long() if all_count else torch.where(counted, target, 0).long()
    if index.numel():
        lowest, highest = index.aminmax()
        check_classes(operation, int(lowest), int(highest), input.shape[dim])
    if weight is not None:
        return index.unsqueeze(dim), torch.where(counted, weight.detach()[index], 0), counted
    return index.unsqueeze(dim), None if all_count else counted.to(input.dtype), counted
