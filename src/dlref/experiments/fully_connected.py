"""What a fully connected network sees, what it costs, and how it starts. The page fully-connected.

parameters    n·m + m for n inputs and m outputs
variance      E[h_l²] = E[h_{l−1}²] · n Var[W] / 2 behind ReLU, so Var[W] = 2/n keeps it
"""

import math

import numpy as np

from dlref.blueprints import mlp_shapes
from dlref.data import load_digits, shift_images
from dlref.experiments.fully_connected_training import (
    FOLDS,
    SEEDS,
    TUMOUR_SHAPES,
    digit_accuracies,
    drawn,
    numpy_accuracy,
    tumour_accuracies,
    tumours,
)
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import MLP_RECIPE, MLP_SHAPES, Digits, digits
from dlref.numpy.activations import relu
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import linear
from dlref.numpy.models import mlp

DEPTH, UNITS = 20, 64
SPREADS = {"small": 0.5, "kaiming": math.sqrt(2), "large": 2.5}  # times 1/√n


@experiment
def tumours_numpy() -> Result:
    """Held-out accuracies on the tumours, five folds for each seed, NumPy."""
    return {"accuracies": tumour_accuracies("numpy")}


@experiment
def tumours_torch() -> Result:
    """Held-out accuracies on the tumours, five folds for each seed, PyTorch."""
    return {"accuracies": tumour_accuracies("torch")}


@experiment
def digits_numpy() -> Result:
    """Held-out accuracies on the digits, NumPy."""
    return {"accuracies": digit_accuracies("numpy")}


@experiment
def digits_torch() -> Result:
    """Held-out accuracies on the digits, PyTorch."""
    return {"accuracies": digit_accuracies("torch")}


@claim("C-fc-all-connected")
def all_connected() -> Result:
    """Parameters counted, zeros in the Jacobian, and held-out accuracies in both backends."""
    params = drawn(TUMOUR_SHAPES, 0)
    first = {"layers.0.weight": params["layers.0.weight"], "layers.0.bias": params["layers.0.bias"]}
    jacobian = _jacobian(tumours(0, 0).test_images[0], first)  # (16, 30)
    counted = sum(math.prod(shape) for shape in mlp_shapes(30, 16).values())
    of_folds = [tumours_numpy()["accuracies"], tumours_torch()["accuracies"]]  # two tables (seeds, folds)
    runs = {
        "tumours": [[float(np.mean(row)) for row in table] for table in of_folds],
        "digits": [digits_numpy()["accuracies"], digits_torch()["accuracies"]],
    }
    result: Result = {
        "first_params": counted,
        "params": sum(param.size for param in params.values()),
        "derivatives": jacobian.size,
        "zeros": int((jacobian == 0).sum()),
        "seeds": len(SEEDS),
        "folds": FOLDS,
        "tumours_worst_fold": float(np.min(of_folds)),
    }
    for name, (in_numpy, in_torch) in runs.items():
        for backend, found in (("numpy", in_numpy), ("torch", in_torch)):
            result[f"{name}_{backend}_mean"] = float(np.mean(found))
            result[f"{name}_{backend}_worst"] = min(found)
    return result


def _jacobian(x: Array, params: dict[str, Array]) -> Array:
    """∂(outputs)/∂(inputs) of a model at one example (n), row by row: (m, n)."""
    output, pullback = mlp.vjp(x[None].astype(np.float32), params)
    rows = np.eye(output.shape[1], dtype=np.float32)
    return np.stack([pullback(row[None])[0][0] for row in rows])


@experiment
def variances() -> Result:
    """Mean square of the units of each of 20 ReLU layers, for three spreads of the weights, on digits."""
    images = load_digits(np.float64)[0].reshape(-1, 64)[:256]
    start = images / np.sqrt(np.mean(images**2))
    found = {}
    for name, spread in SPREADS.items():
        rng = np.random.default_rng(0)
        hidden, squares = start, [1.0]
        for _ in range(DEPTH):
            weight = rng.normal(0, spread / math.sqrt(UNITS), (UNITS, UNITS))
            hidden = relu(linear(hidden, weight, np.zeros(UNITS)))
            squares.append(float(np.mean(hidden**2)))
        found[name] = squares
    return {"squares": found, "layers": list(range(DEPTH + 1))}


@claim("C-init-variance")
def kept_variance() -> Result:
    """Mean squares behind 20 layers against the rule: spread² / 2 for each layer."""
    squares = variances()["squares"]
    result: Result = {"layers": DEPTH}
    for name, spread in SPREADS.items():
        result[f"{name}_last"] = squares[name][-1]
        result[f"{name}_per_layer"] = squares[name][-1] ** (1 / DEPTH)
        result[f"{name}_rule"] = spread**2 / 2
    return result


@claim("C-fc-arrangement")
def arrangement() -> Result:
    """Accuracy on digits as they are, with all pixels permuted, with the weights permuted too, and on shifted ones."""
    order = np.random.default_rng(0).permutation(64)
    data = digits(0)
    mixed = Digits(
        _mixed(data.train_images, order), data.train_labels, _mixed(data.test_images, order), data.test_labels
    )
    moved = shift_images(data.test_images[:, 0], 2, np.random.default_rng(0))[:, None]
    start = drawn(MLP_SHAPES, 0)
    matched = start | {"layers.0.weight": start["layers.0.weight"][:, order]}
    runs = {
        "plain": (data, start),
        "mixed": (mixed, start),
        "matched": (mixed, matched),
        "shifted": (Digits(data.train_images, data.train_labels, moved, data.test_labels), start),
    }
    return {name: numpy_accuracy(part, params, MLP_RECIPE, 0) for name, (part, params) in runs.items()}


def _mixed(images: Array, order: Array) -> Array:
    return images.reshape(-1, 64)[:, order].reshape(-1, 1, 8, 8)
