"""Tasks made by rule, so that there is as much data as one wants and the truth is known.

Digits out of place ask whether a network looks at places or at shapes; the adding problem asks how long a network
remembers (Hochreiter and Schmidhuber, Long short-term memory, 1997, doi:10.1162/neco.1997.9.8.1735).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def shift_images(images: Array, max_shift: int, rng: np.random.Generator) -> Array:
    """Move each image by up to `max_shift` pixels up or down and left or right; what leaves is lost, zeros come in.

    Parameters
    ----------
    images : (N, H, W)
        is not changed
    max_shift
        in pixels; every shift −max_shift … max_shift is equally likely, in both directions apart
    rng
        decides the shifts

    Returns
    -------
    shifted : (N, H, W), of the same dtype

    Raises
    ------
    ValueError
        where `images` is not (N, H, W) or `max_shift` is negative

    Examples
    --------
    >>> shift_images(np.ones((1, 3, 3)), 1, np.random.default_rng(0))[0]
    array([[1., 1., 1.],
           [1., 1., 1.],
           [0., 0., 0.]])
    """
    if images.ndim != 3 or max_shift < 0:
        raise ValueError(f"shift_images: images must be (N, H, W), max_shift ≥ 0; got {images.shape} and {max_shift}")
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    shifts = rng.integers(0, 2 * max_shift + 1, (count, 2))
    return np.stack([image[y : y + height, x : x + width] for image, (y, x) in zip(padded, shifts, strict=True)])


def place_on_canvas(images: Array, size: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Put each image at a random place of an empty square, and say where: a task of detection and of segmentation.

    Parameters
    ----------
    images : (N, H, W)
        ink, 0 where there is none; every image has some
    size
        of the square, in pixels, at least H and W
    rng
        decides the places

    Returns
    -------
    canvases : (N, size, size)
    boxes : (N, 4) float64
        left, top, right and bottom edge of the ink, as fractions of the square's side
    masks : (N, size, size) bool
        which pixels hold ink

    Raises
    ------
    ValueError
        where `images` is not (N, H, W), does not fit, or an image is empty

    Examples
    --------
    >>> canvases, boxes, masks = place_on_canvas(np.ones((1, 2, 2)), 4, np.random.default_rng(0))
    >>> print(boxes[0], masks.sum())
    [0.25 0.5  0.75 1.  ] 4
    """
    if images.ndim != 3 or max(images.shape[1:]) > size:
        raise ValueError(f"place_on_canvas: images must be (N, H, W), H and W ≤ size {size}; got {images.shape}")
    if not images.any(axis=(1, 2)).all():
        raise ValueError("place_on_canvas: an image without ink has no box")
    count, height, width = images.shape
    canvases = np.zeros((count, size, size), images.dtype)
    tops, lefts = rng.integers(0, size - height + 1, count), rng.integers(0, size - width + 1, count)
    for canvas, image, top, left in zip(canvases, images, tops, lefts, strict=True):
        canvas[top : top + height, left : left + width] = image
    masks = canvases > 0
    (left, right), (top, bottom) = (_ends(np.logical_or.reduce(masks, axis=axis)) for axis in (1, 2))
    return canvases, np.stack([left, top, right, bottom], axis=1) / size, masks


def _ends(covered: Array) -> tuple[Array, Array]:
    """The first covered place of each row, and the one after the last."""
    return covered.argmax(axis=1), covered.shape[1] - covered[:, ::-1].argmax(axis=1)


def gaussian_ring(
    count: int, rng: np.random.Generator, *, modes: int = 8, radius: float = 2.0, std: float = 0.1
) -> tuple[Array, Array]:
    """Points around `modes` centres that lie evenly on a circle.

    Parameters
    ----------
    count
        the number of points
    rng
        decides centre and deviation of each point
    modes
        how many centres; the first lies to the right, the others follow counterclockwise
    radius
        of the circle
    std
        standard deviation of a point from its centre, in each coordinate

    Returns
    -------
    points : (count, 2) float64
    centres : (modes, 2) float64

    Raises
    ------
    ValueError
        where `count` or `modes` is less than 1

    Examples
    --------
    >>> points, centres = gaussian_ring(1000, np.random.default_rng(0))
    >>> print(points.shape, centres[0], f"{np.linalg.norm(points, axis=1).mean():.1f}")
    (1000, 2) [2. 0.] 2.0
    """
    if count < 1 or modes < 1:
        raise ValueError(f"gaussian_ring: count and modes must be at least 1; got {count} and {modes}")
    angles = 2 * np.pi * np.arange(modes) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (modes, 2)
    return centres[rng.integers(modes, size=count)] + rng.normal(0, std, (count, 2)), centres


def adding_problem(count: int, length: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Sequences of random numbers of which two are marked; the target is the sum of those two.

    One mark lies in the first half and one in the second. Always answering 1 has the mean squared error 1/6, which is
    the variance of the sum.

    Parameters
    ----------
    count
        the number of sequences
    length
        of each, at least 2
    rng
        decides numbers and marks

    Returns
    -------
    sequences : (count, length, 2) float64
        a number in [0, 1), and 1 where it is marked, else 0
    targets : (count,) float64

    Raises
    ------
    ValueError
        where `count` is less than 1 or `length` less than 2

    Examples
    --------
    >>> sequences, targets = adding_problem(1000, 10, np.random.default_rng(0))
    >>> print(sequences.shape, sequences[..., 1].sum(axis=1).max(), f"{targets.var():.2f}")
    (1000, 10, 2) 2.0 0.17
    """
    if count < 1 or length < 2:
        raise ValueError(f"adding_problem: count must be at least 1, length at least 2; got {count} and {length}")
    numbers, marks = rng.random((count, length)), np.zeros((count, length))
    rows, half = np.arange(count), length // 2
    marks[rows, rng.integers(0, half, count)] = 1
    marks[rows, rng.integers(half, length, count)] = 1
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1)
