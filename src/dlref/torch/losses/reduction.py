"""What turns the losses of single examples into one number."""

from torch import Tensor

from dlref.checks import check_choice


def reduced(operation: str, losses: Tensor, reduction: str, total: Tensor | float | None = None) -> Tensor:
    """The reduced losses; a mean is over `total`, or their number."""
    check_choice(operation, "reduction", reduction, ("mean", "sum", "none"))
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    return losses.mean() if total is None else losses.sum() / total
