"""What both backends promise: the same names and signatures, the same errors, imports that need no more than said."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from cases import CASES, JUDGES, WRONG, differentiable_operations, f
from cases.optim import CLIPPING, INITIALIZERS, OPTIMIZERS, SCHEDULES

import dlref.numpy
import dlref.torch
from dlref.numpy.trees import mapped

NUMPY_ONLY = {"differentiable", "composed"}  # autograd does its work in PyTorch
TORCH_ONLY = {"CNN", "MLP", "RecurrentClassifier", "RecurrentLanguageModel", "Transformer"}  # torch.nn.Modules
PYTORCHS_OWN = {"Tensor", "cat", "no_grad", "stack", "where"}  # handed on as they are
# Arguments that torch does not have, each for a reason: its dropout draws from a global state, which ours do not have.
OURS_ALONE: dict[str, list[str]] = {"dropout": ["generator"]}
CHANGED_DEFAULTS: dict[str, set[str]] = {}


def parameters(function) -> list[tuple]:
    """Name, kind and default of each parameter; a dtype by its name."""
    dtypes = {np.float32: "float32", torch.float32: "float32"}
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.kind, dtypes.get(p.default, p.default)) for p in found]


def test_both_backends_have_the_same_public_names():
    assert set(dlref.numpy.__all__) - set(dlref.torch.__all__) == NUMPY_ONLY
    assert set(dlref.torch.__all__) - set(dlref.numpy.__all__) == TORCH_ONLY


def test_every_public_name_is_reached_by_a_test_that_says_so():
    marks = [
        name
        for path in Path(__file__).parent.glob("test_*.py")
        for named in re.findall(r"cover\w*\(([^)]*)\)", path.read_text("utf-8"))
        for name in re.findall(r'"(?:dlref\.(?:numpy|torch)\.)?(\w+)"', named)
    ]
    judged = {*CASES, *OPTIMIZERS, *SCHEDULES, *INITIALIZERS, *CLIPPING}
    blueprints = {name for name in dlref.numpy.__all__ if name.endswith("_shapes")}  # test_models has them all
    assert sorted(set(dlref.numpy.__all__) - judged - blueprints - set(marks)) == []


@pytest.mark.parametrize("name", sorted(set(dlref.torch.__all__) - PYTORCHS_OWN - TORCH_ONLY))
def test_twins_have_the_same_signature_and_live_in_the_same_file(name):
    in_numpy, in_torch = getattr(dlref.numpy, name), getattr(dlref.torch, name)
    assert parameters(in_numpy) == parameters(in_torch)
    assert in_numpy.__module__.removeprefix("dlref.numpy") == in_torch.__module__.removeprefix("dlref.torch")
    assert inspect.getdoc(in_numpy)
    assert inspect.getdoc(in_torch)


@pytest.mark.parametrize("name", sorted(set(differentiable_operations()) - set(JUDGES)))
def test_names_order_and_defaults_follow_torch_nn_functional(name):
    theirs = {"max_pool2d": torch.nn.functional.max_pool2d_with_indices}.get(name) or getattr(torch.nn.functional, name)
    ours = inspect.signature(getattr(dlref.torch, name)).parameters
    try:
        known = {parameter.name: parameter.default for parameter in inspect.signature(theirs).parameters.values()}
    except ValueError:  # a builtin without signature: its order is in the first line of its docstring
        known = dict.fromkeys(
            part.split("=")[0].strip() for part in theirs.__doc__.split("(", 1)[1].split(")")[0].split(",")
        )
    assert list(ours) == [parameter for parameter in known if parameter in ours] + OURS_ALONE.get(name, [])
    for parameter, default in known.items():
        if parameter in ours and default is not None and parameter not in CHANGED_DEFAULTS.get(name, {}):
            assert ours[parameter].default == default, parameter


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(("name", "arrays", "options", "message"), WRONG)
def test_what_is_wrong_is_named_with_what_was_expected(backend, name, arrays, options, message):
    if backend == "torch":
        arrays = mapped(lambda leaf: torch.from_numpy(leaf) if isinstance(leaf, np.ndarray) else leaf, arrays)
    with pytest.raises(ValueError, match=message):
        getattr({"numpy": dlref.numpy, "torch": dlref.torch}[backend], name)(*arrays, **options)


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize(
    ("name", "argument"),
    [("relu", "inplace"), ("mse_loss", "reduce"), ("cross_entropy", "size_average"), ("conv2d", "groups")],
)
def test_an_argument_that_is_not_supported_is_refused_by_name(library, name, argument):
    with pytest.raises(TypeError, match=argument):
        getattr(library, name)(None, None, **{argument: 1})


@pytest.mark.parametrize("name", ["relu", "linear"])
def test_an_array_of_the_other_backend_is_refused(name):
    count = {"relu": 1, "linear": 2}[name]
    with pytest.raises(ValueError, match=f"{name}: input must be a Tensor; got ndarray"):
        getattr(dlref.torch, name)(*[f(2, 2)] * count)
    with pytest.raises(ValueError, match=f"{name}: input must be a ndarray; got Tensor"):
        getattr(dlref.numpy, name)(*[torch.ones(2, 2)] * count)


BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)
sys.meta_path.insert(0, Block())
"""


def run_without(blocked: set[str], code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK.format(blocked=blocked) + code], capture_output=True, text=True, check=False
    )


EXTRAS = {"torch", "matplotlib", "sklearn", "scipy", "mkdocs"}


def test_numpy_backend_and_data_need_numpy_only():
    done = run_without(EXTRAS, "import dlref.numpy, dlref.data\nprint(dlref.numpy.relu.__name__)")
    assert (done.returncode, done.stdout) == (0, "relu\n"), done.stderr


def test_numpy_backend_loads_nothing_else_even_where_it_is_installed():
    done = run_without(
        set(), f"import dlref.numpy\nprint(sorted({EXTRAS!r} & set(sys.modules)), 'dlref.torch' in sys.modules)"
    )
    assert done.stdout == "[] False\n", done.stderr


def test_torch_backend_says_what_it_needs():
    done = run_without({"torch"}, "import dlref.torch")
    assert 'ImportError: dlref.torch needs PyTorch: pip install "dlref[torch]"' in done.stderr


def test_torch_backend_does_not_import_the_numpy_backend():
    done = run_without({"sklearn"}, "import dlref.torch\nprint('dlref.numpy' in sys.modules)")
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize("call", ["load_digits()", "load_diabetes_column('bmi')"])
def test_data_says_what_it_needs(call):
    done = run_without({"sklearn"}, f"import dlref.data\ndlref.data.{call}")
    assert 'pip install "dlref[figures]"' in done.stderr


def test_options_may_be_given_by_position_as_in_torch_and_get_no_gradient() -> None:
    scores = np.array([[1.0, 2.0], [4.0, 3.0]])
    value, pullback = dlref.numpy.softmax.vjp(scores, 0)
    assert np.array_equal(value, dlref.numpy.softmax(scores, dim=0))
    gradients = pullback(np.eye(2))
    assert len(gradients) == 2
    assert gradients[0].shape == scores.shape
    assert gradients[1] is None

    images = np.random.default_rng(0).normal(size=(2, 3, 6, 6))
    pooled, pullback = dlref.numpy.max_pool2d.vjp(images, 2, 2)
    assert np.array_equal(pooled, torch.nn.functional.max_pool2d(torch.from_numpy(images), 2, 2).numpy())
    assert [gradient is None for gradient in pullback(pooled)] == [False, True, True]


@pytest.mark.parametrize(
    ("package", "missing", "extra"),
    [
        ("dlref.experiments", "sklearn", "dlref[torch,figures]"),
        ("dlref.figures", "matplotlib", "dlref[torch,figures]"),
        ("dlref.site", "mkdocs", "dlref[site]"),
    ],
)
def test_a_missing_extra_is_named(package: str, missing: str, extra: str) -> None:
    code = (
        "import importlib.util as util; find = util.find_spec\n"
        f"util.find_spec = lambda name, *rest: None if name == {missing!r} else find(name, *rest)\n"
        f"import {package}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f'pip install "{extra}"' in done.stderr.splitlines()[-1]
    assert missing in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("operation", [dlref.numpy.linear, dlref.torch.linear])
def test_a_call_that_was_in_order_excuses_no_other(operation):
    make = np.ones if operation is dlref.numpy.linear else torch.ones
    dtypes = (np.float32, np.float64) if make is np.ones else (torch.float32, torch.float64)
    weight, bias = make((4, 3), dtype=dtypes[0]), make(4, dtype=dtypes[0])
    operation(make((2, 3), dtype=dtypes[0]), weight, bias)  # remembered
    with pytest.raises(ValueError, match=r"weight must be \(out, in\) with in = 5"):
        operation(make((2, 5), dtype=dtypes[0]), weight, bias)
    with pytest.raises(ValueError, match="must be float64 as input is"):
        operation(make((2, 3), dtype=dtypes[1]), weight, bias)
    with pytest.raises(ValueError, match="input must be a"):
        operation([[1.0, 1.0, 1.0]], weight, bias)


@pytest.mark.parametrize(
    ("tree", "other", "message"),
    [
        ({"weight": 1}, {"bias": 1}, r"expected \['weight'\]; got \['bias'\]"),
        ({"weight": 1}, [1], r"expected \['weight'\]; got 1"),
        ({"weight": 1}, 2.5, r"expected \['weight'\]; got float"),
        ((1, 2), (1,), "expected 2; got 1"),
        ((1, 2), {"weight": 1, "bias": 2}, r"expected 2; got \['bias', 'weight'\]"),
        ([(1, 2)], [3], "expected 2; got int"),
    ],
)
def test_a_gradient_of_another_structure_is_named(tree: Any, other: Any, message: str) -> None:
    assert mapped(lambda *leaves: leaves, tree, None)
    with pytest.raises(ValueError, match=f"^structures differ: {message}$"):
        mapped(lambda *leaves: leaves, tree, tree, other)
