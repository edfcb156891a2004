"""The formulas of the page on convolutional networks, against `dlref.numpy`."""

import re
from ast import literal_eval

import numpy as np
import pytest
from latex.formula import SNIPPETS
from latex.values import At, of

import dlref.numpy as dn

C, O, k, H, W = 2, 3, 2, 4, 5  # noqa: E741  the page's letters


@pytest.fixture
def layer(rng):
    """One image through a convolution, and what comes back; images and kernels count from 0."""
    x, K, b = rng.normal(size=(C, H, W)), rng.normal(size=(O, C, k, k)), rng.normal(size=O)
    y, pullback = dn.conv2d.vjp(x[None], K, b)
    G = rng.normal(size=y.shape[1:])
    dx, dK, db, *_ = pullback(G[None])
    return {"x": x, "K": K, "b": b, "y": y[0], "G": G, "dx": dx[0], "dK": dK, "db": db}


def ranges(**sizes):
    return {letter: range(size) for letter, size in sizes.items()}


def counted(layer, *names):
    return {name: At(0, layer[name]) for name in names}


@pytest.mark.formula("convolutional/conv")
def test_conv(formula, layer):
    K = At((0, 1, 0, 0), layer["K"])  # the formula counts channels from 1
    names = {**counted(layer, "y", "b"), "K": K, "x": At((1, 0, 0), layer["x"]), "C": C, "k": k}
    formula.holds({**names, **ranges(o=O, i=H - 1, j=W - 1)})


@pytest.mark.formula("convolutional/weight")
def test_weight(formula, layer):
    slopes = {
        r"\frac{\partial l}{\partial K}": At(0, layer["dK"]),
        r"\frac{\partial l}{\partial b}": At(0, layer["db"]),
    }
    formula.holds({**slopes, **counted(layer, "G", "x"), **ranges(o=O, c=C, u=k, v=k, i=H - 1, j=W - 1)})


@pytest.mark.formula("convolutional/input")
def test_input(formula, layer):
    names = {r"\frac{\partial l}{\partial x}": At(0, layer["dx"]), "K": At(0, layer["K"])}
    G = At(0, layer["G"], zero_outside=True)
    formula.holds({**names, "G": G, **ranges(c=C, i=H, j=W, o=O, u=k, v=k)})


@pytest.mark.formula("convolutional/shift")
def test_shift(formula, layer):
    a, b = 1, 2
    wide = np.zeros((C, H + a, W + b))
    wide[:, a:, b:] = layer["x"]
    moved = dn.conv2d(wide[None], layer["K"], layer["b"])[0]
    names = {"x": At(0, layer["x"]), "x'": At(0, wide), "y'": At(0, moved), **counted(layer, "y", "K")}
    # away from the border: where the shifted places lie within
    inside = {"i": range(a, a + H - 1), "j": range(b, b + W - 1)}
    formula.holds(
        {**names, **inside, "b_o": of("o")(lambda o: layer["b"][o]), "a": a, "b": b, **ranges(o=O, c=C, u=k, v=k)}
    )


@pytest.mark.formula("convolutional/size")
def test_size(formula):
    for height, padding, dilation, size, stride in ((7, 0, 1, 3, 1), (7, 1, 1, 3, 2), (9, 2, 2, 3, 3), (8, 0, 3, 2, 2)):
        image, kernel = np.zeros((1, 1, height, height)), np.zeros((1, 1, size, size))
        found = dn.conv2d(image, kernel, stride=stride, padding=padding, dilation=dilation).shape[2]
        formula.holds({"H'": found, "H": height, "p": padding, "d": dilation, "k": size, "s": stride})


@pytest.mark.formula("convolutional/field")
def test_field(formula):
    kernels, strides, x = [3, 2, 3], [1, 2, 1], np.zeros((1, 1, 16, 16))
    pullbacks = []
    for size, stride in zip(kernels, strides, strict=True):
        x, pullback = dn.conv2d.vjp(x, np.ones((1, 1, size, size)), stride=stride)
        pullbacks.append(pullback)
    for n in (1, 2, 3):
        value = np.zeros((1, 1, 16, 16))
        for size, stride in zip(kernels[:n], strides[:n], strict=True):
            value = dn.conv2d(value, np.ones((1, 1, size, size)), stride=stride)
        back = np.zeros_like(value)
        back[0, 0, 1, 1] = 1
        for pullback in reversed(pullbacks[:n]):
            back = pullback(back)[0]
        seen = int((back[0, 0] != 0).any(axis=1).sum())
        formula.holds(
            {"r_n": seen, "n": n, "k": np.array(kernels), "s": np.array(strides)}
            if n > 1
            else {"r_n": seen, "n": n, "k": np.array(kernels)}
        )


@pytest.mark.formula("convolutional/im2col")
def test_im2col(formula, layer):
    windows = [
        layer["x"][c, u : u + H - 1, v : v + W - 1].ravel() for c in range(C) for u in range(k) for v in range(k)
    ]
    flat, G = layer["K"].reshape(O, -1), layer["G"].reshape(O, -1)
    y = (layer["y"] - layer["b"][:, None, None]).reshape(O, -1)
    # what each entry of cols gets back: the pullback of an image for which each column is a patch of its own
    patches = np.array(windows).T.reshape(-1, C, k, k)
    dpatches = dn.conv2d.vjp(patches, layer["K"])[1](G.T[:, :, None, None])[0].reshape(G.shape[1], -1).T
    names = {
        "y": y, r"K_{\mathrm{flat}}": flat, r"\mathrm{cols}": np.array(windows), "G": G,
        r"\frac{\partial l}{\partial K_{\mathrm{flat}}}": layer["dK"].reshape(O, -1),
        r"\frac{\partial l}{\partial \mathrm{cols}}": dpatches,
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("convolutional/by-hand")
def test_by_hand(formula):
    # the numbers of the page's example: it goes on with what comes out of them
    (_, x), (_, K), (_, G) = formula.values({"x": 0, "K": 0, "G": 0})
    code = (SNIPPETS / "convolutional/by-hand.numpy.md").read_text("utf-8")  # the same numbers stand in the code below
    for name, stated in (("x", x), ("K", K), ("G", G)):
        written = re.search(rf"^{name} = np.array\((.*)\)\[", code, re.MULTILINE)[1]
        np.testing.assert_array_equal(stated, np.array(literal_eval(written)))
    y, pullback = dn.conv2d.vjp(x[None, None], K[None, None])
    dx, dK, *_ = pullback(G[None, None])
    assert (y[0, 0, 0, 0], dK[0, 0, 0, 0], dx[0, 0, 1, 1]) == (5, 7, 4)


def channel(rng):
    m, eps = 6, 0.1
    x, gamma, beta, G = rng.normal(size=(m, 1)), rng.normal(size=1), rng.normal(size=1), rng.normal(size=(m, 1))
    return m, eps, x, gamma, beta, G


@pytest.mark.formula("convolutional/batch-norm")
def test_batch_norm(formula, rng):
    m, eps, x, gamma, beta, _ = channel(rng)
    y = dn.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)
    names = {"y": y[:, 0], "x": x[:, 0], r"\gamma": gamma[0], r"\beta": beta[0], r"\varepsilon": eps, "m": m}
    formula.holds(names)


@pytest.mark.formula("convolutional/batch-norm-backward")
def test_batch_norm_backward(formula, rng):
    m, eps, x, gamma, beta, G = channel(rng)
    _, pullback = dn.batch_norm.vjp(x, None, None, gamma, beta, training=True, eps=eps)
    dx = next(one for one in pullback(G) if one is not None)[:, 0]
    names = {
        "x": x[:, 0], r"\mu": of("x")(np.mean), "s": of("x")(lambda x: np.sqrt(np.var(x) + eps)), "m": m,
        r"\hat x": of("x", r"\mu", "s")(lambda x, mean, s: (x - mean) / s), r"\delta": np.eye(m), "G": G[:, 0],
        r"\gamma": gamma[0], "k": range(1, m + 1), "i": range(1, m + 1), r"\frac{\partial l}{\partial x}": dx,
        r"\overline{G}": np.mean(G),
        r"\overline{G \hat x}": np.mean(G[:, 0] * (x[:, 0] - x.mean()) / np.sqrt(x.var() + eps)),
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("convolutional/residual")
def test_residual(formula, rng):
    x, W = rng.normal(size=3), rng.normal(size=(3, 3))
    block = dn.differentiable(lambda x: (np.tanh(W @ x), lambda dy: (W.T @ (dy * (1 - np.tanh(W @ x) ** 2)),)))
    y, pullback = dn.residual(block).vjp(x)
    jacobian = np.array([pullback(row)[0] for row in np.eye(3)])
    inner = np.array([block.vjp(x)[1](row)[0] for row in np.eye(3)])
    names = {"y": y, "x": x, "f": lambda x: np.tanh(W @ x), "I": np.eye(3)}
    names |= {r"\frac{\partial y}{\partial x}": jacobian, r"\frac{\partial f}{\partial x}": inner}
    formula.holds(names)
