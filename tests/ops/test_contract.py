"""What both backends promise: the same names and signatures, the same errors, imports that need no more than said."""

import inspect
import subprocess
import sys

import numpy as np
import pytest
import torch

import dlref.numpy
import dlref.torch

NUMPY_ONLY = {"differentiable"}  # autograd does its work in PyTorch


def parameters(function) -> list[tuple]:
    """Name, kind and default of each parameter."""
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def test_both_backends_have_the_same_public_names():
    assert set(dlref.numpy.__all__) - set(dlref.torch.__all__) == NUMPY_ONLY
    assert set(dlref.torch.__all__) <= set(dlref.numpy.__all__)


@pytest.mark.parametrize("name", dlref.torch.__all__)
def test_twins_have_the_same_signature_and_live_in_the_same_file(name):
    in_numpy, in_torch = getattr(dlref.numpy, name), getattr(dlref.torch, name)
    assert parameters(in_numpy) == parameters(in_torch)
    assert in_numpy.__module__.removeprefix("dlref.numpy") == in_torch.__module__.removeprefix("dlref.torch")
    assert inspect.getdoc(in_numpy)
    assert inspect.getdoc(in_torch)


@pytest.mark.parametrize("name", [name for name in dlref.torch.__all__ if hasattr(getattr(dlref.numpy, name), "vjp")])
def test_names_order_and_defaults_follow_torch_nn_functional(name):
    theirs = torch.nn.functional.max_pool2d_with_indices if name == "max_pool2d" else None
    theirs = theirs or getattr(torch.nn.functional, name)
    try:
        known = inspect.signature(theirs).parameters
    except ValueError:  # a builtin without signature: its order is in the first line of its docstring
        known = [part.split("=")[0].strip() for part in theirs.__doc__.split("(", 1)[1].split(")")[0].split(",")]
    ours = list(inspect.signature(getattr(dlref.torch, name)).parameters)
    assert ours == [parameter for parameter in known if parameter in ours]


def f(*shape: int, dtype: str = "float64") -> np.ndarray:
    return np.ones(shape, dtype)


WRONG = [
    ("relu", [np.array([1, 2])], {}, r"relu: input must have float dtype; got int64"),
    ("relu", [[1.0]], {}, r"relu: input must be a (ndarray|Tensor); got list"),
    ("relu", [None], {}, r"relu: input must be a (ndarray|Tensor); got NoneType"),
    ("softmax", [f(2, 3)], {"dim": 2}, r"softmax: dim must be in \[-2, 2\) for an input of 2 dimensions; got 2"),
    ("log_softmax", [f(2, 3)], {"dim": -3}, r"log_softmax: dim must be in \[-2, 2\) .*; got -3"),
    (
        "linear",
        [f(256, 784), f(512, 100)],
        {},
        r"linear: weight must be \(out, in\) with in = 784 as input \(256, 784\) has; got \(512, 100\)",
    ),
    ("linear", [f(2, 3), f(4, 3), f(3)], {}, r"linear: bias must be \(out\) with out = 4 as .*; got \(3,\)"),
    ("linear", [f(2, 3), f(3)], {}, r"linear: weight must be \(out, in\) .*; got \(3,\)"),
    ("linear", [f(2, 3), f(4, 3, dtype="float32")], {}, r"linear: weight must be float64 as input is; got float32"),
    ("conv2d", [f(2, 5, 5), f(1, 2, 3, 3)], {}, r"conv2d: input must be \(N, C, H, W\); got \(2, 5, 5\)"),
    ("conv2d", [f(1, 2, 5, 5), f(1, 3, 3, 3)], {}, r"conv2d: weight must be .* with C = 2 as input .*; got"),
    ("conv2d", [f(1, 1, 2, 2), f(1, 1, 3, 3)], {}, r"conv2d: the window must fit into the padded input; got 3 > 2"),
    ("conv2d", [f(1, 1, 5, 5), f(1, 1, 3, 3)], {"padding": "same"}, r"conv2d: padding must be an int .*; got 'same'"),
    ("conv2d", [f(1, 1, 5, 5), f(1, 1, 3, 3)], {"stride": 0}, r"conv2d: stride must be .* at least 1; got 0"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 2, "padding": 2}, r"max_pool2d: padding must be at most half"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": 2, "stride": 0}, r"max_pool2d: stride must be .*; got 0"),
    ("max_pool2d", [f(1, 1, 4, 4)], {"kernel_size": (2, 2, 2)}, r"max_pool2d: kernel_size must be an int or a pair"),
    ("max_pool2d", [f(4, 4)], {"kernel_size": 2}, r"max_pool2d: input must be \(N, C, H, W\); got \(4, 4\)"),
    ("mse_loss", [f(3, 1), f(3)], {}, r"mse_loss: target must be \(\*\) with \* = \(3, 1\) as input .*; got \(3,\)"),
    ("mse_loss", [f(3), f(3)], {"reduction": "avg"}, r"mse_loss: reduction must be one of mean, sum, none; got 'avg'"),
    ("cross_entropy", [f(3), np.array(0)], {}, r"cross_entropy: input must be \(N, C\); got \(3,\)"),
    ("cross_entropy", [f(2, 3), np.array([0, 1, 2])], {}, r"cross_entropy: target must be \(N\) with N = 2 .*; got"),
    ("cross_entropy", [f(2, 3), np.array([0, 3])], {}, r"cross_entropy: .* indices in \[0, C\) with C = 3; got 3"),
    (
        "cross_entropy",
        [f(2, 3), np.array([0, -100])],
        {},
        r"cross_entropy: .* indices in \[0, C\) with C = 3; got -100",
    ),
    ("cross_entropy", [f(2, 3), f(2)], {}, r"cross_entropy: target must have integer dtype; got float64"),
    ("cross_entropy", [f(2, 3), np.ones((2, 3), int)], {}, r"cross_entropy: target must have float dtype; got int64"),
    ("cross_entropy", [f(2, 3), f(2, 4)], {}, r"cross_entropy: target must be \(N, C\) with N = 2 .*; got \(2, 4\)"),
    ("cross_entropy", [f(2, 3), np.array([0, 1])], {"reduction": "max"}, r"cross_entropy: reduction must be one of"),
]


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(("name", "arrays", "options", "message"), WRONG)
def test_what_is_wrong_is_named_with_what_was_expected(backend, name, arrays, options, message):
    if backend == "torch":
        arrays = [torch.from_numpy(array) if isinstance(array, np.ndarray) else array for array in arrays]
    with pytest.raises(ValueError, match=message):
        getattr({"numpy": dlref.numpy, "torch": dlref.torch}[backend], name)(*arrays, **options)


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize(
    ("name", "argument"), [("cross_entropy", "weight"), ("cross_entropy", "ignore_index"), ("conv2d", "groups")]
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
