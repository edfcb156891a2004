"""Normalisation: activations of mean 0 and variance 1, then scaled and shifted as the network learns to.

    y = γ x̂ + β      x̂ = (x − μ) / σ      σ = √(var + ε)

μ and var are taken over n values:

    batch_norm   over the examples and places of each channel; after training, μ and var are running constants
    layer_norm   over the features of each example

References: Ioffe and Szegedy, Batch normalization (2015), arXiv:1502.03167; Ba, Kiros and Hinton, Layer normalization
(2016), arXiv:1607.06450.
"""

import math
from typing import Any, cast

import torch
from torch import Tensor

from dlref.checks import check_batch_norm, check_normalized_shape
from dlref.torch.checks import check


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
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
    >>> print(batch_norm(torch.tensor([[1.0, 10.0], [3.0, 30.0]]), None, None, training=True).round(decimals=3))
    tensor([[-1., -1.],
            [ 1.,  1.]])
    """
    running = {"running_mean": (running_mean, "None | C"), "running_var": (running_var, "None | C")}
    check("batch_norm", input=(input, "*"), **running, weight=(weight, "None | C"), bias=(bias, "None | C"))
    check_batch_norm(tuple(input.shape), training, (running_mean, running_var), weight, bias)
    flat = input.reshape(*input.shape[:2], math.prod(input.shape[2:]))  # (N, C, L)
    weight = flat.new_ones(flat.shape[1]) if weight is None else weight
    bias = torch.zeros_like(weight) if bias is None else bias
    output: Tensor
    if not training:
        mean, var = cast(Tensor, running_mean), cast(Tensor, running_var)
        scale = weight / torch.sqrt(var + eps)
        output = (flat - mean[:, None]) * scale[:, None] + bias[:, None]
        return output.reshape(input.shape)

    output, mean, var = _Normalized.apply(flat, weight, bias, eps)  # type: ignore[no-untyped-call]
    n = len(flat) * flat.shape[2]  # values per channel
    if n and running_mean is not None and running_var is not None:
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (var * n / (n - 1) - running_var)
    return output.reshape(input.shape)


class _Normalized(torch.autograd.Function):
    """Normalisation with its pullback by hand: autograd's, which copies the activations, takes twice as long."""

    @staticmethod
    def forward(ctx: Any, flat: Tensor, weight: Tensor, bias: Tensor, eps: float) -> tuple[Tensor, Tensor, Tensor]:
        """The output (N, C, L), and the mean and the variance (C,) of the input, which get no gradient."""
        centred, mean, var = _moments(flat)
        rstd = 1 / torch.sqrt(var + eps)  # (C,)
        scale = (rstd * weight)[:, None]
        output: Tensor = torch.addcmul(bias[:, None], centred, scale, out=centred)  # no further copy
        ctx.eps = eps
        ctx.save_for_backward(flat, weight, mean, rstd)
        ctx.mark_non_differentiable(mean, var)
        return output, mean, var

    @staticmethod
    def backward(ctx: Any, doutput: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of `flat`, `weight` and `bias`."""
        flat, weight, mean, rstd = ctx.saved_tensors
        if torch.is_grad_enabled():  # somebody will differentiate the gradient: these depend on the input
            mean, var = _moments(flat)[1:]
            rstd = 1 / torch.sqrt(var + ctx.eps)
        n = max(len(flat) * flat.shape[2], 1)
        dbias = doutput.sum(dim=(0, 2))
        dweight = rstd * ((doutput * flat).sum(dim=(0, 2)) - mean * dbias)  # Σ dy·x̂
        # dx = γ/σ · dy + slope · (x − μ) − γ/σ · mean(dy), in two passes over the activations
        scale = rstd * weight
        slope = -scale * rstd * dweight / n
        constant = -scale * dbias / n - slope * mean
        dinput = torch.addcmul(constant[:, None], flat, slope[:, None]).addcmul_(doutput, scale[:, None])
        return dinput, dweight, dbias, None


def _moments(flat: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The deviations from the mean (N, C, L), the mean (C,), and the variance (C,)."""
    n = max(len(flat) * flat.shape[2], 1)
    mean = flat.sum(dim=(0, 2)) / n
    centred = flat - mean[:, None]
    return centred, mean, (centred * centred).sum(dim=(0, 2)) / n


def layer_norm(
    input: Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
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
    >>> print(layer_norm(torch.tensor([[1.0, 3.0], [10.0, 30.0]]), (2,)).round(decimals=3))
    tensor([[-1.,  1.],
            [-1.,  1.]])
    """
    check("layer_norm", input=(input, "*"))
    features = check_normalized_shape(tuple(input.shape), normalized_shape)  # the layout "D1, D2, …"
    affine = {"weight": (weight, f"None | {features}"), "bias": (bias, f"None | {features}")}
    check("layer_norm", input=(input, f"*, {features}"), **affine)
    n = math.prod(normalized_shape)
    rows = input.reshape(input.numel() // max(n, 1), n)  # (R, n)
    centred = rows - rows.sum(dim=1, keepdim=True) / max(n, 1)
    var = (centred * centred).sum(dim=1, keepdim=True) / max(n, 1)  # (R, 1)
    rstd = 1 / torch.sqrt(var + eps)
    normed = centred * rstd  # (R, n)
    output = normed if weight is None else normed * weight.ravel()
    if bias is not None:
        output = output + bias.ravel()
    return output.reshape(input.shape)
