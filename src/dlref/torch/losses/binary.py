"""Losses between probabilities of yes and answers: p, or σ(x), says how likely the answer t = 1 is.

    binary_cross_entropy              L = mean −t ln p − (1 − t) ln(1 − p)
    binary_cross_entropy_with_logits  L = mean −a t ln σ − (1 − t) ln(1 − σ)

σ is σ(x), and a the weight of the answer yes (1 where none is given).
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.2.
"""

import torch
from torch import Tensor

from dlref.checks import check_broadcast, check_probabilities
from dlref.torch.activations import logsigmoid
from dlref.torch.checks import check
from dlref.torch.losses.reduction import reduced

LOWEST_LOG, LEAST_VARIANCE = -100.0, 1e-12  # what keeps p = 0 and p = 1 finite, as PyTorch has it


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """Cross-entropy between answers and the probabilities that were given to yes.

    Parameters
    ----------
    input : (*)
        probabilities
    target : (*)
        answers, 0 or 1, or probabilities
    weight : broadcastable to (*), optional
        how much each element counts; a constant, which gets no gradient
    reduction
        "mean" over all elements, "sum", or "none"

    Returns
    -------
    loss : () or, with reduction "none", (*); a logarithm counts as no less than -100

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, `input` or `target` leaves [0, 1], or `reduction` is unknown

    Examples
    --------
    >>> print(binary_cross_entropy(torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0]), reduction="none"))
    tensor([  0., 100.])
    """
    check("binary_cross_entropy", input=(input, "*"), target=(target, "*"), weight=(weight, "None | ..."))
    check_broadcast("binary_cross_entropy", "weight", weight, input)
    check_probabilities("binary_cross_entropy", input=input, target=target)
    weights = 1 if weight is None else weight.detach()
    constant = input.detach()
    log_yes, log_no = torch.log(constant).clamp(min=LOWEST_LOG), torch.log1p(-constant).clamp(min=LOWEST_LOG)
    losses = -target * log_yes - (1 - target) * log_no
    # Autograd would find slopes of 0 or ∞ at p = 0 and p = 1; so the slope is given: the product it stands in is 0.
    slope = (constant - target.detach()) / (constant * (1 - constant)).clamp(min=LEAST_VARIANCE)
    losses = losses + slope * (input - constant)
    return reduced("binary_cross_entropy", weights * losses, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Cross-entropy between answers and sigmoid(input), exact even where sigmoid rounds to 0 or 1.

    Parameters
    ----------
    input : (*)
        logits
    target : (*)
        answers, 0 or 1, or probabilities
    weight : broadcastable to (*), optional
        how much each element counts; a constant, which gets no gradient
    reduction
        "mean" over all elements, "sum", or "none"
    pos_weight : broadcastable to (*), optional
        how much the answer yes counts; a constant, which gets no gradient

    Returns
    -------
    loss : () or, with reduction "none", (*)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or `reduction` is unknown

    Examples
    --------
    >>> print(binary_cross_entropy_with_logits(torch.tensor([1e4, -1e4]), torch.ones(2), reduction="none"))
    tensor([    0., 10000.])
    """
    name, shapes = "binary_cross_entropy_with_logits", "None | ..."
    check(name, input=(input, "*"), target=(target, "*"), weight=(weight, shapes), pos_weight=(pos_weight, shapes))
    check_broadcast(name, "weight", weight, input)
    check_broadcast(name, "pos_weight", pos_weight, input)
    weights = 1 if weight is None else weight.detach()
    pos_weights = 1 if pos_weight is None else pos_weight.detach()
    log_yes = logsigmoid(input)
    log_weights = 1 + (pos_weights - 1) * target  # ln(1 - σ(x)) = ln σ(x) - x
    return reduced(name, weights * ((1 - target) * input - log_weights * log_yes), reduction)
