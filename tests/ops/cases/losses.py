"""Loss functions."""

import numpy as np
import torch
from hypothesis import strategies as st

from cases import BATCH, REDUCTION, SHAPE, SIZE, WRONG, Case, case, f

NUMBERS = st.one_of(SHAPE, st.just([]), st.just([0, 3]))  # a single number, no examples
BROADCASTABLE = ["whole", "last", "column", "absent"]


def pair_of(draw, array):
    """Output and target of equal shape."""
    shape = draw(NUMBERS)
    return [array(*shape), array(*shape)]


def positive(array) -> np.ndarray:
    return np.asarray(abs(array))


def some(draw, **options) -> dict:
    """Some of the options; the others keep their defaults."""
    return {name: draw(values) for name, values in options.items() if draw(st.booleans())}


@case
def mse_loss(draw, array):
    return Case(pair_of(draw, array), some(draw, reduction=REDUCTION))


@case
def l1_loss(draw, array):
    return Case(pair_of(draw, array), some(draw, reduction=REDUCTION))


@case
def huber_loss(draw, array):
    return Case(pair_of(draw, array), some(draw, reduction=REDUCTION, delta=st.sampled_from([0.3, 1.0, 2.5])))


@case
def smooth_l1_loss(draw, array):
    return Case(pair_of(draw, array), some(draw, reduction=REDUCTION, beta=st.sampled_from([0.0, 0.3, 1.0, 2.5])))


@case
def kl_div(draw, array):
    input, target = pair_of(draw, array)
    options = some(draw, reduction=st.sampled_from(["mean", "batchmean", "sum", "none"]), log_target=st.booleans())
    return Case([input, target if options.get("log_target") else positive(target)], options)


def weight_like(draw, array, shape):
    """A positive weight that is broadcast to `shape`, or None."""
    form = draw(st.sampled_from(BROADCASTABLE))
    if form == "absent":
        return None
    if form == "whole" or not shape:
        return positive(array(*shape))
    return positive(array(shape[-1]) if form == "last" else array(*shape[:-1], 1))


@case
def binary_cross_entropy(draw, array):
    shape = draw(NUMBERS)
    input, target = (np.asarray(abs(array(*shape)) / 2) for _ in range(2))
    weight = weight_like(draw, array, shape)
    return Case([input, target, weight], some(draw, reduction=REDUCTION), () if weight is None else (2,))


@case
def binary_cross_entropy_with_logits(draw, array):
    shape = draw(NUMBERS)
    weight, pos_weight = weight_like(draw, array, shape), weight_like(draw, array, shape)
    options = some(draw, reduction=REDUCTION, pos_weight=st.just(pos_weight))
    target = np.asarray(abs(array(*shape)) / 2)
    return Case([array(*shape), target, weight], options, () if weight is None else (2,))


def classes(draw, array):
    """Scores, class indices, a weight or None, and options; (N, C, d1, …) or (C)."""
    C = draw(SIZE)
    places = draw(st.sampled_from([(), (2,), (2, 3)]))
    shape, batch = ((C,), ()) if draw(st.integers(0, 4)) == 0 else ((N := draw(BATCH), C, *places), (N, *places))
    ignored = draw(st.sampled_from([-100, -1, 0, C - 1] if C > 1 else [-100, -1]))
    indices = st.integers(0, C - 1) | st.just(ignored)
    count = int(np.prod(batch))
    target = np.array(draw(st.lists(indices, min_size=count, max_size=count)), np.int64).reshape(batch)
    if target.size and (target == ignored).all():  # a mean over none is nan, for which there are no finite differences
        target.flat[0] = int(ignored == 0)
    options = some(draw, reduction=REDUCTION)
    if ignored != -100:
        options["ignore_index"] = ignored
    return array(*shape), target, positive(array(C)) if draw(st.booleans()) else None, options


@case
def nll_loss(draw, array):
    input, target, weight, options = classes(draw, array)
    return Case([input, target, weight], options, () if weight is None else (2,))


@case
def cross_entropy(draw, array):
    input, target, weight, options = classes(draw, array)
    if draw(st.booleans()):  # rows need not sum to one: PyTorch takes them as they are, and so must the gradient
        target = positive(array(*input.shape))
        options.pop("ignore_index", None)
    options |= some(draw, label_smoothing=st.sampled_from([0.0, 0.1, 1.0]))
    return Case([input, target, weight], options, () if weight is None else (2,))


def signs(draw, shape, dtype) -> np.ndarray:
    """Mostly ones and minus ones; what PyTorch does with a zero is done as well."""
    count = int(np.prod(shape))
    drawn = draw(st.lists(st.sampled_from([1, -1, 1, -1, 0]), min_size=count, max_size=count))
    return np.array(drawn, draw(st.sampled_from([np.int64, dtype]))).reshape(shape)


@case
def hinge_embedding_loss(draw, array):
    input = array(*draw(NUMBERS))
    target = signs(draw, input.shape, input.dtype)
    margin = st.sampled_from([0.5, 1.0, 1.9])
    return Case([input, target], some(draw, margin=margin, reduction=REDUCTION), () if target.dtype == int else (1,))


@case
def triplet_margin_loss(draw, array):
    shape = (*draw(st.sampled_from([(), (1,), (3,), (2, 2), (0,)])), draw(SIZE))
    options = some(
        draw,
        margin=st.sampled_from([0.5, 3.0]),
        p=st.sampled_from([1.0, 1.5, 2.0, 3.0, np.inf]),
        eps=st.sampled_from([0.0, 0.1]),
        swap=st.booleans(),
        reduction=REDUCTION,
    )
    return Case([array(*shape), 0.83 * array(*shape) + 0.21, 1.19 * array(*shape) - 0.17], options)


@case
def cosine_embedding_loss(draw, array):
    shape = (*draw(st.sampled_from([(), (1,), (4,), (0,)])), draw(st.integers(2, 5)))
    input1, input2 = array(*shape), array(*shape) + 0.21
    target = signs(draw, shape[:-1], input1.dtype)
    options = some(draw, margin=st.sampled_from([-0.5, 0.25]), reduction=REDUCTION)
    return Case([input1, input2, target], options, () if target.dtype == int else (2,))


def nearest_squared(input, centroids):
    return torch.cdist(input, centroids, compute_mode="donot_use_mm_for_euclid_dist").square().amin(dim=1).sum()


@case(judge=nearest_squared)
def kmeans_inertia(draw, array):
    D = draw(SIZE)
    return Case([array(draw(BATCH), D), 0.83 * array(draw(SIZE), D) + 0.21], {})


BINARY = ("binary_cross_entropy", "binary_cross_entropy_with_logits")
ELEMENTWISE = ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "kl_div", "hinge_embedding_loss", *BINARY)
CLASSES = ("cross_entropy", "nll_loss")
FOUR = f(4) * np.array([0.2, 1.5, -0.5, np.nan])

WRONG += [
    *(
        (name, [f(3, 1), f(3)], {}, rf"^{name}: target must be \(\*\) with \* = \(3, 1\) as input")
        for name in ELEMENTWISE
    ),
    *((name, [np.ones(3, int), f(3)], {}, rf"^{name}: input must have float dtype; got int64") for name in ELEMENTWISE),
    *(
        (name, [f(3), f(3)], {"reduction": "avg"}, rf"^{name}: reduction must be one of mean,.* sum, none; got 'avg'")
        for name in ELEMENTWISE
    ),
    (
        "kl_div",
        [f(3), f(3)],
        {"reduction": "avg"},
        r"kl_div: reduction must be one of mean, batchmean, sum, none; got 'avg'",
    ),
    ("mse_loss", [f(3), f(3)], {"reduction": "batchmean"}, r"mse_loss: reduction must be one of mean, sum, none; got"),
    ("huber_loss", [f(3), f(3)], {"delta": 0.0}, r"^huber_loss: delta must be more than 0; got 0"),
    ("smooth_l1_loss", [f(3), f(3)], {"beta": -0.5}, r"^smooth_l1_loss: beta must be 0 or more; got -0.5"),
    *(
        (
            name,
            [f(2, 3), f(2, 3), f(*shape)],
            {},
            rf"^{name}: weight must be broadcastable to input's shape \(2, 3\); got",
        )
        for name in BINARY
        for shape in [(2,), (1, 2, 3)]
    ),
    *((name, [f(2), f(2), f(2, dtype="float32")], {}, rf"^{name}: weight must be float64 as") for name in BINARY),
    *((BINARY[0], [FOUR[[0, at]], f(2)], {}, r"entropy: input must be in \[0, 1\]; got") for at in (1, 2, 3)),
    *((BINARY[0], [f(2), FOUR[[0, at]]], {}, r"entropy: target must be in \[0, 1\]; got") for at in (1, 2, 3)),
    *(
        (name, *rest)
        for name in CLASSES
        for *rest, message in [
            ([f(), np.array(0)], {}, r"input must be \(N, C\); got \(\)"),
            ([f(2, 3), np.array([0, 1, 2])], {}, r"target must be \(N\) with N = 2 as input \(2, 3\) has; got \(3,\)"),
            ([f(2, 3, 4, 5), np.zeros((2, 4, 4), int)], {}, r"target must be \(N, d1, d2\) with .*; got \(2, 4, 4\)"),
            ([f(3), np.array(3)], {}, r"target must hold class indices in \[0, C\) with C = 3; got 3"),
            ([f(2, 3), np.array([0, -1])], {}, r"target must hold class indices in \[0, C\) with C = 3; got -1"),
            ([f(2, 3), np.array([-100, 0])], {"ignore_index": 0}, r"class indices in \[0, C\) with C = 3; got -100"),
            ([f(2, 3), f(2)], {}, r"target must have integer dtype; got float64"),
            (
                [f(2, 3), np.array([0, 1]), f(2)],
                {},
                r"weight must be \(C\) with C = 3 as input \(2, 3\) has; got \(2,\)",
            ),
            ([f(2, 3), np.array([0, 1])], {"reduction": "max"}, r"reduction must be one of mean, sum, none; got 'max'"),
        ]
        for rest in [[*rest, f"^{name}: .*{message}"]]
    ),
    ("nll_loss", [f(3), np.array([0])], {}, r"nll_loss: target must be \(\); got \(1,\)"),
    ("nll_loss", [f(2, 3), f(2, 3)], {}, r"nll_loss: target must have integer dtype; got float64"),
    ("cross_entropy", [f(2, 3), np.ones((2, 3), int)], {}, r"cross_entropy: target must have float dtype; got int64"),
    ("cross_entropy", [f(2, 3), f(2, 4)], {}, r"cross_entropy: target must be \(N, C\) with N = 2 .*; got \(2, 4\)"),
    ("cross_entropy", [f(2, 3), f(2, 3)], {"ignore_index": 0}, r"ignore_index needs a target of class indices; got 0"),
    *(
        ("cross_entropy", [f(2, 3), target], {"label_smoothing": share}, r"label_smoothing must be in \[0, 1\]; got")
        for share in (-0.1, 1.1)
        for target in (f(2, 3), np.array([0, 1]))
    ),
    ("hinge_embedding_loss", [f(2), f(2, dtype="float32")], {}, r"target must be float64 as input is; got float32"),
    ("triplet_margin_loss", [f(2, 3), f(2, 3), f(3)], {}, r"negative must be \(\*, D\) with .*; got \(3,\)"),
    ("triplet_margin_loss", [f(2, 3), f(3), f(2, 3)], {}, r"positive must be \(\*, D\) with .*; got \(3,\)"),
    (
        "triplet_margin_loss",
        [f(3), f(3), f(3)],
        {"margin": 0.0},
        r"^triplet_margin_loss: margin must be more than 0; got",
    ),
    ("triplet_margin_loss", [f(3), f(3), f(3)], {"p": 0.0}, r"^triplet_margin_loss: p must be more than 0; got 0"),
    ("triplet_margin_loss", [f(3), f(3), f(3)], {"reduction": "max"}, r"^triplet_margin_loss: reduction must be one"),
    ("cosine_embedding_loss", [f(2, 3), f(2, 3), f(3)], {}, r"^cosine_embedding_loss: target must be \(\*\) with"),
    ("cosine_embedding_loss", [f(2, 3), f(2, 4), f(2)], {}, r"^cosine_embedding_loss: input2 must be .* D = 3"),
    ("cosine_embedding_loss", [f(3), f(3), f()], {"reduction": "max"}, r"^cosine_embedding_loss: reduction must be"),
    ("kmeans_inertia", [f(2, 3), f(2)], {}, r"^kmeans_inertia: centroids must be \(K, D\) with D = 3 .*; got \(2,\)"),
    ("kmeans_inertia", [f(2, 3), f(0, 3)], {}, r"^kmeans_inertia: K must be more than 0; got 0"),
    ("kmeans_inertia", [f(3), f(2, 3)], {}, r"^kmeans_inertia: input must be \(N, D\); got \(3,\)"),
]
