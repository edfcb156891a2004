"""What training takes besides data: a split, batches, scaling. Everything random takes an `np.random.Generator`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def stratified_split(labels: Array, test_fraction: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Split at random, keeping each class's share in both parts.

    Parameters
    ----------
    labels : (N,) integer
        the class of each example
    test_fraction
        between 0 and 1; of each class, the nearest whole number goes to the test part
    rng
        decides which examples

    Returns
    -------
    train_indices, test_indices : (N_train,) and (N_test,) int64
        sorted, disjoint, together all of 0 … N − 1

    Raises
    ------
    ValueError
        where `labels` is not (N,) or `test_fraction` is not in (0, 1)

    Examples
    --------
    >>> train, test = stratified_split(np.array([0] * 5 + [1] * 10), 0.2, np.random.default_rng(0))
    >>> print(len(train), len(test))
    12 3
    """
    if labels.ndim != 1:
        raise ValueError(f"stratified_split: labels must be (N,); got {labels.shape}")
    if not 0 < test_fraction < 1:
        raise ValueError(f"stratified_split: test_fraction must be in (0, 1); got {test_fraction}")
    is_test = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        is_test[members[: round(test_fraction * len(members))]] = True
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def minibatches(count: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
    """One epoch: the indices 0 … count − 1 in random order, `batch_size` at a time, each exactly once.

    Parameters
    ----------
    count
        the number of examples
    batch_size
        examples in a batch; the last batch may be shorter
    rng
        decides the order

    Yields
    ------
    indices : (batch_size,) int64

    Raises
    ------
    ValueError
        where `batch_size` is less than 1

    Examples
    --------
    >>> [len(batch) for batch in minibatches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    if batch_size < 1:
        raise ValueError(f"minibatches: batch_size must be at least 1; got {batch_size}")
    order = rng.permutation(count)
    return (order[start : start + batch_size] for start in range(0, count, batch_size))


def standardize(train: Array, *others: Array) -> tuple[Array, ...]:
    """Shift and scale each feature to mean 0 and standard deviation 1, as measured on the training part alone.

    Parameters
    ----------
    train : (N, *)
        fixes mean and standard deviation
    others : (M, *)
        are scaled by the same two numbers, so that nothing about them leaks into training

    Returns
    -------
    train, *others : of unchanged shapes; a feature that does not vary becomes 0 in `train`

    Examples
    --------
    >>> train, test = standardize(np.array([1.0, 3.0]), np.array([4.0]))
    >>> print(train, test)
    [-1.  1.] [2.]
    """
    mean, std = train.mean(axis=0), train.std(axis=0)
    scale = np.where(std > 0, std, np.ones_like(std))
    return tuple((part - mean) / scale for part in (train, *others))
