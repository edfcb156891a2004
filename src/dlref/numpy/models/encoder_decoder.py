"""The Transformer: an encoder reads the source, a decoder writes the target one token after another.

    source   s = encoder(√d · E_src[src] + P)
    target   y = decoder(√d · E_tgt[tgt] + P, s) Wᵀ + b      place t sees the target up to t only

P are the sinusoidal positions; √d brings the embeddings to their size.
Reference: Vaswani and others, Attention is all you need (2017), arXiv:1706.03762.
"""

import math

from dlref.checks import scoped
from dlref.numpy.attention import sinusoidal_positions, transformer_decoder_layer, transformer_encoder_layer
from dlref.numpy.autograd import composed
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import embedding, linear


@composed
def transformer(src: Array, tgt: Array, params: dict[str, Array], num_heads: int, *, norm_first: bool = False) -> Array:
    """Score, at every place of the target, the token that comes next.

    Parameters
    ----------
    src : (N, S) integer
        tokens of the source
    tgt : (N, T) integer
        tokens of the target so far; each place is hidden from those before it
    params
        src_embedding.weight, tgt_embedding.weight, encoder.layers.0.…, decoder.layers.0.…, output.weight,
        output.bias, as `transformer_shapes` lists them
    num_heads
        heads of every attention
    norm_first
        normalise before each part instead of after it

    Returns
    -------
    logits : (N, T, V)

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit, or a token is outside its vocabulary

    Examples
    --------
    >>> import numpy as np
    >>> from dlref.numpy import initial_params, transformer_shapes
    >>> params = initial_params(transformer_shapes(9, 11, 8), generator=np.random.default_rng(0))
    >>> tokens = np.ones((3, 5), int)
    >>> print(transformer(tokens, tokens, params, num_heads=2).shape)
    (3, 5, 11)
    """
    memory = _embedded(src, params, "src_embedding")  # (N, S, d)
    for layer in _layers(params, "encoder"):
        memory = transformer_encoder_layer(memory, layer, num_heads, norm_first=norm_first)
    hidden = _embedded(tgt, params, "tgt_embedding")  # (N, T, d)
    for layer in _layers(params, "decoder"):
        hidden = transformer_decoder_layer(hidden, memory, layer, num_heads, tgt_is_causal=True, norm_first=norm_first)
    last = scoped(params, "output")
    return linear(hidden, last["weight"], last["bias"])


def _embedded(tokens: Array, params: dict[str, Array], name: str) -> Array:
    """Tokens (N, L) as vectors (N, L, d) that know their place."""
    weight = scoped(params, name)["weight"]  # (V, d)
    length, features = tokens.shape[1], weight.shape[1]
    positions = sinusoidal_positions(length, features, dtype=weight.dtype)
    return embedding(tokens, weight) * math.sqrt(features) + positions


def _layers(params: dict[str, Array], part: str) -> list[dict[str, Array]]:
    """The parameters of each layer of one part, in order."""
    inside = scoped(params, f"{part}.layers")
    numbers = sorted({int(name.split(".")[0]) for name in inside})
    return [scoped(inside, str(number)) for number in numbers]
