"""Convolution: one small linear layer, applied at every place.

    conv2d   y_o = b_o + Σ_{c,i,j} W_{ocij} x_{c, s·h + d·i, s·w + d·j}   (s stride, d dilation)
    conv1d   the same over sequences: images of height 1

It is a linear layer on patches: with the patches of an image as columns, y = W · cols.
Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

import torch
from torch import Tensor

from dlref.checks import check_int, pair, span
from dlref.torch.checks import check


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


def conv1d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Tensor:
    """One-dimensional convolution, along sequences.

    Parameters
    ----------
    input : (N, C, L)
        sequences
    weight : (out, C, k)
        one kernel per output channel
    bias : (out,), optional
        added to every output channel
    stride, padding, dilation
        ints

    Returns
    -------
    output : (N, out, L') with L' = (L + 2·padding − dilation·(k − 1) − 1) // stride + 1

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or the kernel is larger than the padded input

    Examples
    --------
    >>> print(conv1d(torch.tensor([[[1.0, 2.0, 4.0, 8.0]]]), torch.tensor([[[-1.0, 1.0]]]))[0, 0])
    tensor([1., 2., 4.])
    """
    check("conv1d", input=(input, "N, C, L"), weight=(weight, "out, C, k"), bias=(bias, "None | out"))
    check_int("conv1d", "stride", stride, 1)
    check_int("conv1d", "padding", padding, 0)
    check_int("conv1d", "dilation", dilation, 1)
    span("conv1d", input.shape[2] + 2 * padding, dilation * (weight.shape[2] - 1) + 1, stride)
    output = conv2d(input[:, :, None], weight[:, :, None], bias, (1, stride), (0, padding), (1, dilation))
    return output[:, :, 0]  # (N, out, L')
