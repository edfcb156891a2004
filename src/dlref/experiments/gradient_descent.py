"""Gradient descent on a cost whose every curvature is known: the numbers of the page gradient-descent on its step size.

    l(θ) = 1/N Σ (w·x_n + b − y_n)²     θ = (w_1, w_2, b);  x body mass index and blood pressure, standardised

l is quadratic with the Hessian H. Along the eigenvector of the eigenvalue λ, each step multiplies the distance to the
minimum by 1 − η·λ; the largest of these factors, by magnitude, is the rate ρ(η).
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.data import load_diabetes_column, standardize
from dlref.experiments.descent_search import decades
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.layers import linear
from dlref.numpy.losses import mse_loss

Array = npt.NDArray[Any]

ACCURACY = 1e-6  # of the distance at the start


def patients() -> tuple[Array, Array]:
    """Two standardised features (442, 2) and the target (442,)."""
    bmi, target = load_diabetes_column("bmi")
    (features,) = standardize(np.stack([bmi, load_diabetes_column("bp")[0]], axis=1))
    return features, target


def cost_and_gradient(point: Array, features: Array, target: Array) -> tuple[float, Array]:
    """Cost and gradient (3,) at `point` = (w_1, w_2, b)."""
    output, linear_pullback = linear.vjp(features, point[None, :-1], point[-1:])  # (N, 1)
    cost, loss_pullback = mse_loss.vjp(output, target[:, None])
    _, dweight, dbias = linear_pullback(loss_pullback(1.0)[0])
    return float(cost), np.append(dweight, dbias)


def hessian_and_minimum(features: Array, target: Array) -> tuple[Array, Array]:
    """Second derivatives (3, 3), and the point (3,) where the gradient is zero."""
    _, origin = cost_and_gradient(np.zeros(3), features, target)
    hessian = np.stack([cost_and_gradient(axis, features, target)[1] - origin for axis in np.eye(3)], axis=1)
    return hessian, np.linalg.solve(hessian, -origin)


def rate(lr: float, eigenvalues: Array) -> float:
    """ρ(η) = max |1 − η·λ|: what the slowest direction keeps of its distance in a step."""
    return float(np.abs(1 - lr * eigenvalues).max())


def descent(lr: float, steps: int) -> Array:
    """What is left of the way to the minimum, θ − θ*, at each of `steps` + 1 points of a descent from θ = 0.

    The gradient of a quadratic is H (θ − θ*), so that no pass over the patients is needed; lr_window checks this.
    """
    hessian, minimum = hessian_and_minimum(*patients())
    left = -minimum
    found = [left]
    for _ in range(steps):
        left = left - lr * hessian @ left
        found.append(left)
    return np.array(found)


def measured_rate(lr: float) -> float:
    """What a step leaves of the distance once the slowest direction is all that is left of it."""
    left = np.linalg.norm(descent(lr, round(16 / lr) + 200), axis=1)
    kept = left[(left > 1e-250) & (left < 1e250)]
    return float((kept[-1] / kept[-11]) ** (1 / 10))


def steps_until(lr: float) -> int:
    """Steps from θ = 0 until the distance to the minimum is ACCURACY of what it was."""
    left = np.linalg.norm(descent(lr, max(200, round(12 / lr))), axis=1)
    return int(np.argmax(left <= ACCURACY * left[0]))


@claim("C-lr-window")
def lr_window() -> Result:
    """Measured against predicted rates inside the window, on its edge and beyond, and the best of a fine grid."""
    features, target = patients()
    hessian, minimum = hessian_and_minimum(features, target)
    eigenvalues = np.linalg.eigvalsh(hessian)
    bound, best = float(2 / eigenvalues[-1]), float(2 / (eigenvalues[0] + eigenvalues[-1]))
    shares = [0.01, 0.1, 0.3, 0.5, best / bound, 0.8, 0.9, 0.99, 1.01, 1.1, 1.5]
    rates = [measured_rate(share * bound) for share in shares]
    grid = np.linspace(0.02, 0.98, 97) * bound
    kept = [measured_rate(lr) for lr in grid]
    edge = np.linalg.norm(descent(bound, 2000), axis=1)
    points = np.random.default_rng(0).normal(0, 100, (20, 3))
    linear_gradients = (points - minimum) @ hessian
    gradients = np.array([cost_and_gradient(point, features, target)[1] for point in points])
    return {
        "eigenvalues": eigenvalues.tolist(),
        "correlation": float(np.corrcoef(features.T)[0, 1]),
        "bound": bound,
        "best": best,
        "best_rate": rate(best, eigenvalues),
        "steps_at_best": steps_until(best),
        "rates_tried": len(shares),
        "shares": shares,
        "rates": rates,
        "max_difference": max(abs(m - rate(s * bound, eigenvalues)) for m, s in zip(rates, shares, strict=True)),
        "lowest_at": float(grid[int(np.argmin(kept))]),
        "grid_step": float(grid[1] - grid[0]),
        "edge_left": float(edge[-1] / edge[0]),  # on the edge one direction never comes closer
        "edge_drift": float(abs(edge[-1] / edge[-501] - 1)),
        "gradient_difference": float(np.abs(gradients - linear_gradients).max()),
    }


@claim("C-lr-too-large")
def lr_too_large() -> Result:
    """Overshooting that still converges, the cost beyond the bound, and what too large a rate does on digits."""
    hessian, _ = hessian_and_minimum(*patients())
    eigenvalues, directions = np.linalg.eigh(hessian)
    result: Result = {"steps": 100}
    for name, product in {"overshooting": 1.5, "diverging": 2.1}.items():
        left = descent(product / eigenvalues[-1], 100)
        above = np.einsum("ni,ij,nj->n", left, hessian, left) / 2  # cost above the minimum
        sides = np.sign(left[:11] @ directions[:, -1])
        result |= {
            f"{name}_product": product,
            f"{name}_turns": float(np.mean(sides[1:] != sides[:-1])),
            f"{name}_change": float(above[-1] / above[0]),
            f"{name}_per_step": float((above[-1] / above[-11]) ** (1 / 10)),
            f"{name}_always_falls": bool((np.diff(above) < 0).all()),
        }
    on_digits = decades()
    best = int(np.argmin(on_digits["last"]))
    return result | {
        "digits_rate": on_digits["rates"][-1],
        "digits_first": on_digits["first"],
        "digits_highest": on_digits["highest"][-1],
        "digits_last": on_digits["last"][-1],
        "digits_best_rate": on_digits["rates"][best],
        "digits_best_highest": on_digits["highest"][best],  # the best rate, too, throws the loss up at first
        "digits_next_highest": on_digits["highest"][best + 1],
    }


@claim("C-lr-too-small")
def lr_too_small() -> Result:
    """Steps to the same accuracy at ever smaller learning rates, what theory says of them, and the same on digits."""
    hessian, minimum = hessian_and_minimum(*patients())
    eigenvalues, directions = np.linalg.eigh(hessian)
    slowest = abs(minimum @ directions[:, 0]) / np.linalg.norm(minimum)  # its share of the way
    rates = [0.5, 0.1, 0.05, 0.01, 0.005, 0.001]
    steps = [steps_until(lr) for lr in rates]
    on_digits = decades()
    return {
        "rates": rates,
        "steps": steps,
        "slope": float(np.polyfit(np.log(rates[1:]), np.log(steps[1:]), 1)[0]),
        "times_rate": [lr * count for lr, count in zip(rates, steps, strict=True)],
        "limit": float(math.log(slowest / ACCURACY) / eigenvalues[0]),  # of η·steps, for η → 0
        "digits_rates": on_digits["rates"][:4],
        "digits_falls": [on_digits["first"] - last for last in on_digits["last"][:4]],
    }


@experiment
def window() -> Result:
    """The rate over the learning rate, predicted for every direction and measured at some."""
    eigenvalues = np.linalg.eigvalsh(hessian_and_minimum(*patients())[0])
    bound, best = float(2 / eigenvalues[-1]), float(2 / (eigenvalues[0] + eigenvalues[-1]))
    rates = [share * bound for share in (0.04, 0.2, 0.36, 0.52, best / bound, 0.8, 0.92, 1.08, 1.2)]
    measured = [measured_rate(lr) for lr in rates]
    return {"eigenvalues": eigenvalues.tolist(), "bound": bound, "best": best, "rates": rates, "measured": measured}


@experiment
def parabolas() -> Result:
    """Descents on (w − 3)² from w = 0, whose curvature is 2: one to look at closely, and four products η·λ."""

    def path(lr: float, steps: int) -> list[float]:
        found = [0.0]
        for _ in range(steps):
            found.append(found[-1] - lr * 2 * (found[-1] - 3))
        return found

    return {"lr": 0.2, "path": path(0.2, 6), "products": {str(p): path(p / 2, 6) for p in (0.3, 1.0, 1.7, 2.1)}}
