"""What losses estimate, and where floats end: for the page loss-functions, together with two other modules."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from dlref.data import load_diabetes_column, load_digits
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.activations import log_softmax, softmax
from dlref.numpy.losses import cross_entropy, huber_loss, l1_loss, mse_loss

Array = npt.NDArray[Any]


def best_constant(loss: Any, targets: Array, *, highest: bool = False, **options: Any) -> float:
    """The one answer that costs least for all targets: where the slope of the cost, which only rises, meets zero.

    Where the cost is flat at its lowest, this is the lowest such answer, or the highest.
    """
    low, high = float(targets.min()), float(targets.max())
    for _ in range(100):
        middle = (low + high) / 2
        _, pullback = loss.vjp(np.full_like(targets, middle), targets, **options)
        slope = pullback(1.0)[0].sum()
        if slope < -1e-12 or (highest and slope < 1e-12):
            low = middle
        else:
            high = middle
    return high


@claim("C-mse-is-gaussian-mle")
def mse_is_gaussian_mle() -> Result:
    """Costs against likelihoods for any outputs, the best constants, and how well mean and median find a centre."""
    _, targets = load_diabetes_column("bmi")
    rng = np.random.default_rng(0)
    deviations = []
    for sigma in (20.0, 50.0, 100.0):
        outputs = targets + rng.normal(0, 60, (20, len(targets)))  # whatever some model may say
        for output in outputs:
            likelihood = sum(-math.log(NormalDist(y, sigma).pdf(t)) for y, t in zip(output, targets, strict=True))
            offset = math.log(sigma * math.sqrt(2 * math.pi))
            cost = float(mse_loss(output, targets)) / (2 * sigma**2) + offset
            deviations.append(abs(likelihood / len(targets) - cost))
    slip = 10_000.0
    outlier = np.append(targets, slip)
    mean, median = best_constant(mse_loss, targets), best_constant(l1_loss, targets)
    count, sets = 101, 4000
    noises: dict[str, Any] = {"gaussian": rng.normal, "laplace": rng.laplace}
    centres: dict[str, Any] = {"mean": np.mean, "median": np.median}
    samples = {noise: draw(size=(sets, count)) for noise, draw in noises.items()}  # the same for both centres
    errors = {
        f"{centre}_{noise}": float(np.mean(find(drawn, axis=1) ** 2))
        for noise, drawn in samples.items()
        for centre, find in centres.items()
    }
    ordered = np.sort(targets)
    return {
        "patients": len(targets),
        "likelihood_deviation": max(deviations),
        "mse_minimiser": mean,
        "mean": float(targets.mean()),
        "mae_minimisers": [median, best_constant(l1_loss, targets, highest=True)],
        "middle": ordered[[len(ordered) // 2 - 1, len(ordered) // 2]].tolist(),
        "huber_minimiser": best_constant(huber_loss, targets, delta=50.0),
        "outlier": slip,
        "outlier_moves_mean": best_constant(mse_loss, outlier) - mean,
        "outlier_moves_median": best_constant(l1_loss, outlier) - median,
        "count": count,
        "median_over_mean_gaussian": errors["median_gaussian"] / errors["mean_gaussian"],
        "median_over_mean_laplace": errors["median_laplace"] / errors["mean_laplace"],
    }


@claim("C-ce-is-categorical-mle")
def ce_is_categorical_mle() -> Result:
    """Cross-entropy against a product of probabilities, and where descent on it ends when the logits are constant."""
    _, labels = load_digits()
    rng = np.random.default_rng(0)
    deviations = []
    for _ in range(200):
        logits = rng.normal(0, 1, (100, 10))  # 100 images, so that the product of probabilities is still a float
        likelihood = math.prod(softmax(logits)[np.arange(100), labels[:100]].tolist())
        deviations.append(abs(float(cross_entropy(logits, labels[:100])) + math.log(likelihood) / 100))
    frequencies = np.bincount(labels) / len(labels)
    constant = rng.normal(0, 1, (1, 10))
    gaps = []
    for _ in range(400):
        gaps.append(np.abs(softmax(constant) - frequencies).max())
        _, pullback = cross_entropy.vjp(constant, frequencies[None])
        constant = constant - 5.0 * pullback(1.0)[0]
    each = np.repeat(constant, len(labels), axis=0)  # the same logits for every image
    lowest = float(cross_entropy(each, labels))
    others = rng.dirichlet(1 + 500 * frequencies, 10_000)  # (10000, 10) distributions near the frequencies
    costs = -np.log(others) @ frequencies
    return {
        "images": len(labels),
        "likelihood_deviation": max(deviations),
        "frequencies": frequencies.tolist(),
        "start_gap": float(gaps[0]),
        "steps_to_millionth": int(np.argmax(np.array(gaps) < 1e-6)),
        "end_gap": float(np.abs(softmax(constant) - frequencies).max()),
        "gradient_at_end": float(np.abs(cross_entropy.vjp(each, labels)[1](1.0)[0].sum(axis=0)).max()),
        "lowest": lowest,
        "others": len(others),
        "smallest_excess": float(costs.min() - lowest),
    }


@claim("C-logits-stable")
def logits_stable() -> Result:
    """Where exp and log leave float32, and how often log(softmax) and log_softmax are not finite."""
    rng = np.random.default_rng(0)
    logits = rng.uniform(-1000, 1000, (2000, 10)).astype(np.float32)
    exact = log_softmax(logits.astype(np.float64))  # (2000, 10)
    safe = log_softmax(logits)
    tensor = torch.from_numpy(logits)
    with np.errstate(all="ignore"):
        exps = np.exp(logits)
        naive = np.log(exps / exps.sum(axis=1, keepdims=True))
        shifted = np.log(softmax(logits))
    return {
        "largest_exponent": _last_finite(np.exp, np.float32(0), np.float32(200)),
        "largest_gap": _last_finite(_log_of_softmax, np.float32(0), np.float32(200)),
        "rows": len(logits),
        "naive_finite_rows": int(np.isfinite(naive).all(axis=1).sum()),
        "log_of_softmax_finite_rows": int(np.isfinite(shifted).all(axis=1).sum()),
        "log_softmax_finite": float(np.isfinite(safe).mean()),
        "torch_log_of_softmax_finite_rows": int(torch.isfinite(tensor.softmax(1).log()).all(1).sum()),
        "torch_log_softmax_finite": float(torch.isfinite(tensor.log_softmax(1)).double().mean()),
        "relative_error": float((np.abs(safe - exact) / np.maximum(np.abs(exact), 1)).max()),
        "torch_relative_error": float(
            (np.abs(tensor.log_softmax(1).numpy() - exact) / np.maximum(np.abs(exact), 1)).max()
        ),
    }


def _log_of_softmax(gap: Any) -> Any:
    return np.log(softmax(np.array([0, -gap], np.float32))[1])


def _last_finite(function: Any, low: Any, high: Any) -> float:
    """The largest float32 below which `function` stays finite, by halving."""
    with np.errstate(all="ignore"):
        while True:
            middle = np.float32((low + high) / 2)
            if middle in (low, high):
                return float(low)
            if np.isfinite(function(middle)):
                low = middle
            else:
                high = middle


@experiment
def regression_costs() -> Result:
    """Each loss against one error, and the cost of one answer for all patients against that answer."""
    errors = np.linspace(-3, 3, 61)
    losses: dict[str, Any] = {"mse": (mse_loss, {}), "mae": (l1_loss, {}), "huber": (huber_loss, {"delta": 1.0})}
    _, targets = load_diabetes_column("bmi")
    answers = np.linspace(60, 260, 81)
    wide: dict[str, Any] = {"mse": {}, "mae": {}, "huber": {"delta": 50.0}}
    return {
        "errors": errors.tolist(),
        "targets": np.sort(targets).tolist(),
        "answers": answers.tolist(),
        **{
            f"{name}_loss": loss(errors, np.zeros_like(errors), reduction="none", **options).tolist()
            for name, (loss, options) in losses.items()
        },
        **{
            f"{name}_cost": [float(loss(np.full_like(targets, answer), targets, **wide[name])) for answer in answers]
            for name, (loss, _) in losses.items()
        },
        **{f"{name}_best": best_constant(loss, targets, **wide[name]) for name, (loss, _) in losses.items()},
        "mae_best_highest": best_constant(l1_loss, targets, highest=True),
    }
