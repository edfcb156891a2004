"""Attention, beyond what random arguments reach: hidden rows, huge scores, the two meanings of a mask, positions."""

import math

import numpy as np
import pytest
import torch
from cases import Case, distinct, f
from cases.attention import attention_params, layer_params
from test_operations import compare

import dlref.numpy
import dlref.torch

RNG = np.random.default_rng(0)


@pytest.mark.covers("dlref.numpy.scaled_dot_product_attention", "dlref.torch.scaled_dot_product_attention")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("hidden", [False, -np.inf])
def test_a_query_that_may_look_at_no_key_gets_zeros_and_gives_no_gradient(dtype, hidden):
    mask = np.ones((3, 4), bool) if hidden is False else np.zeros((3, 4), dtype)
    mask[1], mask[2, 0] = hidden, hidden
    arrays = [distinct(RNG, (2, size, 5), dtype) for size in (3, 4, 4)]
    compare("scaled_dot_product_attention", Case([*arrays, mask], {}), dtype)
    value, pullback = dlref.numpy.scaled_dot_product_attention.vjp(*arrays, mask)
    assert not value[:, 1].any()
    assert not pullback(np.ones_like(value))[0][:, 1].any()


@pytest.mark.covers("dlref.numpy.scaled_dot_product_attention", "dlref.torch.scaled_dot_product_attention")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_huge_scores_do_not_overflow(dtype):
    query, value = distinct(RNG, (3, 2), dtype), distinct(RNG, (4, 2), dtype)
    key = np.array([[1e4, 0], [0, -1e4], [-1e4, 1e4], [1e4, 1e4]], dtype)
    compare("scaled_dot_product_attention", Case([query, key, value, None], {"scale": 0.5}), dtype)
    assert np.isfinite(dlref.numpy.scaled_dot_product_attention(query, -key, value)).all()


@pytest.mark.covers("dlref.numpy.scaled_dot_product_attention", "dlref.torch.scaled_dot_product_attention")
@pytest.mark.parametrize(("L", "S"), [(3, 0), (0, 3), (0, 0)])
def test_no_places_to_look_from_or_at(L, S):
    compare("scaled_dot_product_attention", Case([f(2, L, 4), f(2, S, 4), f(2, S, 4), None], {}), np.float64)


@pytest.mark.covers("dlref.numpy.multi_head_attention", "dlref.torch.multi_head_attention")
def test_true_means_hidden_in_multi_head_attention_and_visible_in_scaled_dot_product_attention():
    x = distinct(RNG, (1, 3, 2))
    causal = np.tri(3, dtype=bool)
    eye = {"in_proj_weight": np.concatenate([np.eye(2)] * 3), "out_proj.weight": np.eye(2)}
    expected = dlref.numpy.scaled_dot_product_attention(x, x, x, causal)
    np.testing.assert_allclose(dlref.numpy.multi_head_attention(x, x, x, eye, 1, ~causal), expected)
    np.testing.assert_allclose(dlref.numpy.multi_head_attention(x, x, x, eye, 1, is_causal=True), expected)


@pytest.mark.covers("dlref.numpy.multi_head_attention", "dlref.torch.multi_head_attention")
def test_self_attention_gives_its_input_three_gradients_whose_sum_is_pytorchs():
    x = distinct(RNG, (2, 3, 4))
    params = attention_params(lambda *shape: distinct(RNG, shape), 4)
    value, pullback = dlref.numpy.multi_head_attention.vjp(x, x, x, params, 2)
    dquery, dkey, dvalue, *_ = pullback(np.ones_like(value))
    leaf = torch.from_numpy(x).requires_grad_()
    module = torch.nn.MultiheadAttention(4, 2, batch_first=True, dtype=torch.float64)
    module.load_state_dict({name: torch.from_numpy(param) for name, param in params.items()})
    module(leaf, leaf, leaf, need_weights=False)[0].sum().backward()
    np.testing.assert_allclose(dquery + dkey + dvalue, leaf.grad, rtol=1e-10, atol=1e-10)


@pytest.mark.covers("dlref.numpy.sinusoidal_positions", "dlref.torch.sinusoidal_positions")
@pytest.mark.parametrize(("length", "dim"), [(7, 6), (5, 5), (3, 1), (0, 4)])
def test_sinusoidal_positions_are_those_of_the_paper(length, dim):
    expected = np.empty((length, dim))
    for place in range(length):
        for column in range(dim):
            angle = place / 10000 ** (column // 2 * 2 / dim)
            expected[place, column] = math.cos(angle) if column % 2 else math.sin(angle)
    for dtype in ("float64", "float32"):
        in_numpy = dlref.numpy.sinusoidal_positions(length, dim, dtype=dtype)
        in_torch = dlref.torch.sinusoidal_positions(length, dim, dtype=getattr(torch, dtype)).numpy()
        assert in_numpy.dtype == in_torch.dtype == dtype
        for positions in (in_numpy, in_torch):
            np.testing.assert_allclose(positions, expected.astype(dtype), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
@pytest.mark.parametrize("name", ["transformer_encoder_layer", "transformer_decoder_layer"])
@pytest.mark.covers("dlref.numpy.transformer_encoder_layer", "dlref.torch.transformer_encoder_layer")
@pytest.mark.covers("dlref.numpy.transformer_decoder_layer", "dlref.torch.transformer_decoder_layer")
def test_what_is_wrong_with_a_layer_is_named(library, name):
    array = (lambda *shape: f(*shape)) if library is dlref.numpy else torch.ones
    decoder = name == "transformer_decoder_layer"
    shapes = layer_params(f, 4, 3, ["self_attn", "multihead_attn"] if decoder else ["self_attn"])
    params = {key: array(*param.shape) for key, param in shapes.items()}
    x = [array(2, 3, 4)] * (2 if decoder else 1)

    def refused(message, *inputs, params=params, num_heads=2, **options):
        with pytest.raises(ValueError, match=f"{name}: {message}"):
            getattr(library, name)(*(inputs or x), params, num_heads, **options)

    refused(r".*norm2.bias is missing", params={key: param for key, param in params.items() if key != "norm2.bias"})
    refused(r".*norm4.weight is not one of them", params=params | {"norm4.weight": array(4)})
    refused(
        r"linear2.weight must be \(E, F\) with E = 4, F = 3; got \(3, 4\)",
        params=params | {"linear2.weight": array(3, 4)},
    )
    refused("num_heads must be an int that divides E = 4; got 3", num_heads=3)
    refused("activation must be one of relu, gelu; got 'tanh'", activation="tanh")
    refused(r"(src|tgt) must be an array \(N, L, E\); got \(3, 4\)", array(3, 4), *x[1:])
    if decoder:
        refused(r"memory must be \(2, L, 4\) as tgt is in N and E; got \(1, 3, 4\)", x[0], array(1, 3, 4))
        refused(r"memory must be \(2, L, 4\) as tgt is in N and E; got \(2, 3, 5\)", x[0], array(2, 3, 5))


@pytest.mark.covers("dlref.numpy.scaled_dot_product_attention", "dlref.torch.scaled_dot_product_attention")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_without_features_all_keys_are_alike(library):
    arrays = [np.zeros((2, 0)), np.zeros((3, 0)), np.array([[1.0], [2.0], [6.0]])]
    arrays = [torch.from_numpy(array) if library is dlref.torch else array for array in arrays]
    assert library.scaled_dot_product_attention(*arrays).tolist() == [[3.0], [3.0]]


@pytest.mark.covers("dlref.numpy.scaled_dot_product_attention", "dlref.torch.scaled_dot_product_attention")
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_half_precision_does_not_overflow_where_the_mean_fits(library):
    query, key, value = np.zeros((1, 2), np.float16), np.zeros((64, 2), np.float16), np.full((64, 1), 3e4, np.float16)
    arrays = [torch.from_numpy(array) if library is dlref.torch else array for array in (query, key, value)]
    output = library.scaled_dot_product_attention(*arrays)
    assert str(output.dtype).removeprefix("torch.") == "float16"
    assert float(output[0, 0]) == pytest.approx(3e4, rel=2e-3)
