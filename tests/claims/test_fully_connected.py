"""The claims of the page fully-connected."""

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-fc-all-connected")
def test_every_unit_sees_every_unit_before_it():
    found = measure("C-fc-all-connected")
    assert found["first_params"] == 30 * 16 + 16
    assert found["params"] == 30 * 16 + 16 + 16 * 2 + 2
    assert found["derivatives"] == 30 * 16  # none of them a structural zero
    assert found["zeros"] == 0
    assert found["seeds"] >= 5
    assert found["tumours_worst_fold"] > 0.90  # a single fold may fall below 96 %, not to chance
    for backend in ("numpy", "torch"):
        assert found[f"tumours_{backend}_worst"] >= 0.96  # of the seeds' cross-validated accuracies
        assert found[f"digits_{backend}_worst"] >= 0.97


@pytest.mark.claim("C-init-variance")
def test_a_variance_of_two_over_n_keeps_the_size_of_the_units():
    found = measure("C-init-variance")
    for name in ("small", "kaiming", "large"):
        # A layer of 64 units strays from its expectation by a few tenths; over twenty layers the root averages that.
        assert found[f"{name}_per_layer"] == pytest.approx(found[f"{name}_rule"], rel=0.15)
    assert found["kaiming_rule"] == pytest.approx(1)
    assert found["small_last"] < 1e-15
    assert found["large_last"] > 1e8


@pytest.mark.claim("C-init-gradient")
def test_the_same_variance_keeps_the_gradient_on_its_way_back():
    found = measure("C-init-gradient")
    for name in ("small", "kaiming", "large"):
        assert found[f"{name}_per_layer"] == pytest.approx(found[f"{name}_rule"], rel=0.15)
    assert found["kaiming_rule"] == pytest.approx(1)
    assert found["small_first"] < 1e-15
    assert found["large_first"] > 1e8


@pytest.mark.claim("C-init-trains")
def test_twenty_layers_learn_from_one_start_and_not_from_the_other():
    found = measure("C-init-trains")
    assert found["seeds"] >= 5
    assert len(found["rates"]) >= 3  # that the default fails is not for want of a learning rate
    assert found["kaiming_worst"] > 0.7
    assert found["default_best"] < 0.2  # of ten classes, one can be guessed


@pytest.mark.claim("C-fc-arrangement")
def test_the_arrangement_of_the_pixels_means_nothing_to_it_and_a_shift_is_new():
    found = measure("C-fc-arrangement")
    assert found["matched"] == pytest.approx(found["plain"], abs=0.003)  # the same network: only rounding differs
    assert found["mixed"] >= found["plain"] - 0.02
    assert found["shifted"] < found["plain"] - 0.3
