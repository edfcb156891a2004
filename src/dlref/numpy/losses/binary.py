"""Losses between probabilities of yes and answers: p, or σ(x), says how likely the answer t = 1 is.

    binary_cross_entropy              L = mean −t ln p − (1 − t) ln(1 − p)            dp = (p − t) / (p (1 − p)) / n
    binary_cross_entropy_with_logits  L = mean −a t ln σ − (1 − t) ln(1 − σ)          dx = ((1 − t) σ − a t (1 − σ)) / n

σ is σ(x), and a the weight of the answer yes (1 where none is given).
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.2.
"""

import numpy as np

from dlref.checks import check_broadcast, check_probabilities
from dlref.numpy.activations import logsigmoid, sigmoid
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.losses.reduction import reduced

LOWEST_LOG, LEAST_VARIANCE = -100.0, 1e-12  # what keeps p = 0 and p = 1 finite, as PyTorch has it


@differentiable
def binary_cross_entropy(
    input: Array, target: Array, weight: Array | None = None, *, reduction: str = "mean"
) -> tuple[Array, Pullback]:
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
    >>> print(binary_cross_entropy(np.array([1.0, 0.0]), np.array([1.0, 1.0]), reduction="none"))
    [  0. 100.]
    """
    check("binary_cross_entropy", input=(input, "*"), target=(target, "*"), weight=(weight, "None | ..."))
    check_broadcast("binary_cross_entropy", "weight", weight, input)
    check_probabilities("binary_cross_entropy", input=input, target=target)
    weights = 1 if weight is None else weight
    log_yes, log_no = np.maximum(np.log(input), LOWEST_LOG), np.maximum(np.log1p(-input), LOWEST_LOG)
    losses = -target * log_yes - (1 - target) * log_no
    loss, share = reduced("binary_cross_entropy", weights * losses, reduction)

    def pullback(dloss: Array) -> Gradients:
        dlosses = dloss * share * weights
        variance = np.maximum(input * (1 - input), LEAST_VARIANCE)
        return dlosses * (input - target) / variance, dlosses * (log_no - log_yes)

    return loss, pullback


@differentiable
def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    weight: Array | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Array | None = None,
) -> tuple[Array, Pullback]:
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
    >>> print(binary_cross_entropy_with_logits(np.array([1e4, -1e4]), np.array([1.0, 1.0]), reduction="none"))
    [    0. 10000.]
    """
    name, shapes = "binary_cross_entropy_with_logits", "None | ..."
    check(name, input=(input, "*"), target=(target, "*"), weight=(weight, shapes), pos_weight=(pos_weight, shapes))
    check_broadcast(name, "weight", weight, input)
    check_broadcast(name, "pos_weight", pos_weight, input)
    weights, pos_weights = 1 if weight is None else weight, 1 if pos_weight is None else pos_weight
    log_yes = logsigmoid(input)
    log_weights = 1 + (pos_weights - 1) * target  # ln(1 - σ(x)) = ln σ(x) - x
    loss, share = reduced(name, weights * ((1 - target) * input - log_weights * log_yes), reduction)

    def pullback(dloss: Array) -> Gradients:
        dlosses = dloss * share * weights
        dinput = dlosses * (1 - target - log_weights * sigmoid(-input))
        return dinput, dlosses * ((1 - pos_weights) * log_yes - input)

    return loss, pullback
