"""The formulas of the page on mini-batches: all batches of a small set are drawn, so that expectations are exact."""

from itertools import combinations

import numpy as np
import pytest
from latex.values import mean_over, of

import dlref.numpy as dn

N, B, P = 5, 2, 3
THETA = np.array([0.4, -0.7, 1.1])


def setting(rng):
    """Losses of N examples, whose gradients dlref gives, and all batches of B of them."""
    x, y = rng.normal(size=(N, P)), rng.normal(size=N)
    slopes = np.array([slope_of(x, y, [n]) for n in range(N)])
    batches = [[one + 1 for one in batch] for batch in combinations(range(N), B)]
    return x, y, slopes, batches


def slope_of(x, y, chosen):
    value, back = dn.linear.vjp(x[chosen], THETA[None])
    return back(dn.mse_loss.vjp(value, y[chosen, None])[1](np.float64(1))[0])[1][0]


def scatter(slopes):
    return float(np.mean(np.sum((slopes - slopes.mean(axis=0)) ** 2, axis=1)))


def worlds(slopes, batches):
    means = [np.mean([slopes[n - 1] for n in batch], axis=0) for batch in batches]
    return mean_over(
        [{r"g_{\mathcal{B}}": mean, r"\mathcal{B}": batch} for mean, batch in zip(means, batches, strict=True)]
    )


@pytest.mark.formula("mini-batches/estimate")
def test_estimate(formula, rng):
    x, y, slopes, batches = setting(rng)
    batch = batches[3]
    params = {"w": THETA.copy()}
    dn.SGD(params, lr=0.3).step({"w": slope_of(x, y, [n - 1 for n in batch])})
    names = {
        r"g_{\mathcal{B}}": slope_of(x, y, [n - 1 for n in batch]), r"\mathcal{B}": batch, "B": B, "N": N, r"\eta": 0.3,
        r"\nabla L_n": of("n")(lambda n: slopes[n - 1]), r"\nabla L": slope_of(x, y, list(range(N))), r"\theta": THETA,
    }  # fmt: skip
    formula.holds(names, {r"\theta": params["w"]})


@pytest.mark.formula("mini-batches/unbiased")
def test_unbiased(formula, rng):
    _, _, slopes, batches = setting(rng)
    chances = worlds(slopes, batches)
    names = {r"\mathbb{E}": chances, r"\Pr": chances, r"\nabla L_n": of("n")(lambda n: slopes[n - 1]), "B": B, "N": N}
    formula.holds({**names, r"\nabla L": slopes.mean(axis=0)})


@pytest.mark.formula("mini-batches/noise")
def test_noise(formula, rng):
    _, _, slopes, batches = setting(rng)
    names = {r"\mathbb{E}": worlds(slopes, batches), r"\nabla L": slopes.mean(axis=0), "B": B, "N": N}
    formula.holds({**names, r"\sigma": np.sqrt(scatter(slopes))})


@pytest.mark.formula("mini-batches/pairs")
def test_pairs(formula, rng):
    _, _, slopes, batches = setting(rng)
    names = {r"\mathbb{E}": worlds(slopes, batches), r"\nabla L": slopes.mean(axis=0), "B": B, "N": N}
    letters = {"n": range(1, N + 1), "m": range(1, N + 1)}
    deviations = dict(enumerate(slopes - slopes.mean(axis=0), 1))
    formula.holds({**names, "d": deviations, **letters})


@pytest.mark.formula("mini-batches/sum")
def test_sum(formula, rng):
    # a step of the sum at the rate that the formula gives is the step of the mean
    x, y, slopes, batches = setting(rng)
    batch, eta = batches[2], 0.3
    mean, summed = {"w": THETA.copy()}, {"w": THETA.copy()}
    dn.SGD(mean, lr=eta).step({"w": slope_of(x, y, [n - 1 for n in batch])})
    total = sum(slopes[n - 1] for n in batch)
    dn.SGD(summed, lr=eta / B).step({"w": total})
    np.testing.assert_allclose(mean["w"], summed["w"], rtol=1e-12)
    names = {
        r"\nabla": r"\theta", r"\theta": THETA, r"\mathcal{B}": batch, "B": B, r"\eta": eta, r"\eta_{\Sigma}": eta / B,
        "L_n": of("n", r"\theta")(lambda n, theta: dn.mse_loss(x[n - 1 : n] @ theta, y[n - 1 : n])),
        r"g_{\mathcal{B}}": slope_of(x, y, [n - 1 for n in batch]),
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("mini-batches/step")
def test_step(formula, rng):
    # of a quadratic with equal curvatures, where both lines are exact; batches are drawn with replacement
    curvature, lowest = 0.8, rng.normal(size=(4, P))
    slopes = curvature * (THETA - lowest)
    drawn = [{r"g_{\mathcal{B}}": (a + b) / 2} for a in slopes for b in slopes]

    def cost(theta):
        return float(np.mean(np.sum((theta - lowest) ** 2, axis=1))) * curvature / 2

    constants = {"B": 2, r"\lambda": curvature, r"\eta": 0.3, "H": curvature * np.eye(P), r"\theta": THETA}
    spread = {r"\nabla L": slopes.mean(axis=0), r"\sigma": np.sqrt(scatter(slopes)), r"\approx": 1e-9}
    # L is a function before the parenthesis and its value elsewhere
    names = {**constants, **spread, r"\mathbb{E}": mean_over(drawn), "L": Valued(cost, THETA), **drawn[1]}
    formula.holds(names)


class Valued(float):
    """A number, the value of a function at a place, that may also be called."""

    def __new__(cls, function, at):
        self = super().__new__(cls, function(at))
        self.function = function
        return self

    def __call__(self, at):
        return self.function(at)


@pytest.mark.formula("mini-batches/best-rate")
def test_best_rate(formula):
    # found by trying: the rate that lowers the expected loss of a step most
    curvature, slope, sigma = 0.8, np.array([0.6, -1.2]), 1.5
    for size in (1, 4):
        rates = np.linspace(0, 2, 200_001)
        expected = -rates * (slope @ slope) + rates**2 * curvature / 2 * (slope @ slope + sigma**2 / size)
        found = rates[np.argmin(expected)]
        best = {r"\eta^*": lambda _, found=found: found, "B": size}
        formula.holds({**best, r"\lambda": curvature, r"\sigma": sigma, r"\nabla L": slope}, rtol=1e-4)


@pytest.mark.formula("mini-batches/memory")
def test_memory(formula):
    # numbers of 4 bytes for the activations of an example in a network 64–32–10, and 8 for its class
    activations = sum(np.zeros(size, np.float32).nbytes for size in (64, 32, 10))
    ((left, right),) = formula.values({})
    assert left == right == activations + np.zeros(1, np.int64).nbytes
