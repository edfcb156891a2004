"""Networks trained side by side, for the pages mini-batches and weight-update: equal batches, rates of their own.

Every array has one more axis in front, (R, …), one entry for each of R networks with the same first parameters, so that
a pass in NumPy serves all of them. Which network differs from which in the learning rate alone is then plain to see.
"""

import math
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.blueprints import mlp_shapes
from dlref.data import minibatches
from dlref.experiments.training import Digits
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import initial_params

Array = npt.NDArray[Any]
Grads = tuple[Array, Array, Array, Array]

SHAPES = mlp_shapes(64, 32, 10)  # 2,410 parameters
HOPELESS = 9.99  # stands for any loss above it, and for those that are no number any more


class Networks:
    """R networks of one hidden layer for the digits, trained by plain gradient descent."""

    def __init__(self, seed: int, count: int) -> None:
        first = initial_params(SHAPES, generator=np.random.default_rng(seed), dtype=np.float64)
        w1, b1, w2, b2 = (np.repeat(param[None], count, axis=0) for param in first.values())
        self.params: Grads = w1, b1[:, None], w2, b2[:, None]  # (R, 32, 64), (R, 1, 32), (R, 10, 32), (R, 1, 10)

    def gradients(self, x: Array, y: Array) -> tuple[Array, Grads]:
        """The loss (R,) on the batch x (B, 64), y (B,), and its gradients."""
        w2 = self.params[2]
        h, z = self._forward(x)
        p = np.exp(z - z.max(axis=2, keepdims=True))
        p /= p.sum(axis=2, keepdims=True)
        losses = -np.log(p[:, np.arange(len(y)), y]).mean(axis=1)
        p[:, np.arange(len(y)), y] -= 1
        dz = p / len(y)  # (R, B, 10)
        da = (dz @ w2) * (h > 0)  # (R, B, 32)
        dw1, dw2 = da.swapaxes(1, 2) @ x, dz.swapaxes(1, 2) @ h
        return losses, (dw1, da.sum(axis=1, keepdims=True), dw2, dz.sum(axis=1, keepdims=True))

    def step(self, x: Array, y: Array, rates: Array, max_norm: float = math.inf) -> Array:
        """Take a step of each network at its own rate (R,), with clipped gradients; return the losses before it."""
        losses, grads = self.gradients(x, y)
        if max_norm < math.inf:
            rates = rates * np.minimum(1, max_norm / (np.sqrt(products(grads, grads)) + 1e-6))
        for param, grad in zip(self.params, grads, strict=True):
            param -= rates[:, None, None] * grad
        return losses

    def losses(self, x: Array, y: Array) -> list[float]:
        """The mean loss of each network."""
        found = [float(cross_entropy(logits, y)) for logits in self._forward(x)[1]]
        return [min(loss, HOPELESS) if math.isfinite(loss) else HOPELESS for loss in found]

    def accuracies(self, x: Array, y: Array) -> list[float]:
        """The share of images that each network gets right."""
        return [float((logits.argmax(axis=1) == y).mean()) for logits in self._forward(x)[1]]

    def _forward(self, x: Array) -> tuple[Array, Array]:
        w1, b1, w2, b2 = self.params
        h = np.maximum(x @ w1.swapaxes(1, 2) + b1, 0)  # (R, B, 32)
        return h, h @ w2.swapaxes(1, 2) + b2  # (R, B, 10)


def products(first: Grads, second: Grads) -> Array:
    """The inner product (R,) of two gradients of each network."""
    found: Array = sum(np.einsum("rij,rij->r", one, other) for one, other in zip(first, second, strict=True))
    return found


def rows(images: Array) -> Array:
    """Images (N, 1, 8, 8) as rows (N, 64)."""
    return images.reshape(-1, 64)


def train(
    data: Digits,
    seed: int,
    rates: Array,
    size: int,
    *,
    max_norm: float = math.inf,
    every: int = 0,
    watch: Callable[[Networks], None] = lambda _: None,
) -> tuple[Networks, Array]:
    """Train a network for each column of rates (T, R), for T steps.

    Returns the networks and their losses (T, R) before each step; `watch` sees the networks after `every` steps.
    """
    x, y = rows(data.train_images), data.train_labels
    networks, rng = Networks(seed, rates.shape[1]), np.random.default_rng(seed)
    losses: list[Array] = []
    with np.errstate(all="ignore"):
        while len(losses) < len(rates):
            for batch in islice(minibatches(len(y), size, rng), len(rates) - len(losses)):
                losses.append(networks.step(x[batch], y[batch], rates[len(losses)], max_norm))
                if every and len(losses) % every == 0:
                    watch(networks)
    return networks, np.array(losses)


def constant(rates: Array, data: Digits, size: int, epochs: int) -> Array:
    """The same rates (R,) at each of the steps (T, R) of some epochs."""
    return np.repeat(rates[None], epochs * math.ceil(len(data.train_labels) / size), axis=0)
