"""The loss of k-means: how far points are from the centre of their cluster.

    kmeans_inertia   L = Σ_n min_k ‖x_n − c_k‖²     dx_n = 2 (x_n − c)     dc_k = −Σ_{n of k} dx_n

Reference: Lloyd, Least squares quantization in PCM (1982).
"""

import numpy as np

from dlref.checks import check_positive
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def kmeans_inertia(input: Array, centroids: Array) -> tuple[Array, Pullback]:
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
    >>> print(kmeans_inertia(np.array([[0.0], [1.0], [5.0]]), np.array([[0.0], [4.0]])))
    2.0
    """
    check("kmeans_inertia", input=(input, "N, D"), centroids=(centroids, "K, D"))
    check_positive("kmeans_inertia", K=centroids.shape[0])
    distances = ((input[:, None] - centroids) ** 2).sum(axis=-1)  # (N, K)
    nearest = distances.argmin(axis=1)  # (N)
    residual = input - centroids[nearest]  # (N, D)

    def pullback(dloss: Array) -> Gradients:
        dinput = dloss * 2 * residual
        members = (nearest == np.arange(len(centroids))[:, None]).astype(input.dtype)  # (K, N)
        return dinput, -members @ dinput

    return (residual**2).sum(), pullback
