"""The formulas of the page on the neuron, against `dlref.numpy`."""

import numpy as np
import pytest
from latex.values import Choices, of

import dlref.numpy as dn


def sigmoid(z):
    return dn.sigmoid(np.asarray(z, float))


@pytest.mark.formula("neuron/formula")
def test_formula(formula, rng):
    w, x, b = rng.normal(size=4), rng.normal(size=4), rng.normal()
    z = dn.linear(x[None], w[None], np.array([b]))[0, 0]
    formula.holds({"z": z, "w": w, "x": x, "b": b, "d": 4, "f": sigmoid, "y": sigmoid(z)})


@pytest.mark.formula("neuron/layer")
def test_layer(formula, rng):
    X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
    Z = dn.linear(X, W, b)
    formula.holds({"X": X, "W": W, "b": b, "Z": Z, "f": dn.tanh, "Y": dn.tanh(Z)})


@pytest.mark.formula("neuron/collapse")
def test_collapse(formula, rng):
    first, second, x = rng.normal(size=(3, 4)), rng.normal(size=(2, 3)), rng.normal(size=4)
    biases = rng.normal(size=3), rng.normal(size=2)
    through = dn.linear(dn.linear(x[None], first, biases[0]), second, biases[1])[0]
    names = {"W_1": first, "W_2": second, "b_1": biases[0], "b_2": biases[1], "x": x}
    formula.holds(names)
    assert formula.values(names)[0][0] == pytest.approx(through, rel=1e-12)


@pytest.mark.formula("neuron/slope")
def test_slope(formula):
    for z in (-2.0, 0.0, 0.7):
        slope = float(dn.sigmoid.vjp(np.array([z]))[1](np.ones(1))[0][0])
        formula.holds({r"\sigma": sigmoid, r"\sigma'": lambda _, slope=slope: slope, "z": z})
    sides = formula.values({r"\sigma": sigmoid, r"\sigma'": lambda _: 0.25, "z": 0.0})[0]
    assert sides == pytest.approx([0.25] * 5, rel=1e-12)  # at 0 the bound is met


@pytest.mark.formula("neuron/softmax")
def test_softmax(formula, rng):
    letters = {letter: range(1, 5) for letter in "ij"}
    formula.holds({"z": rng.normal(size=4), "p": of("z")(lambda z: dn.softmax(z, 0)), r"\delta": np.eye(4), **letters})


@pytest.mark.formula("neuron/product")
def test_product(formula, rng):
    D, d = 3, 4
    weights, h, zs, hs = rng.normal(size=(D, d, d)), rng.normal(size=d), [], []
    hs.append(h)
    pullbacks = []
    for weight in weights:
        z, linear_pullback = dn.linear.vjp(hs[-1][None], weight)
        h, tanh_pullback = dn.tanh.vjp(z)
        zs, hs = [*zs, z[0]], [*hs, h[0]]
        pullbacks.append((linear_pullback, tanh_pullback))
    slopes = [rng.normal(size=d)]
    for linear_pullback, tanh_pullback in reversed(pullbacks):
        slopes.append(linear_pullback(tanh_pullback(slopes[-1][None])[0])[0][0])
    slopes.reverse()
    derivative = lambda z: dn.tanh.vjp(np.asarray(z, float))[1](np.ones(np.shape(z)))[0]  # noqa: E731
    names = {
        r"\frac{\partial L}{\partial h}": dict(enumerate(slopes)), "W": dict(enumerate(weights, 1)),
        "f'": derivative, "D": D, "l": range(1, D + 1), r"\lVert": lambda matrix: np.linalg.norm(matrix, 2),
    }  # fmt: skip
    grid = Choices(np.linspace(-3, 3, 601))  # the largest slope of tanh lies in it
    formula.holds({**names, "z": grid, "z_l": of("l")(lambda layer: zs[layer - 1])})


@pytest.mark.formula("neuron/product")
def test_the_bound_of_a_product_is_met(formula):
    # slopes of 0.5 everywhere, and weights that stretch every vector 1.5 times
    D, turn = 3, 1.5 * np.array([[0.0, -1.0], [1.0, 0.0]])
    slopes = {D: np.array([1.0, 2.0])}
    for layer in range(D, 0, -1):
        slopes[layer - 1] = turn.T @ (0.5 * slopes[layer])
    half = lambda z: np.full(np.shape(z), 0.5) if np.ndim(z) else 0.5  # noqa: E731
    names = {
        r"\frac{\partial L}{\partial h}": slopes, "W": dict.fromkeys(range(1, D + 1), turn), "f'": half, "D": D,
        "l": range(1, D + 1), r"\lVert": lambda matrix: np.linalg.norm(matrix, 2) * (1 + 1e-12), "z": Choices([0.0]),
    }  # fmt: skip
    formula.holds({**names, "z_l": np.zeros(2)})
    ((length, bound),) = formula.values({name: names[name] for name in names if name != "l"}, slice(1, None))
    assert length == pytest.approx(bound, rel=1e-9)


@pytest.mark.formula("neuron/xor")
def test_xor(formula, rng):
    (w_1, w_2), b = rng.normal(size=2), rng.normal()

    def z(*x):
        return dn.linear(np.array([x], float), np.array([[w_1, w_2]]), np.array([b]))[0, 0]

    formula.holds({"z": z, "w": np.array([w_1, w_2]), "b": b})


@pytest.mark.formula("neuron/xor-net")
def test_xor_net(formula):
    for x in ((0, 0), (0, 1), (1, 0), (1, 1)):
        params = {
            "layers.0.weight": np.ones((2, 2)),
            "layers.0.bias": np.array([0.0, -1]),
            "layers.1.weight": np.array([[1.0, -2]]),
        }
        y = dn.mlp(np.array([x], float), {**params, "layers.1.bias": np.zeros(1)})[0, 0]
        assert y == (x[0] != x[1])
        formula.holds({"x": np.array(x, float), "y": y, r"\operatorname{relu}": relu})


def relu(x):
    return dn.relu(np.asarray(x, float))


@pytest.mark.formula("neuron/width")
def test_width(formula):
    # the polygon through n + 1 points of t
    n, t = 5, lambda x: np.sin(6 * x) + 0.3 * np.cos(x)
    for x in (0.07, 0.33, 0.5, 0.91):
        polygon = np.interp(x, np.arange(n + 1) / n, t(np.arange(n + 1) / n))
        names = {"g": lambda _, polygon=polygon: polygon, "x": x, "t": t, "n": n, r"\operatorname{relu}": relu}
        formula.holds({**names, "k": range(n)})


@pytest.mark.formula("neuron/bound")
def test_bound(formula):
    # the page's t; the maximum is taken over a grid in which its largest curvature lies
    n, t = 6, lambda x: np.sin(2 * np.pi * x)
    names = {
        "g": lambda x: np.interp(x, np.arange(n + 1) / n, t(np.arange(n + 1) / n)), "t": t,
        "t''": lambda x: -((2 * np.pi) ** 2) * np.sin(2 * np.pi * x), "n": n, "x": Choices(np.linspace(-1, 3, 1601)),
    }  # fmt: skip
    formula.holds(names)
    ((missed, bound, _),) = formula.values(names)
    assert missed > 0.9 * bound  # the bound is nearly met
