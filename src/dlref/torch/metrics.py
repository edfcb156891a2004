"""Metrics: what is reported about a model, beside the loss that it is trained on.

    accuracy     share of examples whose largest logit is that of their class
    precision    TP / (TP + FP): how many of those called so are so
    recall       TP / (TP + FN): how many of those that are so are found
    F1           harmonic mean of both, 2 TP / (2 TP + FP + FN)
    mmd          ‖mean φ(x) − mean φ(y)‖² = mean k(x, x') + mean k(y, y') − 2 mean k(x, y),  k Gaussian

mmd, the maximum mean discrepancy, is 0 just when two samples cannot be told apart by smooth functions.
Reference: Gretton, Borgwardt, Rasch, Schölkopf and Smola, A kernel two-sample test (2012).
"""

import torch
from torch import Tensor

from dlref.checks import check_classes, check_positive
from dlref.torch.checks import check


def accuracy(input: Tensor, target: Tensor) -> float:
    """Return the share of examples whose largest logit is that of the right class.

    Parameters
    ----------
    input : (N, C)
        logits, or probabilities
    target : (N,) integer
        the right classes

    Returns
    -------
    accuracy
        from 0 to 1

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or there are no examples

    Examples
    --------
    >>> accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 1]))
    0.5
    """
    check("accuracy", input=(input, "N, C"), target=(target, "N: integer"))
    check_positive("accuracy", N=len(input))
    return float((input.argmax(dim=1) == target).double().mean())


def confusion_matrix(input: Tensor, target: Tensor, num_classes: int) -> Tensor:
    """Count how often each class was taken for each other.

    Parameters
    ----------
    input : (N,) integer
        predicted classes
    target : (N,) integer
        right classes
    num_classes
        C

    Returns
    -------
    counts : (C, C) int64
        counts[i, j] examples of class i were taken for class j

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or a class is outside [0, C)

    Examples
    --------
    >>> print(confusion_matrix(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]), 2))
    tensor([[1, 1],
            [0, 1]])
    """
    check("confusion_matrix", input=(input, "N: integer"), target=(target, "N: integer"))
    for classes in (input, target):
        if len(classes):
            check_classes("confusion_matrix", int(classes.min()), int(classes.max()), num_classes)
    pairs = target * num_classes + input  # one number for each (right, predicted)
    return torch.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def precision_recall_f1(input: Tensor, target: Tensor, num_classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return precision, recall and F1 of each class; 0 where they would be 0 / 0.

    Parameters
    ----------
    input : (N,) integer
        predicted classes
    target : (N,) integer
        right classes
    num_classes
        C

    Returns
    -------
    precision, recall, f1 : each (C,) float64

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or a class is outside [0, C)

    Examples
    --------
    >>> precision, recall, f1 = precision_recall_f1(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]), 2)
    >>> print(precision.tolist(), recall.tolist())
    [1.0, 0.5] [0.5, 1.0]
    """
    counts = confusion_matrix(input, target, num_classes).double()  # (C, C)
    right = counts.diagonal()  # (C,)
    called, there = counts.sum(dim=0), counts.sum(dim=1)
    precision, recall, f1 = (
        _share(part, whole) for part, whole in ((right, called), (right, there), (2 * right, called + there))
    )
    return precision, recall, f1


def mmd(input: Tensor, other: Tensor, bandwidth: float) -> Tensor:
    """Maximum mean discrepancy between two samples, squared, with the kernel exp(−‖x − y‖² / 2·bandwidth²).

    Parameters
    ----------
    input, other : (N, D) and (M, D)
        two samples
    bandwidth
        the distance at which points begin to count as different

    Returns
    -------
    mmd : ()
        at least 0; the pairs of a point with itself are counted, which biases it by 1/N + 1/M at most

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or `bandwidth` is not positive

    Examples
    --------
    >>> same, far = torch.zeros(3, 1), torch.full((2, 1), 100.0)
    >>> print(mmd(same, same, 1.0).item(), mmd(same, far, 1.0).item())
    0.0 2.0
    """
    check_positive("mmd", bandwidth=bandwidth)
    check("mmd", input=(input, "N, D"), other=(other, "M, D"))
    within = _kernel(input, input, bandwidth).mean() + _kernel(other, other, bandwidth).mean()
    return within - 2 * _kernel(input, other, bandwidth).mean()


def _kernel(input: Tensor, other: Tensor, bandwidth: float) -> Tensor:
    """The kernel of every pair, (N, M)."""
    difference = input[:, None] - other[None]  # (N, M, D)
    return (-(difference * difference).sum(2) / (2 * bandwidth**2)).exp()


def _share(part: Tensor, whole: Tensor) -> Tensor:
    return part / whole.clamp(min=1)
