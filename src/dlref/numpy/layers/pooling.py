"""Pooling: a window of values becomes one.

    max_pool2d   y = max of each window       dx = dy at the first maximum of the window, 0 elsewhere
    avg_pool2d   y = mean of each window      dx = dy / (kh·kw) at every value of the window

A value that lies in several windows adds up what it gets from each.
Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

import math
from collections.abc import Iterable
from functools import reduce

import numpy as np

from dlref.checks import check_half_window, pair, span
from dlref.numpy.caching import portions
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable

Pair = tuple[int, int]
Places = list[tuple[slice, slice]]


@differentiable
def max_pool2d(
    input: Array, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
) -> tuple[Array, Pullback]:
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
    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> print(max_pool2d(image, kernel_size=2)[0, 0])
    [[ 5.  7.]
     [13. 15.]]
    """
    check("max_pool2d", input=(input, "N, C, H, W"))
    (ph, pw), places, disjoint = _windows("max_pool2d", input.shape, kernel_size, stride, padding)
    padded = _padded(input, ph, pw, -np.inf)
    output = np.empty_like(padded[..., *places[0]])  # (N, C, H', W')
    winners = np.zeros(output.shape, np.min_scalar_type(len(places)))  # the place of each window's maximum
    for some in portions(len(input), padded[:1].size):
        _maxima(padded[some], places, output[some], winners[some])

    def pullback(doutput: Array) -> Gradients:
        if not disjoint:
            shares = ((winners == k) * doutput for k in range(len(places)))
            return (_gathered(shares, input, ph, pw, places),)
        dpadded = np.empty_like(padded, order="C")
        for some in portions(len(input), padded[:1].size):
            dvalues = dpadded[some].reshape(-1)  # the same memory
            dvalues.fill(0)
            dvalues[_positions(winners[some], places, padded.shape[2:])] = doutput[some]
        return (dpadded[:, :, ph : ph + input.shape[2], pw : pw + input.shape[3]],)

    return output, pullback


def _maxima(padded: Array, places: Places, output: Array, winners: Array) -> None:
    """Write the maximum of each window to `output`, and to `winners`, which is 0, the number of its place."""
    np.copyto(output, padded[..., *places[0]])
    values = np.empty_like(output)  # one value of each window: gathered once, used twice
    for k, place in enumerate(places[1:], start=1):
        np.copyto(values, padded[..., *place])
        # asked this way round, NaN wins; a value that is only as high as an earlier one does not
        np.maximum(winners, np.multiply(~(values <= output), k, dtype=winners.dtype), out=winners)
        np.maximum(output, values, out=output)


def _positions(winners: Array, places: Places, size: tuple[int, ...]) -> Array:
    """Where each window's maximum is among all values of the images of (height, width) `size`, counted through."""
    numbers = np.arange(math.prod(size)).reshape(size)  # of the values of one image
    offsets = np.array([numbers[place][0, 0] for place in places])  # from the first value of a window
    N, C, _, _ = winners.shape
    images = numbers.size * np.arange(N * C).reshape(N, C, 1, 1)
    positions: Array = np.take(offsets, winners)
    positions += numbers[places[0]] + images  # (N, C, H', W')
    return positions


@differentiable
def avg_pool2d(
    input: Array,
    kernel_size: int | Pair,
    stride: int | Pair | None = None,
    padding: int | Pair = 0,
    *,
    count_include_pad: bool = True,
) -> tuple[Array, Pullback]:
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
    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> print(avg_pool2d(image, kernel_size=2)[0, 0])
    [[ 2.5  4.5]
     [10.5 12.5]]
    """
    check("avg_pool2d", input=(input, "N, C, H, W"))
    (ph, pw), places, _ = _windows("avg_pool2d", input.shape, kernel_size, stride, padding)
    padded = _padded(input, ph, pw, 0)
    counted = _padded(np.ones_like(input[:1, :1]), ph, pw, float(count_include_pad))  # (1, 1, ·, ·)
    counts = reduce(np.add, (counted[..., *place] for place in places))  # (1, 1, H', W')
    output = reduce(np.add, (padded[..., *place] for place in places)) / counts  # (N, C, H', W')

    def pullback(doutput: Array) -> Gradients:
        share = doutput / counts
        return (_gathered((share for _ in places), input, ph, pw, places),)

    return output, pullback


def _windows(
    operation: str, shape: tuple[int, ...], kernel_size: int | Pair, stride: int | Pair | None, padding: int | Pair
) -> tuple[Pair, Places, bool]:
    """The padding; where in the padded image each place of the kernel falls; whether no two windows overlap."""
    (kh, kw), (ph, pw) = pair(operation, "kernel_size", kernel_size, 1), pair(operation, "padding", padding, 0)
    sh, sw = (kh, kw) if stride is None else pair(operation, "stride", stride, 1)
    check_half_window(operation, (ph, pw), (kh, kw))
    _, row_span = span(operation, shape[2] + 2 * ph, kh, sh)
    _, column_span = span(operation, shape[3] + 2 * pw, kw, sw)
    places = [np.s_[i : i + row_span : sh, j : j + column_span : sw] for i, j in np.ndindex(kh, kw)]
    return (ph, pw), places, sh >= kh and sw >= kw


def _padded(input: Array, ph: int, pw: int, value: float) -> Array:
    """The images with a border of `value`; the images themselves where the border has no width."""
    return np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=value) if ph or pw else input


def _gathered(shares: Iterable[Array], input: Array, ph: int, pw: int, places: Places) -> Array:
    """What the values of `input` get in all: one share, of every window, for each place in the kernel."""
    N, C, H, W = input.shape
    dpadded = np.zeros((N, C, H + 2 * ph, W + 2 * pw), input.dtype)
    for place, share in zip(places, shares, strict=True):
        dpadded[..., *place] += share
    return dpadded[:, :, ph : ph + H, pw : pw + W]
