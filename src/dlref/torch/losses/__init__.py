"""Loss functions: how far the network's output lies from the target."""

from dlref.torch.losses.binary import binary_cross_entropy, binary_cross_entropy_with_logits
from dlref.torch.losses.classification import cross_entropy, nll_loss
from dlref.torch.losses.clustering import kmeans_inertia
from dlref.torch.losses.divergence import kl_div
from dlref.torch.losses.embedding import cosine_embedding_loss, hinge_embedding_loss, triplet_margin_loss
from dlref.torch.losses.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss",
    "cross_entropy",
    "hinge_embedding_loss",
    "huber_loss",
    "kl_div",
    "kmeans_inertia",
    "l1_loss",
    "mse_loss",
    "nll_loss",
    "smooth_l1_loss",
    "triplet_margin_loss",
]
