"""Losses between distributions over classes.

    cross_entropy  L = mean_n −Σ_c q_c ln p_c     p = softmax(x)

q is the target distribution; a class index stands for the distribution with q = 1 at that class.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.13 and 6.2.
"""

import torch
from torch import Tensor

from dlref.checks import check_classes
from dlref.torch.activations import log_softmax
from dlref.torch.checks import check
from dlref.torch.losses.reduction import reduced


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
    return reduced("cross_entropy", -(probs_target * log_probs).sum(dim=1), reduction)


def _one_hot(target: Tensor, input: Tensor) -> Tensor:
    """Class indices (N,) as distributions (N, C), in the dtype of the logits."""
    classes = input.shape[1]
    if target.numel():
        check_classes("cross_entropy", int(target.min()), int(target.max()), classes)
    return (target[:, None] == torch.arange(classes, device=target.device)).to(input.dtype)
