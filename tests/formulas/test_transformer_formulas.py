"""The formulas of the page on attention, against `dlref.numpy` and its pullbacks."""

import numpy as np
import pytest
from latex.values import At, mean_over, of, variance_over

import dlref.numpy as dn

n, m, D, d = 3, 4, 5, 2  # places that ask and places that are looked at, features, features of a head


def by_rows(scores):
    return dn.softmax(scores, 1)


def attended(q, k, v):
    return dn.scaled_dot_product_attention(q[None], k[None], v[None])[0]


@pytest.mark.formula("transformer/attention")
def test_attention(formula, rng):
    Q, K, V = rng.normal(size=(n, d)), rng.normal(size=(m, d)), rng.normal(size=(m, D))
    names = {"Q": Q, "K": K, "V": V, "d": d, r"\operatorname{softmax}": by_rows, "Y": attended(Q, K, V)}
    formula.holds({**names, "A": attended(Q, K, np.eye(m))})


@pytest.mark.formula("transformer/projections")
def test_projections(formula, rng):
    X, Z, W = rng.normal(size=(n, D)), rng.normal(size=(m, D)), rng.normal(size=(3, D, d))
    made = [dn.linear(one, weight.T) for one, weight in zip((X, Z, Z), W, strict=True)]
    names = dict(zip("QKV", made, strict=True))
    formula.holds({**names, "X": X, "Z": Z, "W^Q": W[0], "W^K": W[1], "W^V": W[2]})


@pytest.mark.formula("transformer/backward")
def test_backward(formula, rng):
    Q, K, V = rng.normal(size=(n, d)), rng.normal(size=(m, d)), rng.normal(size=(m, D))
    G = rng.normal(size=(n, D))
    _, pullback = dn.scaled_dot_product_attention.vjp(Q[None], K[None], V[None])
    dQ, dK, dV = (one[0] for one in pullback(G[None])[:3])
    S, A = Q @ K.T / np.sqrt(d), by_rows(Q @ K.T / np.sqrt(d))
    dA = linear_slope(lambda a: np.sum(G * (a @ V)), A)
    names = {
        r"\frac{\partial l}{\partial Q}": dQ, r"\frac{\partial l}{\partial K}": dK,
        r"\frac{\partial l}{\partial V}": dV,
        r"\frac{\partial l}{\partial A}": dA, r"\frac{\partial l}{\partial S}": dn.softmax.vjp(S, 1)[1](dA)[0],
        "A": A, "G": G, "Q": Q, "K": K, "V": V, "d": d,
        "i": range(1, n + 1), "j": range(1, m + 1), "k": range(1, m + 1),
    }  # fmt: skip
    formula.holds(names)


def linear_slope(function, at):
    """The gradient of a linear function, exactly: what each unit of the input adds."""
    zero = np.zeros_like(at)
    units = np.eye(at.size).reshape(at.size, *at.shape)
    return np.array([function(unit) - function(zero) for unit in units]).reshape(at.shape)


@pytest.mark.formula("transformer/projections-backward")
def test_projections_backward(formula, rng):
    X, Z, W = rng.normal(size=(n, D)), rng.normal(size=(m, D)), rng.normal(size=(3, D, d))
    G = rng.normal(size=(n, d))
    parts = [dn.linear.vjp(one, weight.T) for one, weight in zip((X, Z, Z), W, strict=True)]
    (Q, K, V), pullbacks = zip(*parts, strict=True)
    _, attention_pullback = dn.scaled_dot_product_attention.vjp(Q[None], K[None], V[None])
    slopes = [one[0] for one in attention_pullback(G[None])[:3]]
    back = [pullback(slope) for pullback, slope in zip(pullbacks, slopes, strict=True)]
    names = {rf"\frac{{\partial l}}{{\partial {name}}}": one for name, one in zip("QKV", slopes, strict=True)}
    names |= {rf"\frac{{\partial l}}{{\partial W^{name}}}": one[1].T for name, one in zip("QKV", back, strict=True)}
    names |= {r"\frac{\partial l}{\partial X}": back[0][0], r"\frac{\partial l}{\partial Z}": back[1][0] + back[2][0]}
    formula.holds({**names, "X": X, "Z": Z, "W^Q": W[0], "W^K": W[1], "W^V": W[2]})


@pytest.mark.formula("transformer/softmax-backward")
def test_softmax_backward(formula, rng):
    s, g = rng.normal(size=m), rng.normal(size=m)
    letters = {letter: range(1, m + 1) for letter in "ijk"}
    names = {"s": s, "p": of("s")(lambda s: dn.softmax(s, 0)), "g": g, **letters}
    formula.holds({**names, r"\frac{\partial l}{\partial s}": dn.softmax.vjp(s, 0)[1](g)[0]})


@pytest.mark.formula("transformer/layer-norm")
def test_layer_norm(formula, rng):
    x, gamma, beta = rng.normal(size=D), rng.normal(size=D), rng.normal(size=D)
    y = dn.layer_norm(x[None], (D,), gamma, beta, eps=0.1)[0]
    formula.holds({"y": y, "x": x, r"\gamma": gamma, r"\beta": beta, r"\varepsilon": 0.1, "D": D})


@pytest.mark.formula("transformer/layer-norm-backward")
def test_layer_norm_backward(formula, rng):
    x, gamma, G = rng.normal(size=D), rng.normal(size=D), rng.normal(size=D)
    _, pullback = dn.layer_norm.vjp(x[None], (D,), gamma, np.zeros(D), eps=0.1)
    hat = dn.layer_norm(x[None], (D,), eps=0.1)[0]
    names = {"h": gamma * G, r"\hat{x}": hat, "v": np.var(x), r"\varepsilon": 0.1, r"\operatorname{mean}": np.mean}
    formula.holds({**names, r"\frac{\partial l}{\partial x}": pullback(G[None])[0][0]})


@pytest.mark.formula("transformer/masks")
def test_masks(formula, rng):
    S = rng.normal(size=(n, n))
    M = np.triu(np.full((n, n), -np.inf), 1)
    allowed = np.tril(np.ones((n, n), bool))
    # scores come out of the products as they are with K = 1 and a scale of 1
    A = dn.scaled_dot_product_attention(S[None], np.eye(n)[None], np.eye(n)[None], attn_mask=allowed, scale=1.0)[0]
    letters = {letter: range(1, n + 1) for letter in "ij"}
    formula.holds({"A": A, "S": S, "M": M, r"\operatorname{softmax}": by_rows, **letters})


@pytest.mark.formula("transformer/permutation")
def test_permutation(formula, rng):
    S, V, P = rng.normal(size=(m, m)), rng.normal(size=(m, D)), np.eye(m)[[1, 2, 3, 0]]
    formula.holds({"S": S, "V": V, r"\Pi": P, "A": by_rows(S), r"\operatorname{softmax}": by_rows})


@pytest.mark.formula("transformer/positions")
def test_positions(formula):
    P = dn.sinusoidal_positions(7, 6, dtype=np.float64)
    formula.holds({"P": At(0, P), "t": range(7), "j": range(3), "D": 6})


@pytest.mark.formula("transformer/block")
def test_block(formula, rng):
    heads, D, F, n = 2, 4, 3, 3
    shapes = {
        "self_attn.in_proj_weight": (3 * D, D), "self_attn.in_proj_bias": (3 * D,),
        "self_attn.out_proj.weight": (D, D), "self_attn.out_proj.bias": (D,),
        "linear1.weight": (F, D), "linear1.bias": (F,), "linear2.weight": (D, F), "linear2.bias": (D,),
        "norm1.weight": (D,), "norm1.bias": (D,), "norm2.weight": (D,), "norm2.bias": (D,),
    }  # fmt: skip
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    params |= {"norm2.weight": params["norm1.weight"], "norm2.bias": params["norm1.bias"]}  # one name on the page
    x = rng.normal(size=(1, n, D))
    y = dn.transformer_encoder_layer(x, params, heads, norm_first=True)[0]
    attention = {name.removeprefix("self_attn."): one for name, one in params.items() if name.startswith("self_attn.")}

    def attend(one):
        return dn.multi_head_attention(one[None], one[None], one[None], attention, heads)[0]

    def norm(one):
        return dn.layer_norm(one, (D,), params["norm1.weight"], params["norm1.bias"])

    # the page's formula has a place as a column; here all places are columns at once, in a transposed world
    names = {
        "x": x[0].T, "y": y.T, r"\operatorname{attention}": lambda one: attend(one.T).T,
        r"\operatorname{norm}": lambda one: norm(one.T).T, r"\operatorname{relu}": dn.relu,
        "W_1": params["linear1.weight"], "W_2": params["linear2.weight"],
        "b_1": np.tile(params["linear1.bias"][:, None], n), "b_2": np.tile(params["linear2.bias"][:, None], n),
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("transformer/heads")
def test_heads(formula, rng):
    M, D, d, n = 2, 4, 2, 3
    W = rng.normal(size=(3, M, D, d))
    out, x = rng.normal(size=(D, D)), rng.normal(size=(n, D))
    params = {
        "in_proj_weight": np.vstack([np.hstack(list(part)).T for part in W]), "in_proj_bias": np.zeros(3 * D),
        "out_proj.weight": out.T, "out_proj.bias": np.zeros(D),
    }  # fmt: skip
    names = {f"W^{name}": dict(enumerate(part, 1)) for name, part in zip("QKV", W, strict=True)}
    names |= {"X": x, "W^O": out, "M": M, "m": range(1, M + 1), r"\operatorname{attention}": attended}
    X = x[None]
    formula.holds({**names, "Y": dn.multi_head_attention(X, X, X, params, M)[0]})


@pytest.mark.formula("transformer/variance")
def test_variance(formula):
    # entries that are independent, with mean 0 and variance 1: all signs, each with the same chance
    from itertools import product

    d = 3
    signs = [np.array(one) * 1.0 for one in product((-1, 1), repeat=2 * d)]
    worlds = [{"q": one[:d], "k": one[d:]} for one in signs]
    names = {r"\operatorname{Var}": variance_over(worlds), r"\operatorname{E}": mean_over(worlds), "d": d}
    formula.holds(names)
