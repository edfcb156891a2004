"""The divergence between two distributions.

    kl_div   L = mean t (ln t − x)     dx = −t / n     dt = (ln t + 1 − x) / n     x = ln p

Summed over all outcomes, it says how many nats more a code made for p needs than one made for t.
Reference: Kullback and Leibler, On information and sufficiency (1951).
"""

import numpy as np

from dlref.checks import check_choice
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.losses.reduction import reduced


@differentiable
def kl_div(input: Array, target: Array, *, reduction: str = "mean", log_target: bool = False) -> tuple[Array, Pullback]:
    """Kullback–Leibler divergence of the distribution exp(input) from the distribution `target`.

    Parameters
    ----------
    input : (*)
        logarithms of probabilities, as log_softmax gives them
    target : (*)
        probabilities, or with `log_target` their logarithms
    reduction
        "batchmean" over the first dimension, which is the divergence averaged over examples; "mean" over all
        elements, "sum", or "none"
    log_target
        whether `target` holds logarithms

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes differ, or `reduction` is unknown

    Examples
    --------
    >>> p, t = np.array([[0.5, 0.5]]), np.array([[0.0, 1.0]])
    >>> print(f"{kl_div(np.log(p), t, reduction='batchmean'):.4f}")  # ln 2
    0.6931
    """
    check("kl_div", input=(input, "*"), target=(target, "*"))
    check_choice("kl_div", "reduction", reduction, ("mean", "batchmean", "sum", "none"))
    # A mean over examples divides by their number, a mean over elements by how many these are.
    examples = input.shape[0] if reduction == "batchmean" and input.ndim else None
    if log_target:
        probs, log_probs = np.exp(target), target
        losses = probs * (log_probs - input)
    else:
        probs, log_probs = target, np.log(target, where=target > 0, out=np.full_like(target, np.nan))
        losses = np.where(probs == 0, 0, probs * log_probs) - probs * input  # t ln t tends to 0
    loss, share = reduced("kl_div", losses, "mean" if reduction == "batchmean" else reduction, examples)

    def pullback(dloss: Array) -> Gradients:
        dlosses = dloss * share
        dprobs = dlosses * (log_probs + 1 - input)
        return -dlosses * probs, dprobs * probs if log_target else dprobs

    return loss, pullback
