"""The claims of the page neuron."""

import math

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-neuron-formula")
def test_a_neuron_is_an_activation_of_a_weighted_sum_plus_bias():
    found = measure("C-neuron-formula")
    assert found["neurons"] >= 50
    assert found["max_difference"] < 1e-12
    # whoever always says "not a zero" is right nine times in ten; the neuron has to beat that by half of the rest
    assert found["always_no"] == pytest.approx(0.9, abs=0.01)
    assert found["worst"] > (1 + found["always_no"]) / 2


@pytest.mark.claim("C-bias-at-zero")
def test_without_a_bias_zero_input_gives_f_of_zero_whatever_the_weights():
    found = measure("C-bias-at-zero")
    at_zero = {"sigmoid": 0.5, "softplus": math.log(2)}
    for name, (lowest, highest) in found["stuck"].items():
        assert lowest == highest == pytest.approx(at_zero.get(name, 0), abs=1e-15), name
    assert {"tanh", "relu"} <= found["stuck"].keys()
    assert found["largest_weight_gradient"] == 0  # nor can training move it
    assert found["with_bias_against_f_of_b"] == 0
    assert found["with_bias_largest_relu"] > 1


@pytest.mark.claim("C-linear-collapse")
def test_a_stack_of_linear_layers_is_one_linear_layer():
    found = measure("C-linear-collapse")
    assert found["layers"] >= 10
    assert found["relative_difference"] < 1e-12
    assert found["parameters_collapsed"] == 10 * 64 + 10 < found["parameters"]
    assert found["left_over_linear"] < 1e-20
    assert found["left_over_tanh"] > 0.1  # with tanh between the layers, no single linear layer will do


@pytest.mark.claim("C-xor")
def test_one_neuron_cannot_do_xor_and_two_hidden_units_can():
    found = measure("C-xor")
    # Σ s_n (x_n, 1) = 0 with s = 2·target − 1: the four signed sums add up to zero, so they cannot all be positive
    assert found["signed_sum"] == [0, 0, 0]
    assert found["most_right"] == 3
    assert found["output"] == [0, 1, 1, 0]
    assert found["hidden"][1] == found["hidden"][2]
    assert (found["functions"], found["functions_learnt"]) == (16, 14)
    # the loss of one neuron is convex, and by symmetry lowest at w = b = 0, where it is ln 2
    assert found["one_loss_min"] == pytest.approx(math.log(2), abs=1e-9)
    assert found["one_loss_max"] == pytest.approx(math.log(2), abs=1e-9)
    assert 0 < found["two_solved"] < found["seeds"]
    assert found["two_solved_loss_max"] < 0.1
    assert found["four_solved"] > found["two_solved"]


@pytest.mark.claim("C-universal")
def test_a_wider_hidden_layer_approximates_better():
    found = measure("C-universal")
    widths, errors = found["widths"], found["errors"]
    for width, error in zip(widths, errors, strict=True):
        assert error <= math.pi**2 / (2 * width**2) * (1 + 1e-9)  # max |f″| / 8n² with |f″| ≤ (2π)²
    assert errors == sorted(errors, reverse=True)
    assert found["slope"] == pytest.approx(-2, abs=0.1)
    assert errors[-1] < 0.002
    assert found["trained_median"][0] > 5 * found["trained_median"][2]
    # trained layers place their bends better while there are few, then stop improving, and the built layer wins
    assert all(found["trained_worst"][at] < errors[at] for at in (0, 1, 2, 3))
    assert found["trained_median"][4] > max(errors[4], found["trained_median"][3] / 2)
    assert found["outside"] > 1  # the promise ends with the interval


@pytest.mark.claim("C-activation-gradients")
def test_what_a_deep_network_leaves_of_a_gradient_depends_on_slopes_and_weights():
    found = measure("C-activation-gradients")
    steepest, step, factor = found["steepest"], found["largest_step"], found["factor"]
    assert steepest["sigmoid"] == pytest.approx(1 / 4, abs=1e-12)
    assert steepest["tanh"] == pytest.approx(1, abs=1e-12)
    assert steepest["relu"] == 1
    # Φ(√2) + √2 φ(√2), the largest slope of gelu; silu's, too, is above 1
    largest = (1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi)
    assert steepest["gelu"] == pytest.approx(largest, abs=1e-8)
    assert 1.09 < steepest["silu"] < 1.11
    # orthogonal weights keep lengths: what a layer multiplies by is an average of slopes
    assert step["sigmoid"] <= 1 / 4
    assert step["tanh"] <= 1
    assert step["relu"] <= 1
    assert found["left"]["sigmoid"] < 4.0 ** -found["depth"]
    assert factor["relu"] == pytest.approx(1 / math.sqrt(2), rel=0.03)  # half of the slopes are 0, half are 1
    assert factor["relu_wide"] == pytest.approx(1, rel=0.03)
    assert found["left"]["tanh"] > 0.1
    assert found["left"]["sigmoid_wide"] < 1e-4  # weights four times as large do not save it: they saturate it
