"""The formulas of the page on recurrent networks, against `dlref.numpy.rnn` and its pullback."""

from functools import reduce

import numpy as np
import pytest
from latex.values import At

import dlref.numpy as dn

T, n, d = 4, 2, 3


class Run:
    """A run of one sequence: its states, and the gradients of states and preactivations at every step."""

    def __init__(self, rng):
        self.W, self.U, self.b_W, self.b_U = (rng.normal(size=shape) for shape in ((d, n), (d, d), d, d))
        self.x, self.G, self.h_0 = rng.normal(size=(T, n)), rng.normal(size=(T, d)), rng.normal(size=d)
        keys = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        self.params = dict(zip(keys, (self.W, self.U, self.b_W, self.b_U), strict=True))
        (output, _), pullback = dn.rnn.vjp(self.x[:, None], self.params, self.h_0[None, None])
        self.h = np.vstack([self.h_0, output[:, 0]])  # h_0, …, h_T
        self.dx, self.dparams, _ = pullback((self.G[:, None], np.zeros((1, 1, d))))
        # what comes back to h_t is the gradient of the initial state of the steps behind it, and G_t
        self.dh = np.array([self.G[t - 1] + self._behind(t)[0] for t in range(1, T + 1)])
        # a bias is added at every step: the difference of two of its gradients is that of one step
        sums = np.array([self._behind(t)[1] for t in range(T + 1)])
        self.da = np.vstack([sums[:-1] - sums[1:], np.zeros((1, d))])  # of steps 1, …, T, and nothing behind

    def _behind(self, t):
        """The gradients of h_t and of the bias, from the steps behind t."""
        if t == T:
            return np.zeros(d), np.zeros(d)
        _, pullback = dn.rnn.vjp(self.x[t:, None], self.params, self.h[t][None, None])
        _, dparams, dstate = pullback((self.G[t:, None], np.zeros((1, 1, d))))
        return dstate[0, 0], dparams["bias_hh_l0"]


@pytest.fixture
def run(rng):
    return Run(rng)


@pytest.mark.formula("recurrent/state")
def test_state(formula, run):
    names = {"W": run.W, "x": run.x, "b_W": run.b_W, "U": run.U, "b_U": run.b_U, "h": At((0, 1), run.h)}
    formula.holds({**names, "t": range(1, T + 1)})


@pytest.mark.formula("recurrent/bptt")
def test_bptt(formula, run):
    names = {r"\frac{\partial l}{\partial h}": run.dh, r"\frac{\partial l}{\partial a}": run.da, "G": run.G}
    formula.holds({**names, "U": run.U, "h": At((0, 1), run.h), "t": range(1, T + 1)})


@pytest.mark.formula("recurrent/shared")
def test_shared(formula, run):
    dparams = run.dparams
    names = {
        r"\frac{\partial l}{\partial a}": run.da, "h": At((0, 1), run.h), "x": run.x, "T": T,
        r"\frac{\partial l}{\partial U}": dparams["weight_hh_l0"],
        r"\frac{\partial l}{\partial W}": dparams["weight_ih_l0"],
        r"\frac{\partial l}{\partial b_W}": dparams["bias_ih_l0"],
        r"\frac{\partial l}{\partial b_U}": dparams["bias_hh_l0"],
    }  # fmt: skip
    formula.holds(names)


def behind(run, k):
    """The Jacobian of h_T by h_{T−k}, row by row from the pullback of the last k steps."""
    _, pullback = dn.rnn.vjp(run.x[T - k :, None], run.params, run.h[T - k][None, None])
    zero = np.zeros((k, 1, d))
    return np.array([pullback((zero, row[None, None]))[2][0, 0] for row in np.eye(d)])


def later_on_the_left(matrices):
    return [reduce(lambda product, matrix: matrix @ product, matrices)]


@pytest.mark.formula("recurrent/product")
def test_product(formula, run):
    for k in (1, 2, 3):
        names = {r"\frac{\partial h_T}{\partial h_{T-k}}": behind(run, k), "U": run.U, "h": At((0, 1), run.h)}
        formula.holds({**names, "T": T, "k": k, r"\prod": later_on_the_left})


@pytest.mark.formula("recurrent/bound")
def test_bound(formula, run):
    for k in (1, 2, 3):
        names = {r"\frac{\partial h_T}{\partial h_{T-k}}": behind(run, k), "U": run.U, "h": At((0, 1), run.h)}
        names |= {r"\lVert": lambda matrix: np.linalg.norm(matrix, 2), "j": range(1, d + 1), "T": T, "k": k}
        formula.holds(names)
