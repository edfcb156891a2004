"""The networks of the digits in NumPy, and how they are trained and judged."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from dlref.experiments.training import Digits, Recipe
from dlref.numpy.autograd import composed
from dlref.numpy.differentiable import Array, Differentiable
from dlref.numpy.losses import cross_entropy
from dlref.numpy.metrics import accuracy as share_right
from dlref.numpy.models import cnn as cnn_of
from dlref.numpy.models import mlp as mlp_of
from dlref.numpy.optim import SGD
from dlref.numpy.training import fit

Params = dict[str, Array]
Model: TypeAlias = Differentiable[..., Array]

cnn: Model = cnn_of  # images (N, 1, 8, 8) to logits (N, 10)


@composed
def mlp(images: Array, params: Params) -> Array:
    """Images (N, 1, 8, 8) to logits (N, 10): to a perceptron, an image is a row of numbers."""
    return mlp_of(images.reshape(len(images), 64), params)


def copied(params: Params) -> Params:
    """Return parameters that later steps leave alone."""
    return {name: param.copy() for name, param in params.items()}


def loss_and_grads(model: Model, params: Params, images: Array, labels: Array) -> tuple[float, Params]:
    """One forward and one backward pass: the loss, and the gradient of every parameter."""
    logits, model_pullback = model.vjp(images, params)
    loss, loss_pullback = cross_entropy.vjp(logits, labels)
    dlogits, _ = loss_pullback(1.0)
    _, dparams = model_pullback(dlogits)
    return float(loss), dparams


def train(
    model: Model,
    params: Params,
    data: Digits,
    recipe: Recipe,
    seed: int,
    after_epoch: Callable[[], None] = lambda: None,
) -> None:
    """Train `params` in place, and call `after_epoch()` after each epoch."""
    optimizer = SGD(params, lr=recipe.lr, momentum=recipe.momentum)
    images, labels = data.train_images, data.train_labels
    for order in recipe.orders(seed):
        fit(model, params, optimizer, cross_entropy, images, labels, epochs=1, batch_size=recipe.batch_size, seed=order)
        after_epoch()


def accuracy(model: Model, params: Params, images: Array, labels: Array) -> float:
    """The share of images whose largest logit is that of the right class."""
    return share_right(model(images, params), np.asarray(labels))
