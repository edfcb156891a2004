"""The claims of the page convolutional."""

import pytest

from dlref.experiments.registry import measure


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
