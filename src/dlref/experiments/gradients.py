"""Derivatives by moving one variable: the difference quotient and its error (page gradients).

    forward   (f(x + h) − f(x)) / h             errs by h·|f''|/2
    central   (f(x + h) − f(x − h)) / (2h)      errs by h²·|f'''|/6

and both err by about u·|f|/h through rounding, where u = 2⁻⁵³ is half the distance from 1 to the next float64.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.data import load_digits
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.gradients import numerical_gradient

Array = npt.NDArray[Any]
Function = Callable[[Array], Array]

# h from 1 down to 1e-16, read from decimals so that every machine has the same
STEPS = np.array(
    [float(f"{lead}e-{power}") for power in range(1, 17) for lead in ("10", "5.62", "3.16", "1.78")] + [1e-16]
)
# name: f, x, and f', f'', f''' at x, from the formulas
SMOOTH: dict[str, tuple[Function, float, tuple[float, float, float]]] = {
    "exp": (np.exp, 1.0, (np.e, np.e, np.e)),
    "sin": (np.sin, 1.0, (np.cos(1.0), -np.sin(1.0), -np.cos(1.0))),
    "cube": (lambda x: x * x * x, 2.0, (12.0, 12.0, 6.0)),
    "log": (np.log, 2.0, (1 / 2, -1 / 4, 2 / 8)),
}


def errors(name: str, kind: str, dtype: npt.DTypeLike = np.float64) -> Array:
    """The error of the quotient at each of STEPS."""
    function, at, (slope, _, _) = SMOOTH[name]
    x, h = np.asarray(at, dtype), STEPS.astype(dtype)
    if kind == "forward":
        quotient = (function(x + h) - function(x)) / h
    else:
        quotient = (function(x + h) - function(x - h)) / (2 * h)
    missed: Array = np.abs(quotient.astype(np.float64) - slope)
    return missed


def _order(name: str, kind: str, largest: float, smallest: float) -> tuple[float, float]:
    """The slope of the error in the doubly logarithmic plot, and the error over h to the power that theory says."""
    chosen = (largest * 1.01 > STEPS) & (smallest * 0.99 < STEPS)
    h, error = STEPS[chosen], errors(name, kind)[chosen]
    slope = np.polyfit(np.log(h), np.log(error), 1)[0]
    return float(slope), float(error[-1] / h[-1] ** (1 if kind == "forward" else 2))


@claim("C-derivative-limit")
def derivative_limit() -> Result:
    """Orders, constants, best steps and floor of the two quotients, on four functions whose derivatives are known."""
    forward = {name: _order(name, "forward", 1e-2, 1e-5) for name in SMOOTH}
    central = {name: _order(name, "central", 1e-1, 1e-3) for name in SMOOTH}
    best = {kind: errors("cube", kind) for kind in ("forward", "central")}
    small = (STEPS < 1e-9) & (STEPS > 1e-13)
    rounding = {
        name: errors(name, "central")[small] * STEPS[small] / (2.0**-53 * abs(float(function(np.asarray(x)))))
        for name, (function, x, _) in SMOOTH.items()
    }
    return {
        "functions": len(SMOOTH),
        "order_forward": [order for order, _ in forward.values()],
        "order_central": [order for order, _ in central.values()],
        "lowest_forward": min(order for order, _ in forward.values()),
        "highest_forward": max(order for order, _ in forward.values()),
        "lowest_central": min(order for order, _ in central.values()),
        "highest_central": max(order for order, _ in central.values()),
        "constant_forward": [constant for _, constant in forward.values()],
        "constant_central": [constant for _, constant in central.values()],
        "theory_forward": [abs(second) / 2 for _, _, (_, second, _) in SMOOTH.values()],
        "theory_central": [abs(third) / 6 for _, _, (_, _, third) in SMOOTH.values()],
        "best_step_forward": float(STEPS[best["forward"].argmin()]),
        "best_step_central": float(STEPS[best["central"].argmin()]),
        "best_error_forward": float(best["forward"].min()),
        "best_error_central": float(best["central"].min()),
        "last_error": float(best["central"][-1]),
        "error_float32": float(errors("cube", "central", np.float32)[best["central"].argmin()]),
        "rounding": [float(ratios.max()) for ratios in rounding.values()],  # in units of u·|f|/h
    }


@experiment
def error_curves() -> Result:
    """The error of both quotients for x³ at 2, for the figure."""
    return {"step": STEPS.tolist(), **{kind: errors("cube", kind).tolist() for kind in ("forward", "central")}}


@experiment
def secants() -> Result:
    """x³, its tangent at 2 and secants through 2 and 2 + h, for the figure."""
    function, at, (slope, _, _) = SMOOTH["cube"]
    x = np.linspace(1.3, 3.1, 25)
    steps = np.array([1.0, 0.5, 0.1])
    quotients = (function(at + steps) - function(np.asarray(at))) / steps
    return {
        "x": x.tolist(),
        "value": function(x).tolist(),
        "at": at,
        "height": float(function(np.asarray(at))),
        "steps": steps.tolist(),
        "quotients": quotients.tolist(),
        "slope": slope,
    }


@claim("C-partial-holds-others")
def partial_holds_others() -> Result:
    """Each parameter of a unit that recognises the digit 8, moved alone, against the formula; and all moved at once."""
    images, labels = (array[:600] for array in load_digits(np.float64))
    inputs = np.concatenate(
        [images.reshape(-1, 64), np.ones((len(images), 1))], axis=1
    )  # (N, 65), the last for the bias
    targets = (labels == 8).astype(np.float64)
    params = np.random.default_rng(0).normal(0.0, 0.3, 65)

    def loss(at: Array) -> float:
        score = inputs @ at
        return float(np.mean(np.logaddexp(0.0, score) - targets * score))

    by_formula = inputs.T @ (1 / (1 + np.exp(-inputs @ params)) - targets) / len(targets)
    by_moving = numerical_gradient(loss, params, eps=1e-5)
    together = (loss(params + 1e-5) - loss(params - 1e-5)) / 2e-5
    return {
        "parameters": len(params),
        "largest": float(np.abs(by_formula).max()),
        "max_difference": float(np.abs(by_moving - by_formula).max()),
        "together": together,
        "sum": float(by_formula.sum()),
        "nearest": float(np.abs(by_formula - together).min()),
    }
