"""Digits read row by row by a simple recurrent network: the recipe, and the training in both backends.

The recipe was chosen on validation parts, a fifth of the training images (`digits(seed, validation=True)`), and not by
test accuracy. Both backends start from the same parameters and see the same batches.
"""

from functools import partial

import numpy as np
import torch

from dlref.blueprints import recurrent_classifier_shapes
from dlref.experiments.training import Array, Digits
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.losses import cross_entropy
from dlref.numpy.metrics import accuracy
from dlref.numpy.models import initial_params, recurrent_classifier
from dlref.numpy.optim import Adam
from dlref.numpy.training import fit
from dlref.torch import losses as torch_losses
from dlref.torch import models as torch_models
from dlref.torch import optim as torch_optim
from dlref.torch import training as torch_training

HIDDEN, EPOCHS, BATCH_SIZE, LR, MAX_NORM = 64, 30, 32, 0.003, 1.0
SHAPES = recurrent_classifier_shapes(8, HIDDEN, 10, cell="rnn")


@composed
def model(rows: Array, params: dict[str, Array]) -> Array:
    """Eight rows of eight pixels (N, 8, 8) to logits (N, 10)."""
    return recurrent_classifier(rows, params, cell="rnn")


def start(seed: int) -> dict[str, Array]:
    """Parameters in float32, the same for both backends."""
    return initial_params(SHAPES, generator=np.random.default_rng(seed))


def trained_numpy(data: Digits, seed: int) -> dict[str, Array]:
    """Trained parameters."""
    params = start(seed)
    rows = data.train_images[:, 0]  # (N, 8, 8): a row is a time step
    fit(
        model,
        params,
        Adam(params, lr=LR),
        cross_entropy,
        rows,
        data.train_labels,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        seed=seed,
        max_norm=MAX_NORM,
    )
    return params


def read_both_ways(forwards: Array, backwards: Array, labels: Array) -> dict[str, float]:
    """The shares of right answers with the rows in order and reversed, and that of answers that the order changes."""
    changed = forwards.argmax(axis=1) != backwards.argmax(axis=1)
    return {
        "forwards": float(accuracy(forwards, labels)),
        "backwards": float(accuracy(backwards, labels)),
        "changed": float(changed.mean()),
    }


def trained_torch(data: Digits, seed: int) -> dict[str, float]:
    """What PyTorch's network gets right on held-out images, as `read_both_ways` says it."""
    params = as_params(start(seed))
    read = partial(torch_models.recurrent_classifier, cell="rnn")
    rows, labels = torch.from_numpy(data.train_images[:, 0]), torch.from_numpy(data.train_labels)
    with one_thread():
        torch_training.fit(
            read,
            params,
            torch_optim.Adam(params.values(), lr=LR),
            torch_losses.cross_entropy,
            rows,
            labels,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            seed=seed,
            max_norm=MAX_NORM,
        )
        rows = torch.from_numpy(data.test_images[:, 0])
        with torch.no_grad():
            forwards, backwards = read(rows, params), read(rows.flip(1), params)
    return read_both_ways(forwards.numpy(), backwards.numpy(), data.test_labels)
