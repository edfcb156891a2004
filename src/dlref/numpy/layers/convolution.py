"""Convolution: one small linear layer, applied at every place.

    conv2d   y_o = b_o + Σ_{c,i,j} W_{ocij} x_{c, s·h + d·i, s·w + d·j}   (s stride, d dilation)
    conv1d   the same over sequences: images of height 1

It is a linear layer on patches: with the patches of an image as columns, y = W · cols, dW = dy · colsᵀ, and
dcols = Wᵀ · dy is added back to where the patches came from.
Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlref.checks import check_int, pair, span
from dlref.numpy.caching import portions
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
) -> tuple[Array, Pullback]:
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
    >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> print(conv2d(image, np.ones((1, 1, 2, 2)))[0, 0])
    [[ 8. 12.]
     [20. 24.]]
    """
    check("conv2d", input=(input, "N, C, H, W"), weight=(weight, "out, C, kh, kw"), bias=(bias, "None | out"))
    (sh, sw), (ph, pw) = pair("conv2d", "stride", stride, 1), pair("conv2d", "padding", padding, 0)
    dh, dw = pair("conv2d", "dilation", dilation, 1)
    (N, C, H, W), (out, _, kh, kw) = input.shape, weight.shape
    rows, row_span = span("conv2d", H + 2 * ph, dh * (kh - 1) + 1, sh)
    columns, column_span = span("conv2d", W + 2 * pw, dw * (kw - 1) + 1, sw)

    padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw), input.dtype)
    padded[:, :, ph : ph + H, pw : pw + W] = input
    # A window as large as the output, seen from every place in the kernel: long rows, which copy fast.
    windows = sliding_window_view(padded, (row_span, column_span), axis=(2, 3))
    patches = windows[:, :, : dh * kh : dh, : dw * kw : dw, ::sh, ::sw]  # (N, C, kh, kw, H', W')
    cols = patches.reshape(N, C * kh * kw, rows * columns)
    kernels = weight.reshape(out, C * kh * kw)
    output = (kernels @ cols).reshape(N, out, rows, columns)
    if bias is not None:
        output += bias[:, None, None]

    def pullback(doutput: Array) -> Gradients:
        dflat = doutput.reshape(N, out, rows * columns)
        dweight = (dflat @ cols.transpose(0, 2, 1)).sum(axis=0).reshape(weight.shape)
        dpadded = np.zeros_like(padded)
        for some in portions(N, C * kh * kw * rows * columns):
            dpatches = (kernels.T @ dflat[some]).reshape(patches[some].shape)  # (some, C, kh, kw, H', W')
            for i, j in np.ndindex(kh, kw):
                places = np.s_[some, :, dh * i : dh * i + row_span : sh, dw * j : dw * j + column_span : sw]
                dpadded[places] += dpatches[:, :, i, j]
        dinput = dpadded[:, :, ph : ph + H, pw : pw + W]
        return dinput, dweight, None if bias is None else doutput.sum(axis=(0, 2, 3))

    return output, pullback


@differentiable
def conv1d(
    input: Array, weight: Array, bias: Array | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> tuple[Array, Pullback]:
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
    >>> print(conv1d(np.array([[[1.0, 2.0, 4.0, 8.0]]]), np.array([[[-1.0, 1.0]]]))[0, 0])
    [1. 2. 4.]
    """
    check("conv1d", input=(input, "N, C, L"), weight=(weight, "out, C, k"), bias=(bias, "None | out"))
    check_int("conv1d", "stride", stride, 1)
    check_int("conv1d", "padding", padding, 0)
    check_int("conv1d", "dilation", dilation, 1)
    span("conv1d", input.shape[2] + 2 * padding, dilation * (weight.shape[2] - 1) + 1, stride)
    maps, pullback2d = conv2d.vjp(
        input[:, :, None], weight[:, :, None], bias, (1, stride), (0, padding), (1, dilation)
    )  # (N, out, 1, L')
    output = maps[:, :, 0]  # (N, out, L')

    def pullback(doutput: Array) -> Gradients:
        dinput, dweight, dbias, *_ = pullback2d(doutput[:, :, None])
        return dinput[:, :, 0], dweight[:, :, 0], dbias

    return output, pullback
