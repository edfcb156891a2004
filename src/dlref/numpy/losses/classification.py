"""Losses between distributions over classes.

    cross_entropy  L = mean_n −Σ_c q_c ln p_c     dx = (p Σ_c q_c − q) / N     p = softmax(x)

q is the target distribution; a class index stands for the distribution with q = 1 at that class.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.13 and 6.2.
"""

import numpy as np

from dlref.checks import check_classes
from dlref.numpy.activations import log_softmax
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.losses.reduction import reduced


@differentiable
def cross_entropy(input: Array, target: Array, *, reduction: str = "mean") -> tuple[Array, Pullback]:
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
    >>> print(f"{cross_entropy(np.zeros((1, 10)), np.array([3])):.4f}")  # ln 10
    2.3026
    """
    has_indices = np.ndim(target) == 1
    check("cross_entropy", input=(input, "N, C"), target=(target, "N: integer" if has_indices else "N, C"))
    probs_target = _one_hot(target, input) if has_indices else target  # (N, C)
    log_probs = log_softmax(input, dim=1)  # (N, C)
    loss, share = reduced("cross_entropy", -(probs_target * log_probs).sum(axis=1), reduction)

    def pullback(dloss: Array) -> Gradients:
        dlosses = dloss[..., None] * share  # (N, 1), or (1,) after a reduction
        dinput = dlosses * (np.exp(log_probs) * probs_target.sum(axis=1, keepdims=True) - probs_target)
        return dinput, None if has_indices else -dlosses * log_probs

    return loss, pullback


def _one_hot(target: Array, input: Array) -> Array:
    """Class indices (N,) as distributions (N, C), in the dtype of the logits."""
    classes = input.shape[1]
    check_classes("cross_entropy", target.min(initial=0), target.max(initial=0), classes)
    one_hot: Array = (target[:, None] == np.arange(classes)).astype(input.dtype)
    return one_hot
