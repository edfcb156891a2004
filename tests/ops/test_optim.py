"""Optimisers step as `torch.optim` does, and gradients are clipped as by `torch.nn.utils`."""

import inspect
import math

import numpy as np
import pytest
import torch
from cases.optim import CLIPPING, INITIALIZERS, OPTIMIZERS, SCHEDULES, unregistered
from deviations import assert_close

import dlref.numpy
import dlref.numpy.optim.optimizer
import dlref.torch
import dlref.torch.optim.optimizer

SHAPES = {"weight": (4, 3), "bias": (5,), "scale": ()}


def covering(names, marked=lambda name: name):
    return [
        pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=marks(marked(value))) for value in names
    ]


def marks(name: str):
    return pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}")


EVERY = covering(OPTIMIZERS)
EVERY_OPTION = covering(
    [(name, options) for name, cases in OPTIMIZERS.items() for options in cases], lambda pair: pair[0]
)


def start(dtype: type = np.float64) -> dict[str, np.ndarray]:
    """Parameters: a matrix that is not contiguous, a vector, and a single number."""
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=shape[::-1]).astype(dtype).T for name, shape in SHAPES.items()}


class Slope:
    """Gradients of a bowl that is jolted at every step, so that no step is small."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(1)

    def at(self, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {
            name: np.asarray(np.sin(param) + self.rng.normal(size=param.shape)).astype(param.dtype)[()]
            for name, param in params.items()
        }


class Twins:
    """The same parameters three times, each with the optimiser of one library."""

    def __init__(self, name: str, options: dict, dtype: type = np.float64) -> None:
        self.name, self.params = name, start(dtype)
        self.slope = Slope()
        self.optimizer = getattr(dlref.numpy, name)(self.params, **options)
        self.tensors, self.others = [], []
        for library in (dlref.torch, torch.optim):
            tensors = {name: torch.tensor(param, requires_grad=True) for name, param in self.params.items()}
            self.tensors.append(tensors)
            self.others.append(getattr(library, name)(tensors.values(), **options))

    def step(self) -> None:
        grads = self.slope.at(self.params)
        kept = {name: grad.copy() for name, grad in grads.items()}
        self.optimizer.step(grads)
        for tensors, other in zip(self.tensors, self.others, strict=True):
            other.zero_grad()
            for name, tensor in tensors.items():
                tensor.grad = torch.tensor(kept[name])
            other.step()
            for name, tensor in tensors.items():
                np.testing.assert_array_equal(tensor.grad.numpy(), kept[name])
        for name in SHAPES:
            np.testing.assert_array_equal(grads[name], kept[name])

    def assert_equal(self, **tolerance) -> None:
        for library, tensors in zip(("dlref.torch", "torch"), self.tensors, strict=True):
            for name, param in self.params.items():
                place = (self.name, param.dtype.name, library, "forward")
                assert_close(place, param, tensors[name].detach().numpy(), **tolerance)


def test_every_name_of_the_topic_is_reached():
    assert unregistered() == set()


@pytest.mark.parametrize(("name", "options"), EVERY_OPTION)
def test_every_optimizer_takes_the_steps_of_torch_optim(name, options):
    twins = Twins(name, options)
    before = {name: param.copy() for name, param in twins.params.items()}
    for step in range(200):
        twins.step()
        if step % 40 in (0, 1, 39):
            twins.assert_equal(rtol=0, atol=1e-12)
    assert all(abs(twins.params[name] - before[name]).max() > 1e-3 for name in SHAPES)


@pytest.mark.parametrize(("name", "options"), EVERY_OPTION)
def test_every_optimizer_keeps_float32_in_place(name, options):
    twins = Twins(name, {option: np.float64(x) if type(x) is float else x for option, x in options.items()}, np.float32)
    same = dict(twins.params)
    for _ in range(20):
        twins.step()
    twins.assert_equal(rtol=0, atol=3e-5)
    states = [*twins.optimizer.states.values()]
    assert all(twins.params[name] is same[name] is twins.optimizer.params[name] for name in SHAPES)
    assert {array.dtype for array in (*same.values(), *(a for s in states for a in s.values()))} == {np.dtype("f4")}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", EVERY)
def test_every_optimizer_of_the_torch_backend_keeps_half_precision(name, dtype):
    param = torch.ones(3, dtype=dtype, requires_grad=True)
    param.grad = torch.ones(3, dtype=dtype)
    optimizer = getattr(dlref.torch, name)([param], lr=0.125)
    optimizer.step()
    assert {param.dtype, *(tensor.dtype for tensor in optimizer.states[0].values())} == {dtype}
    theirs = torch.ones(3, dtype=dtype, requires_grad=True)
    theirs.grad = torch.ones(3, dtype=dtype)
    getattr(torch.optim, name)([theirs], lr=0.125).step()
    torch.testing.assert_close(param, theirs, rtol=2e-2, atol=1e-3)


@pytest.mark.parametrize("name", EVERY)
def test_parameters_without_gradient_stand_still_and_count_no_step(name):
    groups = [[torch.ones(2, dtype=torch.float64, requires_grad=True) for _ in range(2)] for _ in range(2)]
    optimizers = [
        getattr(library, name)(iter(group), lr=0.1, weight_decay=0.1)
        for library, group in zip((dlref.torch, torch.optim), groups, strict=True)
    ]
    for step in range(4):
        for (moved, sometimes), optimizer in zip(groups, optimizers, strict=True):
            optimizer.zero_grad()
            assert moved.grad is None
            (moved * (step + 1)).sum().backward()
            if step >= 2:
                (sometimes**2).sum().backward()
            optimizer.step()
        assert torch.equal(groups[0][1], torch.ones(2)) == (step < 2)
    for ours, theirs in zip(*groups, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_remembered_does_not_share_memory_with_the_gradient(name):
    params, grads = {"weight": np.ones(1)}, {"weight": np.ones(1)}
    optimizer = getattr(dlref.numpy, name)(params, lr=0.1)
    tensor = torch.ones(1, dtype=torch.float64, requires_grad=True)
    tensor.grad = torch.ones(1, dtype=torch.float64)
    twin = getattr(dlref.torch, name)([tensor], lr=0.1)
    fresh = {"weight": np.ones(1)}
    expected = getattr(dlref.numpy, name)(fresh, lr=0.1)
    for optimizer_ in (optimizer, twin, expected):
        if hasattr(optimizer_, "momentum"):
            optimizer_.momentum = 0.5
    for value in (1.0, -2.0):
        grads["weight"][...] = value
        tensor.grad.fill_(value)
        optimizer.step(grads)
        twin.step()
        expected.step({"weight": np.full(1, value)})
    assert params["weight"] == fresh["weight"]
    assert tensor.item() == pytest.approx(fresh["weight"].item(), abs=1e-12)


@marks("AdamW")
@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_weight_decay_of_adamw_does_not_pass_through_the_moments(name):
    params = {"weight": np.full(1, 2.0)}
    getattr(dlref.numpy, name)(params, lr=0.1, weight_decay=0.5).step({"weight": np.zeros(1)})
    # Adam divides the decay by its own size and so moves by η; AdamW shrinks by the factor 1 − ηλ.
    assert params["weight"] == pytest.approx({"Adam": 1.9, "AdamW": 1.9 * 1.0}[name])
    params = {"weight": np.full(1, 4.0)}
    getattr(dlref.numpy, name)(params, lr=0.1, weight_decay=0.5).step({"weight": np.zeros(1)})
    assert params["weight"] == pytest.approx({"Adam": 3.9, "AdamW": 3.8}[name])


@marks("SGD")
def test_a_momentum_that_is_set_later_starts_from_the_gradient_then():
    params = {"weight": np.zeros(1)}
    tensor = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    ours, theirs = dlref.numpy.SGD(params, lr=1.0, dampening=0.5), torch.optim.SGD([tensor], lr=1.0, dampening=0.5)
    for step in range(4):
        ours.momentum = theirs.param_groups[0]["momentum"] = 0.5 if step else 0.0
        ours.step({"weight": np.ones(1)})
        tensor.grad = torch.ones(1, dtype=torch.float64)
        theirs.step()
        assert params["weight"] == tensor.item()


@marks("RMSprop")
@pytest.mark.parametrize("value", [0.3, 1e4])
def test_a_gradient_that_never_changes_has_no_negative_variance(value):
    params, tensor = {"weight": np.ones(3, np.float32)}, torch.ones(3, requires_grad=True)
    tensor.grad = torch.full((3,), value)
    ours = dlref.numpy.RMSprop(params, alpha=0.5, centered=True)
    twin = dlref.torch.RMSprop([tensor], alpha=0.5, centered=True)
    for _ in range(60):  # PyTorch's own arrives at nan
        ours.step({"weight": np.full(3, value, np.float32)})
        twin.step()
    assert np.isfinite(params["weight"]).all()
    assert tensor.isfinite().all()


WRONG_OPTIONS = [
    ("SGD", {"lr": -1.0}, "SGD: lr must be 0 or more; got -1.0"),
    ("SGD", {"lr": math.nan}, "SGD: lr must be 0 or more; got nan"),
    ("SGD", {"momentum": -0.5}, "SGD: momentum must be 0 or more; got -0.5"),
    ("SGD", {"weight_decay": -0.5}, "SGD: weight_decay must be 0 or more"),
    ("SGD", {"nesterov": True}, "SGD: nesterov needs momentum > 0 and dampening = 0; got 0.0 and 0.0"),
    ("SGD", {"momentum": 0.9, "dampening": 0.1, "nesterov": True}, "SGD: nesterov needs .*; got 0.9 and 0.1"),
    *[("Adagrad", {option: -0.5}, f"Adagrad: {option} must be 0 or more; got -0.5") for option in
      ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")],
    *[("RMSprop", {option: -0.5}, f"RMSprop: {option} must be 0 or more; got -0.5") for option in
      ("lr", "alpha", "eps", "weight_decay", "momentum")],
    *[(name, {option: -0.5}, f"{name}: {option} must be 0 or more; got -0.5") for name in ("Adam", "AdamW")
      for option in ("lr", "eps", "weight_decay")],
    *[(name, {"betas": betas}, rf"{name}: betas must be two numbers in \[0, 1\); got \({betas[0]}, {betas[1]}")
      for name in ("Adam", "AdamW") for betas in ((1.0, 0.9), (0.9, 1.0), (-0.1, 0.9), (0.9, -0.1), (0.9, 0.9, 0.9))],
]  # fmt: skip


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize(("name", "options", "message"), covering(WRONG_OPTIONS, lambda row: row[0]))
def test_options_that_torch_optim_refuses_are_refused(library, name, options, message):
    params = {"weight": np.ones(2)} if library is dlref.numpy else [torch.ones(2)]
    with pytest.raises(ValueError, match=f"^{message}"):
        getattr(library, name)(params, **options)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    ("grads", "message"),
    [
        ({}, r"grads must have the names \['weight'\]; got \[\]"),
        ({"weight": np.ones(2), "other": np.ones(2)}, r"grads must have the names \['weight'\]; got"),
        ({"weight": np.ones((2, 2))}, r"grads\['weight'\] must be \(\*\) with \* = \(2,\) .*; got \(2, 2\)"),
        ({"weight": np.ones(1)}, r"grads\['weight'\] must be \(\*\) with \* = \(2,\) .*; got \(1,\)"),
        ({"weight": np.ones(2, "f4")}, r"grads\['weight'\] must be float64 as params\['weight'\] is; got float32"),
        ({"weight": [1.0, 2.0]}, r"grads\['weight'\] must be a ndarray; got list"),
        ({"weight": None}, r"grads\['weight'\] must be a ndarray; got NoneType"),
    ],
)
def test_gradients_that_do_not_fit_are_refused(name, grads, message):
    params = {"weight": np.ones(2)}
    with pytest.raises(ValueError, match=f"^{name}: {message}"):
        getattr(dlref.numpy, name)(params).step(grads)
    assert (params["weight"] == 1).all()


@pytest.mark.parametrize("name", EVERY)
def test_what_cannot_be_trained_is_refused(name):
    for params, message in [
        ({}, "params must not be empty"),
        ({"weight": np.float64(1)}, r"params\['weight'\] must be a ndarray; got float64"),
        ({"weight": np.array([1, 2])}, r"params\['weight'\] must have float dtype; got int64"),
    ]:
        with pytest.raises(ValueError, match=f"^{name}: {message}"):
            getattr(dlref.numpy, name)(params)
    trained = torch.ones(2, requires_grad=True)
    for params, message in [
        ([], "params must not be empty"),
        ({"weight": trained}, r"params\[0\] must be a Tensor; got str"),
        ([trained, torch.ones(2, dtype=torch.int64)], r"params\[1\] must have float dtype; got int64"),
        ([trained, 2 * trained], r"params\[1\] must be a leaf"),
    ]:
        with pytest.raises(ValueError, match=f"^{name}: {message}"):
            getattr(dlref.torch, name)(params)


def test_the_frame_alone_is_no_optimizer():
    with pytest.raises(NotImplementedError):
        dlref.numpy.optim.optimizer.Optimizer({"weight": np.ones(1)}, 0.1).step({"weight": np.ones(1)})
    tensor = torch.ones(1, requires_grad=True)
    tensor.sum().backward()
    with pytest.raises(NotImplementedError):
        dlref.torch.optim.optimizer.Optimizer([tensor], 0.1).step()


SIGNATURES = {
    torch.optim: OPTIMIZERS,
    torch.optim.lr_scheduler: SCHEDULES,
    torch.nn.init: [*INITIALIZERS, "calculate_gain"],
    torch.nn.utils: CLIPPING,
}
RENAMED = {"grads": "parameters"}  # what is clipped are gradients by name, not the parameters that own them


@pytest.mark.parametrize(
    ("module", "name"),
    covering([(module, name) for module, names in SIGNATURES.items() for name in names], lambda pair: pair[1]),
)
def test_names_order_and_defaults_follow_torch(module, name):
    ours = inspect.signature(getattr(dlref.numpy, name)).parameters
    theirs = inspect.signature(getattr(module, name)).parameters
    positional = [RENAMED.get(p.name, p.name) for p in ours.values() if p.kind == p.POSITIONAL_OR_KEYWORD]
    assert positional == list(theirs)[: len(positional)]
    assert [RENAMED.get(each, each) for each in ours] == [
        each for each in theirs if each in ours or each == "parameters"
    ]
    for each, parameter in ours.items():
        default = theirs[RENAMED.get(each, each)].default
        assert parameter.default == default or (parameter.default is parameter.empty and default is None), each


def drawn_grads(dtype: type, scale: float) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: np.asarray(scale * rng.normal(size=shape[::-1]), dtype).T for name, shape in SHAPES.items()}


def clipped_by_torch(operation: str, grads: dict[str, np.ndarray], *options):
    params = [torch.zeros(grad.shape, dtype=torch.from_numpy(grad).dtype) for grad in grads.values()]
    for param, grad in zip(params, grads.values(), strict=True):
        param.grad = torch.tensor(grad)
    returned = getattr(torch.nn.utils, operation)(params, *options)
    return returned, {name: param.grad.numpy() for name, param in zip(grads, params, strict=True)}


CLIPPED = covering(
    [("clip_grad_norm_", (bound,)) for bound in (0.0, 0.5, 3.0, 1e3)]
    + [("clip_grad_norm_", (0.5, p)) for p in (1.0, 2.0, 3.0, math.inf)]
    + [("clip_grad_value_", (bound,)) for bound in (0.0, 0.5, 10.0)],
    lambda pair: pair[0],
)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e4])  # 1e-6 is what keeps the division finite
@pytest.mark.parametrize(("name", "options"), CLIPPED)
def test_gradients_are_clipped_as_by_torch_nn_utils(name, options, scale, dtype, rtol):
    options = (options[0] * scale, *options[1:])
    grads = drawn_grads(dtype, scale)
    norm, expected = clipped_by_torch(name, grads, *options)
    tensors = {key: torch.tensor(grad) for key, grad in grads.items()}
    same, memory = dict(grads), {key: tensor.data_ptr() for key, tensor in tensors.items()}
    returned = [getattr(dlref.numpy, name)(grads, *options), getattr(dlref.torch, name)(tensors, *options)]
    for key in SHAPES:
        assert grads[key] is same[key]
        assert tensors[key].data_ptr() == memory[key]
        assert grads[key].dtype == tensors[key].numpy().dtype == dtype
        of = (name, np.dtype(dtype).name)
        assert_close((*of, "torch", "forward"), grads[key], expected[key], rtol=rtol)
        assert_close((*of, "dlref.torch", "forward"), tensors[key].numpy(), expected[key], rtol=rtol)
    if norm is None:
        assert returned == [None, None]
    else:
        assert returned[0].dtype == returned[1].numpy().dtype == dtype
        np.testing.assert_allclose(returned, norm, rtol=rtol)


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize("name", covering(CLIPPING))
def test_clipping_passes_nan_on_and_refuses_what_it_cannot_clip(library, name):
    array = np.array if library is dlref.numpy else torch.tensor
    clip = getattr(library, name)
    grads = {"weight": array([1.0, math.nan])}
    clip(grads, 0.5)
    assert np.isnan(np.asarray(grads["weight"])).tolist() == [name == "clip_grad_norm_", True]
    empty = clip({}, 1.0)
    assert empty == (0 if name == "clip_grad_norm_" else None)
    bound = {"clip_grad_norm_": "max_norm", "clip_grad_value_": "clip_value"}[name]
    with pytest.raises(ValueError, match=f"^{name}: {bound} must be 0 or more; got -1.0"):
        clip({"weight": array([1.0])}, -1.0)
    kind = "ndarray" if library is dlref.numpy else "Tensor"
    with pytest.raises(ValueError, match=rf"^{name}: grads\['bias'\] must be a {kind}; got float64"):
        clip({"weight": array([1.0]), "bias": np.float64(1)}, 1.0)
    with pytest.raises(ValueError, match=rf"^{name}: grads\['weight'\] must have float dtype; got int64"):
        clip({"weight": array([1])}, 1.0)
