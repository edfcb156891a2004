"""The claims of the page gradients."""

import math

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-derivative-limit")
def test_the_difference_quotient_tends_to_the_derivative_until_rounding_takes_over():
    found = measure("C-derivative-limit")
    # Taylor: forward errs by h |f''| / 2, central by h² |f'''| / 6
    assert found["order_forward"] == pytest.approx([1] * 4, abs=0.01)
    assert found["order_central"] == pytest.approx([2] * 4, abs=0.01)
    assert found["constant_forward"] == pytest.approx(found["theory_forward"], rel=1e-3)
    assert found["constant_central"] == pytest.approx(found["theory_central"], rel=1e-3)
    # below, rounding errs by u |f| / h and more, up to (2 + x |f'| / |f|) times as much
    assert all(0.1 < ratio < 8 for ratio in found["rounding"])
    # for x³ at 2 the sums 6h + 8u/h and h² + 8u/h are smallest at √(8u/6) and ∛(4u)
    assert 0.1 < found["best_step_forward"] / math.sqrt(8 * 2**-53 / 6) < 10
    assert 0.1 < found["best_step_central"] / (4 * 2**-53) ** (1 / 3) < 10
    assert found["best_error_central"] < found["best_error_forward"] / 20 < 1e-7
    assert found["last_error"] == 12  # at h = 1e-16 nothing is left
    assert found["error_float32"] > 1e4 * found["best_error_central"]  # the same step in float32


@pytest.mark.claim("C-partial-holds-others")
def test_a_partial_derivative_moves_one_variable_only():
    found = measure("C-partial-holds-others")
    assert found["parameters"] == 65
    assert found["max_difference"] < 1e-9 < 0.01 < found["largest"]
    # moved together, the parameters give the sum of all partial derivatives, which is none of them
    assert found["together"] == pytest.approx(found["sum"], rel=1e-6)
    assert found["nearest"] > 10 * found["largest"]


@pytest.mark.claim("C-gradient-steepest")
def test_no_direction_is_steeper_than_the_gradient():
    found = measure("C-gradient-steepest")
    assert found["directions"] == 10_000
    assert found["parameters"] == [2, 10, 85, 650, 4810]
    assert found["along"] == pytest.approx([1] * 5, rel=1e-6)  # the slope along the gradient is its length
    assert found["largest_excess"] < 1e-6
    assert max(found["cosine_deviation"]) < 1e-6  # in all directions the slope is ∇f · v
    assert found["share_two"] > 1 - 1e-6  # in the plane, directions lie 0.036 degrees apart on average
    for count, share in zip(found["parameters"][1:], found["share"][1:], strict=True):
        # P(cos θ > c) ≤ exp(−(n − 1) c² / 2): one of 10,000 exceeds the bound with a chance of 1e-6; the best of
        # them falls below the half of √(2 ln 10⁴ / n) about as seldom
        assert share < math.sqrt(2 * math.log(1e10) / (count - 1))
        assert share > 0.5 * min(1, math.sqrt(2 * math.log(1e4) / count))
    assert found["share"] == sorted(found["share"], reverse=True)


@pytest.mark.claim("C-gradient-orthogonal")
def test_the_gradient_stands_at_right_angles_to_the_contour():
    found = measure("C-gradient-orthogonal")
    assert found["points"] == 100
    assert found["cosine_narrow"] < 1e-3
    # the chord of a circle of radius r misses the tangent by r²: a tenth of r, a hundredth of the angle
    assert found["cosine_wide"] / found["cosine_narrow"] == pytest.approx(100, rel=0.1)
    assert found["off_minimum"] > 10  # and yet it does not point away from the minimum
