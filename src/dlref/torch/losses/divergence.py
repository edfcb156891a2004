"""The divergence between two distributions.

    kl_div   L = mean t (ln t − x)     x = ln p

Summed over all outcomes, it says how many nats more a code made for p needs than one made for t.
Reference: Kullback and Leibler, On information and sufficiency (1951).
"""

import torch
from torch import Tensor

from dlref.checks import check_choice
from dlref.torch.checks import check
from dlref.torch.losses.reduction import reduced


def kl_div(input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
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
    >>> p, t = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.0, 1.0]])
    >>> print(f"{kl_div(p.log(), t, reduction='batchmean'):.4f}")  # ln 2
    0.6931
    """
    check("kl_div", input=(input, "*"), target=(target, "*"))
    check_choice("kl_div", "reduction", reduction, ("mean", "batchmean", "sum", "none"))
    # A mean over examples divides by their number, a mean over elements by how many these are.
    examples = input.shape[0] if reduction == "batchmean" and input.ndim else None
    probs = torch.exp(target) if log_target else target
    entropy = probs * target if log_target else torch.xlogy(target, target)  # t ln t tends to 0
    losses = entropy - probs * input
    return reduced("kl_div", losses, "mean" if reduction == "batchmean" else reduction, examples)
