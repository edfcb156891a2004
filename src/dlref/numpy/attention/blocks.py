"""The blocks of a transformer: attention and a small network, each added to its input and normalised.

    norm_first=False   x ← norm(x + part(x))      as first published
    norm_first=True    x ← x + part(norm(x))      easier to train where there are many blocks

The parts of an encoder layer: self-attention; feed-forward. Those of a decoder layer: self-attention; attention to the
encoder's output, the memory; feed-forward. Feed-forward is activation(x W_1ᵀ + b_1) W_2ᵀ + b_2, alike at every place.
Both are compositions, whose pullback the tape writes.
Reference: Vaswani et al., Attention is all you need (2017), arXiv:1706.03762, section 3.1; Xiong et al., On layer
normalization in the transformer architecture (2020), arXiv:2002.04745.
"""

from collections.abc import Callable

from dlref.checks import check_choice, check_heads, check_layouts, check_sequences, scoped
from dlref.numpy.activations import gelu, relu
from dlref.numpy.attention.multi_head import LAYOUTS, multi_head_attention
from dlref.numpy.autograd import composed
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import layer_norm, linear

ACTIVATIONS = {"relu": relu, "gelu": gelu}


@composed
def transformer_encoder_layer(
    src: Array,
    params: dict[str, Array],
    num_heads: int,
    src_mask: Array | None = None,
    *,
    is_causal: bool = False,
    activation: str = "relu",
    norm_first: bool = False,
    layer_norm_eps: float = 1e-5,
) -> Array:
    """One layer of a transformer's encoder: torch.nn.TransformerEncoderLayer without dropout.

    Parameters
    ----------
    src : (N, S, E)
        sequences
    params
        self_attn.in_proj_weight (3E, E), self_attn.in_proj_bias (3E,), self_attn.out_proj.weight (E, E),
        self_attn.out_proj.bias (E,), linear1.weight (F, E), linear1.bias (F,), linear2.weight (E, F),
        linear2.bias (E,), norm1 and norm2, each .weight and .bias (E,); the biases may be absent together
    num_heads
        how many heads share the E features
    src_mask : (S, S) or (N·num_heads, S, S), optional
        booleans, True where a place may **not** look at another; or floats, added to the scores
    is_causal
        whether a place may look at itself and those before it only; not together with `src_mask`
    activation
        "relu" or "gelu"
    norm_first
        whether the input of each part is normalised, rather than the sum of its input and output
    layer_norm_eps
        eps of the normalisations

    Returns
    -------
    output : (N, S, E)

    Raises
    ------
    ValueError
        where shapes, dtypes, options or the names of the parameters do not fit

    Examples
    --------
    >>> import numpy as np
    >>> shapes = {"self_attn.in_proj_weight": (6, 2), "self_attn.out_proj.weight": (2, 2)}
    >>> shapes |= {"linear1.weight": (3, 2), "linear2.weight": (2, 3), "norm1.weight": (2,), "norm2.weight": (2,)}
    >>> params = {name: np.ones(shape) for name, shape in shapes.items()}
    >>> print(transformer_encoder_layer(np.array([[[1.0, 2.0]]]), params, num_heads=1).round(3))
    [[[-1.  1.]]]
    """
    name = "transformer_encoder_layer"
    check_sequences(name, src=src)
    attention, feed_forward, norms = _parts(name, src, params, num_heads, activation, layer_norm_eps, ["self_attn"])

    def self_attention(x: Array) -> Array:
        return attention["self_attn"](x, x, src_mask, is_causal)

    x = src
    for part, norm in zip([self_attention, feed_forward], norms, strict=True):
        x = x + part(norm(x)) if norm_first else norm(x + part(x))
    return x


@composed
def transformer_decoder_layer(
    tgt: Array,
    memory: Array,
    params: dict[str, Array],
    num_heads: int,
    tgt_mask: Array | None = None,
    memory_mask: Array | None = None,
    *,
    tgt_is_causal: bool = False,
    activation: str = "relu",
    norm_first: bool = False,
    layer_norm_eps: float = 1e-5,
) -> Array:
    """One layer of a transformer's decoder: torch.nn.TransformerDecoderLayer without dropout.

    Parameters
    ----------
    tgt : (N, L, E)
        sequences
    memory : (N, S, E)
        what the encoder made of the sequences to attend to
    params
        self_attn.in_proj_weight (3E, E), self_attn.in_proj_bias (3E,), self_attn.out_proj.weight (E, E),
        self_attn.out_proj.bias (E,), the same four of multihead_attn,
        linear1.weight (F, E), linear1.bias (F,), linear2.weight (E, F),
        linear2.bias (E,), norm1, norm2 and norm3, each .weight and .bias (E,); the biases may be absent together
    num_heads
        how many heads share the E features
    tgt_mask, memory_mask : (L, L) or (N·num_heads, L, L), and (L, S) or (N·num_heads, L, S), optional
        booleans, True where a place may **not** look at another; or floats, added to the scores
    tgt_is_causal
        whether a place of `tgt` may look at itself and those before it only; not together with `tgt_mask`
    activation
        "relu" or "gelu"
    norm_first
        whether the input of each part is normalised, rather than the sum of its input and output
    layer_norm_eps
        eps of the normalisations

    Returns
    -------
    output : (N, L, E)

    Raises
    ------
    ValueError
        where shapes, dtypes, options or the names of the parameters do not fit

    Examples
    --------
    >>> import numpy as np
    >>> shapes = {"linear1.weight": (3, 2), "linear2.weight": (2, 3)} | {f"norm{i}.weight": (2,) for i in (1, 2, 3)}
    >>> for part in ("self_attn", "multihead_attn"):
    ...     shapes |= {f"{part}.in_proj_weight": (6, 2), f"{part}.out_proj.weight": (2, 2)}
    >>> params = {name: np.ones(shape) for name, shape in shapes.items()}
    >>> tgt = memory = np.array([[[1.0, 2.0]]])
    >>> print(transformer_decoder_layer(tgt, memory, params, num_heads=1).round(3))
    [[[-1.  1.]]]
    """
    name = "transformer_decoder_layer"
    check_sequences(name, tgt=tgt, memory=memory)
    both = ["self_attn", "multihead_attn"]
    attention, feed_forward, norms = _parts(name, tgt, params, num_heads, activation, layer_norm_eps, both)

    def self_attention(x: Array) -> Array:
        return attention["self_attn"](x, x, tgt_mask, tgt_is_causal)

    def memory_attention(x: Array) -> Array:
        return attention["multihead_attn"](x, memory, memory_mask, False)

    x = tgt
    for part, norm in zip([self_attention, memory_attention, feed_forward], norms, strict=True):
        x = x + part(norm(x)) if norm_first else norm(x + part(x))
    return x


def _parts(
    operation: str,
    x: Array,
    params: dict[str, Array],
    num_heads: int,
    activation: str,
    eps: float,
    attentions: list[str],
) -> tuple[dict[str, Callable[..., Array]], Callable[[Array], Array], list[Callable[[Array], Array]]]:
    """The attentions by name, feed-forward, and one normalisation for each of these, all with their parameters."""
    E = x.shape[-1]
    check_choice(operation, "activation", activation, tuple(ACTIVATIONS))
    check_heads(operation, num_heads, E)
    layouts = {f"{name}.{param}": axes for name in attentions for param, axes in LAYOUTS.items()}
    layouts |= {"linear1.weight": "F, E", "linear1.bias": "F", "linear2.weight": "E, F", "linear2.bias": "E"}
    norms = [f"norm{i + 1}" for i in range(len(attentions) + 1)]
    layouts |= {f"{name}.{param}": "E" for name in norms for param in ("weight", "bias")}
    check_layouts(operation, params, layouts, {"E": E, "3E": 3 * E}, x.dtype)

    def attention(name: str) -> Callable[..., Array]:
        own = scoped(params, name)
        return lambda x, seen, mask, is_causal: multi_head_attention(
            x, seen, seen, own, num_heads, mask, is_causal=is_causal
        )

    def feed_forward(x: Array) -> Array:
        hidden = ACTIVATIONS[activation](linear(x, **scoped(params, "linear1")))  # (N, L, F)
        return linear(hidden, **scoped(params, "linear2"))  # (N, L, E)

    def norm(name: str) -> Callable[[Array], Array]:
        return lambda x: layer_norm(x, (E,), **scoped(params, name), eps=eps)

    return {name: attention(name) for name in attentions}, feed_forward, [norm(name) for name in norms]
