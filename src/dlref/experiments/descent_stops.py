"""Where gradient descent stops, and where mini-batches keep it from stopping: numbers of the page gradient-descent.

double well  f(w) = (w² − 1)² + 0.3 w              two minima of different depth
saddle       f(x, y) = x² + (y² − 1)² / 4          (0, 0) is flat and no minimum; f_yy(0, 0) = −1
hovering     w ← w − η (w − mean of B draws of y)  on the mean of ½ (w − y_n)², with draws from real patients
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.blueprints import mlp_shapes
from dlref.data import load_diabetes_column, minibatches, standardize
from dlref.experiments.descent_search import split
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import mlp

Array = npt.NDArray[Any]

WELL_LR, SADDLE_LR = 0.02, 0.1


def well(w: Array) -> Array:
    return np.asarray((w**2 - 1) ** 2 + 0.3 * w)


def well_slope(w: Array) -> Array:
    return np.asarray(4 * w * (w**2 - 1) + 0.3)


def saddle_path(start: tuple[float, float], steps: int) -> Array:
    """The points (steps + 1, 2) of a descent on the saddle."""
    points = [np.array(start)]
    for _ in range(steps):
        x, y = points[-1]
        points.append(points[-1] - SADDLE_LR * np.array([2 * x, y * (y**2 - 1)]))
    return np.array(points)


@claim("C-stops-at-flat")
def stops_at_flat() -> Result:
    """Ends of descents in the double well, on and beside the saddle's ridge, and of a network that starts at zero."""
    starts = np.random.default_rng(0).uniform(-2, 2, 500)
    ends = starts.copy()
    for _ in range(2000):
        ends = ends - WELL_LR * well_slope(ends)
    left, top, right = np.sort(np.roots([4, 0, -4, 0.3]).real)
    on_ridge, beside = saddle_path((1.0, 0.0), 2000)[-1], saddle_path((1.0, 1e-6), 2000)
    left_ridge = int(np.argmax(beside[:, 1] > 0.5))
    return {
        "starts": len(starts),
        "largest_slope": float(np.abs(well_slope(ends)).max()),
        "largest_miss": float(np.minimum(abs(ends - left), abs(ends - right)).max()),
        "stopped_high": int((ends > 0).sum()),
        "started_right_of_top": int((starts > top).sum()),
        "top": float(top),
        "low_cost": float(well(left)),
        "high_cost": float(well(right)),
        "ridge_end": on_ridge.tolist(),
        "ridge_steps": 2000,
        "beside_end": beside[-1].tolist(),
        "steps_to_leave": left_ridge,
        # while y is small it grows by the factor 1 + η a step
        "predicted_to_leave": math.log(0.5 / 1e-6) / math.log(1 + SADDLE_LR),
        **zeros(),
    }


def zeros() -> Result:
    """The digits' network with all parameters zero, before and after 200 steps on all training images."""
    inputs, labels, _, _ = split(0)
    params = {name: np.zeros(shape) for name, shape in mlp_shapes(64, 64, 10).items()}
    sizes = {}
    for step in range(201):
        logits, model_pullback = mlp.vjp(inputs[:, :64], params)
        loss, loss_pullback = cross_entropy.vjp(logits, labels)
        _, grads = model_pullback(loss_pullback(1.0)[0])
        sizes[step] = math.sqrt(sum(float((grad**2).sum()) for grad in grads.values()))
        params = {name: param - 1.0 * grads[name] for name, param in params.items()}
    shares = np.bincount(labels) / len(labels)
    return {
        "zeros_loss": float(loss),
        "zeros_entropy": float(-(shares * np.log(shares)).sum()),
        "zeros_gradient": sizes[200],
        "zeros_steps": 200,
    }


@claim("C-sgd-hovers")
def sgd_hovers() -> Result:
    """The variance around the minimum of descents on random draws, against η σ² / (B (2 − η))."""
    _, target = load_diabetes_column("bmi")
    rng, runs = np.random.default_rng(0), 2000
    cases = [(0.02, 1), (0.1, 1), (0.5, 1), (1.0, 1), (0.1, 4), (0.1, 16), (0.5, 16)]
    ratios, spreads = [], []
    for lr, size in cases:
        w = np.full(runs, target.mean())
        squares = []
        for step in range(300):
            w = w - lr * (w - target[rng.integers(len(target), size=(runs, size))].mean(axis=1))
            if step >= 200:
                squares.append(np.mean((w - target.mean()) ** 2))
        ratios.append(float(np.mean(squares) / (lr * target.var() / (size * (2 - lr)))))
        spreads.append(float(np.sqrt(np.mean(squares))))
    return {
        "cases": len(cases),
        "runs": runs,
        "ratios": ratios,
        "shuffled": shuffled_share(0.02),
        "largest_deviation": float(max(abs(ratio - 1) for ratio in ratios)),
        "deviation": float(target.std()),
        "spread_large": spreads[1],  # η = 0.1, B = 1
        "spread_small": spreads[0],  # η = 0.02, B = 1
        "spread_batch": spreads[5],  # η = 0.1, B = 16
    }


def shuffled_share(lr: float) -> float:
    """The variance where every run goes through its shuffled patients, one at a time, as a share of the formula's."""
    _, target = load_diabetes_column("bmi")
    rng, runs = np.random.default_rng(0), 1000
    w, squares = np.full(runs, target.mean()), []
    for epoch in range(10):
        orders = rng.permuted(np.tile(target, (runs, 1)), axis=1)
        for y in orders.T:
            w = w - lr * (w - y)
            if epoch >= 5:
                squares.append(np.mean((w - target.mean()) ** 2))
    return float(np.mean(squares) / (lr * target.var() / (2 - lr)))


@experiment
def well_paths() -> Result:
    """Two descents in the double well that begin at either side of its top."""
    paths = {}
    for name, start in (("left", 0.025), ("right", 0.125)):
        points = [start]
        for _ in range(150):
            points.append(points[-1] - WELL_LR * float(well_slope(np.array(points[-1]))))
        paths[name] = points[::5]
    return {**paths, "top": float(np.sort(np.roots([4, 0, -4, 0.3]).real)[1])}


@experiment
def saddle_paths() -> Result:
    """Two descents towards the saddle, one of them begun a thousandth off the ridge."""
    return {"ridge": saddle_path((1.6, 0.0), 30).tolist(), "beside": saddle_path((1.6, 1e-3), 130).tolist()}


@experiment
def variants() -> Result:
    """The cost above the minimum against the patients read: means over stretches that grow like a power."""
    bmi, target = load_diabetes_column("bmi")
    (feature,) = standardize(bmi)
    minimum = np.array([np.mean(feature * target), target.mean()])
    edges = np.unique(np.round(1.4 ** np.arange(32)).astype(int))  # up to 33,800 patients
    runs = []
    for size, lr in ((len(target), 0.02), (16, 0.02), (1, 0.02), (1, 0.002)):
        rng, point, read = np.random.default_rng(0), np.zeros(2), 0
        reads, above = [], []
        while read < edges[-1]:
            for batch in minibatches(len(target), size, rng):
                residual = target[batch] - (point[0] * feature[batch] + point[1])
                point = point + lr * 2 * np.array([np.mean(feature[batch] * residual), np.mean(residual)])
                read += len(batch)
                reads.append(read)
                # both curvatures are 2 and the axes principal, so the squared distance is the cost above the minimum
                above.append(float(((point - minimum) ** 2).sum()))
        stretch = np.searchsorted(edges, reads)
        kept = [k for k in range(len(edges)) if (stretch == k).any()]
        means = [[float(np.mean(np.array(values)[stretch == k])) for k in kept] for values in (reads, above)]
        runs.append({"size": size, "lr": lr, "read": means[0], "above": means[1]})
    return {"runs": runs}
