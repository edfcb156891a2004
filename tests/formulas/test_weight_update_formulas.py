"""The formulas of the page on the weight update: schedules, clipping and decay of `dlref.numpy`."""

import numpy as np
import pytest
from latex.values import of

import dlref.numpy as dn

ETA, GAMMA, SIZE, SPAN, START = 0.3, 0.7, 3, 10, 0.25


def rates(schedule, *arguments, **options):
    """The learning rates of the first steps of a schedule."""
    optimizer = dn.SGD({"w": np.zeros(1)}, lr=ETA)
    schedule, found = schedule(optimizer, *arguments, **options), []
    for _ in range(SPAN + 1):
        found.append(optimizer.lr)
        schedule.step()
    return found


@pytest.mark.formula("weight-update/schedules")
def test_schedules(formula):
    # five equations for η_t, one for each schedule: each is compared with its own
    found = [
        rates(dn.StepLR, SIZE, GAMMA),
        rates(dn.ExponentialLR, GAMMA),
        rates(dn.LinearLR, start_factor=1.0, end_factor=0.0, total_iters=SPAN),
        rates(dn.CosineAnnealingLR, SPAN),
        rates(dn.LinearLR, start_factor=START, end_factor=1.0, total_iters=SIZE),
    ]
    for t in range(SPAN + 1):
        names = {r"\eta_t": 0.0, r"\eta": ETA, r"\gamma": GAMMA, "s": SIZE, "T": SPAN, "a": START, "t": t}
        for (_, right), expected in zip(formula.values(names), found, strict=True):
            assert right == pytest.approx(expected[t], rel=1e-12, abs=1e-12)


@pytest.mark.formula("weight-update/clip")
def test_clip(formula, rng):
    g = rng.normal(size=5)
    for bound in (0.5, 50.0):  # beyond the bound and within it
        by_norm, by_value = {"g": g.copy()}, {"g": g.copy()}
        dn.clip_grad_norm_(by_norm, bound)
        dn.clip_grad_value_(by_value, bound)
        whole, entry = formula.values({"g": g, "c": bound, "i": 2})
        # dlref divides by ‖g‖ + 1e-6, as PyTorch does
        np.testing.assert_allclose(whole[1], by_norm["g"], rtol=2e-6)
        np.testing.assert_allclose(entry[1], by_value["g"][1], rtol=1e-12)


@pytest.mark.formula("weight-update/decay")
def test_decay(formula, rng):
    weight, slope, decay = rng.normal(size=4), rng.normal(size=4), 0.2
    params = {"w": weight.copy()}
    dn.SGD(params, lr=ETA, weight_decay=decay).step({"w": np.cos(weight) + slope})
    names = {
        r"\nabla": "W",
        "L": of("W")(lambda W: np.sum(np.sin(W) + slope * W)),
        r"\nabla L": np.cos(weight) + slope,
        "W": weight,
        r"W_{\text{old}}": weight,
        r"W_{\text{new}}": params["w"],
        r"\eta": ETA,
        r"\lambda": decay,
    }
    formula.holds(names)


@pytest.mark.formula("weight-update/taylor")
def test_taylor(formula, rng):
    # of a quadratic, where the dots stand for nothing
    matrix = rng.normal(size=(3, 3))
    hessian, slope, weight = matrix + matrix.T, rng.normal(size=3), rng.normal(size=3)
    names = {
        "L": lambda at: at @ hessian @ at / 2 + slope @ at, "g": hessian @ weight + slope, "H": hessian, "W": weight,
        r"\eta": ETA, r"\dots": 0.0,
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("weight-update/update")
def test_update(formula, rng):
    weight = rng.normal(size=4)
    params = {"w": weight.copy()}
    dn.SGD(params, lr=ETA).step({"w": np.cos(weight)})
    names = {r"W_{\text{old}}": weight, r"W_{\text{new}}": params["w"], r"\nabla L": np.cos, r"\eta": ETA}
    formula.holds(names)
