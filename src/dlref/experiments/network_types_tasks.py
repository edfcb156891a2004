"""Five tasks for all families: the same examples for each. The page network-types.

Each task is a kind of structure: columns without order, neighbours in a plane, neighbours anywhere in a plane, the same
pixels without neighbours, and one mark in a sequence that says which element is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlref.data import load_breast_cancer, shift_images, standardize, stratified_split
from dlref.experiments.network_types_families import Grid
from dlref.experiments.training import Array, digits

LENGTH, SYMBOLS = 16, 8
PIXELS = np.random.default_rng(0).permutation(64)  # the one order of pixels of the task `mixed`


@dataclass(frozen=True)
class Examples:
    """Examples (N, T, F) float32 and labels (N,), to train on and to judge by."""

    train: Array
    train_labels: Array
    test: Array
    test_labels: Array

    @property
    def grid(self) -> Grid:
        return self.train.shape[1], self.train.shape[2]

    @property
    def classes(self) -> int:
        return int(self.train_labels.max()) + 1


def table(seed: int, *, validation: bool = False) -> Examples:
    """Tumours: ten measurements, each as mean, standard error and worst value, (N, 3, 10), standardised."""
    features, labels = load_breast_cancer()
    rng = np.random.default_rng(seed)
    train, test = stratified_split(labels, 0.2, rng)
    if validation:
        kept, held_out = stratified_split(labels[train], 0.2, rng)
        train, test = train[kept], train[held_out]
    scaled = [part.astype(np.float32).reshape(-1, 3, 10) for part in standardize(features[train], features[test])]
    return Examples(scaled[0], labels[train], scaled[1], labels[test])


def image(seed: int, *, validation: bool = False) -> Examples:
    """Digits where they are, (N, 8, 8)."""
    data = digits(seed, validation=validation)
    return Examples(data.train_images[:, 0], data.train_labels, data.test_images[:, 0], data.test_labels)


def moved(seed: int, *, validation: bool = False) -> Examples:
    """Digits shifted by up to two pixels each way, in training and in the test."""
    data, rng = image(seed, validation=validation), np.random.default_rng(seed)
    train, test = (shift_images(images, 2, rng) for images in (data.train, data.test))
    return Examples(train, data.train_labels, test, data.test_labels)


def mixed(seed: int, *, validation: bool = False) -> Examples:
    """Digits with their 64 pixels in another order, the same one for all."""
    data = image(seed, validation=validation)
    train, test = (images.reshape(-1, 64)[:, PIXELS].reshape(-1, 8, 8) for images in (data.train, data.test))
    return Examples(train, data.train_labels, test, data.test_labels)


def recall(seed: int, *, validation: bool = False) -> Examples:
    """16 symbols as one-hot vectors with a ninth feature that marks one of them: which symbol is it? (N, 16, 9)."""
    rng = np.random.default_rng(2 * seed + validation)
    parts = [_marked(count, rng) for count in (1437, 1000)]
    return Examples(*parts[0], *parts[1])


def _marked(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    symbols, places = rng.integers(0, SYMBOLS, (count, LENGTH)), rng.integers(0, LENGTH, count)
    x = np.zeros((count, LENGTH, SYMBOLS + 1), np.float32)
    x[..., :SYMBOLS] = np.eye(SYMBOLS, dtype=np.float32)[symbols]
    x[np.arange(count), places, SYMBOLS] = 1
    return x, symbols[np.arange(count), places]


TASKS: dict[str, Callable[..., Examples]] = {
    "table": table,
    "image": image,
    "moved": moved,
    "mixed": mixed,
    "recall": recall,
}
