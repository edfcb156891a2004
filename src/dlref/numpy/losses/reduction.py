"""What turns the losses of single examples into one number."""

import numpy as np

from dlref.checks import check_choice
from dlref.numpy.differentiable import Array


def reduced(operation: str, losses: Array, reduction: str, total: float | None = None) -> tuple[Array, float]:
    """The reduced losses, and the share that each single loss has in them; a mean is over `total`, or their number."""
    check_choice(operation, "reduction", reduction, ("mean", "sum", "none"))
    if reduction == "none":
        return losses, 1.0
    if reduction == "sum":
        return losses.sum(), 1.0
    total = float(losses.size if total is None else total) or np.nan  # the mean of no losses is nan, as in PyTorch
    return losses.sum() / total, 1 / total
