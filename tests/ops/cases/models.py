"""Networks, judged by the same architecture built from torch.nn's own layers."""

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st
from torch.func import functional_call

import dlref.numpy
import dlref.torch
from cases import WRONG, Case, case, f

FEW = st.integers(1, 3)
CELL = st.sampled_from(["rnn", "lstm", "gru"])


def params_of(array, shapes, scale: float = 1.0) -> dict:
    """Random parameters of a blueprint, scaled so that sums over them stay small."""
    return {name: (array(*shape) * np.asarray(scale, array().dtype)) for name, shape in shapes.items()}


def tokens(draw, batch: int, length: int, vocabulary: int) -> np.ndarray:
    return np.array(
        draw(st.lists(st.integers(0, vocabulary - 1), min_size=batch * length, max_size=batch * length))
    ).reshape(batch, length)


def torchs_mlp(input, params, *, activation="relu"):
    sizes = [params["layers.0.weight"].shape[1], *(p.shape[0] for name, p in params.items() if name.endswith("bias"))]
    return functional_call(dlref.torch.MLP(*sizes, activation=activation), params, (input,))


@case(judge=torchs_mlp)
def mlp(draw, array):
    sizes = draw(st.lists(FEW, min_size=2, max_size=4))
    activation = draw(st.sampled_from(["relu", "leaky_relu", "gelu", "sigmoid", "tanh"]))
    leading = draw(st.lists(FEW, min_size=0, max_size=2))
    return Case(
        [array(*leading, sizes[0]), params_of(array, dlref.numpy.mlp_shapes(*sizes), 0.5)], {"activation": activation}
    )


def torchs_cnn(input, params):
    (second, first, size, _), third = params["conv1.weight"].shape, params["conv2.weight"].shape[0]
    module = dlref.torch.CNN((first, second, third), tuple(input.shape[2:]), len(params["output.bias"]), size)
    return functional_call(module, params, (input,))


@case(judge=torchs_cnn)
def cnn(draw, array):
    channels, image, classes = (
        (draw(FEW), draw(FEW), draw(FEW)),
        (draw(st.integers(2, 5)), draw(st.integers(2, 5))),
        draw(FEW),
    )
    shapes = dlref.numpy.cnn_shapes(channels, image, classes, draw(st.sampled_from([1, 3, 5])))
    return Case([array(draw(FEW), channels[0], *image), params_of(array, shapes, 0.5)], {})


def recurrent_options(params, cell: str) -> dict:
    layers = sum(name.startswith("recurrent.weight_ih") and not name.endswith("reverse") for name in params)
    return {"cell": cell, "layers": layers}


def torchs_recurrent_classifier(input, params, *, cell="lstm"):
    classes, inner, hidden = (
        len(params["output.bias"]),
        params["recurrent.weight_ih_l0"].shape[1],
        params["recurrent.weight_hh_l0"].shape[1],
    )
    both = any(name.endswith("_reverse") for name in params)
    module = dlref.torch.RecurrentClassifier(
        inner, hidden, classes, bidirectional=both, **recurrent_options(params, cell)
    )
    return functional_call(module, params, (input,))


@case(judge=torchs_recurrent_classifier)
def recurrent_classifier(draw, array):
    cell, inner, hidden = draw(CELL), draw(FEW), draw(FEW)
    options = {"layers": draw(st.integers(1, 2)), "bidirectional": draw(st.booleans())}
    shapes = dlref.numpy.recurrent_classifier_shapes(inner, hidden, draw(FEW), cell=cell, **options)
    return Case([array(draw(FEW), draw(FEW), inner), params_of(array, shapes)], {"cell": cell})


def torchs_language_model(input, params, hx=None, *, cell="lstm"):
    (vocabulary, features), hidden = params["embedding.weight"].shape, params["recurrent.weight_hh_l0"].shape[1]
    module = dlref.torch.RecurrentLanguageModel(vocabulary, features, hidden, **recurrent_options(params, cell))
    return functional_call(module, params, (input, hx))


@case(judge=torchs_language_model)
def recurrent_language_model(draw, array):
    cell, vocabulary, hidden, layers, batch = draw(CELL), draw(FEW), draw(FEW), draw(st.integers(1, 2)), draw(FEW)
    shapes = dlref.numpy.recurrent_language_model_shapes(vocabulary, draw(FEW), hidden, cell=cell, layers=layers)
    arguments = [tokens(draw, batch, draw(FEW), vocabulary), params_of(array, shapes)]
    if draw(st.booleans()):
        state = [array(layers, batch, hidden) for _ in range(1 + (cell == "lstm"))]
        arguments.append(tuple(state) if cell == "lstm" else state[0])
    return Case(arguments, {"cell": cell})


def torchs_generator(input, params):
    return torchs_mlp(input, params, activation="relu")


def torchs_discriminator(input, params):
    return torchs_mlp(input, params, activation="leaky_relu")


@case(judge=torchs_generator)
def gan_generator(draw, array):
    inner = draw(FEW)
    return Case([array(draw(FEW), inner), params_of(array, dlref.numpy.mlp_shapes(inner, draw(FEW), draw(FEW)))], {})


@case(judge=torchs_discriminator)
def gan_discriminator(draw, array):
    inner = draw(FEW)
    return Case([array(draw(FEW), inner), params_of(array, dlref.numpy.mlp_shapes(inner, draw(FEW), 1))], {})


@case(judge=lambda real, generated: -F.logsigmoid(real).mean() - F.logsigmoid(-generated).mean())
def gan_discriminator_loss(draw, array):
    return Case([array(draw(FEW), 1), array(draw(FEW), 1)], {})


@case(judge=lambda generated: -F.logsigmoid(generated).mean())
def gan_generator_loss(draw, array):
    return Case([array(draw(FEW), 1)], {})


def torchs_transformer(src, tgt, params, num_heads, *, norm_first=False):
    (src_tokens, features), tgt_tokens = params["src_embedding.weight"].shape, len(params["output.bias"])
    layers = sum(name.startswith("encoder") and name.endswith("linear1.bias") for name in params)
    module = dlref.torch.Transformer(
        src_tokens,
        tgt_tokens,
        features,
        num_heads,
        layers=layers,
        feedforward=len(params["encoder.layers.0.linear1.bias"]),
        norm_first=norm_first,
    )
    return functional_call(module, params, (src, tgt))


@case(judge=torchs_transformer)
def transformer(draw, array):
    heads, batch = draw(st.integers(1, 2)), draw(FEW)
    features = draw(st.sampled_from([4, 6]))  # with two, layer_norm is a step, which no float32 hits twice alike
    src_tokens, tgt_tokens = draw(FEW), draw(FEW)
    shapes = dlref.numpy.transformer_shapes(
        src_tokens,
        tgt_tokens,
        features,
        layers=draw(st.integers(1, 2)),
        feedforward=draw(st.sampled_from([1, 3, None])),
    )
    texts = [tokens(draw, batch, draw(FEW), count) for count in (src_tokens, tgt_tokens)]
    return Case([*texts, params_of(array, shapes, 0.25), heads], {"norm_first": draw(st.booleans())})


ONE = {"layers.0.weight": f(2, 3), "layers.0.bias": f(2)}
WRONG += [
    ("mlp", [f(1, 3), ONE], {"activation": "sine"}, r"mlp: activation must be one of relu, .*tanh; got 'sine'"),
    ("mlp", [f(1, 3), {}], {}, r"mlp: params must be layers.0.weight, layers.0.bias; got none"),
    (
        "mlp",
        [f(1, 3), {"layers.0.weight": f(2, 3)}],
        {},
        r"mlp: params must be layers.0.weight, .*bias; got layers.0.w",
    ),
    (
        "mlp",
        [f(1, 3), {**ONE, "layers.2.weight": f(2, 2), "layers.2.bias": f(2)}],
        {},
        r"mlp: params must be .*layers.1",
    ),
    ("mlp", [f(1, 4), ONE], {}, r"linear: weight must be \(out, in\) with in = 4 as .*; got \(2, 3\)"),
    ("cnn", [f(1, 1, 4, 4), {}], {}, r"cnn: params must be conv1.weight, .*, output.bias; got none"),
    (
        "recurrent_classifier",
        [f(1, 2, 3), {}],
        {"cell": "mgu"},
        r"recurrent_classifier: cell must be one of .*; got 'mgu'",
    ),
    (
        "recurrent_classifier",
        [f(1, 2, 3), {"a": f(1)}],
        {},
        r"params must have names that begin with recurrent\.; got a",
    ),
    (
        "recurrent_language_model",
        [f(1, 2), {}],
        {"cell": "mgu"},
        r"recurrent_language_model: cell must be one of .*'mgu'",
    ),
    ("transformer", [f(1, 2), f(1, 2), {"a": f(1)}, 1], {}, r"params must have names that begin with src_embedding\."),
]
