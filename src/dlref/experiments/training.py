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

from dlref.data import load_digits, stratified_split

Array = npt.NDArray[Any]

MLP_SHAPES = {
    "hidden.weight": (64, 64),
    "hidden.bias": (64,),
    "output.weight": (10, 64),
    "output.bias": (10,),
}
CNN_SHAPES = {
    "conv1.weight": (16, 1, 3, 3),
    "conv1.bias": (16,),
    "conv2.weight": (32, 16, 3, 3),
    "conv2.bias": (32,),
    "output.weight": (10, 32 * 4 * 4),
    "output.bias": (10,),
}


@dataclass(frozen=True)
class Recipe:
    """The choices of stochastic gradient descent with momentum."""

    epochs: int
    batch_size: int
    lr: float
    momentum: float


MLP_RECIPE = Recipe(epochs=30, batch_size=16, lr=0.1, momentum=0.9)
CNN_RECIPE = Recipe(epochs=12, batch_size=16, lr=0.05, momentum=0.9)


@dataclass(frozen=True)
class Digits:
    """Images (N, 64) and labels (N,) to train on, and others to judge by."""

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
    images = images.reshape(len(images), -1)  # (N, 64)
    rng = np.random.default_rng(seed)
    train, test = stratified_split(labels, 0.2, rng)
    if validation:
        kept, held_out = stratified_split(labels[train], 0.2, rng)
        train, test = train[kept], train[held_out]
    return Digits(images[train], labels[train], images[test], labels[test])
