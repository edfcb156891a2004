"""The claims of the page cost-surface."""

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-mse-bowl")
def test_the_cost_of_a_line_is_a_bowl_with_one_lowest_point():
    found = measure("C-mse-bowl")
    assert min(found["eigenvalues"]) > 0
    assert min(found["eigenvalues_unscaled"]) > 0
    # l = mean (w x + b − y)² with x standardised: the second derivatives are 2 mean x² = 2, 2 mean x = 0 and 2
    assert found["eigenvalues"] == pytest.approx([2, 2], abs=1e-9)
    assert found["max_difference"] < 1e-8
    assert found["farthest_start"] > 100
    assert found["starts"] >= 20
    # the best line of slope zero is the mean, and each bit of slope helps: r² of the variance goes
    assert 0 < found["typical_error"] < found["flat_error"]


@pytest.mark.claim("C-contour-narrow")
def test_an_unscaled_feature_stretches_the_bowl():
    found = measure("C-contour-narrow")
    mean, std = found["feature_mean"], found["feature_std"]
    # trace 2 (mean² + std² + 1) and determinant 4 std² give the condition number trace²/determinant − 2 − 1/κ
    assert found["condition_unscaled"] == pytest.approx((mean**2 + std**2 + 1) ** 2 / std**2 - 2, rel=1e-6)
    assert found["condition_unscaled"] > 10_000
    assert found["condition_standardized"] == pytest.approx(1, abs=1e-9)
    # The distance shrinks by (κ − 1)/(κ + 1) a step and the cost by its square: κ/4 · ln(1/accuracy) steps at most.
    assert 10_000 < found["steps_unscaled"] <= found["condition_unscaled"] / 4 * 13.82 * 1.01
    assert found["steps_standardized"] == 1
    assert found["turns_unscaled"] > 0.95  # zigzag: nearly each step turns back
    assert found["turns_standardized"] == 0
    for features in ("two", "all"):
        # Standardised, the Hessian is 2 (correlations, 1): what is left of the stretch is that of the correlations.
        left = found[f"condition_{features}_standardized"]
        assert left == pytest.approx(found[f"spread_{features}_standardized"], rel=1e-6)
        assert 1.5 < left < found[f"condition_{features}_unscaled"] / 1000
    assert found["condition_all_standardized"] > 10 * found["condition_two_standardized"]
