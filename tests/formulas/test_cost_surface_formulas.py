"""The formulas of the page on the cost surface, against `dlref.numpy`'s mean squared error."""

import numpy as np
import pytest
from latex.values import mean_over, of

import dlref.numpy as dn

N = 5


@pytest.fixture
def data(rng):
    return {"x": rng.normal(size=N), "y": rng.normal(size=N)}


def cost_of(data):
    return lambda w, b: float(
        dn.mse_loss(dn.linear(data["x"][:, None], np.array([[w]]), np.array([b]))[:, 0], data["y"])
    )


def examples(data):
    return mean_over([{"x": x, "y": y} for x, y in zip(data["x"], data["y"], strict=True)])


@pytest.mark.formula("cost-surface/cost")
def test_cost(formula, data):
    formula.holds({**data, "N": N, "w": 0.4, "b": -0.7, "l": cost_of(data)})


@pytest.mark.formula("cost-surface/gradient")
def test_gradient(formula, data):
    w, b = np.array([[0.4]]), np.array([-0.7])
    y, line = dn.linear.vjp(data["x"][:, None], w, b)
    _, dw, db = line(dn.mse_loss.vjp(y, data["y"][:, None])[1](np.float64(1))[0])
    slopes = {r"\frac{\partial l}{\partial w}": dw[0, 0], r"\frac{\partial l}{\partial b}": db[0]}
    formula.holds({**data, **slopes, "N": N, "w": w[0, 0], "b": b[0]})


@pytest.mark.formula("cost-surface/hessian")
def test_hessian(formula, data):
    # undeclared, H is what its entries, numerical second derivatives of dlref's loss, make it
    names = {
        "l": of("w", "b")(cost_of(data)),
        "w": 0.4,
        "b": -0.7,
        r"\overline": mean_over([{"x": x} for x in data["x"]]),
    }
    formula.holds(names, rtol=1e-7)


@pytest.mark.formula("cost-surface/solution")
def test_solution(formula, data):
    w, b = np.polyfit(data["x"], data["y"], 1)
    names = {"l": of("w", "b")(cost_of(data)), "w": w, "b": b, "w^*": w, "b^*": b, r"\overline": examples(data)}
    formula.holds(names)


@pytest.mark.formula("cost-surface/standardise")
def test_standardise(formula, data):
    x = data["x"]
    made = dn.batch_norm(x[:, None], None, None, training=True, eps=0.0)[:, 0]
    names = {"x": x, "x'": made, r"\bar{x}": x.mean(), "s": x.std(), "n": range(1, N + 1)}
    formula.holds(names)


@pytest.mark.formula("cost-surface/update")
def test_update(formula, rng):
    w, b, dw, db = rng.normal(size=4)
    params = {"w": np.array([w]), "b": np.array([b])}
    dn.SGD(params, lr=0.3).step({"w": np.array([dw]), "b": np.array([db])})
    slopes = {r"\frac{\partial l}{\partial w}": dw, r"\frac{\partial l}{\partial b}": db}
    formula.holds({**slopes, "w": w, "b": b, r"\eta": 0.3}, {"w": params["w"][0], "b": params["b"][0]})
