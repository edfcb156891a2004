"""Many neurons: what one wide hidden layer approximates, and what slopes do to a gradient in depth. The page neuron.

    width    g(x) = f(0) + Σ_k c_k relu(x − k/n) errs by max |f″| / 8n² at most
    depth    |∂L/∂h_0| ≤ Π_l max |f′| · ‖W_l‖ · |∂L/∂h_D|

c_k is the change of the chords' slope at k/n. With orthogonal weights, ‖W_l‖ = 1: only the slopes are left.
"""

import math

import numpy as np

from dlref.data import load_digits
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy import activations
from dlref.numpy.differentiable import Array
from dlref.numpy.init import orthogonal_
from dlref.numpy.layers import linear

WIDTHS = (2, 4, 8, 16, 32, 64)
DEPTH, UNITS, SEEDS = 30, 64, 5
NETWORKS = {  # activation and the factor by which the orthogonal weights are multiplied
    "sigmoid": ("sigmoid", 1.0),
    "tanh": ("tanh", 1.0),
    "relu": ("relu", 1.0),
    "sigmoid_wide": ("sigmoid", 4.0),
    "relu_wide": ("relu", math.sqrt(2)),
}
DRAWN = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus")


def wave(x: Array) -> Array:
    """The function to approximate on [0, 1]; its second derivative reaches (2π)²."""
    return np.sin(2 * np.pi * x)


def built(width: int, x: Array) -> Array:
    """One hidden layer of `width` ReLU units whose output meets `wave` at k / width, x (N,) to (N,)."""
    knots = np.arange(width + 1) / width
    slopes = np.diff(wave(knots)) * width  # (width,)
    changes = np.diff(slopes, prepend=0)
    hidden = activations.relu(linear(x[:, None], np.ones((width, 1)), -knots[:-1]))  # (N, width)
    output: Array = linear(hidden, changes[None], wave(knots[:1]))[:, 0]
    return output


@claim("C-universal")
def universal() -> Result:
    """Largest error of the built layer and of trained ones, against the width."""
    x = np.linspace(0, 1, 2001)
    errors = [float(np.abs(built(width, x) - wave(x)).max()) for width in WIDTHS]
    trained = np.array([_trained(width) for width in WIDTHS[:-1]])  # (widths, seeds)
    return {
        "widths": list(WIDTHS),
        "errors": errors,
        "slope": float(np.polyfit(np.log(WIDTHS[2:]), np.log(errors[2:]), 1)[0]),
        "trained_median": np.median(trained, axis=1).tolist(),
        "trained_best": trained.min(axis=1).tolist(),
        "trained_worst": trained.max(axis=1).tolist(),
        "seeds": trained.shape[1],
        "outside": float(abs(built(64, np.array([1.5]))[0] - wave(np.array([1.5]))[0])),
    }


def _trained(width: int, seeds: int = 5, steps: int = 2000) -> Array:
    """Largest errors (seeds,) of tanh layers trained by Adam on 64 points, judged between these points as well."""
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 64)[:, None]  # (N, 1): the interval, moved so that its middle is zero
    target = wave((x + 1) / 2)
    params = [
        rng.normal(0, 3, (seeds, 1, width)),
        rng.uniform(-3, 3, (seeds, 1, width)),
        rng.normal(0, 1 / math.sqrt(width), (seeds, width, 1)),
        np.zeros((seeds, 1, 1)),
    ]
    means, squares = ([np.zeros_like(param) for param in params] for _ in range(2))
    for step in range(1, steps + 1):
        w1, b1, w2, b2 = params
        h = np.tanh(x @ w1 + b1)  # (seeds, N, width)
        dy = 2 * (h @ w2 + b2 - target) / len(x)
        da = dy @ w2.swapaxes(1, 2) * (1 - h**2)
        sums = [part.sum(axis=1, keepdims=True) for part in (da, dy)]
        grads = [x.T @ da, sums[0], h.swapaxes(1, 2) @ dy, sums[1]]
        lr = 0.02 * (1 - step / (steps + 1))
        for param, grad, mean, square in zip(params, grads, means, squares, strict=True):
            mean += 0.1 * (grad - mean)
            square += 0.001 * (grad**2 - square)
            param -= lr * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    fine = np.linspace(-1, 1, 501)[:, None]
    w1, b1, w2, b2 = params
    error: Array = np.abs(np.tanh(fine @ w1 + b1) @ w2 + b2 - wave((fine + 1) / 2)).max(axis=(1, 2))
    return error


@claim("C-activation-gradients")
def activation_gradients() -> Result:
    """The steepest slope of each activation, and the length of a gradient sent back through deep networks."""
    x = np.linspace(-10, 10, 200_001)
    steepest = {name: float(np.abs(slope(name, x)).max()) for name in DRAWN}
    lengths = {name: [_walk_back(*network, seed) for seed in range(SEEDS)] for name, network in NETWORKS.items()}
    mean = {name: np.exp(np.mean(np.log(runs), axis=0)) for name, runs in lengths.items()}  # (DEPTH + 1,)
    return {
        "steepest": steepest,
        "depth": DEPTH,
        "units": UNITS,
        "seeds": SEEDS,
        "lengths": {name: run.tolist() for name, run in mean.items()},
        "left": {name: float(run[-1]) for name, run in mean.items()},
        "factor": {name: float(run[-1] ** (1 / DEPTH)) for name, run in mean.items()},
        "largest_step": {
            name: float(np.max(np.array(runs)[:, 1:] / np.array(runs)[:, :-1])) for name, runs in lengths.items()
        },
    }


def slope(name: str, x: Array) -> Array:
    """The derivative of an activation, from its pullback."""
    output, pullback = getattr(activations, name).vjp(x)
    derivative: Array = pullback(np.ones_like(output))[0]
    return derivative


def _walk_back(name: str, gain: float, seed: int) -> Array:
    """Root mean square length (DEPTH + 1,) of a gradient of length 1 after each layer that it has passed backwards."""
    rng = np.random.default_rng(seed)
    images, _ = load_digits(np.float64)
    hidden = rng.choice(images.reshape(-1, UNITS), 128, replace=False)  # (128, UNITS)
    pullbacks = []
    for _ in range(DEPTH):
        z, linear_pullback = linear.vjp(hidden, orthogonal_(np.empty((UNITS, UNITS)), gain, generator=rng))
        hidden, f_pullback = getattr(activations, name).vjp(z)
        pullbacks += [(linear_pullback, f_pullback)]
    gradient = rng.normal(size=hidden.shape)
    gradient /= np.linalg.norm(gradient, axis=1, keepdims=True)
    lengths = [1.0]
    for linear_pullback, f_pullback in reversed(pullbacks):
        gradient = linear_pullback(f_pullback(gradient)[0])[0]
        lengths.append(math.sqrt(np.mean((gradient**2).sum(axis=1))))
    return np.array(lengths)


@experiment
def activation_curves() -> Result:
    """Eight activations and their slopes on [−4, 4], and three built layers."""
    x = np.sort(np.append(np.linspace(-4, 4, 41), 1e-9))  # twice at zero, where slopes may jump
    fine = np.linspace(0, 1, 65)
    return {
        "x": x.tolist(),
        "value": {name: getattr(activations, name)(x).tolist() for name in DRAWN},
        "slope": {name: slope(name, x).tolist() for name in DRAWN},
        "wave_x": fine.tolist(),
        "wave": wave(fine).tolist(),
        "built": {str(width): built(width, fine).tolist() for width in (4, 8)},
    }
