"""Initialisers draw what `torch.nn.init` draws: in PyTorch the very numbers, in NumPy from the same distribution."""

import inspect

import numpy as np
import pytest
import torch
from cases.optim import INITIALIZERS

import dlref.numpy
import dlref.torch

SHAPES = [(5, 3), (3, 5), (4, 4), (2, 3, 2, 2), (8, 2, 2), (6, 1), (1, 6)]


def covering(name: str):
    return pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}")


NAMES = [pytest.param(name, marks=covering(name)) for name in INITIALIZERS]
EVERY_OPTION = [
    pytest.param(name, options, marks=covering(name)) for name, cases in INITIALIZERS.items() for options in cases
]
WEIGHTS = [name for name in INITIALIZERS if name not in ("uniform_", "normal_")]


def drawn(backend: str, name: str, shape: tuple[int, ...], dtype: str = "float64", **options) -> np.ndarray:
    if backend == "numpy":
        array = np.empty(shape, dtype)
        assert getattr(dlref.numpy, name)(array, generator=np.random.default_rng(0), **options) is array
        return array
    library = {"torch": dlref.torch, "torch.nn": torch.nn.init}[backend]
    tensor = torch.empty(shape, dtype=getattr(torch, dtype), requires_grad=True)
    assert getattr(library, name)(tensor, generator=torch.Generator().manual_seed(0), **options) is tensor
    return tensor.detach().numpy()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "options"), EVERY_OPTION)
def test_the_torch_backend_draws_the_numbers_of_torch_nn_init(name, options, dtype, shape):
    ours, theirs = (drawn(backend, name, shape, dtype, **options) for backend in ("torch", "torch.nn"))
    np.testing.assert_allclose(ours, theirs, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "options"), [case for case in EVERY_OPTION if case.values[0] != "orthogonal_"])
def test_the_numpy_backend_draws_from_the_distribution_of_torch_nn_init(name, options, dtype, shape):
    generator, rng = torch.Generator().manual_seed(0), np.random.default_rng(0)
    if "uniform" in name:
        basis, ours = torch.empty(shape, dtype=torch.float64).uniform_(generator=generator), rng.uniform(size=shape)
    else:
        basis, ours = torch.empty(shape, dtype=torch.float64).normal_(generator=generator), rng.normal(size=shape)
    # What torch.nn.init makes of standard draws is a scale and a shift; the same made of NumPy's must be our result.
    theirs = drawn("torch.nn", name, shape, **options).ravel()
    scale, shift = np.linalg.lstsq(np.stack([basis.numpy().ravel(), np.ones(theirs.size)], 1), theirs, rcond=None)[0]
    draws = drawn("numpy", name, shape, dtype, **options)
    assert draws.dtype == dtype
    np.testing.assert_allclose(draws, scale * ours + shift, rtol=0, atol=1e-12 if dtype == "float64" else 1e-6)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", NAMES)
def test_many_draws_have_the_moments_of_torch_nn_init(backend, name):
    draws, theirs = (drawn(library, name, (60, 50, 3, 3)) for library in (backend, "torch.nn"))
    # Over n draws mean and deviation scatter by σ/√n; six times that never happens.
    scatter = 6 * theirs.std() / np.sqrt(draws.size)
    assert draws.mean() == pytest.approx(theirs.mean(), abs=scatter)
    assert draws.std() == pytest.approx(theirs.std(), abs=scatter)
    if "uniform" in name:
        assert abs(draws - draws.mean()).max() < 1.75 * draws.std()
    elif "normal" in name:
        assert abs(draws - draws.mean()).max() > 3.5 * draws.std()  # a uniform draw stops at 1.73


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", NAMES)
def test_the_generator_decides_and_must_be_named(backend, name):
    np.testing.assert_array_equal(drawn(backend, name, (4, 3)), drawn(backend, name, (4, 3)))
    library = {"numpy": dlref.numpy, "torch": dlref.torch}[backend]
    parameter = inspect.signature(getattr(library, name)).parameters["generator"]
    assert (parameter.kind, parameter.default) == (parameter.KEYWORD_ONLY, parameter.empty)


@pytest.mark.parametrize("name", NAMES)
def test_a_strided_array_is_filled_in_place(name):
    array, rng = np.zeros((3, 8)), np.random.default_rng(0)
    view = array[:, ::2]
    assert getattr(dlref.numpy, name)(view, generator=rng) is view
    np.testing.assert_array_equal(view, drawn("numpy", name, (3, 4)))
    assert not array[:, 1::2].any()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", NAMES)
def test_the_torch_backend_fills_half_precision(name, dtype):
    tensor = torch.full((4, 3), torch.nan, dtype=getattr(torch, dtype))
    getattr(dlref.torch, name)(tensor, generator=torch.Generator().manual_seed(0))
    assert tensor.isfinite().all()
    assert tensor.unique().numel() > 6


@covering("orthogonal_")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("shape", [*SHAPES, (1, 1), (1, 4), (4, 1)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_rows_or_columns_are_orthogonal(backend, shape, gain):
    W = drawn(backend, "orthogonal_", shape, gain=gain).reshape(shape[0], -1)
    W = W if W.shape[0] >= W.shape[1] else W.T
    np.testing.assert_allclose(W.T @ W, gain**2 * np.eye(W.shape[1]), atol=1e-12)


@covering("orthogonal_")
@pytest.mark.parametrize("shape", SHAPES)
def test_an_orthogonal_weight_is_the_factor_of_a_normal_draw_with_positive_diagonal(shape):
    W = drawn("numpy", "orthogonal_", shape).reshape(shape[0], -1)
    A = np.random.default_rng(0).normal(size=W.shape)
    R = W.T @ A if W.shape[0] >= W.shape[1] else W @ A.T
    np.testing.assert_allclose(np.tril(R, -1), 0, atol=1e-12)
    assert (np.diagonal(R) > 0).all()


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0), (2, 3, 0)])
@pytest.mark.parametrize("name", NAMES)
def test_a_tensor_without_elements_stays_as_it_is(backend, shape, name):
    assert drawn(backend, name, shape).shape == shape


GAINS = [
    ("linear", None), ("conv2d", None), ("conv_transpose1d", None), ("conv_transpose3d", None), ("conv1d", None),
    ("conv3d", None), ("conv_transpose2d", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("selu", None),
    ("leaky_relu", None), ("leaky_relu", 0.2), ("leaky_relu", 0.0), ("leaky_relu", 2),
]  # fmt: skip


@covering("calculate_gain")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize(("nonlinearity", "param"), GAINS)
def test_gains_are_those_of_torch_nn_init(library, nonlinearity, param):
    assert library.calculate_gain(nonlinearity, param) == torch.nn.init.calculate_gain(nonlinearity, param)


@covering("calculate_gain")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_gains_that_do_not_exist_are_refused(library):
    with pytest.raises(ValueError, match=r"^calculate_gain: nonlinearity must be one of linear, .*; got 'relu6'"):
        library.calculate_gain("relu6")
    with pytest.raises(ValueError, match=r"^calculate_gain: param is the slope of leaky_relu, relu has none; got 0.1"):
        library.calculate_gain("relu", 0.1)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", [pytest.param(name, marks=covering(name)) for name in WEIGHTS])
def test_what_has_no_inputs_and_outputs_is_refused(backend, name):
    with pytest.raises(ValueError, match=rf"^{name}: tensor must be \(out, in, \*\); got \(3,\)"):
        drawn(backend, name, (3,))
    if name.startswith("kaiming"):
        with pytest.raises(ValueError, match=f"^{name}: mode must be one of fan_in, fan_out; got 'fan'"):
            drawn(backend, name, (3, 3), mode="fan")
        with pytest.raises(ValueError, match=f"^{name}: nonlinearity must be one of linear, .*; got 'relu6'"):
            drawn(backend, name, (3, 3), nonlinearity="relu6")
        with pytest.raises(ValueError, match=f"^{name}: a is the slope of leaky_relu, tanh has none; got 0.1"):
            drawn(backend, name, (3, 3), a=0.1, nonlinearity="tanh")


@pytest.mark.parametrize("name", NAMES)
def test_integers_and_lists_are_refused(name):
    with pytest.raises(ValueError, match=f"^{name}: tensor must have float dtype; got int64"):
        getattr(dlref.numpy, name)(np.ones((2, 2), int), generator=np.random.default_rng(0))
    with pytest.raises(ValueError, match=f"^{name}: tensor must have float dtype; got int64"):
        getattr(dlref.torch, name)(torch.ones((2, 2), dtype=torch.int64), generator=torch.Generator())
    with pytest.raises(ValueError, match=f"^{name}: tensor must be a ndarray; got list"):
        getattr(dlref.numpy, name)([[1.0]], generator=np.random.default_rng(0))
