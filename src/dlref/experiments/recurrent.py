"""What a simple recurrent network remembers, and how far its gradients reach. The page recurrent.

reach    ‖∂h_T/∂h_{T−k}‖ = ρᵏ for U = ρ·(orthogonal matrix) where tanh' = 1, and less where it is smaller
"""

import numpy as np

from dlref.experiments.recurrent_training import model, read_both_ways, trained_numpy, trained_torch
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import digits
from dlref.numpy.differentiable import Array
from dlref.numpy.init import orthogonal_
from dlref.numpy.losses import cross_entropy
from dlref.numpy.recurrent import rnn

SEEDS = range(5)
RADII = (0.5, 0.9, 1.0, 1.1, 1.5)
LAGS, UNITS = 40, 32


@experiment
def rows_numpy() -> Result:
    """On held-out digits, with their rows in order and from bottom to top, NumPy."""
    found = []
    for seed in SEEDS:
        data = digits(seed)
        params = trained_numpy(data, seed)
        rows = data.test_images[:, 0]
        found.append(read_both_ways(model(rows, params), model(rows[:, ::-1], params), data.test_labels))
    return _by_name(found)


@experiment
def rows_torch() -> Result:
    """On held-out digits, with their rows in order and from bottom to top, PyTorch."""
    return _by_name([trained_torch(digits(seed), seed) for seed in SEEDS])


def _by_name(found: list[dict[str, float]]) -> Result:
    return {name: [of_seed[name] for of_seed in found] for name in found[0]}


@claim("C-rnn-time")
def time() -> Result:
    """Accuracy and what the order does, in both backends; and of one network the gradient of every row."""
    data = digits(0)
    params = trained_numpy(data, 0)
    rows, labels = data.test_images[:, 0], data.test_labels
    logits, pullback = model.vjp(rows, params)
    drows, _ = pullback(np.ones_like(logits) * _toward(logits, labels))
    norms = np.linalg.norm(drows, axis=2).mean(axis=0)  # (8,)
    result: Result = {
        "gradients": norms.tolist(),
        "first_to_last": float(norms[0] / norms[-1]),
        "seeds": len(SEEDS),
    }
    for backend, found in (("numpy", rows_numpy()), ("torch", rows_torch())):
        result[f"{backend}_mean"] = float(np.mean(found["forwards"]))
        result[f"{backend}_worst"] = min(found["forwards"])
        result[f"{backend}_backwards_best"] = max(found["backwards"])
        result[f"{backend}_changed_least"] = min(found["changed"])
    return result


def _toward(logits: Array, labels: Array) -> Array:
    """The gradient of the summed cross-entropy: every example counts as if it were alone."""
    dlogits, _ = cross_entropy.vjp(logits, labels)[1](1.0)
    scaled: Array = dlogits * len(labels)
    return scaled


@experiment
def reach() -> Result:
    """Length of the gradient that arrives k steps back, at rest and driven by noise, for five spectral radii."""
    return {
        "radii": list(RADII),
        "rest": [_lengths(radius, 0.0) for radius in RADII],
        "driven": [_lengths(radius, 1.0) for radius in RADII],
    }


@claim("C-rnn-vanishing")
def vanishing() -> Result:
    """The factor per step, and what is left after 40 steps."""
    lengths = reach()
    return {
        "radii": list(RADII),
        "lag": LAGS,
        "rates_at_rest": [kept[-1] ** (1 / LAGS) for kept in lengths["rest"]],
        "rates_driven": [kept[-1] ** (1 / LAGS) for kept in lengths["driven"]],
        "left_at_rest": [kept[-1] for kept in lengths["rest"]],
        "left_driven": [kept[-1] for kept in lengths["driven"]],
    }


def _lengths(radius: float, noise: float) -> list[float]:
    """‖∂(v·h_T)/∂a_{T−k}‖ for k = 0 … 40, divided by the first; the mean over 20 sequences."""
    rng = np.random.default_rng(0)
    recurrent = radius * orthogonal_(np.empty((UNITS, UNITS)), generator=rng)
    params = {"weight_ih_l0": np.eye(UNITS), "weight_hh_l0": recurrent}
    x = noise * rng.normal(size=(LAGS + 1, 20, UNITS))
    (output, h_n), pullback = rnn.vjp(x, params)
    # The input's weight is the identity, so that the gradient of x_t is that of the preactivation a_t.
    dx, *_ = pullback((np.zeros_like(output), rng.normal(size=h_n.shape)))
    lengths = np.linalg.norm(dx, axis=2)[::-1]  # (41, 20): by lag
    kept = (lengths / lengths[0]).mean(axis=1)
    found: list[float] = kept.tolist()
    return found
