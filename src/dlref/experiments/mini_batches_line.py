"""Mini-batch gradients where they can be drawn: the line through the patients, with two parameters."""

import numpy as np

from dlref.data import load_diabetes_column, standardize
from dlref.experiments.cost_surface import Array, cost_and_gradient, descend, least_squares
from dlref.experiments.registry import Result, experiment

POINT = np.array([0.0, 100.0])  # (w, b) of the line, well above the bottom


@experiment
def clouds() -> Result:
    """Gradients (dw, db) of the line through the patients at one point, from single patients and from batches."""
    feature, target = _patients()
    rng = np.random.default_rng(0)
    draws = {
        str(size): [
            cost_and_gradient(POINT, feature[chosen], target[chosen])[1].tolist()
            for chosen in (rng.choice(len(target), size, replace=False) for _ in range(110))
        ]
        for size in (1, 8, 64)
    }
    return {"gradients": draws, "full": cost_and_gradient(POINT, feature, target)[1].tolist()}


@experiment
def paths() -> Result:
    """Forty steps of descent on the line's cost at one learning rate, with batches of 1, of 16 and of all."""
    feature, target = _patients()
    start, lr, steps = np.array([-60.0, 20.0]), 0.08, 40
    found: Result = {"minimum": least_squares(feature, target).tolist(), "lr": lr}
    for size in (1, 16):
        rng, point, path = np.random.default_rng(3), start, [start]
        for _ in range(steps):
            batch = rng.choice(len(target), size, replace=False)
            point = point - lr * cost_and_gradient(point, feature[batch], target[batch])[1]
            path.append(point)
        found[str(size)] = np.array(path).tolist()
    found["full"] = descend(feature, target, start, lr, steps).tolist()
    return found


def _patients() -> tuple[Array, Array]:
    feature, target = load_diabetes_column("bmi")
    return standardize(feature)[0], target
