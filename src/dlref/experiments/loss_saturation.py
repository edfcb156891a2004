"""How a unit unlearns a confident mistake under squared error and under cross-entropy: for the page loss-functions.

p = σ(z)    squared error (p − t)²:  dz = 2 (p − t) p (1 − p)    cross-entropy:  dz = p − t
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import digits
from dlref.numpy.activations import sigmoid
from dlref.numpy.losses import binary_cross_entropy_with_logits

Array = npt.NDArray[Any]

LOSSES = ("squared_error", "cross_entropy")
RATES = 10.0 ** np.arange(-1, 4.1, 0.5)  # learning rates from 0.1 to 10,000
SEEDS = range(5)
STEPS = 100


def slope(loss: str, prob: Array, target: Array) -> Array:
    """The derivative of the loss by the logit, of which `prob` is the sigmoid."""
    return prob - target if loss == "cross_entropy" else 2 * (prob - target) * prob * (1 - prob)


def unit_descent(loss: str, start: float, lr: float, steps: int) -> Array:
    """The probabilities (steps + 1,) that a unit gives to yes while it learns to say no; its logit is the parameter."""
    logit, probs = np.array(start), []
    for _ in range(steps + 1):
        probs.append(sigmoid(logit))
        logit = logit - lr * slope(loss, probs[-1], np.zeros(()))
    return np.array(probs)


@claim("C-ce-beats-mse-for-classes")
def ce_beats_mse_for_classes() -> Result:
    """Slopes of both losses at a confident mistake, steps to unlearn it, and the same with real digits."""
    logits = np.array([2.0, 6.0, 10.0, 20.0])
    answers = np.zeros(4)
    _, pullback = binary_cross_entropy_with_logits.vjp(logits, answers, reduction="sum")
    runs = relearning()
    result: Result = {
        "logits": logits.tolist(),
        "squared_error_slopes": slope("squared_error", sigmoid(logits), answers).tolist(),
        "cross_entropy_slopes": pullback(1.0)[0].tolist(),
        "seeds": len(SEEDS),
        "steps": STEPS,
        "rates": len(RATES),
        "first_right": float(np.mean(runs["first_right"])),
        "first_logit": float(np.mean(runs["first_logit"])),
    }
    for loss in LOSSES:
        for start in (0.0, 6.0):
            path = unit_descent(loss, start, lr=1.0, steps=400)
            result[f"{loss}_steps_{start:.0f}"] = int(np.argmax(path < 0.1))
        for first in ("zero", "reversed"):
            tested = np.mean(runs[f"{loss}_{first}"], axis=0)  # (rates,)
            result |= {f"{loss}_{first}_best": float(tested.max()), f"{loss}_{first}_rate": _rate(tested)}
    return result


def _rate(tested: Array) -> float:
    return float(RATES[tested.argmax()])


@experiment
def relearning() -> Result:
    """Test accuracy of one unit that tells 8 from 3, at each learning rate and for every seed.

    It starts from zero, or reversed: after 50 steps on labels that were swapped, so that it is sure of the opposite.
    """
    result: Result = {"learning_rates": RATES.tolist(), "first_right": [], "first_logit": []}
    for seed in SEEDS:
        data = digits(seed, dtype=np.float64)
        images, answers = _threes_and_eights(data.train_images, data.train_labels)
        test_images, test_answers = _threes_and_eights(data.test_images, data.test_labels)
        zero = np.zeros((images.shape[1], 1))
        wrong = _descend("cross_entropy", zero, images, 1 - answers, np.array([10.0]), 50)
        result["first_right"].append(float(((images @ wrong > 0) == answers).mean()))
        result["first_logit"].append(float(np.abs(images @ wrong).mean()))
        for loss in LOSSES:
            for name, first in {"zero": zero, "reversed": wrong}.items():
                weights = _descend(loss, np.repeat(first, len(RATES), axis=1), images, answers, RATES, STEPS)
                right = ((test_images @ weights > 0) == test_answers).mean(axis=0)  # (rates,)
                result.setdefault(f"{loss}_{name}", []).append(right.tolist())
    return result


def _threes_and_eights(images: Array, labels: Array) -> tuple[Array, Array]:
    """Rows of pixels and a one for the bias (N, 65), and whether each is an 8 (N, 1)."""
    chosen = np.isin(labels, (3, 8))
    rows = images[chosen].reshape(-1, 64)
    return np.append(rows, np.ones((len(rows), 1)), axis=1), (labels[chosen] == 8).astype(float)[:, None]


def _descend(loss: str, weights: Array, images: Array, answers: Array, rates: Array, steps: int) -> Array:
    """Gradient descent on all images, one unit for each learning rate: weights (65, rates)."""
    for _ in range(steps):
        dlogits = slope(loss, sigmoid(images @ weights), answers)  # (N, rates)
        weights = weights - rates * (images.T @ dlogits) / len(images)
    return weights


@experiment
def unit_curves() -> Result:
    """What the unit believes while it unlearns, and the slope of each loss against the logit."""
    logits = np.linspace(-8, 8, 65)
    starts = (2.0, 6.0)
    result: Result = {"logits": logits.tolist(), "starts": list(starts)}
    for loss in LOSSES:
        result[f"{loss}_slopes"] = slope(loss, sigmoid(logits), np.zeros(())).tolist()
        result[f"{loss}_paths"] = [unit_descent(loss, start, 1.0, 300).tolist() for start in starts]
    return result
