"""The formulas of the page on gradient descent, against the steps of `dlref.numpy.SGD`."""

from functools import partial

import numpy as np
import pytest
from latex.numerical import slope

import dlref.numpy as dn
from dlref.experiments.descent_stops import SADDLE_LR, saddle_path, well

ETA = 0.3


def stepped(theta, gradient):
    params = {"theta": np.atleast_1d(theta).astype(float).copy()}
    dn.SGD(params, lr=ETA).step({"theta": np.atleast_1d(gradient).astype(float)})
    return params["theta"] if np.ndim(theta) else params["theta"][0]


@pytest.mark.formula("gradient-descent/update")
def test_update(formula, rng):
    theta = rng.normal(size=4)
    names = {r"\theta_t": theta, r"\theta_{t+1}": stepped(theta, np.cos(theta)), r"\eta": ETA, r"\nabla L": np.cos}
    formula.holds(names, which=slice(1))
    # behind it stands what t runs through
    assert formula.values({"t": 0, r"\dots": ...}, slice(1, None)) == [[0, 0], [1], [2], [...]]


@pytest.mark.formula("gradient-descent/minibatch")
def test_minibatch(formula, rng):
    theta, x, y, batch = rng.normal(size=3), rng.normal(size=(6, 3)), rng.normal(size=6), [2, 5, 6]
    chosen = np.array(batch) - 1
    value, back = dn.linear.vjp(x[chosen], theta[None])
    slope = back(dn.mse_loss.vjp(value, y[chosen, None])[1](np.float64(1))[0])[1][0]
    single = {n: (lambda at, n=n: 2 * (x[n - 1] @ at - y[n - 1]) * x[n - 1]) for n in range(1, 7)}
    names = {r"\theta_t": theta, r"\theta_{t+1}": stepped(theta, slope), r"\eta": ETA, r"\nabla L": single}
    formula.holds({**names, "B": 3, r"\mathcal{B}_t": batch})


@pytest.mark.formula("gradient-descent/one")
def test_one(formula):
    w, lowest, curvature = 1.3, -0.4, 0.9
    slope = curvature * (w - lowest)
    names = {r"\lambda": curvature, "w": w, "w^*": lowest, "w_t": w, "w_{t+1}": stepped(w, slope), r"\eta": ETA}
    cost = lambda w: curvature * float(dn.mse_loss(np.array([w]), np.array([lowest]))) / 2  # noqa: E731
    formula.holds({**names, "l": cost})


def quadratic(rng):
    matrix = rng.normal(size=(3, 3))
    hessian = matrix @ matrix.T
    return hessian, rng.normal(size=3), *np.linalg.eigh(hessian)


@pytest.mark.formula("gradient-descent/many")
def test_many(formula, rng):
    hessian, lowest, curvatures, directions = quadratic(rng)
    theta, floor = rng.normal(size=3), 0.7
    after = stepped(theta, hessian @ (theta - lowest))
    names = {
        r"\theta": theta, r"\theta^*": lowest, "H": hessian, "I": np.eye(3), r"\eta": ETA, r"\lambda": curvatures,
        "L": lambda at: floor + (at - lowest) @ hessian @ (at - lowest) / 2,
        r"\nabla L": lambda at: dn.numerical_gradient(lambda one: (one - lowest) @ hessian @ (one - lowest) / 2, at),
        r"\theta_t": theta, r"\theta_{t+1}": after, "v": dict(enumerate(directions.T, 1)), "t": 1, "i": range(1, 4),
        "c": np.array([directions.T @ (theta - lowest), directions.T @ (after - lowest)]).T,
    }  # fmt: skip
    formula.holds(names, rtol=1e-7)  # dlref's numerical gradient is no closer


@pytest.mark.formula("gradient-descent/taylor")
def test_taylor(formula, rng):
    hessian, lowest, _, _ = quadratic(rng)
    theta, cost = rng.normal(size=3), lambda at: np.log1p((at - lowest) @ hessian @ (at - lowest))
    slope = 2 * hessian @ (theta - lowest) / (1 + (theta - lowest) @ hessian @ (theta - lowest))
    missed = []
    for eta in (1e-3, 5e-4):
        (g, at), (left, first, second) = formula.values(
            {
                "g": slope,
                "L": cost,
                r"\nabla L": lambda at: dn.numerical_gradient(cost, at),
                r"\theta": theta,
                r"\eta": eta,
            }
        )
        np.testing.assert_allclose(g, at, rtol=1e-6)
        assert first == pytest.approx(second, rel=1e-12)
        missed.append(left - first)
    assert missed[0] / missed[1] == pytest.approx(4, rel=0.02)  # what is left out falls as η²


@pytest.mark.formula("gradient-descent/rate")
def test_rate(formula):
    curvatures = np.array([0.5, 1.0, 4.0])
    for eta in (0.1, 0.3, 0.49):
        names = {r"\rho": lambda eta: float(np.max(np.abs(1 - eta * curvatures))), r"\eta": eta, "i": range(1, 4)}
        formula.holds({**names, r"\lambda": curvatures, r"\lambda_{\max}": 4.0})
    # beyond the bound both sides are false together
    names = {r"\rho": lambda eta: float(np.max(np.abs(1 - eta * curvatures))), r"\eta": 0.51, "i": range(1, 4)}
    (_, keeps, one), (zero, eta, bound) = formula.values({**names, r"\lambda": curvatures, r"\lambda_{\max}": 4.0})
    assert keeps > one
    assert not zero < eta < bound


@pytest.mark.formula("gradient-descent/best")
def test_best(formula):
    low, high = 0.5, 4.0
    grid = np.linspace(0, 0.5, 100_001)
    worst = np.max(np.abs(1 - grid[:, None] * [low, high]), axis=1)
    best = grid[np.argmin(worst)]  # found by trying
    assert best == pytest.approx(2 / (low + high), abs=1e-5)
    names = {
        r"\lambda_{\min}": low,
        r"\lambda_{\max}": high,
        r"\kappa": high / low,
        r"\rho": worst.min(),
        r"\eta": best,
    }
    formula.holds(names, rtol=1e-4)
    exact = {r"\eta": 2 / (low + high), r"\rho": 1 - 2 / (low + high) * low}
    formula.holds({**names, **exact})


@pytest.mark.formula("gradient-descent/steps-needed")
def test_steps_needed(formula):
    # a distance of 1 shrinks at each step; after t steps the fraction ε of it is left
    eta, curvature, steps = 0.1, 0.02, 700
    params = {"w": np.array([1.0])}
    optimizer = dn.SGD(params, lr=eta)
    for _ in range(steps):
        optimizer.step({"w": curvature * params["w"]})
    names = {r"\eta": eta, r"\lambda": curvature, "t": steps, r"\varepsilon": params["w"][0], r"\approx": 0.002}
    formula.holds(names)


@pytest.mark.formula("gradient-descent/hover")
def test_hover(formula):
    # the variance that one step of SGD leaves as it is: a step from w with a slope w − ȳ
    eta, B, sigma = 0.3, 4, 1.7
    variance = 0.0
    for _ in range(400):
        keeps, adds = stepped(1.0, 1.0 * eta / ETA), stepped(0.0, -1.0 * eta / ETA)
        variance = keeps**2 * variance + adds**2 * sigma**2 / B
    formula.holds({"V": variance, r"\eta": eta, r"\sigma": sigma, "B": B})


@pytest.mark.formula("gradient-descent/well")
def test_well(formula):
    rng = np.random.default_rng(0)
    for w, x, y in rng.normal(size=(5, 3)):
        # the second landscape is given by its slopes: those of the formula are found by trying
        (_, first), (_, _) = formula.values({"f_1": well, "f_2": lambda *_: 0.0, "w": w, "x": x, "y": y})
        assert first == pytest.approx(float(well(w)), rel=1e-12)
        found = [slope(partial(second, formula, x, y, axis))(0.0) for axis in (0, 1)]
        start, end = saddle_path((x, y), 1)
        np.testing.assert_allclose(found, (start - end) / SADDLE_LR, rtol=1e-9)


def second(formula, x, y, axis, step):
    """The second landscape, a step along one axis from a point."""
    moved = [x + step * (axis == 0), y + step * (axis == 1)]
    return formula.values({"f_2": lambda *_: 0.0, "x": moved[0], "y": moved[1]}, slice(1, None))[0][1]
