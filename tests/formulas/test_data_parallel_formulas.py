"""The formulas of the page on data-parallel training, against gradients and steps of `dlref.numpy`."""

import numpy as np
import pytest
from examples import THETA, N, slope, stepped
from latex.values import of

import dlref.numpy as dn

SHARDS = [[1, 4, 5], [2, 6], [3]]
W = len(SHARDS)


def shards(examples):
    slopes = {w: slope(examples, shard) for w, shard in enumerate(SHARDS, 1)}
    return {"g": slope(examples, range(1, N + 1)), "W": W, r"g_w": of("w")(lambda w: slopes[w])}, slopes


@pytest.mark.formula("data-parallel/mean")
def test_mean(formula, examples):
    names, slopes = shards(examples)
    single = {i: slope(examples, [i]) for i in range(1, N + 1)}
    whole = {**names, "n": N, "n_w": of("w")(lambda w: len(SHARDS[w - 1])), r"\nabla l": single}
    for number, shard in enumerate(SHARDS, 1):
        # one statement after the other, because w is a number in the first and a set in the second
        first = formula.values({**whole}, slice(1))[0]
        np.testing.assert_allclose(first[0], first[1], rtol=1e-9)
        np.testing.assert_allclose(first[0], first[2], rtol=1e-9)
        local = {"g_w": slopes[number], r"\nabla L_w": slope(examples, shard), "n_w": len(shard), "w": shard}
        second = formula.values({**local, r"\nabla l": single}, slice(1, None))[0]
        np.testing.assert_allclose(second[0], second[1], rtol=1e-9)
        np.testing.assert_allclose(second[0], second[2], rtol=1e-9)


@pytest.mark.formula("data-parallel/weights")
def test_weights(formula, examples):
    x, y = examples
    names, _ = shards(examples)

    def loss(w, theta):
        rows = np.array(SHARDS[w - 1]) - 1
        return dn.mse_loss(x[rows] @ theta, y[rows])

    names |= {r"\nabla": r"\theta", r"\theta": THETA, "n": N, "n_w": of("w")(lambda w: len(SHARDS[w - 1]))}
    formula.holds({**names, "L_w": of("w", r"\theta")(loss)})


@pytest.mark.formula("data-parallel/equal")
def test_equal(formula, examples):
    equal = {1: [1, 4], 2: [2, 6], 3: [3, 5]}
    slopes = {w: slope(examples, shard) for w, shard in equal.items()}
    sizes = {w: len(shard) for w, shard in equal.items()}
    names = {"n": sizes, r"\dots": sizes[2], "W": W, "g": slope(examples, range(1, N + 1))}
    formula.holds({**names, "g_w": of("w")(lambda w: slopes[w])})


@pytest.mark.formula("data-parallel/ring")
def test_ring(formula):
    # a ring played through: each worker hands on one of W pieces a round, until all have every sum
    for workers, size in ((3, 12), (4, 12)):
        ((number,),) = formula.values({"W": workers, "P": size})
        held = [[{worker} for _ in range(workers)] for worker in range(workers)]
        sent, rounds = 0, 0
        while any(len(piece) < workers for pieces in held for piece in pieces):
            step = [(worker, (worker - rounds) % workers) for worker in range(workers)]
            moved = [(worker, piece, set(held[worker][piece])) for worker, piece in step]
            for worker, piece, content in moved:
                held[(worker + 1) % workers][piece] |= content
            sent, rounds = sent + size // workers, rounds + 1
        assert number == sent


@pytest.mark.formula("data-parallel/several-steps")
def test_several_steps(formula, examples):
    missed = []
    for eta in (1e-3, 5e-4):
        walk = [THETA]
        for shard in SHARDS:
            walk.append(stepped(walk[-1], slope(examples, shard, walk[-1]), eta))
        slopes = {w: (lambda at, w=w: slope(examples, SHARDS[w - 1], at)) for w in range(1, W + 1)}
        # θ_W is the end of the walk, θ_{w−1} a place on it
        names = {r"\theta": dict(enumerate(walk)), r"\eta": eta, "W": W, "g": slopes}
        ((end, several, at_once),) = formula.values(names)
        np.testing.assert_allclose(end, several, rtol=1e-9)
        mean = sum(slope(examples, shard) for shard in SHARDS) / W  # the right side is one step with it
        np.testing.assert_allclose(at_once, stepped(THETA, mean, eta * W), rtol=1e-9)
        missed.append(np.linalg.norm(several - at_once))
    assert missed[0] / missed[1] == pytest.approx(4, rel=0.02)  # near for small rates: what is missed falls as η²


@pytest.mark.formula("data-parallel/time")
def test_time(formula):
    computing, sending = 1.5, 0.7  # just so that the condition holds

    def T(W):  # noqa: N802  each of W workers computes its share and then sends two times W − 1 pieces of a W-th
        return sum([computing / W, *[sending / W] * int(2 * (W - 1))])

    for workers in (2, 8, 64):
        formula.holds({"T": T, "c": computing, "s": sending, "W": workers})
    _, (faster, bound), _ = formula.values({"T": T, "c": computing, "s": sending, "W": 100_000})
    assert faster == pytest.approx(bound, rel=1e-3)  # which is what many workers come near to
