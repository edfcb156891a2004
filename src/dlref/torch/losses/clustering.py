"""The loss of k-means: how far points are from the centre of their cluster.

    kmeans_inertia   L = Σ_n min_k ‖x_n − c_k‖²

Reference: Lloyd, Least squares quantization in PCM (1982).
"""

import torch
from torch import Tensor

from dlref.checks import check_positive
from dlref.torch.checks import check


def kmeans_inertia(input: Tensor, centroids: Tensor) -> Tensor:
    """Sum of squared distances of points to their nearest centroids.

    Parameters
    ----------
    input : (N, D)
        points
    centroids : (K, D)
        the centres of the clusters; of several that are equally near, the first is taken

    Returns
    -------
    loss : ()

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or there is no centroid

    Examples
    --------
    >>> print(kmeans_inertia(torch.tensor([[0.0], [1.0], [5.0]]), torch.tensor([[0.0], [4.0]])))
    tensor(2.)
    """
    check("kmeans_inertia", input=(input, "N, D"), centroids=(centroids, "K, D"))
    check_positive("kmeans_inertia", K=centroids.shape[0])
    distances = ((input.detach()[:, None] - centroids.detach()) ** 2).sum(dim=-1)  # (N, K)
    nearest = torch.argmin(distances, dim=1)  # (N)
    residual = input - centroids[nearest]  # (N, D)
    return (residual**2).sum()
