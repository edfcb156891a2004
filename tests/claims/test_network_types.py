"""The claims of the page network-types."""

import numpy as np
import pytest
import torch

import dlref.numpy
import dlref.torch
from dlref.experiments.network_types_families import FAMILIES, module_of
from dlref.experiments.network_types_tasks import LENGTH, PIXELS, SYMBOLS, TASKS, image, mixed, recall
from dlref.experiments.network_types_training import start
from dlref.experiments.registry import measure
from dlref.numpy.autograd import composed


@pytest.mark.claim("C-which-network")
def test_the_structure_of_the_data_decides():
    found = measure("C-which-network")
    assert found["seeds"] >= 5
    shares = found["numpy"]
    for task in ("image", "moved"):  # neighbours in a plane
        others = [share for name, share in shares[task].items() if name != "cnn"]
        assert shares[task]["cnn"] > max(others)
    assert shares["moved"]["cnn"] > shares["moved"]["fc"] + 0.1
    assert abs(found["cost_of_mixing"]["fc"]) < 0.005  # one or two images of 360
    assert found["cost_of_mixing_others"] > 0.005
    for family in ("lstm", "transformer"):  # a mark far back
        assert shares["recall"][family] > 0.95
    assert found["recall_best_other"] < 0.7
    assert shares["table"]["fc"] >= found["table_best_other"] - 0.01  # a tumour of 114
    assert found["backends_differ_mean"] < 0.01
    assert found["backends_differ"] < found["seeds_differ"]  # rounding grows, but not beyond what a seed makes
    assert set(found["ratios"]) == set(found["params"]) == {*FAMILIES, "gan"}
    assert min(found["ratios"].values()) > 0


@pytest.mark.claim("C-which-network")
def test_a_family_is_the_same_network_in_both_backends_and_in_pytorchs_own_layers():
    data = image(0)
    for name, family in FAMILIES.items():
        rng = np.random.default_rng(1)
        drawn = {key: rng.normal(0, 0.3, param.shape) for key, param in start(name, data, 0).items()}

        @composed
        def ours(x, params, scores=family.scores):
            return scores(dlref.numpy, x, params)

        x = data.test[:7].astype(np.float64)
        tensors = {key: torch.from_numpy(param) for key, param in drawn.items()}
        in_torch = family.scores(dlref.torch, torch.from_numpy(x), tensors)
        own = module_of(name, data.grid, data.classes, drawn)
        with torch.no_grad():
            theirs = own(torch.from_numpy(x))
        assert np.abs(ours(x, drawn) - in_torch.numpy()).max() < 1e-10
        assert np.abs(ours(x, drawn) - theirs.numpy()).max() < 1e-10


@pytest.mark.claim("C-which-network")
def test_tasks_are_what_their_names_say():
    for name, task in TASKS.items():
        data, again, other = task(0), task(0), task(1)
        assert np.array_equal(data.train, again.train), name
        assert not np.array_equal(data.train, other.train), name
        assert data.train.ndim == 3
        assert data.train.dtype == np.float32
    plain, shuffled = image(0), mixed(0)
    assert np.array_equal(plain.train.reshape(-1, 64)[:, PIXELS], shuffled.train.reshape(-1, 64))
    marked = recall(0)
    flags = marked.train[..., SYMBOLS]
    assert (flags.sum(axis=1) == 1).all()
    assert set(np.unique(flags.argmax(axis=1))) == set(range(LENGTH))  # marks are everywhere
    symbols = marked.train[..., :SYMBOLS].argmax(axis=2)
    assert np.array_equal(symbols[np.arange(len(symbols)), flags.argmax(axis=1)], marked.train_labels)
