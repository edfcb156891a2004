"""Optimisers in a narrow valley of two parameters: along the axes, and turned.

    L(w) = ½ wᵀ H w        curvatures 1 and 100, along the axes or turned by 45°; the lowest point is 0, with L = 0

An optimiser is told only the gradient H w. All learning rates and starts are tried at once: no optimiser mixes
entries, so one of them steps an array (R, S, 2), and its learning rate, set after it was made, is an array (R, 1, 1).
"""

from typing import Any

import numpy as np

from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.numpy.optim import SGD, Adagrad, Adam, RMSprop

CURVATURES = np.array([1.0, 100.0])
BEST_MOMENTUM = (9 / 11) ** 2  # ((√κ − 1) / (√κ + 1))² for κ = 100
GOAL, LIMIT, STARTS = 1e-6, 1000, 20

METHODS: dict[str, tuple[type, dict[str, Any]]] = {
    "sgd": (SGD, {}),
    "momentum": (SGD, {"momentum": 0.9}),
    "momentum_best": (SGD, {"momentum": BEST_MOMENTUM}),
    "nesterov": (SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (Adagrad, {}),
    "rmsprop": (RMSprop, {}),
    "adam": (Adam, {}),
}
_FINE, _WIDE = 10 ** np.arange(-2.5, -1.4, 1 / 32), 10 ** np.arange(-2.5, 1.76, 1 / 12)  # powers of ten
RATES = {method: _FINE if cls is SGD else _WIDE for method, (cls, _) in METHODS.items()}
TURNS = {"aligned": 0.0, "turned": np.pi / 4}


def rotation(turn: float) -> Array:
    """The matrix (2, 2) whose columns are the axes of the valley, turned by an angle."""
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def hessian(turn: float) -> Array:
    """The matrix of second derivatives (2, 2) of the valley."""
    curved: Array = rotation(turn) @ np.diag(CURVATURES) @ rotation(turn).T
    return curved


def descend(method: str, rates: Array, starts: Array, turn: float, steps: int) -> tuple[Array, Array]:
    """The points (steps + 1, R, S, 2) of descents and the cost (steps + 1, R, S) at each; starts (S, 2) turn too."""
    cls, options = METHODS[method]
    points = np.repeat((starts @ rotation(turn).T)[None], len(rates), axis=0)  # (R, S, 2)
    optimizer = cls({"w": points}, lr=0.0, **options)
    optimizer.lr = rates[:, None, None]
    curved, path, costs = hessian(turn), [points.copy()], []
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            grad = points @ curved
            costs.append((points * grad).sum(axis=-1) / 2)
            if step < steps:
                optimizer.step({"w": grad})
                path.append(points.copy())
    return np.array(path), np.array(costs)


def arrivals(method: str, rates: Array, starts: Array, turn: float) -> Array:
    """After how many steps (R, S) the cost is below a millionth of the first and stays there; LIMIT where never."""
    _, costs = descend(method, rates, starts, turn, LIMIT)
    above = ~(costs <= GOAL * costs[0])  # also where the cost is no number any more
    last: Array = LIMIT - above[::-1].argmax(axis=0)  # the last step that is still above
    steps: Array = np.minimum(last + 1, LIMIT)
    return steps


def on_circle(seed: int) -> Array:
    """Random places (STARTS, 2) at distance 1 from the lowest point."""
    places: Array = np.random.default_rng(seed).normal(size=(STARTS, 2))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    return places


def best_rate(method: str, turn: float) -> float:
    """The learning rate with the fewest steps, in the mean over 20 starts."""
    steps = arrivals(method, RATES[method], on_circle(0), turn).mean(axis=1)
    return float(RATES[method][steps.argmin()])


@claim("C-ill-conditioned")
def ill_conditioned() -> Result:
    """For each optimiser at its best rate: the mean number of steps from 20 other starts, in both valleys."""
    found: Result = {"condition": 100, "starts": STARTS, "goal": GOAL, "limit": LIMIT, "best_momentum": BEST_MOMENTUM}
    for place, turn in TURNS.items():
        found[place] = {}
        plain = arrivals("sgd", np.array([best_rate("sgd", turn)]), on_circle(1), turn)[0]
        for method in METHODS:
            rate = best_rate(method, turn)
            steps = arrivals(method, np.array([rate]), on_circle(1), turn)[0]
            found[place][method] = {
                "rate": rate,
                "steps": float(steps.mean()),
                "most": int(steps.max()),
                "ahead": int((steps < plain).sum()),  # of plain descent from the same start
            }
    found["modest_rate"] = 0.3  # AdaGrad's best rate throws w far away first; here is one that does not
    modest = np.array([found["modest_rate"]])
    found["modest_steps"] = float(arrivals("adagrad", modest, on_circle(1), 0.0).mean())
    return found


@experiment
def valley_races() -> Result:
    """The cost along one descent of each optimiser at its best rate, in both valleys."""
    rates, start = ill_conditioned(), np.array([[np.cos(0.6), np.sin(0.6)]])
    found: Result = {}
    for place, turn in TURNS.items():
        found[place] = {}
        for method in METHODS:
            _, costs = descend(method, np.array([rates[place][method]["rate"]]), start, turn, 300)
            found[place][method] = (costs[:, 0, 0] / costs[0, 0, 0]).tolist()
    return found


@experiment
def valley_paths() -> Result:
    """The first steps of plain descent, momentum and Adam in the valley along the axes, each at its best rate."""
    found, start = ill_conditioned()["aligned"], np.array([[-1.0, 0.15]])
    rates = {method: np.array([found[method]["rate"]]) for method in ("sgd", "momentum", "adam")}
    return {method: descend(method, rate, start, 0.0, 30)[0][:, 0, 0].tolist() for method, rate in rates.items()}
