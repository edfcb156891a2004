"""The formulas of the page on backpropagation, against pullbacks of `dlref.numpy`."""

import numpy as np
import pytest
from latex.values import of

import dlref.numpy as dn

B, n, m = 4, 3, 2


@pytest.fixture
def layer(rng):
    """A linear layer, the gradient that arrives at it, and what its pullback makes of that."""
    X, W, b, G = rng.normal(size=(B, n)), rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=(B, m))
    Y, pullback = dn.linear.vjp(X, W, b)
    slopes = {rf"\frac{{\partial L}}{{\partial {name}}}": one for name, one in zip("XWb", pullback(G), strict=True)}
    return {"X": X, "W": W, "b": b, "Y": Y, r"\frac{\partial L}{\partial Y}": G, **slopes}


LETTERS = {"k": range(1, B + 1), "j": range(1, m + 1), "i": range(1, n + 1)}


@pytest.mark.formula("backpropagation/linear")
def test_linear(formula, layer):
    formula.holds({**{name: layer[name] for name in "XWbY"}, **LETTERS})


@pytest.mark.formula("backpropagation/weight")
def test_weight(formula, layer):
    X, W, b = layer["X"], layer["W"], layer["b"]
    names = {r"\frac{\partial L}{\partial Y}": layer[r"\frac{\partial L}{\partial Y}"], "B": B, "X": X, "W": W}
    names |= {r"\frac{\partial L}{\partial W}": layer[r"\frac{\partial L}{\partial W}"]}
    formula.holds({**names, "Y": of("W")(lambda W: dn.linear(X, W, b)), "j": LETTERS["j"], "i": LETTERS["i"]})


@pytest.mark.formula("backpropagation/matrices")
def test_matrices(formula, layer):
    names = {name: one for name, one in layer.items() if name not in ("b", "Y")}
    formula.holds({**names, "B": B, "j": LETTERS["j"]})


@pytest.mark.formula("backpropagation/chain")
def test_chain(formula, rng):
    # z = tanh(u v): the operation's own slopes come from its pullback, those of L from one run through both
    u, v = rng.normal(size=2)
    z, slope = dn.tanh.vjp(np.array(u * v))
    names = {
        "L": of("z")(lambda z: dn.mse_loss(np.array([z]), np.array([0.3]))),
        "z": of("u", "v")(lambda u, v: np.tanh(u * v)),
        "u": u, "v": v,
    }  # fmt: skip
    _, loss_slope = dn.mse_loss.vjp(np.array([z]), np.array([0.3]))
    dz = loss_slope(1.0)[0][0]
    (du, right_u), (dv, right_v) = formula.values(names)
    assert [du, dv] == pytest.approx([slope(dz)[0] * v, slope(dz)[0] * u], rel=1e-9)
    assert [du, dv] == pytest.approx([right_u, right_v], rel=1e-9)


@pytest.mark.formula("backpropagation/fork")
def test_fork(formula, rng):
    K, factors = 3, rng.normal(size=3)
    names = {
        "L": of("z")(lambda z: np.sum(dn.softplus(z) * np.arange(1, 4))), "z": of("w")(lambda w: dn.tanh(factors * w)),
        "w": rng.normal(), "K": K,
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("backpropagation/product")
def test_product(formula, rng):
    value, arrays = rng.normal(size=(1, 3)), []
    weight, target = rng.normal(size=(2, 3)), rng.normal(size=(1, 2))
    operations = (dn.tanh, dn.linear, dn.softplus, dn.mse_loss)
    others = ((), (weight,), (), (target,))
    pullbacks, shapes = [], []
    for operation, more in zip(operations, others, strict=True):
        value, pullback = operation.vjp(value, *more)
        pullbacks.append(pullback)
        shapes.append(np.shape(value))
    slope = np.float64(1)
    for pullback in reversed(pullbacks):
        slope = pullback(slope)[0]
    for pullback, shape in zip(pullbacks, shapes, strict=True):
        size = int(np.prod(shape))
        arrays.append(np.array([np.ravel(pullback(row.reshape(shape)[()])[0]) for row in np.eye(size)]))
    names = {f"J_{k}": one for k, one in enumerate(arrays, 1)}
    formula.holds({**names, r"\frac{\partial L}{\partial x}": slope})


@pytest.mark.formula("backpropagation/price")
def test_price(formula, layer):
    # a product of (a, b) and (b, c) multiplies a·b·c pairs of numbers
    def pairs(left, right):
        return left.shape[0] * left.shape[1] * right.shape[1]

    G = layer[r"\frac{\partial L}{\partial Y}"]
    (forward,), (backward, stated) = formula.values({"B": B, "n": n, "m": m})
    assert forward == pairs(layer["X"], layer["W"].T)
    assert backward == stated == pairs(G.T, layer["X"]) + pairs(G, layer["W"])
