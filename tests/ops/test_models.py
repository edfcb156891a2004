"""Blueprints are those of the modules; parameters move between functions and modules unchanged."""

import math

import numpy as np
import pytest
import torch

import dlref.numpy
import dlref.torch

BLUEPRINTS = [
    ("mlp_shapes", (4, 3, 2), {}, lambda: dlref.torch.MLP(4, 3, 2)),
    ("cnn_shapes", ((1, 2, 3), (8, 6), 10), {"kernel_size": 5}, lambda: dlref.torch.CNN((1, 2, 3), (8, 6), 10, 5)),
    ("cnn_shapes", ((1, 2, 3), (7, 9), 10), {}, lambda: dlref.torch.CNN((1, 2, 3), (7, 9), 10)),
    ("recurrent_shapes", (3, 5), {"cell": "rnn", "layers": 2}, lambda: torch.nn.RNN(3, 5, 2)),
    ("recurrent_shapes", (3, 5), {}, lambda: torch.nn.LSTM(3, 5)),
    (
        "recurrent_shapes",
        (3, 5),
        {"cell": "gru", "layers": 3, "bidirectional": True},
        lambda: torch.nn.GRU(3, 5, 3, bidirectional=True),
    ),
    ("recurrent_classifier_shapes", (3, 5, 4), {}, lambda: dlref.torch.RecurrentClassifier(3, 5, 4)),
    (
        "recurrent_classifier_shapes",
        (3, 5, 4),
        {"cell": "gru", "layers": 2, "bidirectional": True},
        lambda: dlref.torch.RecurrentClassifier(3, 5, 4, cell="gru", layers=2, bidirectional=True),
    ),
    (
        "recurrent_language_model_shapes",
        (9, 4, 5),
        {"cell": "rnn", "layers": 2},
        lambda: dlref.torch.RecurrentLanguageModel(9, 4, 5, cell="rnn", layers=2),
    ),
    ("recurrent_language_model_shapes", (9, 4, 5), {}, lambda: dlref.torch.RecurrentLanguageModel(9, 4, 5)),
    ("transformer_shapes", (7, 9, 4), {}, lambda: dlref.torch.Transformer(7, 9, 4, 2)),
    (
        "transformer_shapes",
        (7, 9, 4),
        {"layers": 3, "feedforward": 5},
        lambda: dlref.torch.Transformer(7, 9, 4, 2, layers=3, feedforward=5),
    ),
]


def repr_of(part) -> str:
    """A name for a parameter of a test that is the same in every process."""
    return "module" if callable(part) else str(part)


@pytest.mark.parametrize(("name", "args", "options", "module"), BLUEPRINTS, ids=repr_of)
def test_a_blueprint_has_names_and_shapes_of_the_modules_state_dict(name, args, options, module):
    expected = {key: tuple(tensor.shape) for key, tensor in module().state_dict().items()}
    assert getattr(dlref.numpy, name)(*args, **options) == expected
    assert getattr(dlref.torch, name) is getattr(dlref.numpy, name)


def test_every_blueprint_is_compared_with_a_module():
    assert {name for name, *_ in BLUEPRINTS} == {name for name in dlref.numpy.__all__ if name.endswith("_shapes")}


def test_a_blueprint_says_what_cannot_be_built():
    with pytest.raises(ValueError, match=r"mlp_shapes: sizes must be .*; got \(3,\)"):
        dlref.numpy.mlp_shapes(3)
    with pytest.raises(ValueError, match=r"cnn_shapes: kernel_size must be odd; got 2"):
        dlref.numpy.cnn_shapes((1, 1, 1), (4, 4), 2, 2)
    with pytest.raises(ValueError, match=r"recurrent_shapes: cell must be one of rnn, gru, lstm; got 'mgu'"):
        dlref.numpy.recurrent_shapes(1, 1, cell="mgu")
    for build in (dlref.torch.RecurrentClassifier, dlref.torch.RecurrentLanguageModel):
        with pytest.raises(ValueError, match=f"{build.__name__}: cell must be one of rnn, lstm, gru; got 'mgu'"):
            build(1, 1, 1, cell="mgu")
    with pytest.raises(ValueError, match=r"MLP: activation must be one of .*; got 'sine'"):
        dlref.torch.MLP(1, 1, activation="sine")


MODULES = {
    "mlp": (dlref.torch.MLP(4, 6, 3), (torch.ones(2, 4),), {}),
    "cnn": (dlref.torch.CNN((1, 2, 3), (8, 8), 5), (torch.ones(2, 1, 8, 8),), {}),
    "recurrent_classifier": (dlref.torch.RecurrentClassifier(3, 4, 2), (torch.ones(2, 5, 3),), {}),
    "recurrent_language_model": (dlref.torch.RecurrentLanguageModel(9, 3, 4), (torch.ones(2, 5).long(),), {}),
    "transformer": (
        dlref.torch.Transformer(7, 9, 4, 2),
        (torch.ones(2, 5).long(), torch.ones(2, 3).long()),
        {"num_heads": 2},
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_trained_module_gives_the_same_predictions_as_both_functions(name, tmp_path):
    module, inputs, options = MODULES[name]
    dlref.torch.save_params(tmp_path / "module.npz", module.state_dict())
    arrays = dlref.numpy.load_params(tmp_path / "module.npz")
    with torch.no_grad():
        expected = module(*inputs)
        twin = getattr(dlref.torch, name)(*inputs, module.state_dict(), **options)
    mine = getattr(dlref.numpy, name)(*(tensor.numpy() for tensor in inputs), arrays, **options)
    if isinstance(expected, tuple):
        expected, twin, mine = expected[0], twin[0], mine[0]
    np.testing.assert_allclose(mine, expected.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(twin.numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.covers("dlref.numpy.initial_params", "dlref.torch.initial_params")
def test_first_parameters_have_the_spread_of_torch_nn(dtype):
    shapes = {
        "a.weight": (300, 50),
        "a.bias": (300,),
        "conv.weight": (40, 8, 3, 3),
        "norm.weight": (5,),
        "norm.bias": (5,),
    }
    mine = dlref.numpy.initial_params(shapes, generator=np.random.default_rng(0), dtype=dtype)
    twin = dlref.torch.initial_params(shapes, generator=torch.Generator().manual_seed(0), dtype=getattr(torch, dtype))
    assert all(tensor.requires_grad and tensor.is_leaf for tensor in twin.values())
    for params in (mine, {name: tensor.detach().numpy() for name, tensor in twin.items()}):
        assert {name: array.shape for name, array in params.items()} == shapes
        assert {str(array.dtype) for array in params.values()} == {dtype}
        assert not params["a.bias"].any()
        assert not params["norm.bias"].any()
        assert (params["norm.weight"] == 1).all()
        for name, fan_in in {"a.weight": 50, "conv.weight": 72}.items():
            bound = 1 / math.sqrt(fan_in)
            assert 0.99 * bound < abs(params[name]).max() <= bound
            assert params[name].std() == pytest.approx(bound / math.sqrt(3), rel=0.03)
