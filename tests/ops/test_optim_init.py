"""Optimisers step as `torch.optim` does; initialisers draw from the distributions that they name."""

from itertools import product

import numpy as np
import pytest
import torch

import dlref.numpy
import dlref.torch

OPTIONS = [
    {"momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov}
    for momentum, dampening, weight_decay, nesterov in product([0.0, 0.9], [0.0, 0.3], [0.0, 0.01], [False, True])
    if not nesterov or (momentum and not dampening)
]
SHAPES = {"weight": (4, 3), "bias": (4,)}


@pytest.mark.covers("dlref.numpy.SGD", "dlref.torch.SGD")
@pytest.mark.parametrize("options", OPTIONS)
def test_sgd_takes_the_steps_of_torch_optim(options):
    rng = np.random.default_rng(0)
    params = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
    curvature = {name: rng.uniform(0.5, 2.0, shape) for name, shape in SHAPES.items()}
    tensors = [{name: torch.tensor(param, requires_grad=True) for name, param in params.items()} for _ in range(2)]
    theirs = torch.optim.SGD(tensors[0].values(), lr=0.05, **options)
    ours = dlref.torch.SGD(tensors[1].values(), lr=0.05, **options)
    optimizer = dlref.numpy.SGD(params, lr=0.05, **options)
    for _ in range(200):
        grads = {name: curvature[name] * np.sin(param) for name, param in params.items()}
        kept = {name: grad.copy() for name, grad in grads.items()}
        optimizer.step(grads)
        for name in SHAPES:
            np.testing.assert_array_equal(grads[name], kept[name])
        for library, group in ((theirs, tensors[0]), (ours, tensors[1])):
            library.zero_grad()
            for name, tensor in group.items():
                (-torch.tensor(curvature[name]) * torch.cos(tensor)).sum().backward()
            library.step()
        for name, param in params.items():
            for group in tensors:
                np.testing.assert_allclose(param, group[name].detach().numpy(), rtol=0, atol=1e-12)


@pytest.mark.covers("dlref.numpy.SGD", "dlref.torch.SGD")
def test_sgd_changes_parameters_in_place_and_keeps_float32():
    params = {"weight": np.ones(3, np.float32)}
    same = params["weight"]
    optimizer = dlref.numpy.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.1)
    for _ in range(3):
        optimizer.step({"weight": np.ones(3, np.float32)})
    assert params["weight"] is same
    assert same.dtype == np.float32
    assert (same < 1).all()


@pytest.mark.covers("dlref.torch.SGD")
def test_sgd_of_the_torch_backend_skips_parameters_without_gradient():
    moved, still = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    optimizer = dlref.torch.SGD([moved, still], lr=0.1)
    moved.sum().backward()
    optimizer.step()
    assert torch.equal(still, torch.ones(2))
    assert not torch.equal(moved, torch.ones(2))
    optimizer.zero_grad()
    assert moved.grad is None


@pytest.mark.covers("dlref.numpy.SGD", "dlref.torch.SGD")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -1.0}, "SGD: lr must not be negative; got -1.0"),
        ({"lr": 1.0, "momentum": -0.5}, "SGD: momentum must not be negative"),
        ({"lr": 1.0, "weight_decay": -0.5}, "SGD: weight_decay must not be negative"),
        ({"lr": 1.0, "nesterov": True}, "SGD: nesterov needs momentum > 0 and dampening = 0"),
        ({"lr": 1.0, "momentum": 0.9, "dampening": 0.1, "nesterov": True}, "SGD: nesterov needs momentum > 0"),
    ],
)
def test_sgd_refuses_what_torch_optim_refuses(library, options, message):
    params = {} if library is dlref.numpy else []
    with pytest.raises(ValueError, match=message):
        library.SGD(params, **options)


@pytest.mark.covers("dlref.numpy.SGD")
@pytest.mark.parametrize(
    ("grads", "message"),
    [
        ({}, r"SGD: grads must have the names \['weight'\]; got \[\]"),
        ({"weight": np.ones(2), "other": np.ones(2)}, r"SGD: grads must have the names"),
        ({"weight": np.ones((2, 2))}, r"SGD: the gradient of weight must be \(2,\); got \(2, 2\)"),
    ],
)
def test_sgd_refuses_gradients_that_do_not_fit(grads, message):
    with pytest.raises(ValueError, match=message):
        dlref.numpy.SGD({"weight": np.ones(2)}, lr=0.1).step(grads)


def drawn(backend: str, name: str, shape: tuple[int, ...], **options) -> np.ndarray:
    if backend == "numpy":
        return getattr(dlref.numpy, name)(np.empty(shape), generator=np.random.default_rng(0), **options)
    tensor = torch.empty(shape, dtype=torch.float64, requires_grad=True)
    generator = torch.Generator().manual_seed(0)
    return getattr(dlref.torch, name)(tensor, generator=generator, **options).detach().numpy()


NAMES = ["kaiming_normal_", "kaiming_uniform_", "normal_", "uniform_"]
COVERED = [pytest.param(n, marks=pytest.mark.covers(f"dlref.numpy.{n}", f"dlref.torch.{n}")) for n in NAMES]


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", COVERED)
@pytest.mark.parametrize("shape", [(300, 200), (60, 50, 3, 3)])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
def test_initialisers_draw_from_the_distribution_of_torch_nn_init(backend, name, shape, mode):
    options = {"mode": mode, "a": 0.5} if name.startswith("kaiming") else {}
    draws = drawn(backend, name, shape, **options)
    torch_init = getattr(torch.nn.init, name)
    theirs = torch_init(torch.empty(shape, dtype=torch.float64), generator=torch.Generator().manual_seed(1), **options)
    # Over n draws mean and deviation scatter by σ/√n; extremes lie within a few range/n of the bounds.
    scatter = 6 * float(theirs.std()) / np.sqrt(draws.size)
    assert draws.mean() == pytest.approx(float(theirs.mean()), abs=scatter)
    assert draws.std() == pytest.approx(float(theirs.std()), abs=scatter)
    if "uniform" in name:
        reach = 20 * float(theirs.max() - theirs.min()) / draws.size
        assert draws.min() == pytest.approx(float(theirs.min()), abs=reach)
        assert draws.max() == pytest.approx(float(theirs.max()), abs=reach)
    else:
        assert abs(draws - draws.mean()).max() > 3.5 * draws.std()  # a uniform draw stops at 1.73


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", COVERED)
def test_initialisers_are_decided_by_their_generator_and_fill_in_place(backend, name):
    np.testing.assert_array_equal(drawn(backend, name, (4, 3)), drawn(backend, name, (4, 3)))
    weight = np.empty((4, 3), np.float32)
    assert getattr(dlref.numpy, name)(weight, generator=np.random.default_rng(0)) is weight


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_initialisers_pass_on_their_bounds(backend):
    uniform, normal = (
        drawn(backend, "uniform_", (1000,), a=2.0, b=3.0),
        drawn(backend, "normal_", (1000,), mean=5.0, std=0.1),
    )
    assert 2 <= uniform.min() < 2.05
    assert 2.95 < uniform.max() < 3
    assert normal.mean() == pytest.approx(5, abs=0.02)
    assert normal.std() == pytest.approx(0.1, rel=0.2)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", ["kaiming_normal_", "kaiming_uniform_"])
def test_kaiming_refuses_what_has_no_fan(backend, name):
    with pytest.raises(ValueError, match=rf"{name}: tensor must be \(out, in, \*\); got \(3,\)"):
        drawn(backend, name, (3,))
    with pytest.raises(ValueError, match=f"{name}: mode must be one of fan_in, fan_out; got 'fan'"):
        drawn(backend, name, (3, 3), mode="fan")


@pytest.mark.covers("dlref.numpy.SGD", "dlref.torch.SGD")
def test_sgd_remembers_the_first_gradient_even_if_its_memory_is_used_again():
    params, grads = {"weight": np.zeros(1)}, {"weight": np.ones(1)}
    optimizer = dlref.numpy.SGD(params, lr=1.0, momentum=0.5)
    tensor = torch.zeros(1, requires_grad=True)
    tensor.grad = torch.ones(1)
    twin = dlref.torch.SGD([tensor], lr=1.0, momentum=0.5)
    for _ in range(2):
        optimizer.step(grads)
        twin.step()
        grads["weight"][...] = 0
        tensor.grad.zero_()
    assert params["weight"] == tensor.item() == -1.5  # a step of 1, then of 0.5 · 1 + 0
