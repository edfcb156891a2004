"""The formulas of the page on adversarial networks, against `dlref.numpy`; integrals are sums over a few places."""

from itertools import product

import numpy as np
import pytest
from latex.values import Choices, mean_over, of, sum_over

import dlref.numpy as dn

N = 4
PLACES = {"p": np.array([0.5, 0.3, 0.2]), "q": np.array([0.2, 0.2, 0.6])}  # two distributions on three places


def sigmoid(a):
    return dn.sigmoid(np.asarray(a, float))


def integral(**more):
    """The sum over the places: each is a world with densities of its own."""
    columns = {**PLACES, **more}
    return sum_over([{name: column[place] for name, column in columns.items()} for place in range(3)])


@pytest.fixture
def logits(rng):
    return rng.normal(size=N), rng.normal(size=N)


@pytest.mark.formula("gan/losses")
def test_losses(formula, rng, logits):
    real, generated = logits
    x, z = np.arange(1.0, N + 1), np.arange(11.0, N + 11)  # only tell which logit is meant

    def D(x):  # noqa: N802
        return float(sigmoid(real[int(x) - 1] if x < 10 else generated[int(x) - 21]))

    L_D = dn.gan_discriminator_loss(dn.Tensor(real[:, None]), dn.Tensor(generated[:, None]))
    L_G = dn.gan_generator_loss(dn.Tensor(generated[:, None]))
    names = {"L_D": float(L_D), "L_G": float(L_G), "N": N, "x": x, "z": z, "D": D, "G": lambda z: z + 10}
    formula.holds(names)


@pytest.mark.formula("gan/backward")
def test_backward(formula, logits):
    real, generated = (dn.Tensor(one[:, None], requires_grad=True) for one in logits)
    dn.gan_discriminator_loss(real, generated).backward()
    alone = dn.Tensor(logits[1][:, None], requires_grad=True)
    dn.gan_generator_loss(alone).backward()
    names = {
        r"\frac{\partial L_D}{\partial a}": real.grad[:, 0],
        r"\frac{\partial L_D}{\partial \hat a}": generated.grad[:, 0],
        r"\frac{\partial L_G}{\partial \hat a}": alone.grad[:, 0], "D": sigmoid, "N": N, "i": range(1, N + 1),
        "x": logits[0], r"\hat x": logits[1],
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("gan/chain")
def test_chain(formula, rng):
    # a linear generator and a linear discriminator: x̂_i = z_i θ + c, logit w·x̂_i
    z, theta, w, c = rng.normal(size=(N, 2, 3)), rng.normal(size=3), rng.normal(size=2), rng.normal(size=2)

    def loss(parameters):
        tape = dn.Tensor(parameters, requires_grad=True)
        logits = ((dn.Tensor(z) @ tape + c) @ dn.Tensor(w)).reshape(N, 1)
        dn.gan_generator_loss(logits).backward()
        return tape.grad

    hat = z @ theta + c
    samples = dn.Tensor(hat, requires_grad=True)
    dn.gan_generator_loss((samples @ dn.Tensor(w)).reshape(N, 1)).backward()
    names = {
        r"\frac{\partial L_G}{\partial \hat x_i}": of("i")(lambda i: samples.grad[i - 1]),
        r"\frac{\partial \hat a_i}{\partial \hat x_i}": w,
        r"\frac{\partial \hat x_i}{\partial \theta}": of("i")(lambda i: z[i - 1]),
        r"\frac{\partial L_G}{\partial \theta}": loss(theta), "N": N, "i": range(1, N + 1),
        r"\hat x": dict(enumerate(hat, 1)), "D": lambda x: float(sigmoid(x @ w)),
    }  # fmt: skip
    formula.holds(names)


@pytest.mark.formula("gan/saturation")
def test_saturation(formula):
    for a in (-1.7, 0.4):
        slope = float(dn.sigmoid.vjp(np.array([a]))[1](np.ones(1))[0][0])
        formula.holds({r"\sigma": sigmoid, r"\sigma'": lambda _, slope=slope: slope, "a": a})
        # the last derivatives are the slopes of dlref's losses by a logit
        push = float(dn.binary_cross_entropy_with_logits.vjp(np.array([a]), np.ones(1))[1](np.float64(1))[0][0])
        assert push == pytest.approx(float(sigmoid(a)) - 1, rel=1e-9)


@pytest.mark.formula("gan/pointwise")
def test_pointwise(formula):
    # L_D of any D; the second line where the slope of the integrand by D, found by trying, is zero
    D = np.array([0.3, 0.6, 0.8])
    logit = np.log(D / (1 - D))
    loss = 0.0
    for label, density in ((1.0, PLACES["p"]), (0.0, PLACES["q"])):
        each = [dn.binary_cross_entropy_with_logits(logit[i : i + 1], np.array([label])) for i in range(3)]
        loss += float(density @ each)
    (first,) = formula.values({"L_D": loss, r"\int": integral(D=D)}, slice(1))
    assert first[0] == pytest.approx(first[1], rel=1e-9)
    for p, q in zip(PLACES["p"], PLACES["q"], strict=True):
        grid = np.linspace(0.001, 0.999, 998_001)
        best = grid[np.argmin(-p * np.log(grid) - q * np.log(1 - grid))]
        (zero, slope), (left, right) = formula.values({"p": p, "q": q, "D": best}, slice(1, None))
        assert abs(slope - zero) < 1e-4
        assert left == pytest.approx(right, rel=1e-4)


@pytest.mark.formula("gan/optimum")
def test_optimum(formula):
    for p, q in zip(PLACES["p"], PLACES["q"], strict=True):
        grid = np.linspace(0.001, 0.999, 998_001)
        best = grid[np.argmin(-p * np.log(grid) - q * np.log(1 - grid))]
        densities = {"p": lambda _, p=p: p, "q": lambda _, q=q: q}
        formula.holds({"D^*": lambda _, best=best: best, "x": 0.0, **densities}, rtol=1e-5)


def js(p, q):
    mean = np.log((p + q) / 2)[None]
    return (float(dn.kl_div(mean, p[None], reduction="sum")) + float(dn.kl_div(mean, q[None], reduction="sum"))) / 2


@pytest.mark.formula("gan/insert")
def test_insert(formula):
    p, q = PLACES["p"], PLACES["q"]
    logit = np.log(p / q)  # of the best discriminator
    real, generated = dn.softplus(-logit), dn.softplus(logit)
    names = {"L_D^*": float(p @ real + q @ generated), r"\int": integral(m=(p + q) / 2), "p": p, "q": q}
    formula.holds({**names, r"\operatorname{JS}": js})


@pytest.mark.formula("gan/js")
def test_js(formula):
    # m is the formula's own
    formula.holds({r"\operatorname{JS}": js, r"\int": integral(), "p": PLACES["p"], "q": PLACES["q"]})


@pytest.mark.formula("gan/feature")
def test_feature(formula, rng):
    x, y, W = rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), rng.normal(size=(5, 2))
    worlds = [{"x": a, "x'": b, "y": c, "y'": d} for a, b, c, d in product(x, x, y, y)]
    formula.holds({r"\phi": lambda one: dn.tanh(W @ one), r"\overline": mean_over(worlds)})


@pytest.mark.formula("gan/mmd")
def test_mmd(formula, rng):
    x, y, b = rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), 0.8
    worlds = [{"x": a, "x'": b_, "y": c, "y'": d} for a, b_, c, d in product(x, x, y, y)]
    distance = float(dn.mmd(dn.Tensor(x), dn.Tensor(y), b))

    def k(one, other):
        return np.exp(-np.sum((one - other) ** 2) / 2 / b**2)

    names = {r"\operatorname{MMD}^2": distance, "k": k, r"\overline": mean_over(worlds), "x": x[0], "y": y[1], "b": b}
    formula.holds(names)


@pytest.mark.formula("gan/value")
def test_value(formula):
    # three generators of two places, and discriminators from a grid
    data = [0, 0, 0, 1]
    samples = {"half": [0, 1], "one": [1], "data": [0, 0, 0, 1]}
    grid = [np.array(pair) for pair in product(np.linspace(0.05, 0.95, 19), repeat=2)]

    def V(D, G):  # noqa: N802
        return float(np.mean([np.log(D[x]) for x in data]) + np.mean([np.log(1 - D[x]) for x in samples[G]]))

    best = min(samples, key=lambda G: max(V(D, G) for D in grid))
    assert best == "data"  # the generator that makes what the data are
    ((left, right),) = formula.values({"G^*": best, "V": V, "G": Choices(samples), "D": Choices(grid)}, slice(1, None))
    assert left == right
    chosen = {r"\mathbb{E}_{x \sim p}": mean_over([{"x": x} for x in data]), "V": lambda D, G: V(grid[7], "half")}
    chosen[r"\mathbb{E}_{\hat x \sim q}"] = mean_over([{r"\hat x": x} for x in samples["half"]])
    formula.holds({**chosen, "D": lambda x: grid[7][x], "G": "half"}, which=slice(1))
