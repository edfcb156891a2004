"""Slopes in all directions, found by moving, against the gradient: the other claims of the page gradients."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.data import load_diabetes_column, load_digits, standardize
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.activations import tanh
from dlref.numpy.gradients import jacobian
from dlref.numpy.layers import linear
from dlref.numpy.losses import cross_entropy, mse_loss

Array = npt.NDArray[Any]
Heights = Callable[[Array], Array]  # parameters (K, d) -> costs (K,)

LEVELS = (1_500, 5_000, 11_000)  # contours, by their cost above the minimum
DIRECTIONS = 10_000


@lru_cache
def patients(*names: str) -> tuple[Array, Array]:
    """Standardised measurements (442, names) and the progression of the disease less its mean (442,)."""
    columns = [load_diabetes_column(name) for name in names]
    target = columns[0][1]
    return np.stack([standardize(feature)[0] for feature, _ in columns], axis=1), target - target.mean()


def cost(weights: Array) -> Array:
    """Mean squared error (*) of the plane with `weights` (*, 2) over body mass index and blood pressure."""
    features, target = patients("bmi", "bp")
    errors: Array = np.mean((target - weights @ features.T) ** 2, axis=-1)
    return errors


def gradient(weights: Array) -> Array:
    """Gradient (*, 2) of `cost`."""
    features, target = patients("bmi", "bp")
    slopes: Array = (weights @ features.T - target) @ features * (2 / len(target))
    return slopes


def lowest() -> Array:
    """The weights (2,) at which `cost` is lowest."""
    weights: Array = np.linalg.lstsq(*patients("bmi", "bp"))[0]
    return weights


def directions(count: int, size: int, rng: np.random.Generator) -> Array:
    """Random directions (count, size) of length 1, each as likely as any other."""
    ways: Array = rng.normal(size=(count, size))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    return ways


def slopes_along(heights: Heights, point: Array, ways: Array, step: float = 1e-4) -> Array:
    """How fast the height grows along each of `ways`, found by moving a little to either side."""
    slopes: Array = (heights(point + step * ways) - heights(point - step * ways)) / (2 * step)
    return slopes


# Each task: the cost twice, once for many parameters (K, d) at a time and once as one that can be differentiated.
def _regression(*names: str) -> tuple[int, Heights, Callable[[Any], Any]]:
    features, target = patients(*names)
    target = target / target.std()

    def heights(params: Array) -> Array:
        found: Array = np.mean((params @ features.T - target) ** 2, axis=-1)
        return found

    return len(names), heights, lambda params: mse_loss(features @ params, target)


def _network(*sizes: int) -> tuple[int, Heights, Callable[[Any], Any]]:
    """A network on 32 digits with tanh, which has no kinks; without a hidden layer it is a linear classifier."""
    images, labels = (array[:32] for array in load_digits(np.float64))
    images = images.reshape(32, 64)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))

    def layers(params: Any) -> list[tuple[Any, Any]]:
        found, at = [], 0
        for out, inner in shapes:
            end = at + out * inner
            lead = params.shape[:-1]
            weight, bias = params[..., at:end].reshape(*lead, out, inner), params[..., end : end + out]
            found.append((weight, bias))
            at = end + out
        return found

    def heights(params: Array) -> Array:
        costs = []
        for part in np.split(params, range(50, len(params), 50)):  # small enough for the processor's cache
            logits = np.broadcast_to(images, (len(part), *images.shape))
            for place, (weight, bias) in enumerate(layers(part)):
                logits = (np.tanh(logits) if place else logits) @ weight.transpose(0, 2, 1) + bias[:, None]
            right = logits[:, np.arange(32), labels]
            costs.append(np.mean(np.log(np.exp(logits).sum(-1)) - right, axis=-1))
        return np.concatenate(costs)

    def differentiable(params: Any) -> Any:
        logits: Any = images
        for place, (weight, bias) in enumerate(layers(params)):
            logits = linear(tanh(logits) if place else logits, weight, bias)
        return cross_entropy(logits, labels)

    return sum(out * inner + out for out, inner in shapes), heights, differentiable


@claim("C-gradient-steepest")
def gradient_steepest() -> Result:
    """The largest of 10,000 measured slopes in random directions, against the slope along the gradient."""
    rng = np.random.default_rng(0)
    ten = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    tasks = [_regression("bmi", "bp"), _regression(*ten), _network(64, 1, 10), _network(64, 10), _network(64, 64, 10)]
    result: Result = {
        "directions": DIRECTIONS,
        "cosine_deviation": [],
        "parameters": [],
        "share": [],
        "along": [],
    }
    for size, heights, differentiable in tasks:
        point = rng.normal(0.0, 0.2, size)
        slope = jacobian(differentiable, point)
        length = float(np.linalg.norm(slope))
        ways = directions(DIRECTIONS, size, rng)
        measured = slopes_along(heights, point, ways)
        result["parameters"].append(size)
        result["along"].append(float(slopes_along(heights, point, slope[None] / length)[0]) / length)
        result["share"].append(float(measured.max()) / length)
        result["cosine_deviation"].append(float(np.abs(measured - ways @ slope).max()) / length)
    return {
        **result,
        "largest_excess": max(result["share"]) - 1,
        "largest_deviation": max(abs(ratio - 1) for ratio in result["along"]),
        "share_two": result["share"][0],
        "share_network": result["share"][-1],
        "parameters_network": result["parameters"][-1],
        "off_two": float(np.degrees(np.arccos(min(result["share"][0], 1.0)))),
        "off_network": float(np.degrees(np.arccos(result["share"][-1]))),
    }


def along_contour(point: Array, radius: float) -> Array:
    """The direction of the contour through `point`, from heights alone: where a circle around it meets its height."""
    level = cost(point)
    around = np.linspace(0, 2 * np.pi, 73)

    def above(angle: Array) -> Array:
        return cost(point + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)) - level

    heights = above(around)
    before = np.flatnonzero(heights[:-1] * heights[1:] < 0)
    low, high = around[before], around[before + 1]
    for _ in range(40):  # halve each arc in which the sign changes
        middle = (low + high) / 2
        same = above(low) * above(middle) > 0
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    ends = np.stack([np.cos(low), np.sin(low)], axis=-1)  # (2, 2)
    chord: Array = ends[0] - ends[1]
    chord /= np.linalg.norm(chord)
    return chord


@claim("C-gradient-orthogonal")
def gradient_orthogonal() -> Result:
    """The angle between gradient and contour at random points of the cost surface of two weights."""
    bottom = lowest()
    count = 100
    away = np.linspace(20, 120, count)[:, None]
    points = bottom + away * directions(count, 2, np.random.default_rng(0))
    slopes = gradient(points)
    slopes /= np.linalg.norm(slopes, axis=1, keepdims=True)
    towards = (points - bottom) / away
    result: Result = {"points": count, "off_minimum": float(np.degrees(np.arccos((slopes * towards).sum(1).min())))}
    for name, radius in {"wide": 4.0, "narrow": 0.4}.items():
        contours = np.array([along_contour(point, radius) for point in points])
        cosine = float(np.abs((contours * slopes).sum(1)).max())
        result |= {f"radius_{name}": radius, f"cosine_{name}": cosine}
        result[f"degrees_{name}"] = float(np.degrees(np.arcsin(cosine)))
    return result


@experiment
def slopes_around() -> Result:
    """Points on contours with their gradients; and at the first of them the slope in each direction, by moving."""
    features, target = patients("bmi", "bp")
    hessian = 2 * features.T @ features / len(target)
    places = [(1, -55), (0, 60), (0, 190), (1, 20), (1, 110), (1, 170), (2, 75), (2, -120)]  # contour, angle
    from_lowest = np.array([[np.cos(np.radians(angle)), np.sin(np.radians(angle))] for _, angle in places])
    above = np.array([LEVELS[contour] for contour, _ in places])
    away = np.sqrt(2 * above / np.sum(from_lowest @ hessian * from_lowest, axis=1))  # l = l_min + away² wayᵀ H way / 2
    points = lowest() + away[:, None] * from_lowest
    angles = np.arange(0, 360, 10.0)
    ways = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=1)
    return {
        "angle": angles.tolist(),
        "slope": slopes_along(cost, points[0], ways).tolist(),
        "points": points.tolist(),
        "gradients": gradient(points).tolist(),
        "minimum": lowest().tolist(),
        "hessian": hessian.tolist(),
        "levels": LEVELS,
    }
