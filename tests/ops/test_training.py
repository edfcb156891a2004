"""The training loops take the same path in both backends, stop when they should, and say what is wrong."""

import sys

import numpy as np
import pytest
import torch
from cases import distinct

import dlref.numpy
import dlref.torch
from dlref.training import History

FIT = pytest.mark.covers("dlref.numpy.fit", "dlref.torch.fit")
SHAPES = dlref.numpy.mlp_shapes(3, 5, 2)


def problem(seed: int = 0, count: int = 23):
    rng = np.random.default_rng(seed)
    return distinct(rng, (count, 3)), rng.integers(0, 2, count)


def run(library, **options):
    """Train from the same start; return the history and the parameters as arrays."""
    rng = np.random.default_rng(1)
    arrays = {name: distinct(rng, shape) for name, shape in SHAPES.items()}
    inputs, labels = problem()
    momentum = options.pop("momentum", 0.5)
    if "validation" in options:
        options["validation"] = problem(7, 11)
    make = {}
    if library is dlref.numpy:
        params, optimizer = arrays, dlref.numpy.SGD(arrays, lr=0.2, momentum=momentum)
    else:
        params = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
        optimizer = dlref.torch.SGD(params.values(), lr=0.2, momentum=momentum)
        inputs, labels = torch.from_numpy(inputs), torch.from_numpy(labels)
        if "validation" in options:
            options["validation"] = tuple(map(torch.from_numpy, options["validation"]))
    if options.pop("decay", False):
        make["schedule"] = library.ExponentialLR(optimizer, 0.99)
    options = {"epochs": 4, "batch_size": 5, **make, **options}
    history = library.fit(library.mlp, params, optimizer, library.cross_entropy, inputs, labels, **options)
    return history, {
        name: (param.detach().numpy() if library is dlref.torch else param).copy() for name, param in params.items()
    }


@FIT
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"seed": 3},
        {"batch_size": 23},
        {"batch_size": 100},
        {"validation": True},
        {"decay": True},
        {"max_norm": 0.05},
        {"validation": True, "patience": 2, "epochs": 40, "momentum": 0.9},
    ],
    ids=str,
)
def test_both_backends_take_the_same_path(options):
    history, params = run(dlref.numpy, **options)
    twin_history, twin_params = run(dlref.torch, **options)
    np.testing.assert_allclose(history.train_loss, twin_history.train_loss, rtol=1e-10)
    np.testing.assert_allclose(history.valid_loss, twin_history.valid_loss, rtol=1e-10)
    assert (history.best_epoch, history.stopped_early) == (twin_history.best_epoch, twin_history.stopped_early)
    for name, param in params.items():
        np.testing.assert_allclose(param, twin_params[name], rtol=1e-9, atol=1e-12)


@FIT
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_options_change_the_path(library):
    plain, _ = run(library)
    for options in ({"seed": 3}, {"batch_size": 4}, {"decay": True}, {"max_norm": 0.05}):
        changed, _ = run(library, **options)
        assert not np.allclose(changed.train_loss[1:], plain.train_loss[1:], rtol=1e-6), options
    again, _ = run(library)
    assert again.train_loss == plain.train_loss
    assert plain.train_loss[-1] < plain.train_loss[0]


@FIT
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_the_epochs_loss_is_the_mean_over_examples_not_over_batches(library):
    rng = np.random.default_rng(0)
    make = np.asarray if library is dlref.numpy else torch.from_numpy
    params = {"layers.0.weight": make(np.ones((1, 1))), "layers.0.bias": make(np.zeros(1))}
    if library is dlref.torch:
        params = {name: param.requires_grad_() for name, param in params.items()}
    inputs = make(rng.normal(size=(7, 1)))
    optimizer = library.SGD(params if library is dlref.numpy else params.values(), lr=0.0)
    history = library.fit(library.mlp, params, optimizer, library.mse_loss, inputs, 3 * inputs, epochs=2, batch_size=4)
    expected = library.mse_loss(library.mlp(inputs, params), 3 * inputs).item()
    assert history.train_loss == pytest.approx([expected, expected], rel=1e-12)


@FIT
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_early_stopping_goes_back_to_the_best_parameters(library):
    history, params = run(library, validation=True, patience=2, epochs=60, momentum=0.9)
    assert history.stopped_early
    assert len(history.valid_loss) == history.best_epoch + 2 < 60
    assert history.valid_loss[history.best_epoch - 1] == min(history.valid_loss)
    shorter, expected = run(library, epochs=history.best_epoch, momentum=0.9)
    for name, param in params.items():
        np.testing.assert_array_equal(param, expected[name])
    assert shorter.best_epoch == history.best_epoch  # without validation, the last
    hasty, _ = run(library, validation=True, patience=1, epochs=60, momentum=0.9)
    assert len(hasty.valid_loss) == hasty.best_epoch + 1
    never, _ = run(library, validation=True, epochs=6)
    assert (len(never.valid_loss), never.stopped_early) == (6, False)


@FIT
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_a_bar_shows_the_epochs_and_the_last_losses(library, capsys, monkeypatch):
    history, _ = run(library, validation=True, progress=True)
    shown = capsys.readouterr().err
    assert f"train={history.train_loss[-1]:.4f}" in shown
    assert "4/4" in shown
    assert "train=" in shown
    assert "valid=" in shown
    run(library)
    assert capsys.readouterr().err == ""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r'needs tqdm: pip install "dlref\[train\]"'):
        run(library, progress=True)


@FIT
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_fit_says_what_does_not_fit(library):
    make = np.asarray if library is dlref.numpy else torch.from_numpy
    some, more, none = (make(np.ones((count, 3))) for count in (2, 3, 0))
    options = {"epochs": 1}

    def fit(inputs, targets, **more_options):
        return library.fit(library.mlp, {}, None, library.mse_loss, inputs, targets, **options, **more_options)

    with pytest.raises(ValueError, match=r"fit: inputs and targets must be as many, and some; got 2 and 3"):
        fit(some, more)
    with pytest.raises(ValueError, match=r"fit: inputs and targets must be as many, and some; got 0 and 0"):
        fit(none, none)
    with pytest.raises(ValueError, match=r"fit: inputs and targets of validation must be as many, .*; got 3 and 2"):
        fit(some, some, validation=(more, some))
    with pytest.raises(ValueError, match=r"fit: patience must be at least 1 and needs validation; got 3"):
        fit(some, some, patience=3)
    with pytest.raises(ValueError, match=r"fit: patience must be at least 1 and needs validation; got 0"):
        fit(some, some, validation=(some, some), patience=0)


@FIT
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_a_loss_that_is_no_number_any_more_stops_the_training(library):
    make = np.asarray if library is dlref.numpy else torch.from_numpy
    params = {"layers.0.weight": make(np.ones((1, 1))), "layers.0.bias": make(np.zeros(1))}
    if library is dlref.torch:
        params = {name: param.requires_grad_() for name, param in params.items()}
    optimizer = library.SGD(params if library is dlref.numpy else params.values(), lr=1e200)
    x = make(np.ones((2, 1)))
    with pytest.raises(FloatingPointError, match=r"fit: the loss is (inf|nan) in epoch 2; try a lower learning rate"):
        library.fit(library.mlp, params, optimizer, library.mse_loss, x, 3 * x, epochs=5)


def test_history_knows_its_best_epoch():
    assert History().best_epoch == 0
    assert History([3.0, 2.0]).best_epoch == 2
    assert History([3.0, 2.0, 1.0], [5.0, 4.0, 4.0]).best_epoch == 2  # the first of equals
