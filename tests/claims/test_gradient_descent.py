"""The claims of the page gradient-descent."""

import math

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-gradient-guides")
def test_the_gradient_beats_guessing_for_the_same_number_of_passes():
    found = measure("C-gradient-guides")
    assert found["seeds"] >= 3
    assert found["steps"] * 3 == found["passes"]
    # the worst descent ends far below the best search, and it is not memory: held-out images say the same
    assert found["gradient_worst"] < found["local_best"] / 3
    assert found["local_worst"] < found["random_best"] - 0.5
    assert found["random_best"] > math.log(10) - 0.15  # 300 places in 650 dimensions: hardly better than ignorance
    assert found["gradient_right"] > found["local_right"] + 0.2 > found["random_right"] + 0.2
    assert found["passes_to_beat_local"] < found["passes"] / 5


@pytest.mark.claim("C-lr-window")
def test_descent_converges_just_below_two_over_the_largest_curvature():
    found = measure("C-lr-window")
    low, middle, high = found["eigenvalues"]
    # two standardised features of correlation r: H = 2 [[1, r, 0], [r, 1, 0], [0, 0, 1]]
    assert middle == pytest.approx(2, abs=1e-9)
    assert low + high == pytest.approx(4, abs=1e-9)
    assert found["bound"] == pytest.approx(2 / high)
    assert found["best_rate"] == pytest.approx(found["correlation"], abs=1e-9)
    assert high == pytest.approx(2 * (1 + found["correlation"]), abs=1e-9)
    assert found["gradient_difference"] < 1e-9  # the gradient over all patients is H (θ − θ*)
    assert found["max_difference"] < 1e-4
    for share, rate in zip(found["shares"], found["rates"], strict=True):
        assert (rate < 1) == (share < 1), f"η is {share} of the bound, and a step keeps {rate} of the distance"
    assert found["best"] == pytest.approx(0.5, abs=1e-9)
    assert abs(found["lowest_at"] - found["best"]) <= found["grid_step"]
    kappa = high / low
    assert found["best_rate"] == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-9)
    assert found["edge_drift"] < 1e-6  # on the bound it neither converges …
    assert 0.01 < found["edge_left"] < 1  # … nor diverges


@pytest.mark.claim("C-lr-too-large")
def test_a_step_overshoots_from_one_curvature_and_diverges_from_two():
    found = measure("C-lr-too-large")
    assert found["overshooting_turns"] == 1  # across at every step …
    assert found["overshooting_always_falls"]  # … and lower at every step
    assert found["overshooting_per_step"] == pytest.approx((1 - found["overshooting_product"]) ** 2, rel=1e-3)
    assert found["diverging_turns"] == 1
    assert found["diverging_per_step"] == pytest.approx((1 - found["diverging_product"]) ** 2, rel=1e-3)
    assert found["diverging_change"] > 1e6
    # at first less than half of the excess cost lies along the steepest direction; the rest shrinks
    assert found["diverging_change"] < found["diverging_per_step"] ** found["steps"] / 2
    # on digits the loss climbs far above that of ignorance, and is not back there after all steps
    assert found["digits_first"] == pytest.approx(math.log(10))
    assert found["digits_highest"] > 100 * found["digits_first"]
    assert found["digits_last"] > found["digits_first"]
    # the best of the ten lets the loss rise first, and ten times that rate throws it up far higher
    assert found["digits_next_highest"] > 10 * found["digits_best_highest"] > 20 * found["digits_first"]


@pytest.mark.claim("C-lr-too-small")
def test_steps_grow_as_the_inverse_of_a_small_learning_rate():
    found = measure("C-lr-too-small")
    assert found["slope"] == pytest.approx(-1, abs=0.03)
    # t = ln(share / accuracy) / −ln(1 − η λ_min): never more than the limit of η → 0
    products = found["times_rate"]
    assert products == sorted(products)
    assert products[-1] == pytest.approx(found["limit"], rel=0.005)
    # on digits the fall of the loss in equally many steps is proportional to the learning rate
    for fall, next_fall in zip(found["digits_falls"], found["digits_falls"][1:], strict=False):
        assert next_fall / fall == pytest.approx(10, rel=0.03)


@pytest.mark.claim("C-stops-at-flat")
def test_descent_stops_where_the_slope_is_zero_which_need_not_be_the_lowest_place():
    found = measure("C-stops-at-flat")
    assert found["largest_slope"] < 1e-9
    assert found["largest_miss"] < 1e-9  # every end is one of the two minima
    # which one is decided by the side of the top on which it starts
    assert found["stopped_high"] == found["started_right_of_top"]
    assert found["starts"] / 3 < found["stopped_high"] < found["starts"]
    assert found["high_cost"] > found["low_cost"] + 0.5
    # exactly on the ridge it ends in the saddle; beside it, it leaves after ln(0.5 / 1e-6) / ln 1.1 steps, the growth
    # being a little slower than 1.1 a step as y gets larger
    assert found["ridge_end"] == pytest.approx([0, 0], abs=1e-9)
    assert found["beside_end"] == pytest.approx([0, 1], abs=1e-9)
    assert 0 <= found["steps_to_leave"] - found["predicted_to_leave"] < 3
    # a network that starts at zero learns how frequent each digit is, and stops
    assert found["zeros_gradient"] < 1e-9
    assert found["zeros_loss"] == pytest.approx(found["zeros_entropy"], abs=1e-9)
    assert found["zeros_loss"] > 2


@pytest.mark.claim("C-sgd-hovers")
def test_mini_batches_hover_in_a_cloud_whose_variance_is_known():
    found = measure("C-sgd-hovers")
    # variance over 2,000 runs: its relative standard error is √(2 / 2000) = 3.2 %; 100 correlated steps help little
    assert len(found["ratios"]) == found["cases"]
    assert found["largest_deviation"] < 4 * math.sqrt(2 / found["runs"])
    assert 0.5 < found["shuffled"] < 0.9  # nobody is drawn twice in an epoch
    assert found["spread_small"] < found["spread_large"] / 2  # a fifth of the learning rate: √5 times less
    assert found["spread_batch"] == pytest.approx(found["spread_large"] / 4, rel=0.1)  # √16
