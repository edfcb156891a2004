"""Loss functions: how far the network's output lies from the target."""

from dlref.numpy.losses.binary import binary_cross_entropy, binary_cross_entropy_with_logits
from dlref.numpy.losses.classification import cross_entropy, nll_loss
from dlref.numpy.losses.clustering import kmeans_inertia
from dlref.numpy.losses.divergence import kl_div
from dlref.numpy.losses.embedding import cosine_embedding_loss, hinge_embedding_loss, triplet_margin_loss
from dlref.numpy.losses.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss

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
