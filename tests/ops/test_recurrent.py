"""Recurrent layers: what random cases do not reach."""

import numpy as np
import pytest
import torch
from cases import JUDGES, Case, distinct
from cases.recurrent import ROWS, parameters
from test_operations import compare

import dlref.numpy
import dlref.torch
from dlref.numpy.trees import leaves, mapped

COVERS = {name: pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}") for name in ROWS}
NETWORKS = [pytest.param(name, marks=mark) for name, mark in COVERS.items()]


def arguments(name: str, dtype=np.float64, scale=1.0, layers=2, bidirectional=True, hidden=4) -> list:
    """Input (T, N, in) = (3, 2, 3), parameters and initial states."""
    rng = np.random.default_rng(0)

    def array(*shape):
        return distinct(rng, shape, dtype) * dtype(scale)

    states = tuple(array(layers * (1 + bidirectional), 2, hidden) for _ in range(1 + (name == "lstm")))
    return [
        array(3, 2, 3),
        parameters(array, name, 3, hidden, layers, bidirectional),
        states if name == "lstm" else states[0],
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_saturated_network_gives_neither_warning_nor_nan(name):
    inputs, params, hx = arguments(name, np.float32, layers=1)
    compare(name, Case([inputs * np.float32(5e3), params, hx], {}), np.float32)
    huge = arguments(name, np.float32, scale=5e3)
    value, pullback = getattr(dlref.numpy, name).vjp(*huge)
    computed = [*leaves(value), *leaves(pullback(value))]
    assert all(np.isfinite(array).all() for array in computed)
    tensors = mapped(lambda leaf: torch.from_numpy(leaf).requires_grad_(), huge)
    values = list(leaves(getattr(dlref.torch, name)(*tensors)))
    sum(part.sum() for part in values).backward()
    assert all(tensor.isfinite().all() for tensor in values + [leaf.grad for leaf in leaves(tensors)])


@pytest.mark.parametrize("name", NETWORKS)
def test_a_state_may_be_wider_than_there_are_gates(name):
    compare(name, Case(arguments(name, hidden=6), {}), np.float64)


@pytest.mark.parametrize("name", NETWORKS)
def test_nan_spreads_forwards_in_time_only(name):
    inputs, params, hx = arguments(name, layers=1, bidirectional=False)
    inputs[1, 0, 0] = np.nan
    expected = np.zeros((3, 2, 4), bool)
    expected[1:, 0] = True
    assert np.array_equal(np.isnan(getattr(dlref.numpy, name)(inputs, params, hx)[0]), expected)
    in_torch = getattr(dlref.torch, name)(*mapped(torch.from_numpy, [inputs, params, hx]))
    assert np.array_equal(in_torch[0].isnan().numpy(), expected)


@COVERS["rnn"]
def test_relu_lets_no_gradient_through_zero_and_keeps_nan():
    zeros = mapped(np.zeros_like, arguments("rnn", layers=1, bidirectional=False))
    compare("rnn", Case(zeros, {"nonlinearity": "relu"}), np.float64)
    zeros[0][...] = np.nan
    assert np.isnan(dlref.numpy.rnn(*zeros, nonlinearity="relu")[0]).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_no_two_gradients_share_memory_and_the_pullback_can_be_called_again(name):
    given = arguments(name)
    value, pullback = getattr(dlref.numpy, name).vjp(*given)
    dvalue = mapped(np.ones_like, value)
    first, again = (list(leaves(pullback(dvalue))) for _ in range(2))
    for computed, expected in zip(first, again, strict=True):
        np.testing.assert_array_equal(computed, expected)
    for place, grad in enumerate(first):
        assert not any(np.shares_memory(grad, other) for other in [*first[:place], *leaves(given), *leaves(dvalue)])


@pytest.mark.parametrize("name", NETWORKS)
def test_a_part_of_the_value_without_gradient_counts_as_zero(name):
    value, pullback = getattr(dlref.numpy, name).vjp(*arguments(name))
    dvalue = (np.ones_like(value[0]), mapped(np.zeros_like, value[1]))
    assert_equal(pullback((dvalue[0], None)), pullback(dvalue))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_the_sum_of_its_time_steps(name):
    inputs, params, hx = arguments(name, bidirectional=False)
    operation = getattr(dlref.numpy, name)
    whole, final = operation(inputs, params, hx)
    for t in range(len(inputs)):
        step, hx = operation(inputs[t : t + 1], params, hx)
        np.testing.assert_allclose(step[0], whole[t], rtol=1e-12)
    mapped(lambda ours, expected: np.testing.assert_allclose(ours, expected, rtol=1e-12), hx, final)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_state_dict_in_any_order_is_taken_as_it_is(name):
    module = getattr(torch.nn, name.upper())(3, 4, num_layers=2, bidirectional=True, dtype=torch.float64)
    params = {key: param.numpy() for key, param in reversed(module.state_dict().items())}
    inputs = arguments(name)[0]
    expected = module(torch.from_numpy(inputs))[0].detach().numpy()
    value, pullback = getattr(dlref.numpy, name).vjp(inputs, params)
    np.testing.assert_allclose(value[0], expected, rtol=1e-10)
    assert set(pullback(value)[1]) == set(params)


@COVERS["lstm"]
def test_the_states_of_an_lstm_may_come_as_a_list():
    inputs, params, hx = arguments("lstm")
    assert_equal(dlref.numpy.lstm(inputs, params, list(hx)), dlref.numpy.lstm(inputs, params, hx))
    assert isinstance(dlref.numpy.lstm(inputs, params)[1], tuple)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", NETWORKS)
def test_half_precision_stays_half_precision(name, dtype):
    inputs, params, hx = mapped(lambda leaf: torch.from_numpy(leaf).to(dtype), arguments(name, hidden=6))
    for states in (hx, None):
        assert {leaf.dtype for leaf in leaves(getattr(dlref.torch, name)(inputs, params, states))} == {dtype}


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize("argument", ["dropout", "proj_size", "num_layers", "bidirectional"])
@pytest.mark.parametrize("name", NETWORKS)
def test_an_argument_that_is_not_supported_is_refused_by_name(library, name, argument):
    with pytest.raises(TypeError, match=argument):
        getattr(library, name)(None, None, **{argument: 1})


@pytest.mark.parametrize("name", NETWORKS)
def test_swapped_gates_and_directions_would_be_noticed(name):
    inputs, params, hx = arguments(name)
    expected = JUDGES[name](*mapped(torch.from_numpy, [inputs, params, hx]))[0].numpy()
    operation = getattr(dlref.numpy, name)
    np.testing.assert_allclose(operation(inputs, params, hx)[0], expected, rtol=1e-10)
    rolled = {key: np.roll(param, 4, axis=0) for key, param in params.items()}  # each gate with the rows of another
    crossed = {key: params[key.removesuffix("_reverse") if "reverse" in key else f"{key}_reverse"] for key in params}
    for wrong in (crossed,) if name == "rnn" else (rolled, crossed):
        assert abs(operation(inputs, wrong, hx)[0] - expected).max() > 1e-3


def assert_equal(tree, expected) -> None:
    mapped(np.testing.assert_array_equal, tree, expected)


def in_tensors(dtype: torch.dtype, T: int = 3) -> list:
    """Input, parameters and states of one layer, as leaves that want gradients."""
    inputs, *others = arguments("lstm", layers=1, bidirectional=False)
    return mapped(lambda leaf: torch.from_numpy(leaf).to(dtype).requires_grad_(), [inputs[:T], *others])


@COVERS["lstm"]
def test_the_gradient_of_lstm_can_be_differentiated():
    tensors = in_tensors(torch.float64)
    layer = torch.nn.LSTM(3, 4, dtype=torch.float64)
    for name, parameter in layer.named_parameters():
        parameter.data = tensors[1][name].detach().clone()
    theirs = [tensors[0].detach().clone().requires_grad_(), dict(layer.named_parameters()), tensors[2]]
    upstream = torch.arange(24.0, dtype=torch.float64).reshape(3, 2, 4)

    def gradients(lstm, arguments):
        wanted = [arguments[0], *(arguments[1][name] for name in sorted(arguments[1]))]
        (output, _), weights = lstm(*arguments), [*wanted[1:], wanted[0]]
        first = torch.autograd.grad(output, wanted, upstream, create_graph=True)
        return first, torch.autograd.grad(sum((part**2).sum() for part in first), weights)

    ours = gradients(dlref.torch.lstm, tensors)
    judged = gradients(lambda inputs, _, hx: layer(inputs, hx), theirs)
    for of_ours, of_theirs in zip(ours, judged, strict=True):
        for mine, expected in zip(of_ours, of_theirs, strict=True):
            torch.testing.assert_close(mine, expected, rtol=1e-10, atol=1e-10)


@COVERS["lstm"]
def test_lstm_can_be_differentiated_towards_some_of_its_arguments_only():
    inputs, params, hx = in_tensors(torch.float64)
    frozen = mapped(lambda leaf: leaf.detach(), params)
    whole = torch.autograd.grad(dlref.torch.lstm(inputs, params, hx)[0].sum(), inputs)[0]
    output = dlref.torch.lstm(inputs, frozen, mapped(lambda leaf: leaf.detach(), hx))[0]
    (alone,) = torch.autograd.grad(output.sum(), inputs, create_graph=True)
    torch.testing.assert_close(alone, whole, rtol=0, atol=1e-12)
    assert alone.requires_grad


@COVERS["lstm"]
def test_lstm_in_half_precision_keeps_the_digits_of_small_values():
    inputs, params, (h_0, c_0) = in_tensors(torch.bfloat16, T=1)
    tiny = mapped(lambda leaf: leaf.detach() * 1e-3, params)
    with torch.no_grad():
        output, _ = dlref.torch.lstm(inputs, tiny, (h_0 * 0, c_0 * 0))
        exact = dlref.torch.lstm(
            inputs.double(), mapped(lambda leaf: leaf.double(), tiny), (h_0.double() * 0, c_0.double() * 0)
        )[0]
    torch.testing.assert_close(output.double(), exact, rtol=0.03, atol=0)
