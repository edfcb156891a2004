"""Layers: fully connected, convolution, maximum pooling.

    linear      y = x Wᵀ + b
    conv2d      y_o = b_o + Σ_{c,i,j} W_{ocij} x_{c, s·h + d·i, s·w + d·j}   (s stride, d dilation)
    max_pool2d  y = max of each window

conv2d is a linear layer on patches: with the patches of an image as columns, y = W · cols.
Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

from itertools import product

import torch
from torch import Tensor

from dlref.checks import check_pool_padding, pair, span
from dlref.torch.checks import check


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Fully connected layer: every output sees every input.

    Parameters
    ----------
    input : (*, in)
        any number of examples
    weight : (out, in)
        one row per output
    bias : (out,), optional
        added to every output

    Returns
    -------
    output : (*, out)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit

    Examples
    --------
    >>> print(linear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]]), torch.tensor([5.0])))
    tensor([[16.]])
    """
    check("linear", input=(input, "*, in"), weight=(weight, "out, in"), bias=(bias, "None | out"))
    output = input @ weight.T  # (*, out)
    if bias is not None:
        output = output + bias
    return output


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
) -> Tensor:
    """Two-dimensional convolution (cross-correlation, as everywhere in deep learning).

    Parameters
    ----------
    input : (N, C, H, W)
        images
    weight : (out, C, kh, kw)
        one kernel per output channel
    bias : (out,), optional
        added to every output channel
    stride, padding, dilation
        an int, or one for height and one for width

    Returns
    -------
    output : (N, out, H', W') with H' = (H + 2·padding − dilation·(kh − 1) − 1) // stride + 1, and W' likewise

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or the kernel is larger than the padded input

    Examples
    --------
    >>> image = torch.arange(9.0).reshape(1, 1, 3, 3)
    >>> print(conv2d(image, torch.ones(1, 1, 2, 2))[0, 0])
    tensor([[ 8., 12.],
            [20., 24.]])
    """
    check("conv2d", input=(input, "N, C, H, W"), weight=(weight, "out, C, kh, kw"), bias=(bias, "None | out"))
    (sh, sw), (ph, pw) = pair("conv2d", "stride", stride, 1), pair("conv2d", "padding", padding, 0)
    dh, dw = pair("conv2d", "dilation", dilation, 1)
    (N, C, H, W), (out, _, kh, kw) = input.shape, weight.shape
    rows, row_span = span("conv2d", H + 2 * ph, dh * (kh - 1) + 1, sh)
    columns, column_span = span("conv2d", W + 2 * pw, dw * (kw - 1) + 1, sw)

    padded = input.new_zeros(N, C, H + 2 * ph, W + 2 * pw)
    padded[:, :, ph : ph + H, pw : pw + W] = input
    # A window as large as the output, seen from every place in the kernel: long rows, which copy fast.
    windows = padded.unfold(2, row_span, 1).unfold(3, column_span, 1)
    patches = windows[:, :, : dh * kh : dh, : dw * kw : dw, ::sh, ::sw]  # (N, C, kh, kw, H', W')
    cols = patches.reshape(N, C * kh * kw, rows * columns)
    kernels = weight.reshape(out, C * kh * kw)
    output = torch.bmm(kernels.expand(N, -1, -1), cols).reshape(N, out, rows, columns)
    if bias is not None:
        output = output + bias[:, None, None]
    return output


def max_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Maximum of each window.

    Parameters
    ----------
    input : (N, C, H, W)
        images
    kernel_size, stride, padding
        an int, or one for height and one for width; stride is kernel_size where it is not given

    Returns
    -------
    output : (N, C, H', W') with H' = (H + 2·padding − kernel_size) // stride + 1, and W' likewise

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or padding exceeds half the window

    Examples
    --------
    >>> image = torch.arange(16.0).reshape(1, 1, 4, 4)
    >>> print(max_pool2d(image, kernel_size=2)[0, 0])
    tensor([[ 5.,  7.],
            [13., 15.]])
    """
    check("max_pool2d", input=(input, "N, C, H, W"))
    (kh, kw), (ph, pw) = pair("max_pool2d", "kernel_size", kernel_size, 1), pair("max_pool2d", "padding", padding, 0)
    sh, sw = (kh, kw) if stride is None else pair("max_pool2d", "stride", stride, 1)
    check_pool_padding((ph, pw), (kh, kw))
    N, C, H, W = input.shape
    _, row_span = span("max_pool2d", H + 2 * ph, kh, sh)
    _, column_span = span("max_pool2d", W + 2 * pw, kw, sw)

    padded = input.new_full((N, C, H + 2 * ph, W + 2 * pw), -torch.inf)
    padded[:, :, ph : ph + H, pw : pw + W] = input
    places = [padded[:, :, i : i + row_span : sh, j : j + column_span : sw] for i, j in product(range(kh), range(kw))]
    # max over a stacked dimension sends the gradient to the first maximum; torch.maximum would share it out.
    output = torch.stack(places).max(dim=0).values  # (N, C, H', W')
    return output
