"""The formulas of the page on LSTM and GRU, against `dlref.numpy` and its pullbacks."""

import numpy as np
import pytest
from latex.values import At

import dlref.numpy as dn

T, n, d = 4, 2, 3
KEYS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


class Run:
    """A run of one sequence through an LSTM: states, gates, and their gradients at every step."""

    def __init__(self, rng):
        self.W, self.U, self.b_W, self.b_U = (
            rng.normal(size=shape) for shape in ((4 * d, n), (4 * d, d), 4 * d, 4 * d)
        )
        self.x, self.G, self.zero = rng.normal(size=(T, n)), rng.normal(size=(T, d)), np.zeros((1, 1, d))
        self.params = dict(zip(KEYS, (self.W, self.U, self.b_W, self.b_U), strict=True))
        self.h, self.c = np.zeros((T + 1, d)), np.zeros((T + 1, d))
        for t in range(T):
            state = (self.h[t][None, None], self.c[t][None, None])
            _, (h, c) = dn.lstm(self.x[t : t + 1, None], self.params, state)
            self.h[t + 1], self.c[t + 1] = h[0, 0], c[0, 0]
        behind = [self._behind(t) for t in range(T + 1)]
        self.dh = np.array([self.G[t - 1] + behind[t][0] for t in range(1, T + 1)])
        self.a = self.x @ self.W.T + self.b_W + self.h[:-1] @ self.U.T + self.b_U
        self.i, self.f, self.g, self.o = np.split(self.a, 4, axis=1)
        self.i, self.f, self.o = dn.sigmoid(self.i), dn.sigmoid(self.f), dn.sigmoid(self.o)
        self.g = dn.tanh(self.g)
        # to c_t it comes back from the steps behind it, and from h_t
        self.dc = np.array(
            [behind[t][1] + self.dh[t - 1] * self.o[t - 1] * (1 - np.tanh(self.c[t]) ** 2) for t in range(1, T + 1)]
        )
        sums = np.array([one[2] for one in behind])  # a bias is added at every step: a difference is that of one
        self.da = np.vstack([sums[:-1] - sums[1:], np.zeros((1, 4 * d))])

    def _behind(self, t):
        """The gradients of h_t, of c_t and of the bias, from the steps behind t."""
        if t == T:
            return np.zeros(d), np.zeros(d), np.zeros(4 * d)
        _, pullback = dn.lstm.vjp(self.x[t:, None], self.params, (self.h[t][None, None], self.c[t][None, None]))
        _, dparams, (dh, dc) = pullback((self.G[t:, None], (self.zero, self.zero)))
        return dh[0, 0], dc[0, 0], dparams["bias_hh_l0"]

    def states(self):
        return {"h": At((0, 1), self.h), "c": At((0, 1), self.c)}


@pytest.fixture
def run(rng):
    return Run(rng)


@pytest.mark.formula("lstm/gates")
def test_gates(formula, run):
    # the gates are seen in what they do: o_t in h_t and f_t, i_t, g_t in c_t, see the path below
    names = {"W": run.W, "x": run.x, "b_W": run.b_W, "U": run.U, "h": At((0, 1), run.h), "b_U": run.b_U}
    names |= {"i": run.i, "f": run.f, "g": run.g, "o": run.o, r"\sigma": dn.sigmoid}
    formula.holds({**names, "t": range(1, T + 1)})


@pytest.mark.formula("lstm/path")
def test_path(formula, run):
    names = {**run.states(), "i": run.i, "f": run.f, "g": run.g, "o": run.o, "t": range(1, T + 1)}
    formula.holds(names)


@pytest.mark.formula("lstm/backward")
def test_backward(formula, run):
    with_one_more = {
        "f": np.vstack([run.f, np.ones((1, d))]),
        r"\frac{\partial l}{\partial c}": np.vstack([run.dc, np.zeros((1, d))]),
    }
    names = {r"\frac{\partial l}{\partial h}": run.dh, r"\frac{\partial l}{\partial a}": run.da, **with_one_more}
    formula.holds({**names, "G": run.G, "U": run.U, "o": run.o, "c": At((0, 1), run.c), "t": range(1, T + 1)})


@pytest.mark.formula("lstm/preactivation")
def test_preactivation(formula, run):
    for t in range(1, T + 1):
        parts = zip("ifgo", np.split(run.da[t - 1], 4), strict=True)
        names = {rf"\frac{{\partial l}}{{\partial a_t^{gate}}}": part for gate, part in parts}
        names |= {r"\frac{\partial l}{\partial h}": run.dh, r"\frac{\partial l}{\partial c}": run.dc, "t": t}
        names |= {"i": run.i, "f": run.f, "g": run.g, "o": run.o, "c": At((0, 1), run.c)}
        formula.holds(names)


@pytest.mark.formula("lstm/through")
def test_through(formula, rng):
    # on the upper line alone: gates that do not see the state
    run = Run(rng)
    run.params["weight_hh_l0"] = np.zeros((4 * d, d))
    gates = dn.sigmoid(run.x @ run.W.T + run.b_W + run.b_U)[:, d : 2 * d]
    for k in (1, 2, 3):
        state = (np.zeros((1, 1, d)), rng.normal(size=(1, 1, d)))
        _, pullback = dn.lstm.vjp(run.x[T - k :, None], run.params, state)
        rows = [pullback((np.zeros((k, 1, d)), (run.zero, row[None, None])))[2][1][0, 0] for row in np.eye(d)]
        names = {r"\frac{\partial c_T}{\partial c_{T-k}}": np.array(rows), "f": gates, "T": T, "k": k}
        formula.holds({**names, r"\prod": lambda matrices: matrices})  # diagonal ones stand in any order


@pytest.mark.formula("lstm/keeps")
def test_keeps(formula):
    for u, near in ((20.0, 0.03), (2000.0, 0.0003)):
        formula.holds({"u": u, r"\sigma": lambda z: dn.sigmoid(np.asarray(z)), r"\approx": near})


@pytest.mark.formula("lstm/gru")
def test_gru(formula, rng):
    names, _, _ = gru_step(rng)
    formula.holds(
        {name: one for name, one in names.items() if "frac" not in name and name not in ("G_{t-1}", "U", "n_t")}
    )


@pytest.mark.formula("lstm/gru-backward")
def test_gru_backward(formula, rng):
    names, r, z = gru_step(rng)
    unasked = ("h_t", r"\sigma", "x_r", "x_z", "x_n", "u_r", "u_z")
    names = {name: one for name, one in names.items() if name not in unasked}
    formula.holds({**names, "r_t": r, "z_t": z})


def gru_step(rng):
    """The last of two steps of a GRU, seen from its weights; r_t, z_t and n_t follow from the names."""
    params = {key: rng.normal(size=shape) for key, shape in zip(KEYS, ((9, n), (9, d), 9, 9), strict=True)}
    x, h, G, dh = rng.normal(size=(1, 1, n)), rng.normal(size=(1, 1, d)), rng.normal(size=d), rng.normal(size=d)
    (output, _), pullback = dn.gru.vjp(x, params, h)
    _, dparams, before = pullback((dh[None, None], np.zeros((1, 1, d))))
    xs = np.split(params["weight_ih_l0"] @ x[0, 0] + params["bias_ih_l0"], 3)
    us = np.split(params["weight_hh_l0"] @ h[0, 0] + params["bias_hh_l0"], 3)
    r, z = dn.sigmoid(xs[0] + us[0]), dn.sigmoid(xs[1] + us[1])
    names = {f"x_{gate}": one for gate, one in zip("rzn", xs, strict=True)}
    names |= {f"u_{gate}": one for gate, one in zip("rzn", us, strict=True)}
    slopes = np.split(dparams["bias_ih_l0"], 3)
    names |= {rf"\frac{{\partial l}}{{\partial x_{gate}}}": one for gate, one in zip("rzn", slopes, strict=True)}
    names |= {
        r"\sigma": dn.sigmoid, "h_t": output[0, 0], "h_{t-1}": h[0, 0], "G_{t-1}": G, "U": params["weight_hh_l0"],
        r"\frac{\partial l}{\partial h_t}": dh,
        r"\frac{\partial l}{\partial u}": dparams["bias_hh_l0"],
        r"\frac{\partial l}{\partial h_{t-1}}": G + before[0, 0],
        "n_t": np.tanh(xs[2] + r * us[2]),
    }  # fmt: skip
    return names, r, z


@pytest.mark.formula("lstm/temperature")
def test_temperature(formula, rng):
    z, tau = rng.normal(size=5), 0.7
    formula.holds({"p": dn.softmax(z / tau, 0), "z": z, r"\tau": tau, "k": range(1, 6), "j": range(1, 6)})


@pytest.mark.formula("lstm/perplexity")
def test_perplexity(formula, rng):
    logits, targets = rng.normal(size=(6, 5)), rng.integers(0, 5, 6)
    chances = dn.softmax(logits, 1)[np.arange(6), targets]

    def p(now, first, _, last):  # characters are told by their places here: what came is targets[now − 1]
        assert (first, last) == (1, now - 1)
        return chances[int(now) - 1]

    perplexity = np.exp(dn.cross_entropy(logits, targets))
    places = At(0, np.arange(7))
    formula.holds({r"\operatorname{PP}": perplexity, "T": 6, "p": p, "x": places, r"\dots": ...})
