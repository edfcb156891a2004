"""Three ways to look for good parameters, and ten learning rates, on real digits: numbers of the page gradient-descent.

The model is linear, 64 pixels and a constant to 10 logits: 650 parameters θ (65, 10), from θ = 0.
Cost is counted in passes over the training images: a loss is one, a loss with its gradient three.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.data import load_digits, stratified_split
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.losses import cross_entropy
from dlref.numpy.metrics import accuracy

Array = npt.NDArray[Any]

PASSES, GRADIENT_PASSES = 300, 3
SEEDS = 3
# of 0.01, 0.03, 0.06, 0.1, 0.2 and 0.3, what served each best over the splits 3 to 5, which are not used here
SCALES = {"random": 0.1, "local": 0.06}
LEARNING_RATES = tuple(10.0**power for power in range(-6, 4))


def split(seed: int) -> tuple[Array, Array, Array, Array]:
    """Images with a constant (N, 65) and labels (N,), first to train on, then held out."""
    images, labels = load_digits(np.float64)
    inputs = np.hstack([images.reshape(-1, 64), np.ones((len(images), 1))])
    train, test = stratified_split(labels, 0.2, np.random.default_rng(seed))
    return inputs[train], labels[train], inputs[test], labels[test]


def loss_and_gradient(theta: Array, inputs: Array, labels: Array) -> tuple[float, Array]:
    """Cross-entropy and its gradient (65, 10)."""
    loss, pullback = cross_entropy.vjp(inputs @ theta, labels)
    return float(loss), inputs.T @ pullback(1.0)[0]


def search(inputs: Array, labels: Array, seed: int, scale: float, *, local: bool) -> tuple[list[float], Array]:
    """The lowest loss after each try, and where: tries anywhere, or around the best place so far."""
    rng = np.random.default_rng(seed)
    best = np.zeros((65, 10))
    lowest = float(cross_entropy(inputs @ best, labels))
    found = [lowest]
    for _ in range(PASSES):
        tried = (best if local else 0) + rng.normal(0, scale, best.shape)
        loss = float(cross_entropy(inputs @ tried, labels))
        if loss < lowest:
            best, lowest = tried, loss
        found.append(lowest)
    return found, best


def descend(inputs: Array, labels: Array, lr: float, steps: int) -> tuple[list[float], Array]:
    """The loss at each of `steps` + 1 points of gradient descent, and the last of them."""
    theta, losses = np.zeros((65, 10)), []
    for _ in range(steps):
        loss, gradient = loss_and_gradient(theta, inputs, labels)
        losses.append(loss)
        theta = theta - lr * gradient
    return [*losses, float(cross_entropy(inputs @ theta, labels))], theta


@experiment
def searches() -> Result:
    """The three ways over several splits: the lowest loss after every pass, and what is right on held-out images."""
    losses: dict[str, list[list[float]]] = {"random": [], "local": [], "gradient": []}
    right: dict[str, list[float]] = {way: [] for way in losses}
    for seed in range(SEEDS):
        inputs, labels, test_inputs, test_labels = split(seed)
        ends = {way: search(inputs, labels, seed, SCALES[way], local=way == "local") for way in SCALES}
        ends["gradient"] = descend(inputs, labels, 1.0, PASSES // GRADIENT_PASSES)
        for way, (found, theta) in ends.items():
            losses[way].append(found)
            right[way].append(accuracy(test_inputs @ theta, test_labels))
    return {"losses": losses, "right": right}


@claim("C-gradient-guides")
def gradient_guides() -> Result:
    """What each way reaches for the same number of passes, over all splits."""
    data = searches()
    result: Result = {"passes": PASSES, "seeds": SEEDS, "parameters": 650, "steps": PASSES // GRADIENT_PASSES}
    for way, losses in data["losses"].items():
        ends = [run[-1] for run in losses]
        result |= {f"{way}_mean": float(np.mean(ends)), f"{way}_best": min(ends), f"{way}_worst": max(ends)}
        result[f"{way}_right"] = float(np.mean(data["right"][way]))
    ahead = [int(np.argmax(np.array(run) < result["local_best"])) for run in data["losses"]["gradient"]]  # first time
    return {**result, "passes_to_beat_local": GRADIENT_PASSES * max(ahead)}


@experiment
def decades() -> Result:
    """The loss after 30 steps, and the highest on the way, at learning rates over nine powers of ten."""
    inputs, labels, _, _ = split(0)
    losses = [descend(inputs, labels, lr, 30)[0] for lr in LEARNING_RATES]
    return {
        "rates": list(LEARNING_RATES),
        "first": losses[0][0],
        "last": [found[-1] for found in losses],
        "highest": [max(found) for found in losses],
    }
