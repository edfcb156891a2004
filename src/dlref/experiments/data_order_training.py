"""A small network on 1,000 digits, fed in orders of our choice: what the claims of the page data-order share.

Each of the ten classes has 100 training images, so that a batch of 20 sorted images holds one class and every share is
exactly a tenth. What is left of the training part chooses learning rates; the test part judges.

`gradients` is plain NumPy: several times as fast as an operation at a time, which is what lets many orders, learning
rates and seeds be tried. A test compares it with `dlref.numpy`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dlref.data import load_digits, stratified_split
from dlref.experiments.training import MLP_SHAPES, Array
from dlref.numpy.models import initial_params

Params = list[Array]  # W1 (64, 64), b1 (64,), W2 (10, 64), b2 (10,)

CLASSES, PER_CLASS, BATCH_SIZE, EPOCHS, LR = 10, 100, 20, 20, 0.1
BLOCK = PER_CLASS // BATCH_SIZE  # steps that a class takes where the images are sorted


@dataclass(frozen=True)
class Part:
    """Images (N, 64) and their labels (N,)."""

    images: Array
    labels: Array


@cache
def parts(seed: int) -> tuple[Part, Part, Part]:
    """Training, validation and test images; the seed decides which are which."""
    images, labels = load_digits(np.float64)
    rng = np.random.default_rng(seed)
    train, test = stratified_split(labels, 0.2, rng)
    members = [rng.permutation(train[labels[train] == label]) for label in range(CLASSES)]
    fed = np.concatenate([of_class[:PER_CLASS] for of_class in members])
    rest = np.concatenate([of_class[PER_CLASS:] for of_class in members])
    fed, rest, test = rng.permutation(fed), np.sort(rest), np.sort(test)
    rows = images.reshape(len(images), 64)
    return Part(rows[fed], labels[fed]), Part(rows[rest], labels[rest]), Part(rows[test], labels[test])


def start(seed: int) -> Params:
    """Random parameters."""
    return list(initial_params(MLP_SHAPES, generator=np.random.default_rng(seed), dtype=np.float64).values())


def logits_of(params: Params, images: Array) -> Array:
    """Scores (N, 10) of every image."""
    w1, b1, w2, b2 = params
    scores: Array = np.maximum(images @ w1.T + b1, 0) @ w2.T + b2
    return scores


def gradients(params: Params, images: Array, labels: Array) -> Params:
    """Gradients of the mean cross-entropy of a batch."""
    w1, b1, w2, b2 = params
    hidden = np.maximum(images @ w1.T + b1, 0)  # (B, 64)
    logits = hidden @ w2.T + b2  # (B, 10)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    dlogits = exps / exps.sum(axis=1, keepdims=True)
    dlogits[np.arange(len(labels)), labels] -= 1
    dlogits /= len(labels)
    dhidden = (dlogits @ w2) * (hidden > 0)
    return [dhidden.T @ images, dhidden.sum(axis=0), dlogits.T @ hidden, dlogits.sum(axis=0)]


def step(params: Params, images: Array, labels: Array, lr: float) -> None:
    """One step of plain gradient descent, in place."""
    for param, gradient in zip(params, gradients(params, images, labels), strict=True):
        param -= lr * gradient


def by_class(labels: Array, classes: Sequence[int] = range(CLASSES)) -> Array:
    """Indices (N,) of all images of the first class in `classes`, then all of the second, and so on."""
    return np.concatenate([np.flatnonzero(labels == label) for label in classes])


def spread_evenly(labels: Array, rng: np.random.Generator) -> Array:
    """Indices (N,) in random order with every class spread evenly over it: any stretch is stratified.

    The k-th of the n images of a class goes to the place (k + ½) / n between 0 and 1.
    """
    order = rng.permutation(len(labels))
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = order[labels[order] == label]
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.argsort(place, kind="stable")


def epochs(kind: str, labels: Array, rng: np.random.Generator, count: int = EPOCHS) -> Iterator[Array]:
    """The order of each epoch: "sorted" by class, shuffled "once" and then fixed, or "reshuffled" in each epoch."""
    fixed = by_class(labels) if kind == "sorted" else rng.permutation(len(labels))
    for _ in range(count):
        yield rng.permutation(len(labels)) if kind == "reshuffled" else fixed


def feed(
    params: Params, part: Part, order: Array, lr: float = LR, after_step: Callable[[], None] = lambda: None
) -> None:
    """One pass in the given order, a batch at a time, in place."""
    for begin in range(0, len(order), BATCH_SIZE):
        batch = order[begin : begin + BATCH_SIZE]
        step(params, part.images[batch], part.labels[batch], lr)
        after_step()


def accuracy(params: Params, part: Part) -> float:
    """The share of images whose largest score is that of the right class."""
    return float((logits_of(params, part.images).argmax(axis=1) == part.labels).mean())
