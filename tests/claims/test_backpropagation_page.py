"""The claims of the page backpropagation."""

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-backprop-exact")
def test_every_operation_with_a_pullback_is_compared():
    found = measure("C-backprop-exact")
    assert found["without_a_call"] == []
    assert {"linear", "conv2d", "lstm", "transformer", "cross_entropy", "triplet_margin_loss"} <= set(found["counts"])
    assert {"matmul", "getitem", "amax"} <= set(found["counts"])  # the tape's own
    assert min(found["counts"].values()) > 0  # nothing passes for want of a gradient
    assert found["operations"] >= 70


@pytest.mark.claim("C-backprop-exact")
def test_hand_written_backward_equals_finite_differences_and_autograd():
    found = measure("C-backprop-exact")
    # differences: step² = 1e-10 cut off and 1e-16/1e-5 rounded, each times a constant
    assert {name: off for name, off in found["differences"].items() if not off < 1e-6} == {}
    assert {name: off for name, off in found["autograd"].items() if not off < 1e-12} == {}


@pytest.mark.claim("C-backprop-cheap")
def test_differences_need_two_passes_a_parameter_and_backpropagation_one():
    found = measure("C-backprop-cheap")
    assert found["evaluations"] == [2 * params for params in found["params"]]
    assert found["forward_passes"] == [1] * len(found["params"])
    assert found["largest_difference"] < 1e-7  # of the same gradient


@pytest.mark.claim("C-backprop-cheap")
def test_the_backward_pass_takes_up_to_twice_the_arithmetic_of_the_forward_pass():
    found = measure("C-backprop-cheap")
    for params, ratio in zip(found["scaled_params"], found["scaled_ratios"], strict=True):
        # 64 → w → w → w → 10 has 64 w + 2 w² + 10 w weights, and 2 w² + 10 w of them pass a gradient on
        width = next(w for w in (4, 16, 64, 256, 1024, 4096, 16384) if 77 * w + 2 * w**2 + 10 == params)
        assert ratio == pytest.approx(1 + (2 * width + 10) / (74 + 2 * width), rel=1e-12)
    assert min(found["scaled_ratios"]) > 1
    assert 1.99 < found["scaled_ratios"][-1] < 2


@pytest.mark.claim("C-backprop-cheap")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_in_time_a_gradient_is_a_small_multiple_of_a_forward_pass(backend):
    found = measure("C-backprop-cheap")
    # three in theory; differences would take more than a million
    assert 1.5 < found[f"{backend}_ratio"] < 12
    assert found["timed_params"] > 500_000


@pytest.mark.claim("C-backprop-cheap")
def test_the_price_that_remains_is_memory():
    found = measure("C-backprop-cheap")
    assert found["held_ratio"] == pytest.approx(2 * 8, rel=0.05)  # two arrays in each of eight layers, against one
