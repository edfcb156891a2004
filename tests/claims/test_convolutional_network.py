"""The claims of the page convolutional."""

import numpy as np
import pytest

from dlref.experiments import training_numpy
from dlref.experiments.convolutional_kernels import _accuracy, smooth
from dlref.experiments.registry import measure
from dlref.experiments.training import Digits


@pytest.mark.claim("C-cnn-local")
def test_a_convolution_sees_patches_and_shares_its_weights():
    found = measure("C-cnn-local")
    assert found["seen"] == [3 * 3, 5 * 5, 7 * 7]  # each layer of 3×3 adds one pixel on each side
    assert found["parameters"] == 16 * 9 + 16
    assert found["dense"] == 64 * 1024 + 1024
    assert found["seeds"] >= 5
    for backend in ("numpy", "torch"):
        assert found[f"{backend}_worst"] >= 0.98


@pytest.mark.claim("C-cnn-equivariant")
def test_shifting_the_input_shifts_the_maps_and_pooling_forgives_some():
    found = measure("C-cnn-equivariant")
    assert found["difference"] == 0
    assert found["change"] > 0.5  # equivariant is not invariant
    assert found["change_max"] < 0.8 * found["change"]
    assert found["change_mean"] < 0.8 * found["change"]
    assert found["mlp_params"] == pytest.approx(found["cnn_params"], rel=0.05)
    assert found["seeds"] >= 5
    for backend in ("numpy", "torch"):
        assert found[f"lead_{backend}"] >= 0.10  # in the worst seed


@pytest.mark.claim("C-cnn-tasks")
def test_one_backbone_serves_three_tasks():
    found = measure("C-cnn-tasks")
    assert found["seeds"] >= 5
    for backend in ("numpy", "torch"):
        assert found[f"box_iou_{backend}_worst"] >= 0.7
        assert found[f"mask_iou_{backend}_worst"] >= 0.7
        assert found[f"accuracy_{backend}_worst"] >= 0.5  # ten classes: guessing gets a tenth


@pytest.mark.claim("C-cnn-kernels")
def test_kernels_stay_near_their_start_unless_it_is_small():
    found = measure("C-cnn-kernels")
    assert found["seeds"] >= 5
    assert found["alike"] > 0.95
    assert found["alike_small"] < 0.85
    assert found["smooth_start"] == pytest.approx(1 / 3, abs=0.06)  # three of nine directions
    assert found["smooth_small"] > found["smooth_end"] + 0.15
    assert found["accuracy"] > 0.97
    assert found["accuracy_small"] > 0.97


@pytest.mark.claim("C-cnn-kernels")
def test_smooth_is_the_share_of_brightness_and_slopes():
    edge = np.tile([-1.0, 0, 1], (3, 1))
    curved = np.array([[1.0, -2, 1]] * 3)
    assert smooth(np.stack([np.ones((3, 3)), edge, edge.T, edge + 2])) == pytest.approx(1)
    assert smooth(curved[None]) == pytest.approx(0)
    assert smooth((edge + curved)[None]) == pytest.approx(6 / 24)  # squared lengths 6 and 18


@pytest.mark.claim("C-cnn-moved")
def test_trained_in_place_both_lose_when_digits_move():
    found = measure("C-cnn-moved")
    assert found["seeds"] >= 5
    for name in ("cnn", "mlp"):
        assert found[f"{name}_0"] > 0.95
        assert found[f"{name}_1"] < found[f"{name}_0"] - 0.2
        assert found[f"{name}_2"] < found[f"{name}_1"] - 0.2
    assert found["lead_1"] > 0.05  # in the worst seed


@pytest.mark.claim("C-cnn-moved")
def test_digits_move_as_far_as_said():
    images = np.zeros((1, 1, 8, 8), np.float32)
    images[0, 0, 3, 4] = 1
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_numpy, "accuracy", lambda model, params, images, labels: seen.append(images) or 0.0)
        _accuracy("cnn", {}, Digits(images, np.zeros(1), images, np.zeros(1)), 2)
    places = sorted(tuple(map(int, np.argwhere(each[0, 0])[0])) for each in seen)
    assert places == [(1, 4), (3, 2), (3, 6), (5, 4)]
