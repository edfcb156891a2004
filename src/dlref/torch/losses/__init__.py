"""Loss functions: how far the network's output lies from the target."""

from dlref.torch.losses.classification import cross_entropy
from dlref.torch.losses.regression import mse_loss

__all__ = [
    "cross_entropy",
    "mse_loss",
]
