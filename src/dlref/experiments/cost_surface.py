"""The cost of a line over its two parameters, measured on real patients: the numbers of the page cost-surface.

    l(w, b) = 1/N Σ (w x_n + b − y_n)²     x body mass index, y progression of diabetes a year later

l is quadratic, so that its Hessian is the same everywhere and differences of gradients give it without error.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.data import load_diabetes_column, standardize
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.layers import linear
from dlref.numpy.losses import mse_loss

Array = npt.NDArray[Any]

START = np.array([-60.0, 0.0])  # (w, b), far up the bowl
DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
LEARNING_RATES = (0.02, 0.1, 0.5, 0.9, 1.01)


def cost_and_gradient(point: Array, feature: Array, target: Array) -> tuple[float, Array]:
    """Cost and gradient (2,) of the line with slope and intercept `point` (2,)."""
    output, linear_pullback = linear.vjp(feature[:, None], point[:1, None], point[1:])  # (N, 1)
    cost, loss_pullback = mse_loss.vjp(output, target[:, None])
    doutput, _ = loss_pullback(1.0)
    _, dweight, dbias = linear_pullback(doutput)
    return float(cost), np.append(dweight, dbias)


def hessian(feature: Array, target: Array) -> Array:
    """Second derivatives (2, 2): what a unit step along each axis adds to the gradient."""
    _, origin = cost_and_gradient(np.zeros(2), feature, target)
    return np.stack([cost_and_gradient(axis, feature, target)[1] - origin for axis in np.eye(2)], axis=1)


def least_squares(feature: Array, target: Array) -> Array:
    """Slope and intercept (2,) of the best line, without any descent."""
    solution: Array = np.linalg.lstsq(np.stack([feature, np.ones_like(feature)], axis=1), target)[0]
    return solution


def condition_number(features: Sequence[Array]) -> float:
    """Largest over smallest curvature of the cost over a weight for each feature, and a bias."""
    design = np.stack([*features, np.ones_like(features[0])], axis=1)  # (N, features + 1)
    return float(np.linalg.cond(design) ** 2)


def correlation_spread(features: Sequence[Array]) -> float:
    """Largest over smallest eigenvalue of the correlation matrix: how far from round standardising leaves the bowl."""
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(features))
    return float(eigenvalues.max() / eigenvalues.min())


def descend(feature: Array, target: Array, start: Array, lr: float, steps: int) -> Array:
    """The points (steps + 1, 2) of gradient descent with a constant learning rate."""
    points = [start]
    for _ in range(steps):
        points.append(points[-1] - lr * cost_and_gradient(points[-1], feature, target)[1])
    return np.array(points)


def best_lr(eigenvalues: Array) -> float:
    """The constant learning rate that contracts the slowest direction most: 2 / (λ_min + λ_max)."""
    return float(2 / (eigenvalues.min() + eigenvalues.max()))


def steps_until(feature: Array, target: Array, accuracy: float, limit: int = 400_000) -> int:
    """Steps at the best learning rate until the cost above the minimum is `accuracy` of what it was at w = b = 0."""
    lowest, _ = cost_and_gradient(least_squares(feature, target), feature, target)
    lr = best_lr(np.linalg.eigvalsh(hessian(feature, target)))
    point = np.zeros(2)
    goal = accuracy * (cost_and_gradient(point, feature, target)[0] - lowest)
    for step in range(limit):
        cost, gradient = cost_and_gradient(point, feature, target)
        if cost - lowest <= goal:
            return step
        point = point - lr * gradient
    raise RuntimeError(f"no convergence within {limit} steps")


def turns(feature: Array, target: Array, steps: int = 30) -> float:
    """The share of steps that turn back along the steepest direction, descending at the best learning rate."""
    eigenvalues, eigenvectors = np.linalg.eigh(hessian(feature, target))
    moves = np.diff(descend(feature, target, np.zeros(2), best_lr(eigenvalues), steps), axis=0)
    along = moves @ eigenvectors[:, -1]  # (steps,)
    real = np.abs(along) > 1e-9 * np.abs(along).max()  # once arrived, only rounding is left to turn
    along = along[real]
    return float(np.mean(along[1:] * along[:-1] < 0)) if len(along) > 1 else 0.0


@claim("C-mse-bowl")
def mse_bowl() -> Result:
    """The Hessian's eigenvalues, and how far descents from 50 random starts end from least squares."""
    raw, target = load_diabetes_column("bmi")
    (feature,) = standardize(raw)
    solution = least_squares(feature, target)
    starts = np.random.default_rng(0).normal(solution, 200.0, (50, 2))
    ends = np.array([descend(feature, target, start, lr=0.1, steps=200)[-1] for start in starts])
    return {
        "weight": float(solution[0]),
        "bias": float(solution[1]),
        "cost": (cost := cost_and_gradient(solution, feature, target)[0]),
        "typical_error": cost**0.5,
        "flat_error": cost_and_gradient(np.array([0.0, target.mean()]), feature, target)[0] ** 0.5,
        "eigenvalues": np.linalg.eigvalsh(hessian(feature, target)).tolist(),
        "eigenvalues_unscaled": np.linalg.eigvalsh(hessian(raw, target)).tolist(),
        "starts": len(starts),
        "farthest_start": float(np.abs(starts - solution).max()),
        "max_difference": float(np.abs(ends - solution).max()),
    }


@claim("C-contour-narrow")
def contour_narrow() -> Result:
    """Condition number, steps and turns of gradient descent on the raw and on the standardised feature."""
    raw, target = load_diabetes_column("bmi")
    result: Result = {"accuracy": 1e-6, "feature_mean": float(raw.mean()), "feature_std": float(raw.std())}
    result["feature_mean_square"] = float(np.mean(raw**2))
    for name, feature in {"unscaled": raw, "standardized": standardize(raw)[0]}.items():
        eigenvalues = np.linalg.eigvalsh(hessian(feature, target))
        result |= {
            f"condition_{name}": float(eigenvalues.max() / eigenvalues.min()),
            f"lr_{name}": best_lr(eigenvalues),
            f"steps_{name}": steps_until(feature, target, result["accuracy"]),
            f"turns_{name}": turns(feature, target),
        }
    for name, names in {"two": ("bmi", "bp"), "all": DIABETES}.items():
        columns = [load_diabetes_column(column)[0] for column in names]
        result[f"condition_{name}_unscaled"] = condition_number(columns)
        result[f"condition_{name}_standardized"] = condition_number([standardize(column)[0] for column in columns])
        result[f"spread_{name}_standardized"] = correlation_spread(columns)
    return result


@experiment
def line_fit() -> Result:
    """The patients, and the lines of a descent on them: for the figure of data and lines."""
    feature, target = load_diabetes_column("bmi")
    (standardized,) = standardize(feature)
    path = descend(standardized, target, START, lr=0.1, steps=60)
    steps = [0, 1, 3, 10, 60]
    return {
        "bmi": feature.tolist(),
        "feature": standardized.tolist(),
        "target": target.tolist(),
        "steps": steps,
        "lines": path[steps].tolist(),  # (weight, bias) after each of these steps
        "cost": [cost_and_gradient(point, standardized, target)[0] for point in path],
    }


@experiment
def surface() -> Result:
    """The cost over a grid on the standardised feature, and the paths of descent at several learning rates."""
    feature, target = load_diabetes_column("bmi")
    (feature,) = standardize(feature)
    solution = least_squares(feature, target)
    paths = {str(lr): _traced(descend(feature, target, START, lr, 30), feature, target) for lr in LEARNING_RATES}
    return {**_grid(feature, target, solution, np.array([180.0, 180.0])), "paths": paths}


@experiment
def narrow_surface() -> Result:
    """The same on the unscaled feature, where the best constant learning rate zigzags down a narrow valley."""
    feature, target = load_diabetes_column("bmi")
    solution = least_squares(feature, target)
    lr = best_lr(np.linalg.eigvalsh(hessian(feature, target)))
    start = solution + np.array([-8.0, 260.0])
    path = _traced(descend(feature, target, start, lr, 60), feature, target)
    return {**_grid(feature, target, solution, np.array([15.0, 400.0])), "lr": lr, "path": path}


def _grid(feature: Array, target: Array, centre: Array, reach: Array, points: int = 41) -> Result:
    """Cost over a grid: cost[i][j] belongs to bias[i] and weight[j]."""
    weights, biases = (np.linspace(c - r, c + r, points) for c, r in zip(centre, reach, strict=True))
    cost = [[cost_and_gradient(np.array([w, b]), feature, target)[0] for w in weights] for b in biases]
    return {"weight": weights.tolist(), "bias": biases.tolist(), "cost": cost, "minimum": centre.tolist()}


def _traced(path: Array, feature: Array, target: Array) -> Result:
    """A path as lists, with the cost at each of its points."""
    cost = [cost_and_gradient(point, feature, target)[0] for point in path]
    return {"weight": path[:, 0].tolist(), "bias": path[:, 1].tolist(), "cost": cost}
