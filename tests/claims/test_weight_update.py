"""The claims of the page weight-update."""

import math

import numpy as np
import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-update-descends")
def test_a_small_step_falls_by_the_rate_times_the_squared_gradient():
    found = measure("C-update-descends")
    assert found["seeds"] >= 5
    for stage in ("fresh", "trained"):
        assert found[f"{stage}_smallest_fall"] > 0.5  # of η‖g‖²: every step tried lowers the loss
        off = np.array(found[f"{stage}_off"])  # at 1e-6 … 1e-1
        assert (off[1:] / off[:-1] > 5).all()  # the promise gets better with every power of ten
        assert off[0] < 1e-5
    # Taylor: what is missing is ½ η² gᵀHg, in proportion to η²; the kinks of relu disturb it a little
    assert all(abs(slope - 2) < 0.02 for slope in found["trained_slopes"])
    assert found["remainder_off"] < 1e-3
    assert 0.5 < found["lowest_curvature"] < found["highest_curvature"] < 10
    assert found["fresh_highest_curvature"] < found["lowest_curvature"] / 5


@pytest.mark.claim("C-batch-step-uphill")
def test_a_step_on_a_batch_lowers_its_own_loss_and_sometimes_raises_the_cost():
    found = measure("C-batch-step-uphill")
    for stage in ("fresh", "trained"):
        assert found[f"{stage}_rises"] == 0  # of the batch's own loss
        assert found[f"{stage}_tried"] >= 300
        assert found[f"{stage}_off"] < 1e-9  # slopes of examples average to that of the batch
        shares = found[f"{stage}_uphill"]
        assert shares == sorted(shares, reverse=True)  # the larger the batch, the fewer
    assert found["trained_uphill"][0] > 0.25
    assert found["fresh_uphill"][2] == 0  # of the batches of 32, none
    assert found["trained_uphill"][2] > 0.01 > found["trained_uphill"][3]
    # the further the training, the less the examples agree
    assert all(later > fresh for later, fresh in zip(found["trained_uphill"], found["fresh_uphill"], strict=True))


@pytest.mark.claim("C-lr-tuning")
def test_the_range_test_contains_the_best_rate_and_excludes_the_hopeless():
    found = measure("C-lr-tuning")
    assert found["seeds"] >= 5
    for low, best, high in zip(found["low"], found["best"], found["high"], strict=True):
        assert low < best < high
        assert 3 < high / low < 20  # a window: far narrower than the four decades that were searched
    ignorance = math.log(10)
    assert found["valid_beyond"] > 0.95 * ignorance
    assert found["valid_below"] > 0.8 * ignorance
    assert found["valid_best"] < 0.1 * ignorance
    assert found["valid_third"] < 1.5 * found["valid_best"]
    assert found["test_accuracy"] > 0.93
    assert found["tenth_accuracy"] < found["test_accuracy"] - 0.04


@pytest.mark.claim("C-schedule-helps")
def test_schedules_beat_the_best_constant_rate_for_the_same_steps():
    found = measure("C-schedule-helps")
    assert found["seeds"] >= 5
    for name in ("step", "linear", "cosine", "warm"):
        assert found[f"{name}_train"] < 0.75 * found["constant_train"]
        assert found[f"{name}_test"] < 0.85 * found["constant_test"]
        assert found[f"{name}_wins"] >= found["seeds"] - 1  # seeds with a lower test loss
        assert found[f"{name}_peak"] > found["constant_peak"]
    # every single cosine ends lower on the training images than the constant run of the same seed
    assert all(a < b for a, b in zip(found["cosine_trains"], found["constant_trains"], strict=True))
    # to end near zero matters: a rate that only falls to three quarters of its peak gains far less
    assert all(found[f"{name}_train"] < 0.5 * found["constant_train"] for name in ("linear", "cosine", "warm"))
    # which of the smooth ones it is matters less than the seed
    means = [found[f"{name}_test"] for name in ("linear", "cosine", "warm")]
    assert max(means) - min(means) < np.std(found["cosine_tests"])


@pytest.mark.claim("C-clip-widens")
def test_clipping_moves_the_upper_end_of_the_window():
    found = measure("C-clip-widens")
    assert found["seeds"] >= 5
    none, one, quarter = (found[f"{name}_highest_usable"] for name in ("none", "one", "quarter"))
    assert none < one < quarter
    assert quarter / none > 3
    window = {
        name: found[f"{name}_highest_usable"] / found[f"{name}_lowest_usable"] for name in ("none", "one", "quarter")
    }
    assert window["none"] < window["one"] < window["quarter"]  # wider, not only moved
    assert found["quarter_lowest_usable"] > found["none_lowest_usable"]  # and small rates get slower
    worst = dict(zip(found["rates"], found["none_worst"], strict=True))
    assert worst[quarter] > math.log(10)  # where clipped runs learn, a run without clipping learns nothing


@pytest.mark.claim("C-decay-l2-sgd")
def test_penalty_and_decay_are_one_thing_for_plain_descent_only():
    found = measure("C-decay-l2-sgd")
    assert found["plain_shrunk"] < 1e-12
    assert found["plain_penalty"] < 1e-12
    assert found["plain_none"] > 0.1  # it does something
    assert found["plain_doubled"] > 0.05  # λ‖W‖² is not λ/2·‖W‖²
    assert found["momentum_penalty"] < 1e-12
    assert found["momentum_shrunk"] > 0.1
    assert found["plain_length_option"] < 0.9 * found["plain_length_none"]
