"""Loss functions: how far the network's output lies from the target.

    mse_loss      L = mean (y − t)²           dy = 2 (y − t) / n
    cross_entropy L = mean_n −Σ_c q_c ln p_c   dx = (p Σ_c q_c − q) / N,   p = softmax(x)

q is the target distribution; a class index stands for the distribution with q = 1 at that class.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.13 and 6.2.
"""

import numpy as np

from dlref.checks import check_choice, check_classes
from dlref.numpy.activations import log_softmax
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


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
    loss, share = _reduced("mse_loss", residual**2, reduction)

    def pullback(dloss: Array) -> Gradients:
        dinput = dloss * share * 2 * residual
        return dinput, -dinput

    return loss, pullback


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
    loss, share = _reduced("cross_entropy", -(probs_target * log_probs).sum(axis=1), reduction)

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


def _reduced(operation: str, losses: Array, reduction: str) -> tuple[Array, float]:
    """The reduced losses, and the share that each single loss has in them."""
    check_choice(operation, "reduction", reduction, ("mean", "sum", "none"))
    if reduction == "none":
        return losses, 1.0
    return (losses.mean(), 1 / losses.size) if reduction == "mean" else (losses.sum(), 1.0)
