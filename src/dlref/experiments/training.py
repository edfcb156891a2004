"""What the training loops of both backends share: the digits, the sizes of the networks, and the recipes.

Both recipes were chosen on validation parts, a fifth of the training images: of batch sizes 16, 32, 64 and learning
rates 0.02 to 0.2, they had the best mean accuracy there over four to eight seeds, or one within a single image of it.
Letting the learning rate decay gained too little to be worth a line. No recipe was chosen by test accuracy; each seed
splits anew, so that an image held out under one seed may have been a validation image under another.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.blueprints import cnn_shapes, mlp_shapes
from dlref.data import load_digits, stratified_split

Array = npt.NDArray[Any]

MLP_SHAPES = mlp_shapes(64, 64, 10)
CNN_SHAPES = cnn_shapes((1, 16, 32), (8, 8), 10)


@dataclass(frozen=True)
class Recipe:
    """The choices of stochastic gradient descent with momentum."""

    epochs: int
    batch_size: int
    lr: float
    momentum: float

    def orders(self, seed: int) -> list[int]:
        """The seed of each epoch's order of examples: different in every epoch of every run."""
        return [1000 * seed + epoch for epoch in range(self.epochs)]


MLP_RECIPE = Recipe(epochs=30, batch_size=16, lr=0.1, momentum=0.9)
CNN_RECIPE = Recipe(epochs=12, batch_size=16, lr=0.05, momentum=0.9)


@dataclass(frozen=True)
class Digits:
    """Images (N, 1, 8, 8) and labels (N,) to train on, and others to judge by."""

    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array


def digits(seed: int, *, validation: bool = False, dtype: npt.DTypeLike = np.float32) -> Digits:
    """Split the digits 80 to 20 by class; with `validation`, split the training part again and leave the rest out.

    Parameters
    ----------
    seed
        decides the split
    validation
        judge by a fifth of the training part instead of by the test part
    dtype
        of the images
    """
    images, labels = load_digits(dtype)
    images = images[:, None]  # (N, 1, 8, 8): a batch of images with one channel
    rng = np.random.default_rng(seed)
    train, test = stratified_split(labels, 0.2, rng)
    if validation:
        kept, held_out = stratified_split(labels[train], 0.2, rng)
        train, test = train[kept], train[held_out]
    return Digits(images[train], labels[train], images[test], labels[test])
