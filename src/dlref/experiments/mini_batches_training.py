"""How batch size and learning rate decide together how fast digits are learnt: the last claim of the page mini-batches.

For one batch size, networks with several learning rates are trained side by side: every array has one more axis in
front, (R, …), one entry for each rate, so that a pass in NumPy serves all R of them. In float64,
rounding does not show in the results of rates up to the best; beyond, some paths are chaotic, and it does.
"""

import math

import numpy as np

from dlref.data import minibatches
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments.mini_batches import SHAPES
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import initial_params
from dlref.numpy.optim import SGD
from dlref.numpy.training import fit

SIZES = (1, 8, 32, 128, 1438)  # the last is the whole training set
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
SEEDS = range(3)
EPOCHS = 5
HOPELESS = 9.99  # stands for any loss above it, and for those that are no number any more


class Networks:
    """R networks of one hidden layer with equal first parameters, trained by plain gradient descent."""

    def __init__(self, seed: int, rates: Array) -> None:
        first = initial_params(SHAPES, generator=np.random.default_rng(seed), dtype=np.float64)
        w1, b1, w2, b2 = (np.repeat(param[None], len(rates), axis=0) for param in first.values())
        self.params = w1, b1[:, None], w2, b2[:, None]  # (R, 32, 64), (R, 1, 32), (R, 10, 32), (R, 1, 10)
        self.rates = rates[:, None, None]

    def step(self, x: Array, y: Array) -> None:
        """Take one step of each network on the batch x (B, 64), y (B,)."""
        w1, b1, w2, b2 = self.params
        h, z = self._forward(x)
        dz = np.exp(z - z.max(axis=2, keepdims=True))
        dz /= dz.sum(axis=2, keepdims=True)
        dz[:, np.arange(len(y)), y] -= 1
        dz *= self.rates / len(y)  # (R, B, 10): gradient of the mean loss, times the learning rate
        da = (dz @ w2) * (h > 0)  # (R, B, 32)
        w2 -= dz.swapaxes(1, 2) @ h
        b2 -= dz.sum(axis=1, keepdims=True)
        w1 -= da.swapaxes(1, 2) @ x
        b1 -= da.sum(axis=1, keepdims=True)

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


def train(size: int, rates: Array, seed: int, epochs: int) -> tuple[list[list[float]], list[float]]:
    """The training losses of every network before training and after each epoch, and the held-out accuracies."""
    data = digits(seed, dtype=np.float64)
    x, y = data.train_images.reshape(-1, 64), data.train_labels
    networks, rng = Networks(seed, rates), np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        losses = [networks.losses(x, y)]
        for _ in range(epochs):
            for batch in minibatches(len(y), size, rng):
                networks.step(x[batch], y[batch])
            losses.append(networks.losses(x, y))
        return losses, networks.accuracies(data.test_images.reshape(-1, 64), data.test_labels)


@experiment
def grid() -> Result:
    """Loss and accuracy after five epochs for every batch size and learning rate, mean over seeds."""
    losses, accuracies = [], []
    for size in SIZES:
        runs = [train(size, np.array(RATES), seed, EPOCHS) for seed in SEEDS]
        losses.append(np.mean([run[0][-1] for run in runs], axis=0).tolist())
        accuracies.append(np.mean([run[1] for run in runs], axis=0).tolist())
    return {"sizes": list(SIZES), "rates": list(RATES), "losses": losses, "accuracies": accuracies}


@claim("C-batch-convergence")
def batch_convergence() -> Result:
    """The best learning rate of each batch size, what it reaches, and what a rate chosen for another size does."""
    found = grid()
    losses, accuracies = np.array(found["losses"]), np.array(found["accuracies"])  # (sizes, rates)
    best = losses.argmin(axis=1)
    rows = np.arange(len(SIZES))
    single, middle, full = 0, SIZES.index(32), len(SIZES) - 1
    an_epoch = math.ceil(SIZES[full] / SIZES[middle])  # steps, for batches of 32
    return {
        "same_steps": an_epoch,
        "middle_same_steps": _mean_loss(SIZES[middle], RATES[best[middle]], epochs=1),
        "full_same_steps": _mean_loss(SIZES[full], RATES[best[full]], epochs=an_epoch),
        "epochs": EPOCHS,
        "seeds": len(SEEDS),
        "best_rates": [RATES[at] for at in best],
        "best_losses": losses[rows, best].tolist(),
        "best_accuracies": accuracies[rows, best].tolist(),
        "steps": [EPOCHS * math.ceil(SIZES[-1] / size) for size in SIZES],
        "full_at_single_rate": float(losses[full, best[single]]),
        "single_at_full_rate": float(losses[single, best[full]]),
        "single_at_low": float(losses[single, 1]),
        "middle_at_low": float(losses[middle, 1]),
        "single_at_high": float(losses[single, 4]),
        "middle_at_high": float(losses[middle, 4]),
        **_twin(),
    }


def _mean_loss(size: int, rate: float, epochs: int) -> float:
    return float(np.mean([train(size, np.array([rate]), seed, epochs)[0][-1] for seed in SEEDS]))


def _twin() -> Result:
    """How far a side-by-side run ends from the same run of the library's own loop."""
    data = digits(0, dtype=np.float64)
    (before, _), (_, after) = train(32, np.array([0.03, 0.1]), 0, epochs=1)[0]
    params = initial_params(SHAPES, generator=np.random.default_rng(0), dtype=np.float64)
    images, labels = data.train_images, data.train_labels
    fit(in_numpy.mlp, params, SGD(params, lr=0.1), cross_entropy, images, labels, epochs=1, batch_size=32, seed=0)
    alone = float(cross_entropy(in_numpy.mlp(images, params), labels))
    return {"twin_difference": abs(alone - after), "twin_progress": before - after}


@experiment
def curves() -> Result:
    """Training loss after each epoch for three batch sizes, each at its own best learning rate, one curve a seed."""
    best = dict(zip(SIZES, batch_convergence()["best_rates"], strict=True))
    result: Result = {}
    for size, epochs in {1: 10, 32: 30, 1438: 300}.items():
        runs = [train(size, np.array([best[size]]), seed, epochs)[0] for seed in SEEDS]
        result[str(size)] = {"rate": best[size], "losses": [[loss for (loss,) in run] for run in runs]}
    return result
