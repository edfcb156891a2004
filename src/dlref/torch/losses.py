"""Loss functions: how far the network's output lies from the target.

    mse_loss      L = mean (y − t)²
    cross_entropy L = mean_n −Σ_c q_c ln p_c,   p = softmax(x)

q is the target distribution; a class index stands for the distribution with q = 1 at that class.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.13 and 6.2.
"""

import torch
from torch import Tensor

from dlref.checks import check_choice, check_classes
from dlref.torch.activations import log_softmax
from dlref.torch.checks import check


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
    return _reduced("mse_loss", residual**2, reduction)


def cross_entropy(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Cross-entropy between the target distribution and softmax(input).

    Parameters
    ----------
    input : (N, C)
        logits
    target : (N,) integer or (N, C)
        class indices, or the probability of each class
    reduction
        "mean" over the N examples, "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (N,)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, a class index is outside [0, C), or `reduction` is unknown

    Examples
    --------
    >>> print(f"{cross_entropy(torch.zeros(1, 10), torch.tensor([3])):.4f}")  # ln 10
    2.3026
    """
    has_indices = isinstance(target, Tensor) and target.ndim == 1
    check("cross_entropy", input=(input, "N, C"), target=(target, "N: integer" if has_indices else "N, C"))
    probs_target = _one_hot(target, input) if has_indices else target  # (N, C)
    log_probs = log_softmax(input, dim=1)  # (N, C)
    return _reduced("cross_entropy", -(probs_target * log_probs).sum(dim=1), reduction)


def _one_hot(target: Tensor, input: Tensor) -> Tensor:
    """Class indices (N,) as distributions (N, C), in the dtype of the logits."""
    classes = input.shape[1]
    if target.numel():
        check_classes("cross_entropy", int(target.min()), int(target.max()), classes)
    return (target[:, None] == torch.arange(classes, device=target.device)).to(input.dtype)


def _reduced(operation: str, losses: Tensor, reduction: str) -> Tensor:
    """The reduced losses."""
    check_choice(operation, "reduction", reduction, ("mean", "sum", "none"))
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
