"""The formulas of the page on gradients, against `dlref.numpy`'s derivatives."""

from itertools import pairwise

import numpy as np
import pytest
from latex.values import of

import dlref.numpy as dn


def f(x):
    """A smooth function of a vector."""
    return float(x[0] ** 2 * np.exp(x[1] / 2) + x[0] * x[2] ** 2)


def tape_f(x):
    """The same on the tape."""
    return x[0] ** 2 * (x[1] / 2).exp() + x[0] * x[2] ** 2


@pytest.mark.formula("gradients/difference")
def test_difference(formula):
    slope = lambda x: dn.softplus.vjp(np.array([x]))[1](np.ones(1))[0][0]  # noqa: E731
    formula.holds({"f": lambda x: float(dn.softplus(np.array([x]))[0]), "f'": slope, "x": 0.7})


@pytest.mark.formula("gradients/central")
def test_central(formula):
    # what the dots stand for falls two powers of h faster than the term before, or one
    missed = []
    for h in (0.02, 0.01):
        names = {"f": np.exp, "f'": np.exp, "f''": np.exp, "f'''": np.exp, "x": 0.3, "h": h, r"\dots": 0.0}
        missed.append([left - right for left, right in formula.values(names)])
    (forward, central), (forward_half, central_half) = missed
    assert forward / forward_half == pytest.approx(4, rel=0.02)
    assert central / central_half == pytest.approx(16, rel=0.02)


@pytest.mark.formula("gradients/softmax")
def test_softmax(formula, rng):
    z = rng.normal(size=4)
    names = {r"\frac{\partial p_i}{\partial z_j}": 0.0, "p": dn.softmax(z, 0), r"\delta": np.eye(4)}
    rows = np.array([dn.softmax.vjp(z, 0)[1](row)[0] for row in np.eye(4)])
    for i in range(1, 5):
        for j in range(1, 5):
            formula.holds({**names, r"\frac{\partial p_i}{\partial z_j}": rows[i - 1, j - 1], "i": i, "j": j})


@pytest.mark.formula("gradients/gradient")
def test_gradient(formula, rng):
    x = rng.normal(size=3)
    formula.holds({r"\nabla f": numeric_gradient, "f": of("x")(f), "x": x, "n": 3}, rtol=1e-6)


def numeric_gradient(x):
    return dn.numerical_gradient(f, x)


@pytest.mark.formula("gradients/directional")
def test_directional(formula, rng):
    x, v = rng.normal(size=3), rng.normal(size=3)

    def along(at):
        return dn.directional_derivative(tape_f, at, v)

    # f is a function here and, below a ∂, its value
    names = {"D_v f": along, "f": f, r"\frac{\partial f}{\partial x}": numeric_gradient(x), "n": 3, "x": x, "v": v}
    formula.holds({**names, r"\nabla f": numeric_gradient}, rtol=1e-6)


@pytest.mark.formula("gradients/cosine")
def test_cosine(formula, rng):
    x, v = rng.normal(size=3), rng.normal(size=3)
    v = v / np.linalg.norm(v)
    slope = numeric_gradient(x)
    angle = 2 * np.arctan2(
        np.linalg.norm(slope / np.linalg.norm(slope) - v), np.linalg.norm(slope / np.linalg.norm(slope) + v)
    )
    names = {"D_v f": lambda at: dn.directional_derivative(tape_f, at, v), "x": x, r"\nabla f": numeric_gradient}
    formula.holds({**names, r"\theta": angle}, rtol=1e-6)


@pytest.mark.formula("gradients/contour")
def test_contour(formula):
    # x y is constant on the curve (e^t, e^−t)
    names = {
        "f": lambda at: float(at[0] * at[1]),
        r"\nabla f": lambda at: dn.numerical_gradient(lambda one: one[0] * one[1], at),
        "c": lambda t: np.array([np.exp(t), np.exp(-t)]), "t": 0.4,
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("gradients/split")
def test_split(formula, rng):
    x, v = rng.normal(size=2), rng.normal(size=2)
    formula.holds({"f": lambda a, b: f(np.array([a, b, 0.3])), "x": x, "v": v, "t": 0.1})


@pytest.mark.transcription("gradients/partial", "07b430184eb098c5")
def test_partial(rng):
    x, steps = rng.normal(size=3), [0.1 / 2**level for level in range(9)]
    for i in range(3):
        quotients = []
        for h in steps:
            moved = [x[j] + h if j == i else x[j] for j in range(3)]
            quotients.append((f(moved) - f(x)) / h)
        for order in range(1, 9):  # the limit, extrapolated
            quotients = [(2**order * b - a) / (2**order - 1) for a, b in pairwise(quotients)]
        assert quotients[0] == pytest.approx(numeric_gradient(x)[i], rel=1e-6)


@pytest.mark.transcription("gradients/jacobian", "345a4149e5147f60")
def test_jacobian(rng):
    x, weight = rng.normal(size=3), rng.normal(size=(2, 3))
    outputs = [lambda at, row=row: np.tanh(row @ at) for row in weight]  # y_1, …, y_m
    rows = []
    for output in outputs:
        row = []
        for j in range(3):
            step = np.array([1e-6 if k == j else 0.0 for k in range(3)])
            row.append((output(x + step) - output(x - step)) / 2e-6)
        rows.append(row)
    np.testing.assert_allclose(dn.jacobian(lambda at: dn.tanh(dn.Tensor(weight) @ at), x), rows, rtol=1e-7)
