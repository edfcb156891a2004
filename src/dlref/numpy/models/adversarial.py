"""Generative adversarial networks: two perceptrons that play against each other.

    generator        z ↦ x̂ = G(z)                 L_G = −mean ln D(x̂)
    discriminator    x ↦ logit of D(x)             L_D = −mean ln D(x) − mean ln (1 − D(x̂))

D(x) is the probability, in the eyes of the discriminator, that x is real. L_G is the form that keeps a slope where the
discriminator is sure ("non-saturating").
Reference: Goodfellow and others, Generative adversarial nets (2014), arXiv:1406.2661.
"""

import numpy as np

from dlref.numpy.autograd import composed
from dlref.numpy.differentiable import Array
from dlref.numpy.losses import binary_cross_entropy_with_logits
from dlref.numpy.models.perceptron import mlp


@composed
def gan_generator(input: Array, params: dict[str, Array]) -> Array:
    """Turn noise into samples: a perceptron with relu.

    Parameters
    ----------
    input : (N, noise)
        noise
    params
        as in `mlp`

    Returns
    -------
    samples : (N, features)

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit

    Examples
    --------
    >>> from dlref.numpy import initial_params, mlp_shapes
    >>> params = initial_params(mlp_shapes(4, 16, 2), generator=np.random.default_rng(0))
    >>> print(gan_generator(np.ones((5, 4), np.float32), params).shape)
    (5, 2)
    """
    return mlp(input, params, activation="relu")


@composed
def gan_discriminator(input: Array, params: dict[str, Array]) -> Array:
    """Score samples, high for real and low for generated: a perceptron with leaky_relu.

    Parameters
    ----------
    input : (N, features)
        samples
    params
        as in `mlp`, with one output

    Returns
    -------
    logits : (N, 1)

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit

    Examples
    --------
    >>> from dlref.numpy import initial_params, mlp_shapes
    >>> params = initial_params(mlp_shapes(2, 16, 1), generator=np.random.default_rng(0))
    >>> print(gan_discriminator(np.ones((5, 2), np.float32), params).shape)
    (5, 1)
    """
    return mlp(input, params, activation="leaky_relu")


@composed
def gan_discriminator_loss(real: Array, generated: Array) -> Array:
    """Return L_D, the cross-entropy of telling real samples from generated ones.

    Parameters
    ----------
    real, generated : (N, 1) and (M, 1)
        logits of both kinds of samples

    Returns
    -------
    loss : ()

    Examples
    --------
    >>> print(f"{gan_discriminator_loss(np.zeros((3, 1)), np.zeros((3, 1))):.4f}")  # 2 ln 2
    1.3863
    """
    on_real = binary_cross_entropy_with_logits(real, np.ones(real.shape, real.dtype))
    on_generated = binary_cross_entropy_with_logits(generated, np.zeros(generated.shape, generated.dtype))
    loss: Array = on_real + on_generated
    return loss


@composed
def gan_generator_loss(generated: Array) -> Array:
    """Return L_G, which is low where the discriminator takes generated samples for real.

    Parameters
    ----------
    generated : (N, 1)
        logits of generated samples

    Returns
    -------
    loss : ()

    Examples
    --------
    >>> print(f"{gan_generator_loss(np.zeros((3, 1))):.4f}")  # ln 2
    0.6931
    """
    loss: Array = binary_cross_entropy_with_logits(generated, np.ones(generated.shape, generated.dtype))
    return loss
