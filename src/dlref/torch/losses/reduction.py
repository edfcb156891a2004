"""What turns the losses of single examples into one number."""

from torch import Tensor

from dlref.checks import check_choice


def reduced(operation: str, losses: Tensor, reduction: str) -> Tensor:
    """The reduced losses."""
    check_choice(operation, "reduction", reduction, ("mean", "sum", "none"))
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
