"""What layers learn on real digits: features layer by layer, how few layers suffice, and how many do harm.

The learning rate of the networks compared by accuracy was chosen on validation parts, a fifth of the training images;
those of the networks compared by training loss, by that loss. The probed network's recipe had no validation images of
its own: the claim is about the rise from layer to layer, not about the last per cent.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from dlref.experiments.depth_networks import (
    Layers,
    accuracies,
    batches,
    cross_entropies,
    digits_of,
    drawn,
    hidden,
    outputs,
)
from dlref.experiments.registry import Result, claim
from dlref.experiments.training_torch import one_thread

Array = npt.NDArray[Any]

PROBED = [128, 32, 32, 32, 32, 2]
DEPTHS = (0, 1, 2, 4)
ADAM_RATE = 0.024  # on validation images best for 4 hidden layers, within half a point for 1 and 2, 1.1 points for 0
DEEP = 10  # hidden layers where depth does harm
RATES = (0.01, 0.03, 0.1, 0.3)
VARIANTS = {  # hidden layers, activation, init, shortcuts
    "shallow_sigmoid": (1, "sigmoid", "default", False),
    "shallow_relu": (1, "relu", "default", False),
    "sigmoid": (DEEP, "sigmoid", "default", False),
    "relu": (DEEP, "relu", "default", False),
    "relu_he": (DEEP, "relu", "he", False),
    "relu_he_shortcut": (DEEP, "relu", "he", True),
}


def same_parity(images: Tensor, labels: Tensor, count: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return pairs of images (S, count, 128), whether both digits are even or both odd, and the left digit."""
    left, right = np.random.default_rng(seed).integers(0, labels.shape[1], (2, count))
    pairs = torch.cat([images[:, left], images[:, right]], dim=2)
    return pairs, (labels[:, left] + labels[:, right]) % 2, labels[:, left]


def probe(train: Tensor, train_labels: Tensor, test: Tensor, test_labels: Tensor) -> float:
    """Return the held-out accuracy of a linear classifier of features (N, d): least squares with a small ridge."""
    known, asked = (torch.cat([part, torch.ones(len(part), 1)], dim=1).double() for part in (train, test))
    gram = known.T @ known / len(known) + 1e-4 * torch.eye(known.shape[1], dtype=torch.float64)
    weight = torch.linalg.solve(gram, known.T @ one_hot(train_labels).double() / len(known))
    return float(((asked @ weight).argmax(dim=1) == test_labels).double().mean())


@claim("C-depth-features")
def depth_features() -> Result:
    """Linear probes of the pixels and of every hidden layer, before and after training, for two questions."""
    seeds = range(5)
    with one_thread():
        images, labels, test_images, test_labels = digits_of(seeds)
        pairs, same, left = same_parity(images, labels, 12_000, 0)
        asked, asked_same, asked_left = same_parity(test_images, test_labels, 2000, 1)
        layers = drawn(PROBED, seeds)
        questions = {"same": (same, asked_same), "left": (left, asked_left)}
        result: Result = {"seeds": len(seeds), "train_pairs": pairs.shape[1], "test_pairs": asked.shape[1]}
        result["untrained"] = _probes(layers, pairs, asked, same, asked_same)
        _adam(layers, pairs, same, batches(pairs.shape[1], 64, 4, seeds), lr=3e-3)
        with torch.no_grad():
            result["network"] = float(np.mean(accuracies(outputs(layers, asked), asked_same)))
        for name, (known, held_out) in questions.items():
            result[name] = _probes(layers, pairs, asked, known, held_out)
    result["runs_that_rise"] = sum(run[-1] > run[0] for run in result["same"]["runs"])
    return result


@claim("C-shallow-enough")
def shallow_enough() -> Result:
    """Held-out accuracy on digits with 0, 1, 2 and 4 hidden layers of 64 units: same splits and orders."""
    seeds = range(8)
    result: Result = {"seeds": len(seeds), "hidden_layers": list(DEPTHS), "runs": []}
    with one_thread():
        images, labels, test_images, test_labels = digits_of(seeds)
        for depth in DEPTHS:
            layers = drawn([64, *[64] * depth, 10], seeds)
            _adam(layers, images, labels, batches(images.shape[1], 64, 20, seeds), ADAM_RATE)
            with torch.no_grad():
                result["runs"].append(accuracies(outputs(layers, test_images), test_labels))
    runs = np.array(result["runs"])  # (depths, seeds)
    gaps = 100 * (runs[3] - runs[1])  # points that four hidden layers gain over one, split by split
    error = float(gaps.std(ddof=1) / len(gaps) ** 0.5)
    result |= {"mean": runs.mean(axis=1).tolist(), "gain": float(gaps.mean()), "gain_error": error}
    return result | {"n_test": test_labels.shape[1], "parameters": [_size(depth) for depth in DEPTHS]}


@claim("C-depth-not-free")
def depth_not_free() -> Result:
    """Training loss of deep and shallow networks on digits, each with the best of four learning rates."""
    seeds = [seed for seed in range(3) for _ in RATES]
    result: Result = {"seeds": 3, "rates": list(RATES), "deep": DEEP, "ln_classes": float(np.log(10))}
    with one_thread():
        images, labels, _, _ = digits_of(seeds)
        for name, (depth, activation, init, shortcut) in VARIANTS.items():
            layers = drawn([64, *[32] * depth, 10], seeds, init)
            curve, first = _momentum(layers, images, labels, activation, shortcut=shortcut)
            runs = curve.reshape(len(curve), 3, len(RATES))  # (measurements, seeds, rates)
            best = int(np.where(np.isnan(runs[-1]), np.inf, runs[-1]).mean(axis=0).argmin())
            result[name] = {
                "lr": RATES[best],
                "loss": float(runs[-1, :, best].mean()),
                "lowest": float(np.nanmin(runs[-1])),
                "curve": runs[:, :, best].tolist(),
                "first_gradient": first,
            }
            result["steps"] = 11 * (len(curve) - 1)
    return result


def _probes(layers: Layers, known: Tensor, asked: Tensor, labels: Tensor, asked_labels: Tensor) -> Result:
    with torch.no_grad():
        stages = zip([known, *hidden(layers, known)], [asked, *hidden(layers, asked)], strict=True)
    runs = [
        [probe(*parts) for parts in zip(features, labels, held_out, asked_labels, strict=True)]
        for features, held_out in stages
    ]  # of each layer, one a seed
    return {"mean": np.mean(runs, axis=1).tolist(), "runs": np.transpose(runs).tolist()}


def _adam(layers: Layers, inputs: Tensor, labels: Tensor, order: Iterable[Tensor], lr: float) -> None:
    """Train by Adam; the learning rate falls to 0 in a straight line, so that the last batches do not decide."""
    optimizer = torch.optim.Adam([param for layer in layers for param in layer], lr=lr)
    rows, orders = torch.arange(len(inputs))[:, None], list(order)
    for step, batch in enumerate(orders):
        optimizer.param_groups[0]["lr"] = lr * (1 - step / len(orders))
        optimizer.zero_grad()
        torch.autograd.backward(cross_entropies(outputs(layers, inputs[rows, batch]), labels[rows, batch]).sum())
        optimizer.step()


def _momentum(
    layers: Layers, images: Tensor, labels: Tensor, activation: str, *, shortcut: bool
) -> tuple[Array, float]:
    """Train by SGD with momentum 0.9, learning rates in turn; return losses (M, S), and the first layer's gradient."""
    params = [param for layer in layers for param in layer]
    lr = torch.tensor(RATES).repeat(3)[:, None, None]
    velocities = [torch.zeros_like(param) for param in params]
    rows, losses, first = torch.arange(len(images))[:, None], [], 0.0
    for step, batch in enumerate(batches(images.shape[1], 64, 6, [run // len(RATES) for run in range(len(images))])):
        if step % 11 == 0:
            with torch.no_grad():
                logits = outputs(layers, images, activation, shortcut=shortcut)
            losses.append(cross_entropies(logits, labels).numpy())
        logits = outputs(layers, images[rows, batch], activation, shortcut=shortcut)
        grads = torch.autograd.grad(cross_entropies(logits, labels[rows, batch]).sum(), params)
        first = first or float(grads[0][:: len(RATES)].flatten(1).norm(dim=1).mean())
        with torch.no_grad():
            for param, velocity, grad in zip(params, velocities, grads, strict=True):
                velocity.mul_(0.9).add_(grad)
                param -= lr * velocity
    return np.array(losses), first


def _size(depth: int) -> int:
    return 64 * 64 * depth + 64 * depth + 64 * 10 + 10
