"""Losses where the judge of random arguments does not look: clamps, ties, huge logits, batches that do not count."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cases import Case
from test_operations import compare

import dlref.numpy
import dlref.torch

pytestmark = pytest.mark.filterwarnings("ignore:reduction. 'mean' divides the total loss:UserWarning")
LIBRARIES = {"numpy": (dlref.numpy, np.asarray), "torch": (dlref.torch, torch.tensor)}


@pytest.mark.covers("dlref.numpy.mse_loss", "dlref.numpy.l1_loss", "dlref.numpy.huber_loss")
@pytest.mark.covers("dlref.numpy.smooth_l1_loss", "dlref.torch.smooth_l1_loss", "dlref.torch.huber_loss")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mse_loss", {}),
        ("l1_loss", {}),
        *(("huber_loss", {"delta": delta}) for delta in (0.5, 1.0, 2.0)),
        *(("smooth_l1_loss", {"beta": beta}) for beta in (0.0, 0.5, 1.0, 2.0)),
    ],
)
def test_regression_losses_at_their_corners(name, options):
    corners = np.array([0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, 1e4, -1e4])
    for reduction in ("mean", "sum", "none"):
        compare(name, Case([corners, np.zeros(10)], {**options, "reduction": reduction}), np.float64)
    compare(name, Case([corners.astype(np.float32), np.zeros(10, np.float32)], options), np.float32)

    nothing = np.array([np.nan, 1.0])
    for value in (
        getattr(dlref.numpy, name)(nothing, np.ones(2), reduction="none", **options),
        getattr(dlref.torch, name)(
            torch.tensor(nothing), torch.ones(2, dtype=torch.float64), reduction="none", **options
        ),
    ):
        assert [bool(one != one) for one in value] == [True, False]


@pytest.mark.covers("dlref.numpy.kl_div", "dlref.torch.kl_div")
@pytest.mark.parametrize("reduction", ["none", "sum", "mean", "batchmean"])
def test_kl_div_takes_zero_times_the_logarithm_of_zero_for_zero(reduction):
    input, target = np.log([[0.25, 0.75], [0.5, 0.5]]), np.array([[0.0, 1.0], [-0.5, 2.0]])
    compare("kl_div", Case([input, target], {"reduction": reduction}), np.float64)
    value, _ = dlref.numpy.kl_div.vjp(input[:1], target[:1], reduction="batchmean")
    assert value == pytest.approx(np.log(4 / 3))


@pytest.mark.covers("dlref.numpy.binary_cross_entropy", "dlref.torch.binary_cross_entropy")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_binary_cross_entropy_clamps_as_pytorch_does(dtype, reduction):
    sure = np.array([0, 1, 1e-13, 1 - 1e-13, 1e-6, 1e-36, 0.5], dtype)
    probs, answers = (grid.ravel().copy() for grid in np.meshgrid(sure, np.array([0, 1, 0.3], dtype)))
    value, pullback = dlref.numpy.binary_cross_entropy.vjp(probs, answers, reduction=reduction)
    dprobs, danswers = pullback(np.ones_like(value))
    for library in (F, dlref.torch):
        input, target = torch.tensor(probs, requires_grad=True), torch.tensor(answers, requires_grad=True)
        theirs = library.binary_cross_entropy(input, target, reduction=reduction)
        theirs.sum().backward()
        np.testing.assert_allclose(value, theirs.detach(), rtol=1e-6)
        np.testing.assert_allclose(dprobs, input.grad, rtol=1e-6)
        if (
            library is dlref.torch or reduction == "none"
        ):  # torch's own slope knows no clamp, and is infinite at 0 and 1
            np.testing.assert_allclose(danswers, target.grad.clamp(-100, 100), rtol=1e-6)


@pytest.mark.covers("dlref.numpy.binary_cross_entropy_with_logits", "dlref.torch.binary_cross_entropy_with_logits")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_binary_cross_entropy_of_logits_is_stable_for_huge_logits(dtype):
    logits, answers = np.meshgrid(np.array([0, 1e4, -1e4, 100, -100, 30, -30], dtype), np.array([0, 1, 0.3], dtype))
    for options in ({}, {"pos_weight": np.array([3.0], dtype)}):
        compare("binary_cross_entropy_with_logits", Case([logits, answers], options), dtype)


@pytest.mark.parametrize(("library", "array"), LIBRARIES.values(), ids=LIBRARIES)
def test_pos_weight_must_be_broadcastable_too(library, array):
    ones = [array(np.ones(shape)) for shape in [(2, 3), (2, 3), (2,)]]
    with pytest.raises(ValueError, match=r"pos_weight must be broadcastable to input's shape \(2, 3\); got \(2,\)"):
        library.binary_cross_entropy_with_logits(*ones[:2], pos_weight=ones[2])


@pytest.mark.covers("dlref.numpy.cross_entropy", "dlref.torch.cross_entropy")
@pytest.mark.covers("dlref.numpy.nll_loss", "dlref.torch.nll_loss")
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("weight", [None, np.array([0.0, 2.0, 3.0])])
def test_examples_that_are_ignored_count_neither_in_the_loss_nor_in_the_gradient(reduction, weight):
    scores = np.array([[1.0, 2.0, 4.0], [np.nan, -1.0, 0.5], [np.inf, 1.0, 0.0]])
    buffers = () if weight is None else (2,)
    for target in ([2, -100, -100], [-100, -100, -100], [0, -100, -100]):
        case = Case([scores[:1].repeat(3, axis=0), np.array(target), weight], {"reduction": reduction}, buffers)
        compare("cross_entropy", case, np.float64)
        if target[0] != 0 or weight is None:  # torch divides what is smoothed by a sum of weights that is zero
            compare("cross_entropy", Case(case.args, {**case.options, "label_smoothing": 0.25}, buffers), np.float64)
        compare("nll_loss", Case([scores, np.array(target), weight], {"reduction": reduction}, buffers), np.float64)


@pytest.mark.covers("dlref.numpy.cross_entropy", "dlref.torch.cross_entropy")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.25}, {"reduction": "none"}])
def test_cross_entropy_is_stable_for_huge_logits_whatever_the_target(dtype, options):
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4], [1e4, 1e4 + 1, 1e4 - 2]], dtype)
    compare("cross_entropy", Case([logits, np.array([1, 2, 0])], options), dtype)
    compare(
        "cross_entropy", Case([logits, np.array([[0, 0.5, 0.5], [0, 0, 1], [0.25, 0.5, 0.25]], dtype)], options), dtype
    )


@pytest.mark.covers("dlref.numpy.cross_entropy", "dlref.torch.cross_entropy")
def test_a_class_that_cannot_be_may_have_the_score_minus_infinity():
    logits = np.array([[0.0, -np.inf, 1.0], [2.0, 1.0, -np.inf]])
    compare("cross_entropy", Case([logits, np.array([0, 1])], {}), np.float64)
    assert np.isfinite(dlref.numpy.cross_entropy(logits, np.array([0, 1])))


@pytest.mark.covers("dlref.torch.cross_entropy", "dlref.torch.nll_loss", "dlref.torch.binary_cross_entropy")
@pytest.mark.covers("dlref.torch.binary_cross_entropy_with_logits")
@pytest.mark.parametrize(
    "name", ["cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"]
)
def test_weights_are_constants_and_get_no_gradient(name):
    binary = name.startswith("binary")
    arrays = [np.full((2, 3), 0.5), np.full((2, 3), 0.5) if binary else np.array([0, 2]), np.array([1.0, 2.0, 3.0])]
    _, pullback = getattr(dlref.numpy, name).vjp(*arrays)
    assert pullback(1.0)[2] is None
    input, target, weight = (torch.tensor(array) for array in arrays)
    input.requires_grad_()
    weight.requires_grad_()
    for options in ({}, {"pos_weight": weight}) if name.endswith("logits") else ({},):
        getattr(dlref.torch, name)(input, target, weight, **options).backward()
        assert weight.grad is None
    if name == "cross_entropy":
        for target in (torch.tensor([0, 2]), torch.full((2, 3), 0.5, dtype=torch.float64)):
            dlref.torch.cross_entropy(input, target, weight, label_smoothing=0.5).backward()
            assert weight.grad is None


@pytest.mark.covers("dlref.numpy.hinge_embedding_loss", "dlref.torch.hinge_embedding_loss")
def test_hinge_embedding_loss_at_the_margin():
    distances, alike = np.meshgrid([1.0, 0.5, 2.0, 0.0, -1e4, 1e4], [1, -1, 0])
    compare("hinge_embedding_loss", Case([distances, alike], {"reduction": "none"}), np.float64)


@pytest.mark.covers("dlref.numpy.triplet_margin_loss", "dlref.torch.triplet_margin_loss")
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("p", [1.0, 2.0, np.inf])
def test_triplet_margin_loss_at_ties_and_at_distance_zero(p, swap):
    options = {"p": p, "eps": 0.0, "swap": swap, "reduction": "none"}
    anchor = np.zeros((5, 2))
    positive = np.array([[1.0, 1.0], [0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [0.0, 3.0]])
    negative = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.5]])
    compare("triplet_margin_loss", Case([anchor, positive, negative], options), np.float64)
    large = [np.float32(1e4) * array.astype(np.float32) for array in (anchor, positive, negative)]
    compare("triplet_margin_loss", Case(large, options), np.float32)


@pytest.mark.covers("dlref.numpy.cosine_embedding_loss", "dlref.torch.cosine_embedding_loss")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", [1, 1e4])
def test_cosine_embedding_loss_at_the_margin_and_for_zero_vectors(dtype, scale):
    input1 = np.array([[1.0, 0.0], [0.5, 0.0], [1.0, -1.0], [3.0, 4.0]], dtype) * dtype(scale)
    input2 = np.array([[0.0, 2.0], [1.0, 1.0], [0.5, 1.0], [-4.0, 3.5]], dtype) * dtype(scale)
    for sign in (1, -1, 0):
        compare("cosine_embedding_loss", Case([input1, input2, np.full(4, sign)], {"reduction": "none"}), dtype)
        tiny = [np.array([0.0, 0.0], dtype), np.array([1e-6, 2e-6], dtype), np.array(sign)]
        computed, pullback = dlref.numpy.cosine_embedding_loss.vjp(*tiny)
        input = torch.tensor(tiny[0], requires_grad=True)
        expected = F.cosine_embedding_loss(input, *map(torch.tensor, tiny[1:]))
        expected.backward()
        np.testing.assert_allclose(computed, expected.item(), rtol=1e-6)
        np.testing.assert_allclose(pullback(1.0)[0], input.grad, rtol=1e-6)
        twin = torch.tensor(tiny[0], requires_grad=True)
        loss = dlref.torch.cosine_embedding_loss(twin, *map(torch.tensor, tiny[1:]))
        loss.backward()
        np.testing.assert_allclose(loss.item(), expected.item(), rtol=1e-6)
        np.testing.assert_allclose(twin.grad, input.grad, rtol=1e-6)


@pytest.mark.covers("dlref.numpy.kmeans_inertia", "dlref.torch.kmeans_inertia")
@pytest.mark.parametrize(("library", "array"), LIBRARIES.values(), ids=LIBRARIES)
def test_of_equally_near_centroids_the_first_is_taken(library, array):
    points, centroids = np.array([[0.0], [4.0]]), np.array([[1.0], [-1.0], [4.0]])
    if library is dlref.numpy:
        value, pullback = library.kmeans_inertia.vjp(points, centroids)
        dinput, dcentroids = pullback(1.0)
    else:
        leaves = [torch.tensor(values, requires_grad=True) for values in (points, centroids)]
        value = library.kmeans_inertia(*leaves)
        value.backward()
        dinput, dcentroids = (leaf.grad for leaf in leaves)
    assert value == 1
    assert dinput.tolist() == [[-2], [0]]
    assert dcentroids.tolist() == [[2], [0], [0]]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize(
    ("name", "others"),
    [
        *(
            (name, [torch.full((2, 3), 0.5)])
            for name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "kl_div")
        ),
        *((name, [torch.full((2, 3), 0.5)]) for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits")),
        *((name, [torch.tensor([0, 2]), torch.ones(3)]) for name in ("cross_entropy", "nll_loss")),
        ("cross_entropy", [torch.full((2, 3), 0.5), torch.ones(3)]),
        ("hinge_embedding_loss", [torch.full((2, 3), -1)]),
        ("triplet_margin_loss", [torch.full((2, 3), 0.5), torch.full((2, 3), 0.75)]),
        ("cosine_embedding_loss", [torch.full((2, 3), 0.5), torch.tensor([1, -1])]),
        ("kmeans_inertia", [torch.full((2, 3), 0.5)]),
    ],
)
def test_losses_keep_half_precision(name, others, dtype):
    input = torch.tensor([[0.1, 0.5, 0.9], [0.25, 0.75, 0.3]], dtype=dtype, requires_grad=True)
    loss = getattr(dlref.torch, name)(
        input, *(other.to(dtype) if other.is_floating_point() else other for other in others)
    )
    loss.backward()
    assert (loss.dtype, input.grad.dtype) == (dtype, dtype)
    if hasattr(F, name):
        assert loss.item() == pytest.approx(
            getattr(F, name)(input.detach().float(), *others).item(), rel=0.05, abs=0.02
        )


@pytest.mark.covers("dlref.numpy.cross_entropy", "dlref.torch.cross_entropy")
def test_cross_entropy_weighs_the_classes_of_distributions_at_many_places():
    rng = np.random.default_rng(0)
    logits, probs, weight = (
        rng.normal(size=(2, 3, 4)),
        rng.dirichlet(np.ones(3), (2, 4)).swapaxes(1, 2),
        rng.uniform(1, 2, 3),
    )
    compare("cross_entropy", Case([logits, probs, weight], {"ignore_index": -1}, buffers=(2,)), np.float64)
