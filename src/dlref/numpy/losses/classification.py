"""Losses between scores or distributions and classes.

    nll_loss       L = Σ_n −w_y x_y / Σ_n w_y     dx_y = −w_y / Σ_n w_y            x = ln p
    cross_entropy  L = mean_n −Σ_c q_c ln p_c     dx = (p Σ_c q_c − q) / N         p = softmax(x)

y is the class index, w the weight of each class (1 where none is given), and q the target distribution. A class index
stands for the distribution with q = 1 at that class; label smoothing ε mixes q with equal probabilities, as
(1 − ε) q + ε/C; weights turn q_c into w_c q_c.
References: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.13 and 6.2; Szegedy, Vanhoucke, Ioffe,
Shlens and Wojna, Rethinking the inception architecture for computer vision (2015), arXiv:1512.00567.
"""

import numpy as np

from dlref.checks import check_classes, check_label_smoothing, class_layouts
from dlref.numpy.activations import log_softmax
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.losses.reduction import reduced


@differentiable
def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> tuple[Array, Pullback]:
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
    >>> print(f"{cross_entropy(np.zeros((1, 10)), np.array([3])):.4f}")  # ln 10
    2.3026
    """
    scores, targets = class_layouts(input, target)
    check("cross_entropy", input=(input, scores), target=(target, targets), weight=(weight, "None | C"))
    dim, has_indices = min(input.ndim - 1, 1), target.ndim < input.ndim
    check_label_smoothing("cross_entropy", label_smoothing, ignore_index, has_indices)
    if label_smoothing or not has_indices:
        return _between_distributions(input, target, weight, ignore_index, reduction, label_smoothing)

    index, weights, counted = _classes("cross_entropy", target, weight, ignore_index, input)
    peak = input.max(axis=dim, keepdims=True)
    exps = input - peak
    np.exp(exps, out=exps)  # in place, which spares an array of this size
    sums = exps.sum(axis=dim, keepdims=True)
    surprise = np.log(sums) + (peak - np.take_along_axis(input, index, dim))  # (N, 1, d1, …): -ln p of the class
    losses = weights * np.where(counted, surprise.squeeze(dim), 0)  # (N, d1, …)
    loss, share = reduced("cross_entropy", losses, reduction, weights.sum())

    def pullback(dloss: Array) -> Gradients:
        dlosses = np.expand_dims(np.where(counted, dloss * share * weights, 0), dim)  # (N, 1, d1, …)
        dinput = exps * (dlosses / sums)  # softmax · dlosses; less dlosses at the class itself:
        np.put_along_axis(dinput, index, np.take_along_axis(dinput, index, dim) - dlosses, dim)
        return dinput, None

    return loss, pullback


def _between_distributions(
    input: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Pullback]:
    """Cross-entropy where more than one class may have a probability."""
    dim = min(input.ndim - 1, 1)
    C = input.shape[dim]
    if target.ndim < input.ndim:
        index, weights, counted = _classes("cross_entropy", target, weight, ignore_index, input)
        total = weights.sum()
        probs = np.zeros_like(input)
        np.put_along_axis(probs, index, 1, dim)
    else:
        counted = np.ones(input.shape[:dim] + input.shape[dim + 1 :], bool)
        probs, total = target, counted.size
    class_weights = np.ones((), input.dtype) if weight is None else weight.reshape(C, *[1] * (input.ndim - dim - 1))
    weighted = class_weights * ((1 - label_smoothing) * probs + label_smoothing / max(C, 1))  # (N, C, d1, …)
    log_probs = log_softmax(input, dim=dim)  # (N, C, d1, …)
    losses = np.where(counted, -(weighted * log_probs).sum(axis=dim), 0)  # (N, d1, …)
    loss, share = reduced("cross_entropy", losses, reduction, total)

    def pullback(dloss: Array) -> Gradients:
        dlosses = np.expand_dims(np.where(counted, dloss * share, 0), dim)  # (N, 1, d1, …)
        dinput = dlosses * (np.exp(log_probs) * weighted.sum(axis=dim, keepdims=True) - weighted)
        dtarget = -dlosses * log_probs * class_weights * (1 - label_smoothing)
        return dinput, dtarget if probs is target else None

    return loss, pullback


@differentiable
def nll_loss(
    input: Array, target: Array, weight: Array | None = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> tuple[Array, Pullback]:
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
    >>> print(f"{nll_loss(np.log([[0.25, 0.75]]), np.array([0])):.4f}")  # ln 4
    1.3863
    """
    scores, targets = class_layouts(input, target, indices=True)
    check("nll_loss", input=(input, scores), target=(target, targets), weight=(weight, "None | C"))
    dim = min(input.ndim - 1, 1)
    index, weights, counted = _classes("nll_loss", target, weight, ignore_index, input)
    log_probs = np.take_along_axis(input, index, dim).squeeze(dim)  # (N, d1, …)
    losses = -weights * np.where(counted, log_probs, 0)
    loss, share = reduced("nll_loss", losses, reduction, weights.sum())

    def pullback(dloss: Array) -> Gradients:
        dlosses = np.where(counted, dloss * share * weights, 0)
        dinput = np.zeros_like(input)
        np.put_along_axis(dinput, index, np.expand_dims(-dlosses, dim), dim)
        return dinput, None

    return loss, pullback


def _classes(
    operation: str, target: Array, weight: Array | None, ignore_index: int, input: Array
) -> tuple[Array, Array, Array]:
    """The class indices (N, 1, d1, …), what each example weighs (N, d1, …), and whether it counts at all."""
    dim = min(input.ndim - 1, 1)
    counted = target != ignore_index
    index = np.where(counted, target, 0)
    check_classes(operation, index.min(initial=0), index.max(initial=0), input.shape[dim])
    weights = np.ones((), input.dtype) if weight is None else weight[index]
    return np.expand_dims(index, dim), np.where(counted, weights, 0), counted
