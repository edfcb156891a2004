"""Six optimisers on real digits, each with its own tuned learning rate: same networks, batches and number of steps.

A network has 32 hidden units. Those of all seeds and of all learning rates are trained side by side: the arrays have
two more axes in front, (R, S, …), for R rates and S seeds, and a pass in NumPy serves all of them. No optimiser mixes
entries, so one of them steps all networks at once; its learning rate, set after it was made, is an array.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlref.blueprints import mlp_shapes
from dlref.data import minibatches
from dlref.experiments.registry import Result, experiment
from dlref.experiments.training import Array, Digits, digits
from dlref.numpy.models import initial_params
from dlref.numpy.optim import SGD, Adagrad, Adam, RMSprop
from dlref.numpy.optim.optimizer import Optimizer

Make = Callable[[dict[str, Array]], Optimizer]

METHODS: dict[str, Make] = {  # what is not set here is PyTorch's default
    "sgd": lambda params: SGD(params, lr=0.0),
    "momentum": lambda params: SGD(params, lr=0.0, momentum=0.9),
    "nesterov": lambda params: SGD(params, lr=0.0, momentum=0.9, nesterov=True),
    "adagrad": lambda params: Adagrad(params, lr=0.0),
    "rmsprop": lambda params: RMSprop(params, lr=0.0),
    "adam": lambda params: Adam(params, lr=0.0),
}
CENTRES = {"sgd": 0.0, "momentum": -1.0, "nesterov": -1.0, "adagrad": -1.0, "rmsprop": -2.0, "adam": -2.0}
TUNING_SEEDS, SEEDS = range(100, 103), range(10)
BATCH, EPOCHS = 32, 6


def rates_of(method: str) -> Array:
    """Seven learning rates, three to a power of ten, around the power where the best was first found."""
    return 10 ** (CENTRES[method] + np.arange(-3, 4) / 3)


class Networks:
    """R · S networks of one hidden layer; those of one seed have equal first parameters."""

    def __init__(self, make: Make, rates: Array, seeds: range) -> None:
        shapes = mlp_shapes(64, 32, 10)
        firsts = [initial_params(shapes, generator=np.random.default_rng(seed)) for seed in seeds]
        self.params = {}
        for name in firsts[0]:
            stacked = np.stack([first[name] for first in firsts])
            stacked = stacked.reshape(len(seeds), -1, stacked.shape[-1])  # a bias as a row
            self.params[name] = np.repeat(stacked[None], len(rates), axis=0)
        optimizer: Any = make(self.params)
        optimizer.lr = rates.astype(np.float32)[:, None, None, None]
        self.optimizer = optimizer

    def step(self, x: Array, y: Array) -> None:
        """Take one step on the batches x (S, B, 64), y (S, B)."""
        w1, b1, w2, b2 = self.params
        h, z = self.forward(x)
        dz = np.exp(z - z.max(axis=-1, keepdims=True))
        dz /= dz.sum(axis=-1, keepdims=True)
        dz -= np.eye(10, dtype=np.float32)[y]
        dz /= y.shape[-1]  # (R, S, B, 10)
        da = (dz @ self.params[w2]) * (h > 0)  # (R, S, B, 32)
        grads = {
            w1: da.swapaxes(-1, -2) @ x,
            b1: da.sum(axis=-2, keepdims=True),
            w2: dz.swapaxes(-1, -2) @ h,
            b2: dz.sum(axis=-2, keepdims=True),
        }
        self.optimizer.step(grads)

    def forward(self, x: Array) -> tuple[Array, Array]:
        """Hidden activations and logits of images (S, N, 64)."""
        w1, b1, w2, b2 = self.params.values()
        h = np.maximum(x @ w1.swapaxes(-1, -2) + b1, 0)  # (R, S, N, 32)
        return h, h @ w2.swapaxes(-1, -2) + b2

    def judge(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Mean loss and share of right answers (R, S) on images (S, N, 64); a loss that is no number counts as 9.99."""
        z = self.forward(x)[1].astype(np.float64)
        shifted = z - z.max(axis=-1, keepdims=True)
        logs = np.log(np.exp(shifted).sum(axis=-1)) - (shifted * np.eye(10)[y]).sum(axis=-1)
        right: Array = (z.argmax(axis=-1) == y).mean(axis=-1)
        return np.minimum(np.nan_to_num(logs.mean(axis=-1), nan=9.99, posinf=9.99), 9.99), right


def train(method: str, rates: Array, seeds: range, validation: bool = False) -> tuple[list[Array], Array, Array]:
    """Training losses before training and after each epoch, and loss and accuracy on held-out images: all (R, S)."""
    data = [digits(seed, validation=validation) for seed in seeds]
    x, y = _stacked(data, "train_images"), np.stack([part.train_labels for part in data])
    networks = Networks(METHODS[method], rates, seeds)
    orders = [np.random.default_rng(seed) for seed in seeds]
    rows = np.arange(len(seeds))[:, None]
    with np.errstate(all="ignore"):
        losses = [networks.judge(x, y)[0]]
        for _ in range(EPOCHS):
            for batches in zip(*(minibatches(y.shape[1], BATCH, order) for order in orders), strict=True):
                networks.step(x[rows, np.stack(batches)], y[rows, np.stack(batches)])
            losses.append(networks.judge(x, y)[0])
        held_out = networks.judge(_stacked(data, "test_images"), np.stack([part.test_labels for part in data]))
    return losses, *held_out


def _stacked(data: list[Digits], name: str) -> Array:
    return np.stack([getattr(part, name).reshape(-1, 64) for part in data])  # (S, N, 64)


@experiment
def tuning() -> Result:
    """The loss on validation images (a fifth of the training part) for every rate, mean of three seeds of their own."""
    found: Result = {"rates": {}, "losses": {}, "best": {}}
    for method in METHODS:
        rates = rates_of(method)
        losses = train(method, rates, TUNING_SEEDS, validation=True)[1].mean(axis=1)
        found["rates"][method] = rates.tolist()
        found["losses"][method] = losses.tolist()
        found["best"][method] = float(rates[losses.argmin()])
    return found


@experiment
def races() -> Result:
    """With the best rate of each: losses after each epoch and held-out accuracy for ten other seeds."""
    best = tuning()["best"]
    found: Result = {"losses": {}, "right": {}, "held_out": {}}
    for method in METHODS:
        losses, held_out, right = train(method, np.array([best[method]]), SEEDS)
        found["losses"][method] = [loss[0].tolist() for loss in losses]  # (EPOCHS + 1, S)
        found["held_out"][method] = held_out[0].tolist()
        found["right"][method] = right[0].tolist()
    return found
