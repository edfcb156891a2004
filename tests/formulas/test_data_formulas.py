"""The formulas of the pages on the order and the splitting of data."""

from itertools import combinations, product

import numpy as np
import pytest
from examples import THETA, N, P, slope, stepped
from latex.values import mean_over, of

import dlref.numpy as dn


@pytest.mark.formula("data-order/epoch")
def test_epoch(formula, examples):
    order, B, eta = [3, 6, 1, 2, 5, 4], 2, 0.3
    for k in (0, 1, 2):
        batch = [order[k * B], order[k * B + 1]]
        names = {
            r"\sigma": lambda place: order[place - 1], "k": k, "B": B, r"\mathcal{B}_k": batch, r"\eta": eta,
            "g": {k: lambda theta, batch=batch: slope(examples, batch, theta)}, r"\theta": THETA,
            r"\nabla \ell": {n: (lambda theta, n=n: slope(examples, [n], theta)) for n in range(1, N + 1)},
            r"\theta_k": THETA, r"\theta_{k+1}": stepped(THETA, slope(examples, batch), eta),
        }  # fmt: skip
        formula.holds(names)


@pytest.mark.formula("data-order/classes")
def test_classes(formula, examples):
    batch, classes = [1, 2, 4, 5, 6], {1: [1, 4, 5], 2: [2, 6]}
    names = {"g_k": slope(examples, batch), "k": 1, "B": len(batch), "C": 2}
    counts = np.array([[len(members) for members in classes.values()]])
    slopes = {1: {c: slope(examples, members) for c, members in classes.items()}}
    # B is a number and, with indices, a table
    names = {**names, r"\nabla L": slopes, r"B_{k,c}": of("k", "c")(lambda k, c: counts[k - 1, c - 1])}
    formula.holds(names)


@pytest.mark.formula("data-order/first-order")
def test_first_order(formula, rng):
    missed = []
    for eta in (1e-3, 5e-4):
        names = {"L_a": lambda at: float(np.sum(np.cos(at) * [1, 2, 3])), "O": remainder(eta**2), r"\eta": eta}
        names |= {r"\nabla L_a": lambda at: -np.sin(at) * [1, 2, 3], r"\theta": THETA}
        # the gradient of L_c without its argument is the one at θ
        names |= {r"\nabla L_c": Valued(lambda at: at**2 - 1, THETA)}
        ((left, right),) = formula.values(names)
        missed.append(left - right)
    assert missed[0] / missed[1] == pytest.approx(4, rel=0.02)


def remainder(order):
    """O(η²) or O(η³), left out; how fast what is missed falls is judged by the test."""

    def left_out(stated):
        assert stated == pytest.approx(order, rel=1e-12)
        return 0.0

    return left_out


class Valued(np.ndarray):
    """An array, the value of a function at a place, that may also be called."""

    def __new__(cls, function, at):
        self = np.asarray(function(at)).view(cls)
        self.function = function
        return self

    def __call__(self, at):
        return self.function(at)


@pytest.mark.formula("data-order/bias")
def test_bias(formula):
    C = 4
    p = np.full(C, 1 / C)  # of a network that knows nothing
    units = dict(enumerate(np.eye(C), 1))
    slopes = {c: dn.cross_entropy.vjp(np.zeros((1, C)), np.array([c - 1]))[1](np.float64(1))[0][0] for c in units}
    for a, c in product(units, units):
        names = {r"\nabla_b L": slopes, "p": p, "e": units, "a": a, "c": c, "j": range(1, C + 1), "C": C}
        formula.holds(names)


@pytest.mark.formula("data-order/chi")
def test_chi(formula):
    # every batch of 3 out of 6, of two classes
    labels, B = np.array([0, 0, 0, 0, 1, 1]), 3
    counts = [np.bincount(labels[list(batch)], minlength=2) for batch in combinations(range(N), B)]
    chi = [
        float(sum((count - B * share) ** 2 / (B * share) for count, share in zip(one, (2 / 3, 1 / 3), strict=True)))
        for one in counts
    ]
    names = {"C": 2, "s": np.array([2 / 3, 1 / 3]), "N": N, "B": B}
    names |= {r"\mathbb{E}": mean_over([{r"\chi_k^2": one} for one in chi]), r"\chi_k^2": chi[4]}
    formula.holds({**names, "B_{k,c}": of("c")(lambda c: counts[4][c - 1])})


@pytest.mark.formula("data-order/small-steps")
def test_small_steps(formula, rng):
    K, missed = 3, []
    hessians = {k: np.diag(rng.uniform(0.5, 1.5, P)) for k in range(K)}
    hessians = {k: one + 0.2 for k, one in hessians.items()}
    lowest = rng.normal(size=(K, P))
    for eta in (1e-2, 5e-3):
        theta = THETA
        for k in range(K):
            theta = stepped(theta, hessians[k] @ (theta - lowest[k]), eta)
        slopes = {k: (lambda at, k=k: hessians[k] @ (at - lowest[k])) for k in range(K)}
        names = {r"\theta_K": theta, r"\theta_0": THETA, r"\eta": eta, "K": K, "g": slopes, "H": hessians}
        ((left, right),) = formula.values({**names, "O": remainder(eta**3)})
        missed.append(left - right)
    assert np.linalg.norm(missed[0]) / np.linalg.norm(missed[1]) == pytest.approx(8, rel=0.02)


@pytest.mark.formula("data-order/two-targets")
def test_two_targets(formula):
    for eta, n in ((0.1, 1), (0.1, 7), (0.4, 3)):
        walk = [np.zeros(1)]
        for step in range(2 * n):
            target = 1.0 if step < n else -1.0
            walk.append(stepped(walk[-1], walk[-1] - target, eta))
        formula.holds({"w": np.array(walk)[1:, 0], r"\eta": eta, "n": n})


@pytest.mark.formula("data-splits/accuracy")
def test_accuracy(formula, rng):
    right, predicted = rng.integers(0, 3, 8), rng.integers(0, 3, 8)
    a = lambda chosen: dn.accuracy(np.eye(3)[predicted[np.array(chosen) - 1]], right[np.array(chosen) - 1])  # noqa: E731
    formula.holds({"a": a, "S": list(range(2, 8)), "y": right, r"\hat{y}": predicted})


@pytest.mark.formula("data-splits/chosen")
def test_chosen(formula):
    # two candidates, one right on three of four examples and one on two; every pair of examples is a set
    right = np.array([[1, 1, 1, 0], [0, 1, 0, 1]])
    worlds = [{"S": list(pair)} for pair in combinations(range(4), 2)]
    accuracies = {k: (lambda S, row=row: float(np.mean(row[S]))) for k, row in enumerate(right, 1)}
    formula.holds({r"\mathbb{E}": mean_over(worlds), "a": accuracies, "k": range(1, 3)})


@pytest.mark.formula("data-splits/spread")
def test_spread(formula):
    # every outcome of three independent draws, each right with the chance a
    a, size = 0.7, 3
    outcomes = list(product((0, 1), repeat=size))
    chances = [np.prod([a if one else 1 - a for one in outcome]) for outcome in outcomes]
    mean = sum(chance * np.mean(outcome) for chance, outcome in zip(chances, outcomes, strict=True))
    variance = sum(chance * (np.mean(outcome) - mean) ** 2 for chance, outcome in zip(chances, outcomes, strict=True))
    ((spread,),) = formula.values({"a": a, "S": list(range(size))})
    assert spread == pytest.approx(np.sqrt(variance), rel=1e-12)
