"""One call of every differentiable operation of dlref.numpy: the arguments at which the page backpropagation checks it.

The numbers of an array all differ from one another and from zero by more than a finite difference, so that no maximum
is tied and no corner of `relu` is met. Masks, weights of classes and targets are chosen so that every branch of a
pullback has something to do.
"""

from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

import dlref.numpy
from dlref import blueprints
from dlref.numpy.autograd import arithmetic, reductions, shapes

Array = npt.NDArray[Any]
Call = tuple[list[Any], dict[str, Any]]  # arguments and options

TAPE: tuple[ModuleType, ...] = (arithmetic, reductions, shapes)  # what the operators of a tensor are made of


def operations() -> dict[str, Any]:
    """Every operation that has a pullback, found by looking: the public ones, and those of the tape."""
    public = {name: getattr(dlref.numpy, name) for name in dlref.numpy.__all__}
    own = {name: thing for module in TAPE for name, thing in vars(module).items()}
    return {name: thing for name, thing in (own | public).items() if hasattr(thing, "vjp")}


def calls() -> dict[str, Call]:
    """Return the arguments and options for each operation, by name."""
    rng = np.random.default_rng(0)

    def draw(*shape: int) -> Array:
        count = int(np.prod(shape))
        drawn: Array = ((rng.permutation(count) - count // 2 + 0.3) * (4 / max(count, 4))).reshape(shape)
        return drawn

    def positive(*shape: int) -> Array:
        return np.abs(draw(*shape))

    def params(blueprint: blueprints.Shapes, scale: float = 0.5) -> dict[str, Array]:
        return {name: scale * draw(*shape) for name, shape in blueprint.items()}

    def attention(*prefixes: str, width: int = 4) -> dict[str, Array]:
        parts = {"in_proj_weight": (3 * width, width), "in_proj_bias": (3 * width,)}
        parts |= {"out_proj.weight": (width, width), "out_proj.bias": (width,)}
        return params({f"{prefix}{name}": shape for prefix in prefixes for name, shape in parts.items()})

    def block(*prefixes: str) -> dict[str, Array]:
        parts = {"linear1.weight": (5, 4), "linear1.bias": (5,), "linear2.weight": (4, 5), "linear2.bias": (4,)}
        parts |= {f"norm{i + 1}.{name}": (4,) for i in range(len(prefixes) + 1) for name in ("weight", "bias")}
        return attention(*prefixes) | params(parts)

    smooth = ("relu", "leaky_relu", "elu", "sigmoid", "tanh", "logsigmoid", "softplus", "silu", "gelu")
    classes = np.array([2, 0, 1, 2])
    signs = np.array([1, -1, 1, -1])
    texts = np.array([[0, 2, 1], [2, 1, 1]])
    sees = np.array([[True, False, False], [True, True, False]])
    recurrent: dict[str, Call] = {
        cell: ([draw(3, 2, 3), params(blueprints.recurrent_shapes(3, 2, cell=cell, layers=2, bidirectional=True))], {})
        for cell in ("rnn", "gru", "lstm")
    }
    activations: dict[str, Call] = {name: ([draw(3, 4)], {}) for name in smooth}
    return {
        **activations,
        "softmax": ([draw(3, 4)], {"dim": 1}),
        "log_softmax": ([draw(3, 4)], {"dim": 1}),
        "linear": ([draw(2, 3, 4), draw(5, 4), draw(5)], {}),
        "conv1d": ([draw(2, 2, 7), draw(3, 2, 3), draw(3)], {"stride": 2, "padding": 1}),
        "conv2d": ([draw(2, 2, 5, 5), draw(3, 2, 3, 3), draw(3)], {"stride": 2, "padding": 1}),
        "max_pool2d": ([draw(2, 2, 5, 5), 3], {"stride": 2, "padding": 1}),
        "avg_pool2d": ([draw(2, 2, 5, 5), 3], {"stride": 2, "padding": 1}),
        "flatten": ([draw(2, 3, 2)], {"start_dim": 1}),
        "embedding": ([texts, draw(3, 4)], {}),
        "dropout": ([draw(3, 4)], {"training": False}),  # what is random has no finite differences
        "batch_norm": ([draw(4, 3), None, None, draw(3), draw(3)], {"training": True}),
        "layer_norm": ([draw(3, 4), (4,), draw(4), draw(4)], {}),
        **recurrent,
        "scaled_dot_product_attention": ([draw(2, 2, 4), draw(2, 3, 4), draw(2, 3, 5), sees], {}),
        "multi_head_attention": ([draw(2, 2, 4), draw(2, 3, 4), draw(2, 3, 4), attention(""), 2, sees], {}),
        "learned_positions": ([draw(2, 3, 4), draw(5, 4)], {}),
        "transformer_encoder_layer": ([draw(2, 3, 4), block("self_attn."), 2], {"is_causal": True}),
        "transformer_decoder_layer": ([draw(2, 3, 4), draw(2, 2, 4), block("self_attn.", "multihead_attn."), 2], {}),
        "mlp": ([draw(3, 4), params(blueprints.mlp_shapes(4, 5, 3))], {}),
        "cnn": ([draw(2, 1, 4, 4), params(blueprints.cnn_shapes((1, 2, 3), (4, 4), 3))], {}),
        "recurrent_classifier": ([draw(2, 3, 3), params(blueprints.recurrent_classifier_shapes(3, 2, 3))], {}),
        "recurrent_language_model": ([texts, params(blueprints.recurrent_language_model_shapes(3, 2, 2))], {}),
        "transformer": (
            [texts, texts[:, ::-1].copy(), params(blueprints.transformer_shapes(3, 3, 4, layers=1, feedforward=2)), 2],
            {},
        ),
        "gan_generator": ([draw(3, 2), params(blueprints.mlp_shapes(2, 4, 3))], {}),
        "gan_discriminator": ([draw(3, 2), params(blueprints.mlp_shapes(2, 4, 1))], {}),
        "gan_discriminator_loss": ([draw(4, 1), draw(3, 1)], {}),
        "gan_generator_loss": ([draw(4, 1)], {}),
        "mse_loss": ([draw(4, 3), draw(4, 3)], {}),
        "l1_loss": ([draw(4, 3), 0.83 * draw(4, 3) + 0.21], {}),
        "huber_loss": ([draw(4, 3), 0.83 * draw(4, 3) + 0.21], {}),
        "smooth_l1_loss": ([draw(4, 3), 0.83 * draw(4, 3) + 0.21], {}),
        "kl_div": ([draw(4, 3), positive(4, 3)], {"reduction": "batchmean"}),
        "cross_entropy": ([draw(4, 3), classes], {"label_smoothing": 0.1}),
        "nll_loss": ([draw(4, 3), classes], {}),
        "binary_cross_entropy": ([positive(4, 3) / 2.5, positive(4, 3) / 2.5], {}),
        "binary_cross_entropy_with_logits": ([draw(4, 3), positive(4, 3) / 2.5], {}),
        "hinge_embedding_loss": ([draw(4), signs], {}),
        "cosine_embedding_loss": ([draw(4, 3), draw(4, 3) + 0.21, signs], {"margin": -0.5}),
        "triplet_margin_loss": ([draw(4, 3), 0.83 * draw(4, 3) + 0.21, 1.19 * draw(4, 3) - 0.17], {"margin": 3.0}),
        "kmeans_inertia": ([draw(5, 2), 0.83 * draw(3, 2) + 0.21], {}),
        "mmd": ([draw(4, 2), draw(3, 2), 1.0], {}),
        **_of_the_tape(draw),
    }


def _of_the_tape(draw: Any) -> dict[str, Call]:
    """The calls of arithmetic, reductions and changes of shape; the operands are broadcast."""
    pairs: dict[str, Call] = {name: ([draw(3, 4), draw(4)], {}) for name in ("add", "sub", "mul")}
    single: dict[str, Call] = {name: ([draw(3, 4)], {}) for name in ("neg", "exp", "abs")}
    over: dict[str, Call] = {name: ([draw(3, 4), 1, False], {}) for name in ("sum", "mean", "amax")}
    return {
        **pairs,
        **single,
        **over,
        "div": ([draw(3, 4), np.abs(draw(4)) + 0.5], {}),
        "pow": ([draw(3, 4), 3.0], {}),
        "log": ([np.abs(draw(3, 4)) + 0.5], {}),
        "sqrt": ([np.abs(draw(3, 4)) + 0.5], {}),
        "matmul": ([draw(2, 3, 4), draw(4, 2)], {}),
        "reshape": ([draw(3, 4), (2, 6)], {}),
        "transpose": ([draw(2, 3, 4), 0, 2], {}),
        "getitem": ([draw(3, 4), (np.array([0, 2, 2]), 1)], {}),  # one element twice: its two gradients are added
        "cat": ([(draw(2, 3), draw(1, 3))], {"dim": 0}),
        "stack": ([(draw(2, 3), draw(2, 3))], {"dim": 1}),
        "where": ([draw(3, 4) > 0, draw(3, 4), draw(3, 4)], {}),
    }
