"""The formulas of the pages on the learning process and on loss functions, against `dlref.numpy`."""

import numpy as np
import pytest
from latex.values import At, of

import dlref.numpy as dn

B, n, hidden, C = 5, 3, 4, 3


def relu(x):
    return dn.relu(np.asarray(x, float))


def sigmoid(z):
    return dn.sigmoid(np.asarray(z, float))


@pytest.fixture
def net(rng):
    """The page's network, run and differentiated operation by operation."""
    x, y = rng.normal(size=(B, n)), rng.integers(0, C, B)
    W_1, b_1, W_2, b_2 = (
        rng.normal(size=(hidden, n)),
        rng.normal(size=hidden),
        rng.normal(size=(C, hidden)),
        rng.normal(size=C),
    )
    a, first = dn.linear.vjp(x, W_1, b_1)
    h, bend = dn.relu.vjp(a)
    z, second = dn.linear.vjp(h, W_2, b_2)
    L, loss = dn.cross_entropy.vjp(z, y)
    dz = loss(np.float64(1))[0]
    dh, dW_2, _ = second(dz)
    da = bend(dh)[0]
    slopes = {"z": dz, "h": dh, "W_2": dW_2, "a": da, "W_1": first(da)[1]}
    slopes = {rf"\frac{{\partial L}}{{\partial {name}}}": one for name, one in slopes.items()}
    return {"x": x, "y": y, "W_1": W_1, "b_1": b_1, "W_2": W_2, "b_2": b_2, "a": a, "h": h, "z": z, "L": L, **slopes}


@pytest.mark.formula("learning-process/network")
def test_network(formula, net):
    # of one example; classes are c = 1, …, C in these sums
    shown = {name: net[name] for name in ("W_1", "b_1", "W_2", "b_2")}
    shown |= {name: net[name][0] for name in "xahz"} | {"p": dn.softmax(net["z"], 1)[0]}
    formula.holds({**shown, r"\operatorname{relu}": relu, "C": C, "c": range(1, C + 1)})


@pytest.mark.formula("learning-process/loss")
def test_loss(formula, net):
    # examples count from 1, classes from 0
    names = {"L": net["L"], "B": B, "p": At((1, 0), dn.softmax(net["z"], 1)), "y": net["y"]}
    formula.holds(names)


@pytest.mark.formula("learning-process/gradients")
def test_gradients(formula, net):
    names = {name: one for name, one in net.items() if "frac" in name or name in ("h", "W_2", "a", "x")}
    formula.holds({**names, "p": dn.softmax(net["z"], 1), "q": np.eye(C)[net["y"]], "B": B})


@pytest.mark.formula("learning-process/weight")
def test_weight(formula, net):
    h, b = net["h"], net["b_2"]
    dz, dW = net[r"\frac{\partial L}{\partial z}"], net[r"\frac{\partial L}{\partial W_2}"]
    names = {
        r"\frac{\partial L}{\partial z}": dz, r"\frac{\partial L}{\partial W}": At((2, 1, 1), dW[None]),
        "W": At((2, 1, 1), net["W_2"][None]), "z": of("W")(lambda W: dn.linear(h, W[0], b)), "h": h, "B": B,
        "c": range(1, C + 1), "j": range(1, hidden + 1),
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("learning-process/logits")
def test_logits(formula, rng):
    z = rng.normal(size=C)
    for y in range(1, C + 1):
        names = {"z": z, "p": of("z")(lambda z: dn.softmax(z, 0)), "y": y, "C": C, "c": range(1, C + 1)}
        formula.holds({**names, "q": np.eye(C)[y - 1]})


@pytest.mark.formula("learning-process/gap")
def test_gap(formula, rng):
    q, p = (dn.softmax(rng.normal(size=C), 0) for _ in range(2))
    divergence = lambda q, p: dn.kl_div(np.log(p)[None], q[None], reduction="sum")  # noqa: E731
    names = {"q": q, "p": p, "C": C, "D": divergence, "H": lambda q: divergence(q, np.full(C, 1 / C)) * -1 + np.log(C)}
    formula.holds(names)


@pytest.mark.formula("learning-process/update")
def test_update(formula, rng):
    w, eta, mu = {"w": rng.normal(size=3)}, 0.3, 0.8
    optimizer = dn.SGD(w, lr=eta, momentum=mu)
    optimizer.step({"w": np.cos(w["w"])})
    names = {"v": np.array(optimizer.states["w"]["velocity"]), "w": w["w"].copy(), r"\nabla L": np.cos}
    optimizer.step({"w": np.cos(w["w"])})
    after = {"v": optimizer.states["w"]["velocity"], "w": w["w"]}
    formula.holds({**names, r"\eta": eta, r"\mu": mu}, after)


@pytest.mark.formula("loss-functions/binary-logits")
def test_binary_logits(formula):
    for z, t in ((-1.3, 0.0), (0.4, 1.0), (2.0, 0.3)):
        loss = dn.binary_cross_entropy_with_logits(np.array([z]), np.array([t]))
        formula.holds({"z": z, "t": t, r"\sigma": sigmoid})
        assert formula.values({"z": z, "t": t, r"\sigma": sigmoid})[0] == pytest.approx([loss, loss], rel=1e-9)


@pytest.mark.formula("loss-functions/categorical")
def test_categorical(formula, rng):
    z, t = rng.normal(size=(B, C)), rng.integers(0, C, B)
    names = {"N": B, "p": At((1, 0), dn.softmax(z, 1)), "t": t}
    formula.holds(names)
    assert formula.values(names)[0][0] == pytest.approx(dn.cross_entropy(z, t), rel=1e-9)


@pytest.mark.formula("loss-functions/centres")
def test_centres(formula, rng):
    t = rng.normal(size=6)
    for a in (float(np.sort(t)[2:4].mean()), 3.0):
        formula.holds({"a": a, "N": 6, "t": t, "n": range(1, 7)})
        targets, at = t, np.full(6, a)
        squared, absolute = (loss.vjp(at, targets)[1](np.float64(1))[0].sum() for loss in (dn.mse_loss, dn.l1_loss))
        found = formula.values({"a": a, "N": 6, "t": t, "n": range(1, 7)})
        assert [found[0][1], found[1][1]] == pytest.approx([squared, absolute], rel=1e-9, abs=1e-12)


@pytest.mark.formula("loss-functions/cost")
def test_cost(formula, rng):
    y, t, theta = rng.normal(size=4), rng.normal(size=4), rng.normal(size=3)
    params = {"w": theta.copy()}
    dn.SGD(params, lr=1.0, weight_decay=0.2).step({"w": np.zeros(3)})
    penalty = lambda at: at @ at / 2  # noqa: E731  the one whose gradient weight decay is
    names = {
        "L": lambda _: dn.mse_loss(y, t), "N": 4, r"\ell": lambda a, b: dn.mse_loss(np.array([a]), np.array([b])),
        "y": y, "t": t, r"\theta": theta, "J": lambda _: dn.mse_loss(y, t) + (theta - params["w"]) @ theta / 2,
        "R": penalty, r"\lambda": 0.2,
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("loss-functions/cure")
def test_cure(formula):
    for p, t in ((0.3, 1.0), (0.8, 0.0), (0.6, 0.7)):
        loss = lambda p, t=t: dn.binary_cross_entropy(np.array([p]), np.array([t]))  # noqa: E731
        formula.holds({"p": p, "t": t, r"\ell": of("p")(loss)})


@pytest.mark.formula("loss-functions/frequencies")
def test_frequencies(formula, rng):
    t, p = np.array([0, 2, 2, 1, 2, 0]), dn.softmax(rng.normal(size=C), 0)
    f = np.bincount(t) / len(t)
    divergence = lambda q, p: dn.kl_div(np.log(p)[None], q[None], reduction="sum")  # noqa: E731
    names = {"N": len(t), "C": C, "f": f, "D": divergence}
    names |= {"p": p, "t": t + 1, "H": entropy}  # classes from 1, as the sums count
    formula.holds(names)
    loss = dn.nll_loss(np.log(np.tile(p, (6, 1))), t)
    assert formula.values(names)[0][0] == pytest.approx(loss, rel=1e-9)


def entropy(f):
    return -float(np.sum(np.where(f > 0, f * np.log(f), 0)))


@pytest.mark.formula("loss-functions/gaussian")
def test_gaussian(formula, rng):
    y, t, sigma = rng.normal(size=4), rng.normal(size=4), 0.7
    density = lambda t, y: np.exp(-((t - y) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi) / sigma  # noqa: E731
    first = formula.values({"p": density, "t": t[0], "y": y[0], r"\sigma": sigma}, slice(1))
    assert first[0][0] == pytest.approx(first[0][1], rel=1e-9)
    second = formula.values({"p": density, "t": t, "y": y, r"\sigma": sigma, "N": 4}, slice(1, None))
    assert second[0][0] == pytest.approx(second[0][1], rel=1e-9)
    loss = dn.mse_loss(y, t) / (2 * sigma**2) + np.log(sigma * np.sqrt(2 * np.pi))
    assert second[0][0] == pytest.approx(loss, rel=1e-9)


@pytest.mark.formula("loss-functions/log-sum-exp")
def test_log_sum_exp(formula, rng):
    z = rng.normal(size=C)
    for t in range(1, C + 1):
        formula.holds({"z": z, "p": dn.softmax(z, 0), "t": t, "C": C, "c": range(1, C + 1)})


@pytest.mark.formula("loss-functions/saturation")
def test_saturation(formula):
    for z, t in ((-1.5, 1.0), (0.4, 0.0)):
        formula.holds({"z": z, "t": t, r"\sigma": sigmoid})
