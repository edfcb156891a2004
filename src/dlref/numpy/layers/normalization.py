"""Normalisation: activations of mean 0 and variance 1, then scaled and shifted as the network learns to.

    y = γ x̂ + β      x̂ = (x − μ) / σ      σ = √(var + ε)      dγ = Σ dy·x̂      dβ = Σ dy
    dx = γ/σ · (dy − mean(dy) − x̂ · mean(dy·x̂))

μ and var are taken over n values, through which dx has its two means:

    batch_norm   over the examples and places of each channel; after training, μ and var are running constants
    layer_norm   over the features of each example, where γ, which differs between them, belongs inside the means

References: Ioffe and Szegedy, Batch normalization (2015), arXiv:1502.03167; Ba, Kiros and Hinton, Layer normalization
(2016), arXiv:1607.06450.
"""

import math
from typing import Any

import numpy as np

from dlref.checks import check_batch_norm, check_normalized_shape
from dlref.numpy.caching import portions
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def batch_norm(
    input: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Pullback]:
    """Normalise each channel over all examples and places.

    Parameters
    ----------
    input : (N, C, *)
        activations
    running_mean, running_var : (C,), optional in training
        used where `training` is False; otherwise moved in place towards the mean and the (unbiased) variance
    weight, bias : (C,), optional
        scale γ and shift β
    training
        whether mean and variance are those of `input`
    momentum
        how far the running statistics move
    eps
        added to the variance, so that nothing is divided by zero

    Returns
    -------
    output : (N, C, *)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, running statistics are missing, or a channel in training has one value only

    Examples
    --------
    >>> print(batch_norm(np.array([[1.0, 10.0], [3.0, 30.0]]), None, None, training=True).round(3))
    [[-1. -1.]
     [ 1.  1.]]
    """
    running = {"running_mean": (running_mean, "None | C"), "running_var": (running_var, "None | C")}
    check("batch_norm", input=(input, "*"), **running, weight=(weight, "None | C"), bias=(bias, "None | C"))
    check_batch_norm(input.shape, training, (running_mean, running_var), weight, bias)
    flat = input.reshape(*input.shape[:2], math.prod(input.shape[2:]))  # (N, C, L)
    n = len(flat) * flat.shape[2]  # values per channel
    ones = np.ones(flat.shape[2], input.dtype)  # a product with ones is the fastest sum
    mean: Any = (flat @ ones).sum(axis=0) / max(n, 1) if training else running_mean  # (C,)
    centred = flat - _spread(mean, ones)  # (N, C, L)
    var: Any = np.vecdot(centred, centred).sum(axis=0) / max(n, 1) if training else running_var  # (C,)
    if training and n and running_mean is not None and running_var is not None:
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (var * n / (n - 1) - running_var)

    rstd = 1 / np.sqrt(var + eps)  # (C,)
    scale = rstd if weight is None else rstd * weight
    spread_scale, shift = _spread(scale, ones), None if bias is None else _spread(bias, ones)
    output = np.empty_like(centred)
    for few in portions(len(flat), flat[:1].size):  # all that is done to an example while it is in the cache
        part = np.multiply(centred[few], spread_scale, out=output[few])
        if shift is not None:
            part += shift

    def pullback(doutput: Array) -> Gradients:
        dflat = doutput.reshape(flat.shape)  # (N, C, L)
        dbias = (dflat @ ones).sum(axis=0)
        dweight = np.vecdot(dflat, centred).sum(axis=0) * rstd
        if training:  # the mean and the variance depend on the input too
            slope, constant = _spread(-rstd * dweight / max(n, 1), ones), _spread(dbias / max(n, 1), ones)
            dinput = np.empty_like(centred)
            for few in portions(len(flat), flat[:1].size):
                part = np.multiply(centred[few], slope, out=dinput[few])
                part -= constant
                part += dflat[few]
                part *= spread_scale
        else:
            dinput = dflat * spread_scale
        dweight, dbias = None if weight is None else dweight, None if bias is None else dbias
        return dinput.reshape(input.shape), None, None, dweight, dbias

    return output.reshape(input.shape), pullback


def _spread(channels: Array, ones: Array) -> Array:
    """Each channel's number at every place, (C, L): NumPy is twice as fast with long rows as with a number for each."""
    return np.multiply.outer(channels, ones)


@differentiable
def layer_norm(
    input: Array,
    normalized_shape: tuple[int, ...],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> tuple[Array, Pullback]:
    """Normalise each example over its features.

    Parameters
    ----------
    input : (*, *normalized_shape)
        activations
    normalized_shape
        the sizes of the last dimensions, over which mean and variance are taken
    weight, bias : normalized_shape, optional
        scale γ and shift β
    eps
        added to the variance, so that nothing is divided by zero

    Returns
    -------
    output : (*, *normalized_shape)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit

    Examples
    --------
    >>> print(layer_norm(np.array([[1.0, 3.0], [10.0, 30.0]]), (2,)).round(3))
    [[-1.  1.]
     [-1.  1.]]
    """
    check("layer_norm", input=(input, "*"))
    features = check_normalized_shape(input.shape, normalized_shape)  # the layout "D1, D2, …"
    affine = {"weight": (weight, f"None | {features}"), "bias": (bias, f"None | {features}")}
    check("layer_norm", input=(input, f"*, {features}"), **affine)
    n = math.prod(normalized_shape)
    rows = input.reshape(input.size // max(n, 1), n)  # (R, n)
    centred = rows - rows.sum(axis=1, keepdims=True) / max(n, 1)
    var = np.vecdot(centred, centred)[:, None] / max(n, 1)  # (R, 1)
    rstd = 1 / np.sqrt(var + eps)
    normed = centred * rstd  # (R, n)
    output = normed if weight is None else normed * weight.ravel()
    if bias is not None:
        output = output + bias.ravel()

    def pullback(doutput: Array) -> Gradients:
        drows = doutput.reshape(rows.shape)  # (R, n)
        dbias = None if bias is None else drows.sum(axis=0).reshape(bias.shape)
        dweight = None if weight is None else (drows * normed).sum(axis=0).reshape(weight.shape)
        dnormed = drows if weight is None else drows * weight.ravel()
        means = dnormed.sum(axis=1, keepdims=True) + normed * np.vecdot(dnormed, normed)[:, None]
        dinput = rstd * (dnormed - means / max(n, 1))
        return dinput.reshape(input.shape), None, dweight, dbias

    return output.reshape(input.shape), pullback
