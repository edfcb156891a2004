"""Schedules set what `torch.optim.lr_scheduler` sets, for every optimiser and at every step."""

import math

import numpy as np
import pytest
import torch
from cases.optim import OPTIMIZERS, SCHEDULES

import dlref.numpy
import dlref.torch
from dlref.numpy.optim.schedules import Schedule

CASES = [
    pytest.param(
        name,
        options,
        optimizer,
        marks=pytest.mark.covers(
            f"dlref.numpy.{name}", f"dlref.torch.{name}", f"dlref.numpy.{optimizer}", f"dlref.torch.{optimizer}"
        ),
    )
    for name, cases in SCHEDULES.items()
    for options in cases
    for optimizer in OPTIMIZERS
]
MOMENTUM = {"SGD": {"momentum": 0.9}, "RMSprop": {"momentum": 0.9}}
HAS_MOMENTUM = {"SGD", "RMSprop", "Adam", "AdamW"}


def settings(optimizer) -> tuple:
    """Learning rate, momentum and betas, where the optimiser has them."""
    group = optimizer.param_groups[0] if isinstance(optimizer, torch.optim.Optimizer) else vars(optimizer)
    return (group["lr"], group.get("momentum", 0.0), *group.get("betas", ()))


@pytest.mark.parametrize(("name", "options", "optimizer"), CASES)
def test_every_schedule_leads_every_optimizer_as_in_torch(name, options, optimizer):
    if name == "OneCycleLR" and optimizer not in HAS_MOMENTUM:
        options = {**options, "cycle_momentum": False}
    given = {"lr": 0.05, **MOMENTUM.get(optimizer, {})}
    params = {"weight": np.array([1.0, -2.0, 3.0])}
    tensors = [torch.tensor(params["weight"], requires_grad=True) for _ in range(2)]
    optimizers = [
        getattr(dlref.numpy, optimizer)(params, **given),
        getattr(dlref.torch, optimizer)([tensors[0]], **given),
        getattr(torch.optim, optimizer)([tensors[1]], **given),
    ]
    libraries = (dlref.numpy, dlref.torch, torch.optim.lr_scheduler)
    schedules = [getattr(lib, name)(opt, **options) for lib, opt in zip(libraries, optimizers, strict=True)]
    rng = np.random.default_rng(0)
    seen = [[settings(opt)] for opt in optimizers]
    for _ in range(200):
        for schedule in schedules[:2]:
            assert schedule.get_last_lr() == [schedule.optimizer.lr]
        grad = np.sin(params["weight"]) + rng.normal(size=3)
        optimizers[0].step({"weight": grad})
        for tensor, opt in zip(tensors, optimizers[1:], strict=True):
            tensor.grad = torch.tensor(grad)
            opt.step()
        for schedule, opt, settings_of in zip(schedules, optimizers, seen, strict=True):
            schedule.step()
            settings_of.append(settings(opt))
    for settings_of in seen[:2]:
        np.testing.assert_allclose(settings_of, seen[2], rtol=0, atol=1e-12)
    for tensor in tensors:
        np.testing.assert_allclose(params["weight"], tensor.detach().numpy(), rtol=0, atol=1e-11)


def optimizer_of(library, name: str = "SGD", **options):
    return getattr(library, name)([torch.ones(1)] if library is dlref.torch else {"weight": np.ones(1)}, **options)


WRONG = [
    ("StepLR", {"step_size": 0}, "StepLR: step_size must be an int of at least 1; got 0"),
    ("StepLR", {"step_size": 2.5}, "StepLR: step_size must be an int of at least 1; got 2.5"),
    ("StepLR", {"step_size": 2, "gamma": -0.1}, "StepLR: gamma must be 0 or more; got -0.1"),
    ("ExponentialLR", {"gamma": -0.1}, "ExponentialLR: gamma must be 0 or more; got -0.1"),
    ("CosineAnnealingLR", {"T_max": 0}, "CosineAnnealingLR: T_max must be an int of at least 1; got 0"),
    ("CosineAnnealingLR", {"T_max": 1, "eta_min": -1.0}, "CosineAnnealingLR: eta_min must be 0 or more; got -1.0"),
    ("LinearLR", {"start_factor": 0.0}, "LinearLR: start_factor must be more than 0; got 0.0"),
    ("LinearLR", {"start_factor": 1.5}, r"LinearLR: start_factor must be in \[0, 1\]; got 1.5"),
    ("LinearLR", {"end_factor": 1.5}, r"LinearLR: end_factor must be in \[0, 1\]; got 1.5"),
    ("LinearLR", {"end_factor": -0.5}, r"LinearLR: end_factor must be in \[0, 1\]; got -0.5"),
    ("LinearLR", {"total_iters": 0}, "LinearLR: total_iters must be an int of at least 1; got 0"),
    ("OneCycleLR", {"total_steps": 0}, "OneCycleLR: total_steps must be an int of at least 1; got 0"),
    ("OneCycleLR", {"pct_start": 1.5}, r"OneCycleLR: pct_start must be in \[0, 1\]; got 1.5"),
    ("OneCycleLR", {"pct_start": -0.5}, r"OneCycleLR: pct_start must be in \[0, 1\]; got -0.5"),
    ("OneCycleLR", {"anneal_strategy": "exp"}, "OneCycleLR: anneal_strategy must be one of cos, linear; got 'exp'"),
    ("OneCycleLR", {"max_lr": -1.0}, "OneCycleLR: max_lr must be 0 or more; got -1.0"),
    ("OneCycleLR", {"base_momentum": -1.0}, "OneCycleLR: base_momentum must be 0 or more; got -1.0"),
    ("OneCycleLR", {"max_momentum": -1.0}, "OneCycleLR: max_momentum must be 0 or more; got -1.0"),
    ("OneCycleLR", {"div_factor": 0.0}, "OneCycleLR: div_factor must be more than 0; got 0.0"),
    ("OneCycleLR", {"final_div_factor": 0.0}, "OneCycleLR: final_div_factor must be more than 0; got 0.0"),
]


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize(("name", "options", "message"), WRONG)
def test_options_outside_their_range_are_refused(library, name, options, message):
    if name == "OneCycleLR":
        options = {"max_lr": 1.0, "total_steps": 10, **options}
    with pytest.raises(ValueError, match=f"^{message}"):
        getattr(library, name)(optimizer_of(library), **options)


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize("name", list(SCHEDULES))
def test_a_schedule_needs_an_optimizer_of_its_own_backend_and_no_second_one(library, name):
    options = SCHEDULES[name][0]
    tensor = torch.ones(1)
    backend = library.__name__
    with pytest.raises(ValueError, match=f"^{name}: optimizer must be one of {backend}; got SGD"):
        getattr(library, name)(torch.optim.SGD([tensor], lr=0.1, momentum=0.9), **{**options, **no_momentum(name)})
    optimizer = optimizer_of(library)
    schedule = getattr(library, name)(optimizer, **options)
    schedule.step()
    was = optimizer.lr
    optimizer.lr = 77.0
    with pytest.raises(ValueError, match=f"^{name}: nothing else may change the optimizer's lr; {was} became 77.0"):
        schedule.step()


def no_momentum(name: str) -> dict:
    return {"cycle_momentum": False} if name == "OneCycleLR" else {}


@pytest.mark.covers("dlref.numpy.OneCycleLR", "dlref.torch.OneCycleLR")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_one_cycle_ends_where_torch_ends_it(library):
    schedule = library.OneCycleLR(optimizer_of(library), max_lr=1.0, total_steps=3)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        torch.optim.SGD([torch.ones(1)], lr=0.1, momentum=0.9), max_lr=1.0, total_steps=3
    )
    theirs.optimizer.step()
    for _ in range(3):
        schedule.step()
        theirs.step()
        assert schedule.get_last_lr() == pytest.approx(theirs.get_last_lr(), abs=1e-12)
    with pytest.raises(ValueError, match=r"^OneCycleLR: there are total_steps = 3 steps; got step 4"):
        schedule.step()
    with pytest.raises(ValueError, match="total steps"):
        theirs.step()


@pytest.mark.covers("dlref.numpy.OneCycleLR", "dlref.torch.OneCycleLR")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_a_phase_without_length_is_at_its_end(library):
    # a rise that takes one of two steps: PyTorch divides by zero here
    optimizer = optimizer_of(library)
    schedule = library.OneCycleLR(optimizer, max_lr=1.0, total_steps=2, pct_start=0.5)
    assert (optimizer.lr, optimizer.momentum) == (1.0, 0.85)
    schedule.step()
    assert optimizer.lr == pytest.approx(1 / 25 / 1e4)


@pytest.mark.covers("dlref.numpy.OneCycleLR", "dlref.torch.OneCycleLR")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_momentum_cycles_only_where_there_is_some(library):
    with pytest.raises(ValueError, match=r"^OneCycleLR: cycle_momentum needs .* momentum or betas; got Adagrad"):
        library.OneCycleLR(optimizer_of(library, "Adagrad"), max_lr=1.0, total_steps=10)
    optimizer = optimizer_of(library, "Adam", betas=(0.3, 0.4))
    library.OneCycleLR(optimizer, max_lr=1.0, total_steps=10, cycle_momentum=False)
    assert optimizer.betas == (0.3, 0.4)


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_schedules_for_cosine_and_warm_up_have_the_values_of_their_formulas(library):
    optimizer = optimizer_of(library, lr=2.0)
    schedule = library.CosineAnnealingLR(optimizer, T_max=4, eta_min=1.0)
    values = []
    for _ in range(5):
        values += schedule.get_last_lr()
        schedule.step()
    half = math.sqrt(0.5) / 2
    assert values == pytest.approx([2.0, 1.5 + half, 1.5, 1.5 - half, 1.0])


def test_the_frame_alone_is_no_schedule():
    with pytest.raises(NotImplementedError):
        Schedule(optimizer_of(dlref.numpy))
    from dlref.torch.optim.schedules import Schedule as Twin

    with pytest.raises(NotImplementedError):
        Twin(optimizer_of(dlref.torch))
