"""The claims of the page loss-functions."""

import math

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-mse-is-gaussian-mle")
def test_squared_error_is_gaussian_likelihood_and_its_minimiser_the_mean():
    found = measure("C-mse-is-gaussian-mle")
    assert found["likelihood_deviation"] < 1e-12
    assert found["mse_minimiser"] == pytest.approx(found["mean"], abs=1e-9)
    low, high = found["middle"]
    assert found["mae_minimisers"] == pytest.approx([low, high], abs=1e-9)  # all from one to the other cost the same
    assert high < found["huber_minimiser"] < found["mean"]
    # One more target T moves the mean by (T − mean)/(N + 1), and the median no farther than to its neighbour.
    moved = (found["outlier"] - found["mean"]) / (found["patients"] + 1)
    assert found["outlier_moves_mean"] == pytest.approx(moved, abs=1e-9)
    assert 0 <= found["outlier_moves_median"] <= high - low + 1e-9
    # For 101 targets the density of the 51st in order gives ratios of 1.564 and 0.583 (for many, π/2 and 1/2), and
    # 4,000 sets leave a chance of about 3 %.
    assert found["count"] == 101
    assert found["median_over_mean_gaussian"] == pytest.approx(1.564, rel=0.08)
    assert found["median_over_mean_laplace"] == pytest.approx(0.583, rel=0.08)


@pytest.mark.claim("C-ce-is-categorical-mle")
def test_cross_entropy_is_likelihood_and_its_minimiser_the_frequencies():
    found = measure("C-ce-is-categorical-mle")
    assert found["likelihood_deviation"] < 1e-12
    assert found["start_gap"] > 0.05
    assert found["end_gap"] < 1e-9
    # near the end a step of 5 on a curvature of about 1/10 halves the gap, so that a millionth takes some 20
    assert 10 < found["steps_to_millionth"] < 40
    assert found["gradient_at_end"] < 1e-9
    assert found["smallest_excess"] > 0
    # what is left at the minimum is the entropy of the frequencies
    entropy = -sum(share * math.log(share) for share in found["frequencies"])
    assert found["lowest"] == pytest.approx(entropy, abs=1e-9)


@pytest.mark.claim("C-ce-beats-mse-for-classes")
def test_squared_error_hardly_moves_a_confidently_wrong_unit():
    found = measure("C-ce-beats-mse-for-classes")
    for z, squared, entropy in zip(
        found["logits"], found["squared_error_slopes"], found["cross_entropy_slopes"], strict=True
    ):
        assert squared <= 2 * math.exp(-z) * (1 + 1e-6)  # 2 p² (1 − p) < 2 e^−z, which vanishes
        assert entropy >= 1 - math.exp(-z) - 1e-12  # p > 1 − e^−z, which does not
    # dz/dstep = −2 p² (1 − p) > −2 e^−z takes more than (e⁶ − e⁴)/2 steps from 6 to 4; cross-entropy moves by p ≥ ½
    # a step until z = 0, and then by at least 0.1 to z = −ln 9.
    assert found["squared_error_steps_6"] > (math.exp(6) - math.exp(4)) / 2
    assert found["cross_entropy_steps_6"] <= 6 / 0.5 + math.log(9) / 0.1
    # From zero both learn equally well; from the opposite, only cross-entropy gets beyond guessing at any rate.
    for loss in ("squared_error", "cross_entropy"):
        assert found[f"{loss}_zero_best"] > 0.97
    assert found["first_right"] < 0.05
    assert found["first_logit"] > 10
    assert found["cross_entropy_reversed_best"] > 0.97
    assert found["squared_error_reversed_best"] < 0.6


@pytest.mark.claim("C-logits-stable")
def test_log_softmax_is_finite_where_the_logarithm_of_softmax_is_not():
    found = measure("C-logits-stable")
    largest, smallest = math.log((2 - 2**-23) * 2.0**127), math.log(2.0**-149)  # of float32
    assert found["largest_exponent"] == pytest.approx(largest, abs=1e-4)
    # beyond half of the smallest float, exp rounds to zero
    assert found["largest_gap"] == pytest.approx(-smallest + math.log(2), abs=1e-4)
    assert found["log_softmax_finite"] == found["torch_log_softmax_finite"] == 1
    assert found["naive_finite_rows"] < 0.01 * found["rows"]
    assert found["log_of_softmax_finite_rows"] < 0.01 * found["rows"]
    assert found["torch_log_of_softmax_finite_rows"] < 0.01 * found["rows"]
    eps = 2.0**-23
    assert found["relative_error"] < 4 * eps
    assert found["torch_relative_error"] < 4 * eps


@pytest.mark.claim("C-loss-by-task")
def test_the_loss_of_another_task_does_damage():
    found = measure("C-loss-by-task")
    assert found["digits_ce"] > 0.95
    assert 0.15 < found["digits_number"] < 0.5  # better than guessing: a fair try with the wrong loss
    assert found["worst_gap"] > 0.4
    assert found["digits_number"] < found["digits_one_hot"] < found["digits_ce"]
    # On 88 patients a root mean square of 55 has a standard error of about 4; the difference is paired, and far beyond.
    assert found["progress_mse"] < 0.9 * found["progress_class"]
    assert found["progress_class"] < found["progress_mean"]
    assert found["progress_expected"] == pytest.approx(found["progress_mse"], rel=0.05)
    assert found["clusters_inertia"] > 0.65
    assert found["clusters_random"] < found["clusters_ce"] < 0.4
