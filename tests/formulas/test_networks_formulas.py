"""The formulas of three pages on what networks are, against `dlref.numpy`'s perceptron."""

import numpy as np
import pytest
from latex.reading import RefusedError
from latex.values import At

import dlref.numpy as dn

WIDTHS = (3, 5, 4, 2)
L = len(WIDTHS) - 1


@pytest.fixture
def net(rng):
    """Parameters of a perceptron under its names, and as the pages count them."""
    params = {}
    for layer, shape in enumerate(zip(WIDTHS[1:], WIDTHS[:-1], strict=True)):
        params[f"layers.{layer}.weight"], params[f"layers.{layer}.bias"] = (
            rng.normal(size=shape),
            rng.normal(size=shape[0]),
        )
    W = {layer + 1: params[f"layers.{layer}.weight"] for layer in range(L)}
    b = {layer + 1: params[f"layers.{layer}.bias"] for layer in range(L)}
    return params, W, b


def size(params):
    return sum(one.size for one in params.values())


@pytest.mark.formula("deep-learning-and-neural-networks/layer")
def test_layer(formula, net, rng):
    params, W, b = net
    x = rng.normal(size=(4, WIDTHS[0]))
    names = {"x": x, "W": W, "b": b, "f": dn.relu, "L": L, "l": range(1, L), "y": dn.mlp(x, params)}
    formula.holds(names)


@pytest.mark.formula("deep-learning-and-neural-networks/parameters")
def test_parameters(formula, net):
    formula.holds({"P": size(net[0]), "L": L, "n": At(0, np.array(WIDTHS))})


@pytest.mark.formula("networks-and-models/count")
def test_count(formula, net):
    formula.holds({"P": size(net[0]), "L": L, "n": At(0, np.array(WIDTHS))})


@pytest.mark.formula("networks-and-models/network")
def test_network(formula, net, rng):
    params, W, b = net
    x = rng.normal(size=(4, WIDTHS[0]))
    names = {"x": x, "W": W, "b": b, r"\operatorname{relu}": dn.relu, "L": L, "l": range(1, L)}
    formula.holds({**names, r"\theta": params, "f": dn.mlp})


@pytest.mark.formula("networks-and-models/hinges")
def test_hinges(formula, rng):
    hidden = 4
    params = {"layers.0.weight": rng.normal(size=(hidden, 1)), "layers.0.bias": rng.normal(size=hidden)}
    params |= {"layers.1.weight": rng.normal(size=(1, hidden)), "layers.1.bias": rng.normal(size=1)}
    names = {
        "y": lambda x: dn.mlp(np.array([[x]]), params)[0, 0], "h": hidden, "b_2": params["layers.1.bias"][0],
        "w": np.array([params["layers.0.weight"][:, 0], params["layers.1.weight"][0]]),
        "b": np.array([params["layers.0.bias"]]),
    }  # fmt: skip
    for x in (-3.0, -0.2, 0.2, 3.0):  # each unit is active somewhere
        formula.holds({**names, "x": x})


@pytest.mark.formula("networks-and-models/reorder")
def test_reorder(formula, rng):
    params = {"layers.0.weight": rng.normal(size=(4, 3)), "layers.0.bias": rng.normal(size=4)}
    params |= {"layers.1.weight": rng.normal(size=(2, 4)), "layers.1.bias": rng.normal(size=2)}
    Q, x = np.eye(4)[rng.permutation(4)], rng.normal(size=(5, 3))
    names = {
        f"{kind}_{layer}": params[f"layers.{layer - 1}.{word}"]
        for kind, word in (("W", "weight"), ("b", "bias"))
        for layer in (1, 2)
    }
    (reordered,) = formula.values({"Q": Q, **names})[0]
    again = dict(zip(("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"), reordered, strict=True))
    np.testing.assert_allclose(dn.mlp(x, again), dn.mlp(x, params), rtol=1e-12)


def relu(x):
    return dn.relu(np.asarray(x, float))


def tent(x):
    params = {
        "layers.0.weight": np.ones((2, 1)),
        "layers.0.bias": np.array([0, -0.5]),
        "layers.1.weight": np.array([[2.0, -4.0]]),
    }
    return dn.mlp(np.array([[x]], float), {**params, "layers.1.bias": np.zeros(1)})[0, 0]


@pytest.mark.formula("deep-learning-and-neural-networks/fold")
def test_fold(formula):
    for x in (0.0, 0.2, 0.45, 0.5, 0.55, 0.9, 1.0):
        formula.holds({"t": tent, "x": x, r"\operatorname{relu}": relu})
    for x in (-0.1, 1.1):  # where the formula says nothing
        with pytest.raises(RefusedError, match="none of the cases"):
            formula.holds({"t": tent, "x": x, r"\operatorname{relu}": relu})


class Folded(dict):
    """t alone is one fold; t with an index, so many in a row."""

    def __call__(self, x):
        return tent(x)


@pytest.mark.formula("deep-learning-and-neural-networks/composition")
def test_composition(formula):
    folds = Folded({1: tent})
    for k in (2, 3):
        folds[k] = lambda x, before=folds[k - 1]: tent(before(x))  # the outermost fold last, the page's comes first
    for x in (0.1, 0.3, 0.45, 0.5, 0.55, 0.8):
        formula.holds({"t": folds, "x": x, "k": range(2, 4)})


@pytest.mark.formula("deep-learning-and-neural-networks/shortcut")
def test_shortcut(formula, rng):
    K, d = 3, 4
    W, b, before = rng.normal(size=(d, d)), rng.normal(size=d), rng.normal(size=d)
    layer = dn.residual(dn.differentiable(lambda x, weight, bias: shrunk(x, weight, bias, K)))
    after, pullback = layer.vjp(before[None], W, b)
    jacobian = np.array([pullback(row[None])[0][0] for row in np.eye(d)])
    slopes = dn.tanh.vjp(before @ W.T + b)[1](np.ones(d))[0]
    names = {"h_{l-1}": before, "h_l": after[0], "W_l": W, "b_l": b, "K": K, "f": dn.tanh, "I": np.eye(d)}
    names |= {r"\frac{\partial h_l}{\partial h_{l-1}}": jacobian, "D_l": np.diag(slopes)}
    formula.holds(names)


def shrunk(x, weight, bias, K):
    z, linear_pullback = dn.linear.vjp(x, weight, bias)
    h, tanh_pullback = dn.tanh.vjp(z)
    return h / K, lambda dh: linear_pullback(tanh_pullback(dh / K)[0])


@pytest.mark.transcription("deep-learning-and-neural-networks/slopes", "dcfe5d17e3310f38")
def test_slopes(net, rng):
    _, W, b = net
    x = rng.normal(size=(1, WIDTHS[0]))
    # forward layer by layer, backward by the pullbacks, down to the first layer's output
    h, pullbacks, slopes = x, [], {}
    for layer in range(1, L + 1):
        z, linear_pullback = dn.linear.vjp(h, W[layer], b[layer])
        h, pullback = (z, None) if layer == L else dn.tanh.vjp(z)
        slopes[layer] = 1 - np.tanh(z[0]) ** 2
        pullbacks.append((linear_pullback, pullback))
    dy = rng.normal(size=(1, WIDTHS[-1]))
    back = dy
    for linear_pullback, pullback in reversed(pullbacks[1:]):
        back = linear_pullback(pullback(back)[0] if pullback else back)[0]
    product = [sum(dy[0, i] * W[L][i, j] for i in range(WIDTHS[L])) for j in range(WIDTHS[L - 1])]
    for layer in range(L - 1, 1, -1):
        sloped = [product[i] * slopes[layer][i] for i in range(WIDTHS[layer])]
        product = [sum(sloped[i] * W[layer][i, j] for i in range(WIDTHS[layer])) for j in range(WIDTHS[layer - 1])]
    np.testing.assert_allclose(product, back[0], rtol=1e-12)


@pytest.mark.formula("network-types/sum")
def test_sum(formula, rng):
    A, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    formula.holds({"y": dn.linear(x[None], A)[0], "A": A, "x": x, "n": 3, "i": range(1, 4)})


@pytest.mark.formula("network-types/backward")
def test_backward(formula, rng):
    A, x, G = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
    dx, dA, *_ = dn.linear.vjp(x[None], A)[1](G[None])
    names = {r"\frac{\partial l}{\partial x}": dx[0], r"\frac{\partial l}{\partial A}": dA, "A": A, "G": G, "x": x}
    formula.holds({**names, "n": 3, "i": range(1, 4), "j": range(1, 4)})
