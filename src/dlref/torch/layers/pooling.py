"""Pooling: a window of values becomes one.

    max_pool2d   y = max of each window
    avg_pool2d   y = mean of each window

Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

import math
from functools import reduce
from itertools import product

import torch
from torch import Tensor

from dlref.checks import check_half_window, pair, span
from dlref.torch.checks import check

Pair = tuple[int, int]
Places = list[tuple[slice, slice]]


def max_pool2d(
    input: Tensor, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
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
    (ph, pw), places = _windows("max_pool2d", input.shape, kernel_size, stride, padding)
    padded = _padded(input, ph, pw, -torch.inf)
    with torch.no_grad():
        best = padded[..., *places[0]]  # (N, C, H', W')
        winners = torch.zeros(best.shape, dtype=torch.int32, device=input.device)  # the place of each maximum
        for k, place in enumerate(places[1:], start=1):
            value = padded[..., *place]
            winners = winners.masked_fill((value > best) | value.isnan(), k)
            best = torch.maximum(best, value)
        indices = torch.arange(math.prod(padded.shape[2:]), device=input.device).reshape(padded.shape[2:])
        offsets = torch.stack([indices[rows.start, columns.start] for rows, columns in places])  # (kh·kw,)
        chosen = indices[places[0]] + offsets[winners]  # (N, C, H', W')
    output = padded.flatten(2).gather(2, chosen.flatten(2)).reshape(chosen.shape)
    return output


def avg_pool2d(
    input: Tensor,
    kernel_size: int | Pair,
    stride: int | Pair | None = None,
    padding: int | Pair = 0,
    *,
    count_include_pad: bool = True,
) -> Tensor:
    """Mean of each window.

    Parameters
    ----------
    input : (N, C, H, W)
        images
    kernel_size, stride, padding
        an int, or one for height and one for width; stride is kernel_size where it is not given
    count_include_pad
        whether the zeros of the padding count among the values of a window

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
    >>> print(avg_pool2d(image, kernel_size=2)[0, 0])
    tensor([[ 2.5000,  4.5000],
            [10.5000, 12.5000]])
    """
    check("avg_pool2d", input=(input, "N, C, H, W"))
    (ph, pw), places = _windows("avg_pool2d", input.shape, kernel_size, stride, padding)
    padded = _padded(input, ph, pw, 0)
    counted = _padded(torch.ones_like(input[:1, :1]), ph, pw, float(count_include_pad))  # (1, 1, ·, ·)
    counts = reduce(torch.add, (counted[..., *place] for place in places))  # (1, 1, H', W')
    output = reduce(torch.add, (padded[..., *place] for place in places)) / counts  # (N, C, H', W')
    return output


def _windows(
    operation: str, shape: tuple[int, ...], kernel_size: int | Pair, stride: int | Pair | None, padding: int | Pair
) -> tuple[Pair, Places]:
    """The padding, and where in the padded image each place of the kernel falls."""
    (kh, kw), (ph, pw) = pair(operation, "kernel_size", kernel_size, 1), pair(operation, "padding", padding, 0)
    sh, sw = (kh, kw) if stride is None else pair(operation, "stride", stride, 1)
    check_half_window(operation, (ph, pw), (kh, kw))
    _, row_span = span(operation, shape[2] + 2 * ph, kh, sh)
    _, column_span = span(operation, shape[3] + 2 * pw, kw, sw)
    kernel = product(range(kh), range(kw))
    return (ph, pw), [(slice(i, i + row_span, sh), slice(j, j + column_span, sw)) for i, j in kernel]


def _padded(input: Tensor, ph: int, pw: int, value: float) -> Tensor:
    """The images with a border of `value`; the images themselves where the border has no width."""
    if not (ph or pw):
        return input
    N, C, H, W = input.shape
    padded = input.new_full((N, C, H + 2 * ph, W + 2 * pw), value)
    padded[:, :, ph : ph + H, pw : pw + W] = input
    return padded
