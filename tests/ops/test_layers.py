"""Layers where random cases do not reach: ties, NaN, randomness, huge values, state, compositions."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cases import Case
from test_operations import compare

import dlref.numpy
import dlref.torch
from dlref.numpy.caching import portions

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        (5, 20, [slice(0, 2), slice(2, 4), slice(4, 6)]),  # 50 numbers at a time
        (2, 51, [slice(0, 1), slice(1, 2)]),
        (120, 1, [slice(0, 50), slice(50, 100), slice(100, 150)]),
        (60, 0, [slice(0, 50), slice(50, 100)]),
        (0, 3, []),
    ],
)
def test_portions_hold_what_stays_in_the_cache(count, size, expected):
    assert list(portions(count, size)) == expected


@pytest.mark.covers("dlref.numpy.max_pool2d", "dlref.torch.max_pool2d")
def test_max_pool2d_returns_memory_of_its_own_and_keeps_nan():
    images = RNG.normal(size=(1, 2, 4, 4))
    assert not np.shares_memory(dlref.numpy.max_pool2d(images, 1), images)
    for place in np.ndindex(2, 2):
        images[0, 0, *place] = np.nan
        pooled = dlref.numpy.max_pool2d(images, 2)
        in_torch = dlref.torch.max_pool2d(torch.from_numpy(images), 2)
        expected = F.max_pool2d(torch.from_numpy(images), 2)
        np.testing.assert_array_equal(pooled, expected)
        np.testing.assert_array_equal(in_torch, expected)
        images[0, 0, *place] = 1


@pytest.mark.covers("dlref.numpy.max_pool2d", "dlref.torch.max_pool2d")
def test_max_pool2d_takes_windows_of_more_places_than_a_byte_counts():
    compare("max_pool2d", Case([np.arange(17.0 * 17).reshape(1, 1, 17, 17)], {"kernel_size": 17}), np.float64)


@pytest.mark.covers("dlref.numpy.avg_pool2d", "dlref.torch.avg_pool2d")
@pytest.mark.parametrize("padding", [(1, 0), (0, 1)])
@pytest.mark.parametrize("count_include_pad", [True, False])
def test_avg_pool2d_counts_the_padding_on_either_side(padding, count_include_pad):
    options = {"kernel_size": (2, 3), "stride": 1, "padding": padding, "count_include_pad": count_include_pad}
    compare("avg_pool2d", Case([RNG.normal(size=(2, 1, 3, 4))], options), np.float64)


@pytest.mark.covers("dlref.numpy.embedding", "dlref.torch.embedding")
def test_embedding_returns_memory_of_its_own_and_adds_up_the_gradients_of_repeated_symbols():
    weight = RNG.normal(size=(3, 2))
    assert not np.shares_memory(dlref.numpy.embedding(np.array(1), weight), weight)
    for padding_idx in (None, 0, 2, -1, -3):
        compare("embedding", Case([np.array([[2, 0, 1], [2, 2, 0]]), weight, padding_idx], {}), np.float64)
    _, pullback = dlref.numpy.embedding.vjp(np.array([[2, 0], [2, 2]]), weight, 0)
    dinput, dweight, dpadding_idx = pullback(np.ones((2, 2, 2)))
    assert dinput is None
    assert dpadding_idx is None
    np.testing.assert_array_equal(dweight, [[0, 0], [0, 0], [3, 3]])


def dropped(backend: str, seed: int, *args, **options):
    """The value of dropout on ones, and its gradient for an upstream gradient of ones."""
    input = np.ones((100, 50), np.float32)
    if backend == "numpy":
        generator = np.random.default_rng(seed)
        value, pullback = dlref.numpy.dropout.vjp(input, *args, generator=generator, **options)
        return value, pullback(np.ones_like(value))[0]
    tensor = torch.from_numpy(input).requires_grad_()
    value = dlref.torch.dropout(tensor, *args, generator=torch.Generator().manual_seed(seed), **options)
    value.sum().backward()
    return value.detach().numpy(), tensor.grad.numpy()


@pytest.mark.covers("dlref.numpy.dropout", "dlref.torch.dropout")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("p", [0.25, 0.75])
def test_dropout_drops_a_share_of_p_scales_the_rest_and_sends_the_gradient_the_same_way(backend, p):
    value, grad = dropped(backend, 0, p)
    assert value.dtype == np.float32
    np.testing.assert_allclose(np.unique(value), [0, 1 / (1 - p)], rtol=1e-6)
    # 5000 draws: the share has a standard deviation of 0.006
    assert abs((value == 0).mean() - p) < 0.03
    np.testing.assert_array_equal(grad, value)


@pytest.mark.covers("dlref.numpy.dropout", "dlref.torch.dropout")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_dropout_draws_from_its_generator_alone(backend):
    first, _ = dropped(backend, 0)
    assert abs((first == 0).mean() - 0.5) < 0.03
    np.testing.assert_array_equal(first, dropped(backend, 0, 0.5, True)[0])
    assert (first != dropped(backend, 1)[0]).any()
    np.testing.assert_array_equal(dropped(backend, 0, 0.5, False), 1)
    np.testing.assert_array_equal(dropped(backend, 0, 0), 1)
    np.testing.assert_array_equal(dropped(backend, 0, 1), 0)


@pytest.mark.covers("dlref.numpy.dropout", "dlref.torch.dropout")
def test_dropout_leaves_the_generator_alone_where_nothing_is_dropped_and_returns_memory_of_its_own():
    input, generator = np.ones(3), np.random.default_rng(0)
    for options in [{"p": 0}, {"training": False}]:
        value, pullback = dlref.numpy.dropout.vjp(input, generator=generator, **options)
        assert not np.shares_memory(value, input)
        assert not np.shares_memory(pullback(value)[0], value)
        in_torch = torch.ones(3)
        assert dlref.torch.dropout(in_torch, **options).data_ptr() != in_torch.data_ptr()
    assert generator.random() == np.random.default_rng(0).random()


@pytest.mark.covers("dlref.numpy.batch_norm", "dlref.torch.batch_norm")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_batch_norm_moves_the_running_statistics_towards_mean_and_unbiased_variance(dtype):
    input = np.array([[0.0, 10.0], [2.0, 30.0]], dtype)
    mean, var = np.zeros(2, dtype), np.ones(2, dtype)
    dlref.numpy.batch_norm(input, mean, var, training=True)
    np.testing.assert_allclose(mean, [0.1, 2.0], rtol=1e-6)
    np.testing.assert_allclose(var, [0.9 + 0.1 * 2, 0.9 + 0.1 * 200], rtol=1e-6)
    assert mean.dtype == var.dtype == dtype

    in_torch = torch.zeros(2), torch.ones(2)
    dlref.torch.batch_norm(torch.tensor(input, dtype=torch.float32, requires_grad=True), *in_torch, training=True)
    np.testing.assert_allclose(in_torch[0], mean, rtol=1e-6)
    np.testing.assert_allclose(in_torch[1], var, rtol=1e-6)
    assert not any(tensor.requires_grad for tensor in in_torch)

    kept = mean.copy(), var.copy()
    dlref.numpy.batch_norm(input, mean, var)
    dlref.torch.batch_norm(torch.from_numpy(input), torch.from_numpy(mean), torch.from_numpy(var))
    np.testing.assert_array_equal([mean, var], kept)


@pytest.mark.covers("dlref.numpy.batch_norm", "dlref.torch.batch_norm")
def test_batch_norm_leaves_the_running_statistics_alone_where_there_is_no_example():
    case = Case([np.zeros((0, 2, 3)), np.zeros(2), np.ones(2), np.ones(2), np.ones(2)], {"training": True}, (1, 2))
    compare("batch_norm", case, np.float64)
    assert case.args[1:3][0].tolist() == [0, 0]
    assert case.args[1:3][1].tolist() == [1, 1]


@pytest.mark.covers("dlref.torch.batch_norm")
def test_the_gradient_of_batch_norm_can_be_differentiated():
    arguments = [torch.from_numpy(RNG.normal(size=shape)).requires_grad_() for shape in ((3, 2, 2), 2, 2)]
    upstream = torch.from_numpy(RNG.normal(size=(3, 2, 2))).requires_grad_()

    def gradients(batch_norm):
        input, weight, bias = arguments
        output = batch_norm(input, None, None, weight, bias, training=True, eps=0.5)
        first = torch.autograd.grad(output, arguments, upstream, create_graph=True)
        squares = sum((grad**2).sum() for grad in first)
        return [*first, *torch.autograd.grad(squares, [*arguments, upstream], allow_unused=True)]

    for ours, theirs in zip(gradients(dlref.torch.batch_norm), gradients(F.batch_norm), strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("batch_norm", [None, None, None, None], {"training": True}),
        ("layer_norm", [(4,), None, None], {}),
    ],
)
@pytest.mark.covers("dlref.numpy.batch_norm", "dlref.torch.batch_norm")
@pytest.mark.covers("dlref.numpy.layer_norm", "dlref.torch.layer_norm")
def test_normalisation_is_stable_for_huge_and_for_equal_values(name, args, options, dtype):
    huge = np.array([[1e4, -1e4, 5e3, 0], [0, 1e4, -5e3, 1e4], [-1e4, 0, 1e3, 1e4], [7, 8e3, 1e2, 1]], dtype)
    compare(name, Case([huge, *args], options), dtype)
    equal = np.full((4, 4), 1e4, dtype)
    assert not getattr(dlref.numpy, name)(equal, *args, **options).any()
    assert not getattr(dlref.torch, name)(torch.from_numpy(equal), *args, **options).any()


@pytest.mark.covers("dlref.numpy.layer_norm", "dlref.torch.layer_norm")
def test_layer_norm_takes_examples_without_features():
    compare("layer_norm", Case([np.zeros((2, 0)), (0,), np.zeros(0), np.zeros(0)], {}), np.float64)


@pytest.mark.parametrize("name", ["batch_norm", "layer_norm"])
@pytest.mark.covers("dlref.numpy.batch_norm", "dlref.torch.batch_norm")
@pytest.mark.covers("dlref.numpy.layer_norm", "dlref.torch.layer_norm")
def test_normalisation_propagates_nan_only_where_it_counts(name):
    input = RNG.normal(size=(3, 3))
    input[0, 0] = np.nan
    arguments = ([None, None], {"training": True}) if name == "batch_norm" else ([(3,)], {})
    expected = getattr(F, name)(torch.from_numpy(input), *arguments[0], **arguments[1])
    np.testing.assert_allclose(getattr(dlref.numpy, name)(input, *arguments[0], **arguments[1]), expected)
    found = getattr(dlref.torch, name)(torch.from_numpy(input), *arguments[0], **arguments[1])
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.covers("dlref.torch.batch_norm", "dlref.torch.layer_norm", "dlref.torch.dropout", "dlref.torch.conv1d")
@pytest.mark.covers("dlref.torch.avg_pool2d", "dlref.torch.max_pool2d", "dlref.torch.embedding")
def test_layers_keep_half_precision(dtype):
    images = torch.ones(2, 3, 4, 4, dtype=dtype)
    sequences = images.flatten(2)
    values = [
        dlref.torch.batch_norm(images, None, None, images[0, :, 0, 0], images[0, :, 0, 0], training=True),
        dlref.torch.layer_norm(images, (4,), images[0, 0, 0], images[0, 0, 0]),
        dlref.torch.dropout(images, generator=torch.Generator()),
        dlref.torch.conv1d(sequences, sequences[:, :, :3]),
        dlref.torch.avg_pool2d(images, 3, padding=1),
        dlref.torch.max_pool2d(images, 3, padding=1),
        dlref.torch.embedding(torch.tensor([1]), images[0, 0], padding_idx=0),
    ]
    assert {value.dtype for value in values} == {dtype}


@pytest.mark.covers("dlref.numpy.residual", "dlref.torch.residual")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_residual_adds_its_input_to_the_value_and_to_the_gradient(dtype):
    arrays = [RNG.normal(size=shape).astype(dtype) for shape in [(2, 3), (3, 3), (3,)]]
    dvalue = RNG.normal(size=(2, 3)).astype(dtype)
    value, pullback = dlref.numpy.residual(dlref.numpy.linear).vjp(*arrays)
    assert value.dtype == dtype
    np.testing.assert_array_equal(value, dlref.numpy.residual(dlref.numpy.linear)(*arrays))

    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    expected = tensors[0] + F.linear(*tensors)
    in_torch = dlref.torch.residual(dlref.torch.linear)(*tensors)
    expected_grads = torch.autograd.grad(expected, tensors, torch.from_numpy(dvalue))
    grads_in_torch = torch.autograd.grad(in_torch, tensors, torch.from_numpy(dvalue))
    np.testing.assert_allclose(in_torch.detach(), expected.detach(), rtol=1e-5)
    np.testing.assert_allclose(value, expected.detach(), rtol=1e-5, atol=1e-6)
    for grad, grad_in_torch, expected_grad in zip(pullback(dvalue), grads_in_torch, expected_grads, strict=True):
        assert grad.dtype == dtype
        np.testing.assert_allclose(grad, expected_grad, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(grad_in_torch, expected_grad, rtol=1e-5, atol=1e-6)


@pytest.mark.covers("dlref.numpy.residual", "dlref.torch.residual")
def test_residual_hands_options_on_and_can_be_nested():
    scores = RNG.normal(size=(2, 3))
    once = dlref.numpy.residual(dlref.numpy.softmax)
    np.testing.assert_allclose(once(scores, dim=0), scores + dlref.numpy.softmax(scores, dim=0))
    (grad,) = dlref.numpy.residual(once).vjp(scores, dim=0)[1](np.ones((2, 3)))
    np.testing.assert_allclose(grad, np.full((2, 3), 2.0))  # softmax sums to one: no gradient of its own
    in_torch = dlref.torch.residual(dlref.torch.residual(dlref.torch.softmax))(torch.from_numpy(scores), dim=0)
    np.testing.assert_allclose(in_torch, dlref.numpy.residual(once)(scores, dim=0))


@pytest.mark.covers("dlref.numpy.residual", "dlref.torch.residual")
def test_residual_refuses_a_sublayer_that_changes_the_shape_or_has_no_pullback():
    message = r"residual: sublayer must keep the shape \(2, 3\) of its input; got \(2, 1\)"
    with pytest.raises(ValueError, match=message):  # numpy would broadcast it
        dlref.numpy.residual(dlref.numpy.linear)(np.ones((2, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match=message):
        dlref.torch.residual(dlref.torch.linear)(torch.ones(2, 3), torch.ones(1, 3))
    with pytest.raises(ValueError, match="residual: sublayer must be a differentiable operation; got ufunc"):
        dlref.numpy.residual(np.tanh)


@pytest.mark.covers("dlref.numpy.flatten", "dlref.torch.flatten")
@pytest.mark.parametrize(("start", "end", "shape"), [(0, 1, (6, 4, 5)), (1, 2, (2, 12, 5)), (-3, -2, (2, 12, 5))])
def test_flatten_joins_the_dimensions_from_start_to_end_and_no_others(start, end, shape):
    array = np.arange(120.0).reshape(2, 3, 4, 5)
    assert dlref.numpy.flatten(array, start, end).shape == shape
    assert tuple(dlref.torch.flatten(torch.from_numpy(array), start, end).shape) == shape
