"""How batch size and learning rate decide together how fast digits are learnt: the last claim of the page mini-batches.

For one batch size, networks with several learning rates are trained side by side. In float64, rounding does not show in
the results of rates up to the best; beyond, some paths are chaotic, and it does.
"""

import math

import numpy as np

from dlref.data import minibatches
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments.mini_batches import SHAPES
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.experiments.update_networks import Networks
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import initial_params
from dlref.numpy.optim import SGD
from dlref.numpy.training import fit

SIZES = (1, 8, 32, 128, 1438)  # the last is the whole training set
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
SEEDS = range(3)
EPOCHS = 5


def train(size: int, rates: Array, seed: int, epochs: int) -> tuple[list[list[float]], list[float]]:
    """The training losses of every network before training and after each epoch, and the held-out accuracies."""
    data = digits(seed, dtype=np.float64)
    x, y = data.train_images.reshape(-1, 64), data.train_labels
    networks, rng = Networks(seed, len(rates)), np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        losses = [networks.losses(x, y)]
        for _ in range(epochs):
            for batch in minibatches(len(y), size, rng):
                networks.step(x[batch], y[batch], rates)
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
