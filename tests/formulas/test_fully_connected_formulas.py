"""The formulas of the page on fully connected networks, against `dlref.numpy`."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from latex.values import mean_over, of, variance_over

import dlref.numpy as dn

N, n, m = 4, 3, 2


@pytest.fixture
def arrays(rng):
    shapes = {"x": (N, n), "W": (m, n), "b": (m,), "G": (N, m)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def slopes(arrays):
    _, pullback = dn.linear.vjp(arrays["x"], arrays["W"], arrays["b"])
    return {
        rf"\frac{{\partial l}}{{\partial {name}}}": one for name, one in zip("xWb", pullback(arrays["G"]), strict=True)
    }


@pytest.mark.formula("fully-connected/layer")
def test_layer(formula, arrays):
    x, W, b = (arrays[name] for name in "xWb")
    one, whole = formula.values({"x": x[1], "W": W, "b": b, "n": n, "i": 2, "h": dn.linear(x, W, b)[1]})
    np.testing.assert_allclose(*one, rtol=1e-12)
    np.testing.assert_allclose(*whole, rtol=1e-12)


@pytest.mark.formula("fully-connected/indices")
def test_indices(formula, arrays):
    letters = {"k": range(1, N + 1), "i": range(1, m + 1), "j": range(1, n + 1), "N": N, "m": m}
    without_bias = {name: one for name, one in slopes(arrays).items() if "b" not in name}
    formula.holds({**without_bias, **{name: arrays[name] for name in "GWx"}, **letters})


@pytest.mark.formula("fully-connected/backward")
def test_backward(formula, arrays):
    formula.holds({**slopes(arrays), **{name: arrays[name] for name in "GWx"}, "N": N})


@pytest.mark.formula("fully-connected/jacobian")
def test_jacobian(formula, arrays):
    W, b = arrays["W"], arrays["b"]
    h = of("x")(lambda x: dn.linear(x[None], W, b)[0])
    names = {"h": h, "x": arrays["x"][0], "W": W, "i": 2, "j": 3, "m": m, "n": n}
    (slope, entry), (parameters,) = formula.values(names)
    assert slope == pytest.approx(entry, rel=1e-9)
    assert parameters == W.size + b.size


@pytest.mark.formula("fully-connected/dropout")
def test_dropout(formula, rng):
    x, p = 3.0, 0.25
    found = dn.dropout(np.full(50, x), p, training=True, generator=rng)
    for y in (0.0, found.max()):  # the two numbers that dlref makes of x
        assert y in found
        worlds = [{"y": np.array([one])} for one in (0.0, *[found.max()] * 3)]  # one of four is a zero, as p says
        names = {"x": np.array([x]), "p": p, "i": 1, "m": np.array([float(y > 0)]), "y": np.array([y])}
        names[r"\text{with probability }"] = lambda chance, y=y: chance == p and y == 0
        formula.holds({**names, r"\mathbb{E}": mean_over(worlds)})


@pytest.mark.formula("fully-connected/cross-terms")
def test_cross_terms(formula):
    names = worlds_of_weights()
    formula.holds({**names, "i": 1})


def worlds_of_weights():
    """Independent weights with mean 0, each −2, 1 or 1, and inputs that are independent of them."""
    n = 2
    inputs = [np.array([1.0, 2.0]), np.array([3.0, -0.5])]
    worlds = [
        {"W": np.array([w]) * 1.0, "x": x, "h": np.array([w]) @ x}
        for w in product((-2, 1, 1), repeat=n)
        for x in inputs
    ]
    entries = [{"W": one["W"][0, 0]} for one in worlds]
    return {r"\mathbb{E}": mean_over(worlds), r"\operatorname{Var}": variance_over(entries), "n": n}


@pytest.mark.formula("fully-connected/variance")
def test_variance(formula):
    n = 2
    inputs = [np.array([1.0, 2.0]), np.array([3.0, -0.5])]
    # x² means the mean over the inputs; the weights lie alike on both sides of zero
    worlds = [
        {"W": w[0], "h": np.array([np.dot(w, x)]), "x": one}
        for w in product((-2.0, -1.0, 1.0, 2.0), repeat=n)
        for x in inputs
        for one in x
    ]
    names = {r"\mathbb{E}": mean_over(worlds), r"\operatorname{Var}": variance_over(worlds), "n": n, "i": 1}
    formula.holds({**names, r"\operatorname{relu}": lambda h: dn.relu(np.asarray(h))})


@pytest.mark.formula("fully-connected/schemes")
def test_schemes(formula, rng):
    # dlref multiplies standard normal numbers by a deviation; the same generator tells which
    n, m = 30, 20
    drawn = []
    for draw in (dn.xavier_normal_, partial(dn.kaiming_normal_, nonlinearity="relu")):
        weight = draw(np.empty((m, n)), generator=np.random.default_rng(1))
        ratio = weight / np.random.default_rng(1).normal(size=(m, n))
        assert np.ptp(ratio) < 1e-12
        drawn.append(ratio[0, 0] ** 2)
    worlds = [{"W": 1.0}]
    names = {r"\operatorname{Var}": variance_over(worlds), "n": n, "m": m}
    for (_, right), variance in zip(formula.values(names), drawn, strict=True):
        assert variance == pytest.approx(right, rel=1e-9)
