"""The formulas of the page on optimisers, against the steps of `dlref.numpy`'s."""

import numpy as np
import pytest
from latex.values import At

import dlref.numpy as dn

ETA, MU = 0.3, 0.8


def two_steps(optimizer, rng, **options):
    """Parameters before and after a second step, and the gradients and the state that it met."""
    params = {"w": rng.normal(size=4)}
    optimizer = optimizer(params, lr=ETA, **options)
    g = rng.normal(size=(2, 4))
    optimizer.step({"w": g[0]})
    before = {"w": params["w"].copy(), **{name: np.copy(one) for name, one in _state(optimizer).items()}}
    optimizer.step({"w": g[1]})
    return g[0], g[1], before, {"w": params["w"], **_state(optimizer)}


def _state(optimizer):
    return dict(optimizer.states["w"])


@pytest.mark.formula("optimizers/adagrad")
def test_adagrad(formula, rng):
    first, g, before, after = two_steps(dn.Adagrad, rng, eps=0.1)
    formula.holds({"w": before["w"], "s": first**2, "g": g, r"\eta": ETA, r"\varepsilon": 0.1}, {"w": after["w"]})


@pytest.mark.formula("optimizers/rmsprop")
def test_rmsprop(formula, rng):
    first, g, before, after = two_steps(dn.RMSprop, rng, alpha=0.7, eps=0.1)
    names = {"w": before["w"], "s": 0.3 * first**2, "g": g, r"\eta": ETA, r"\alpha": 0.7, r"\varepsilon": 0.1}
    formula.holds(names, {"w": after["w"]})


@pytest.mark.formula("optimizers/centred")
def test_centred(formula, rng):
    first, g, before, after = two_steps(dn.RMSprop, rng, alpha=0.7, eps=0.1, centered=True)
    s = 0.7 * 0.3 * first**2 + 0.3 * g**2
    names = {"w": before["w"], "a": 0.3 * first, "s": s, "g": g, r"\eta": ETA, r"\alpha": 0.7, r"\varepsilon": 0.1}
    formula.holds(names, {"w": after["w"]})


@pytest.mark.formula("optimizers/adam")
def test_adam(formula, rng):
    first, g, before, after = two_steps(dn.Adam, rng, betas=(0.7, 0.6), eps=0.1)
    names = {"w": before["w"], "m": 0.3 * first, "v": 0.4 * first**2, "g": g, "t": 2}
    names |= {r"\beta_1": 0.7, r"\beta_2": 0.6, r"\eta": ETA, r"\varepsilon": 0.1}
    formula.holds(names, {"w": after["w"]})


@pytest.mark.formula("optimizers/momentum")
def test_momentum(formula, rng):
    first, g, before, after = two_steps(dn.SGD, rng, momentum=MU, dampening=0.4)
    names = {"w": before["w"], "v": first, "g": g, r"\eta": ETA, r"\mu": MU, r"\tau": 0.4}
    formula.holds(names, {"w": after["w"]})


@pytest.mark.formula("optimizers/nesterov")
def test_nesterov(formula, rng):
    first, g, before, after = two_steps(dn.SGD, rng, momentum=MU, nesterov=True)
    formula.holds({"w": before["w"], "v": first, "g": g, r"\eta": ETA, r"\mu": MU}, {"w": after["w"]})


@pytest.mark.formula("optimizers/look-ahead")
def test_look_ahead(formula, rng):
    # θ here is where Nesterov's rule above, in the shifted w = θ − ημv, stands: both take the same steps
    hessian = np.diag([1.0, 2.0, 3.0])
    w = {"w": rng.normal(size=3)}
    optimizer = dn.SGD(w, lr=ETA, momentum=MU, nesterov=True)
    optimizer.step({"w": hessian @ w["w"]})
    v = np.array(_state(optimizer)["velocity"])
    theta = w["w"] + ETA * MU * v
    optimizer.step({"w": hessian @ w["w"]})
    after = np.array(_state(optimizer)["velocity"])
    names = {r"\theta": theta, "v": v, r"\nabla L": lambda at: hessian @ at, r"\eta": ETA, r"\mu": MU}
    formula.holds(names, {"v": after, r"\theta": w["w"] + ETA * MU * after})


@pytest.mark.formula("optimizers/adamw")
def test_adamw(formula, rng):
    w, g, decay = rng.normal(size=4), rng.normal(size=4), 0.2
    coupled, decoupled, still = ({"w": w.copy()} for _ in range(3))
    dn.SGD(coupled, lr=1.0, weight_decay=decay).step({"w": g})
    dn.AdamW(decoupled, lr=ETA, weight_decay=decay).step({"w": g})
    dn.Adam(still, lr=ETA).step({"w": g})
    names = {r"\nabla L": g, "w": w, r"\lambda": decay, r"\eta": ETA}
    formula.holds(names, {"g": w - coupled["w"], "w": w + decoupled["w"] - still["w"]})


@pytest.mark.formula("optimizers/sign")
def test_sign(formula, rng):
    w, g = rng.normal(size=4), rng.normal(size=4)
    params = {"w": w.copy()}
    dn.Adam(params, lr=ETA, eps=0).step({"w": g})  # the first step of Adam
    formula.holds({"w": w, "g": g, r"\eta": ETA}, {"w": params["w"]})


@pytest.mark.formula("optimizers/correction")
def test_correction(formula, rng):
    g, params, t = rng.normal(size=(5, 3)), {"w": np.zeros(3)}, 5
    optimizer = dn.Adam(params, betas=(0.7, 0.9))
    for one in g:
        optimizer.step({"w": one})
    formula.holds({"m_t": _state(optimizer)["m"], r"\beta_1": 0.7, "t": t, "g": dict(enumerate(g, 1))})


@pytest.mark.formula("optimizers/half-life")
def test_half_life(formula):
    formula.holds({r"\mu": 0.9, "k": np.log(0.5) / np.log(0.9)})


@pytest.mark.formula("optimizers/best-momentum")
def test_best_momentum(formula):
    # κ is λ_max/λ_min where both bounds are met, and the roots of the recursion then all have the size √μ
    root = 0.6
    low, high = (1 - root) ** 2, (1 + root) ** 2
    curvatures = np.array([low, 1.0, high]) / ETA
    for curvature in curvatures:
        assert np.abs(np.roots([1, -(1 + root**2 - ETA * curvature), root**2])) == pytest.approx([root, root], abs=1e-6)
    curvatures += np.array([1e-12, 0, -1e-12])  # the bounds themselves are met up to rounding
    names = {r"\mu": root**2, r"\eta": ETA, r"\lambda": curvatures, "i": range(1, 4), r"\kappa": high / low}
    formula.holds(names)
    ((lower, _, upper), *_) = formula.values({**names, "i": 1})
    assert (lower, upper) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.formula("optimizers/three-term")
def test_three_term(formula, rng):
    curvature, params = 0.7, {"w": np.array([1.3])}
    optimizer, walk = dn.SGD(params, lr=ETA, momentum=MU), [1.3]
    for _ in range(4):
        optimizer.step({"w": curvature * params["w"]})
        walk.append(float(params["w"][0]))
    factors = np.array([[walk[1], walk[0]], [walk[2], walk[1]]])
    first, second = np.linalg.solve(factors, walk[2:4])  # w_{t+1} = first·w_t + second·w_{t−1}, from the steps alone
    roots = np.roots([1, -first, -second])
    for r in roots:
        ours = {"w": At(0, np.array(walk)), "t": 2, r"\eta": ETA, r"\lambda": curvature, r"\mu": MU, "r": r}
        formula.holds(ours)


@pytest.mark.transcription("optimizers/unrolled", "529faba21a62baa7")
def test_unrolled(rng):
    g, params = rng.normal(size=5), {"w": np.zeros(1)}
    optimizer = dn.SGD(params, lr=ETA, momentum=MU)
    for one in g:
        optimizer.step({"w": np.array([one])})
    t, total = 5, 0.0
    for age in range(t):
        total += MU**age * g[t - 1 - age]
    assert _state(optimizer)["velocity"][0] == pytest.approx(total, rel=1e-12)
    series = 0.0
    for power in range(400):
        series += MU**power
    assert series == pytest.approx(1 / (1 - MU), rel=1e-12)
