"""Blueprints of networks: the name and the shape of every parameter, the same for both backends.

A blueprint is the architecture; parameters of these shapes, drawn by `initial_params` or loaded from a file, make a
model of it. The names are those of the `state_dict` of the `torch.nn.Module` of the same architecture.

    >>> import math
    >>> blueprint = mlp_shapes(64, 32, 10)
    >>> print(sum(math.prod(shape) for shape in blueprint.values()))
    2410
"""

from itertools import pairwise

Shapes = dict[str, tuple[int, ...]]
GATES = {"rnn": 1, "gru": 3, "lstm": 4}  # blocks of rows in a recurrent weight


def mlp_shapes(*sizes: int) -> Shapes:
    """Return the blueprint of a multilayer perceptron.

    Parameters
    ----------
    sizes
        features of the input, of each hidden layer, and of the output

    Returns
    -------
    shapes : layers.0.weight (out, in), layers.0.bias (out,), layers.1.weight, …

    Raises
    ------
    ValueError
        where there are fewer than two sizes

    Examples
    --------
    >>> print(mlp_shapes(2, 3))
    {'layers.0.weight': (3, 2), 'layers.0.bias': (3,)}
    """
    if len(sizes) < 2:
        raise ValueError(f"mlp_shapes: sizes must be those of the input and the output at least; got {sizes}")
    shapes: Shapes = {}
    for layer, (inner, out) in enumerate(pairwise(sizes)):
        shapes |= linear_shapes(f"layers.{layer}", inner, out)
    return shapes


def cnn_shapes(channels: tuple[int, int, int], image: tuple[int, int], classes: int, kernel_size: int = 3) -> Shapes:
    """Return the blueprint of a network of two convolutions, maximum pooling by 2 and a linear layer.

    Parameters
    ----------
    channels
        of the image, of the first and of the second convolution
    image
        height and width of the images
    classes
        outputs
    kernel_size
        odd, so that a kernel has a middle

    Returns
    -------
    shapes : conv1.weight (out, in, k, k), conv1.bias, conv2.weight, conv2.bias, output.weight, output.bias

    Raises
    ------
    ValueError
        where `kernel_size` is even

    Examples
    --------
    >>> print(cnn_shapes((1, 16, 32), (8, 8), 10)["output.weight"])
    (10, 512)
    """
    if kernel_size % 2 == 0:
        raise ValueError(f"cnn_shapes: kernel_size must be odd; got {kernel_size}")
    first, second, third = channels
    return {
        "conv1.weight": (second, first, kernel_size, kernel_size),
        "conv1.bias": (second,),
        "conv2.weight": (third, second, kernel_size, kernel_size),
        "conv2.bias": (third,),
        **linear_shapes("output", third * (image[0] // 2) * (image[1] // 2), classes),
    }


def recurrent_shapes(
    inner: int, hidden: int, *, cell: str = "lstm", layers: int = 1, bidirectional: bool = False
) -> Shapes:
    """Return the blueprint of `rnn`, `lstm` or `gru`.

    Parameters
    ----------
    inner, hidden
        features of an input and of a state
    cell
        "rnn", "lstm" or "gru"
    layers, bidirectional
        how many layers, and whether each reads in both directions

    Returns
    -------
    shapes : weight_ih_l0 (gates · hidden, inner), weight_hh_l0 (gates · hidden, hidden), bias_ih_l0, bias_hh_l0, …

    Raises
    ------
    ValueError
        for an unknown cell

    Examples
    --------
    >>> print(recurrent_shapes(3, 5, cell="gru")["weight_ih_l0"])
    (15, 3)
    """
    if cell not in GATES:
        raise ValueError(f"recurrent_shapes: cell must be one of {', '.join(GATES)}; got {cell!r}")
    rows, directions = GATES[cell] * hidden, ["", "_reverse"] if bidirectional else [""]
    shapes: Shapes = {}
    for layer in range(layers):
        features = hidden * len(directions) if layer else inner
        for direction in directions:
            end = f"l{layer}{direction}"
            shapes |= {f"weight_ih_{end}": (rows, features), f"weight_hh_{end}": (rows, hidden)}
            shapes |= {f"bias_ih_{end}": (rows,), f"bias_hh_{end}": (rows,)}
    return shapes


def recurrent_classifier_shapes(
    inner: int, hidden: int, classes: int, *, cell: str = "lstm", layers: int = 1, bidirectional: bool = False
) -> Shapes:
    """Return the blueprint of a recurrent layer, `recurrent.…`, and a linear one, `output.…`, on its last state.

    Examples
    --------
    >>> print(recurrent_classifier_shapes(8, 16, 10, bidirectional=True)["output.weight"])
    (10, 32)
    """
    inside = recurrent_shapes(inner, hidden, cell=cell, layers=layers, bidirectional=bidirectional)
    return {
        **{f"recurrent.{name}": shape for name, shape in inside.items()},
        **linear_shapes("output", hidden * (1 + bidirectional), classes),
    }


def recurrent_language_model_shapes(
    tokens: int, features: int, hidden: int, *, cell: str = "lstm", layers: int = 1
) -> Shapes:
    """Return the blueprint of an embedding, a recurrent layer, and a linear one that scores the next token.

    Examples
    --------
    >>> print(list(recurrent_language_model_shapes(50, 8, 16))[0])
    embedding.weight
    """
    classifier = recurrent_classifier_shapes(features, hidden, tokens, cell=cell, layers=layers)
    return {"embedding.weight": (tokens, features), **classifier}


def transformer_shapes(
    src_tokens: int, tgt_tokens: int, features: int, *, layers: int = 2, feedforward: int | None = None
) -> Shapes:
    """Return the blueprint of a Transformer: embeddings, encoder, decoder, and a linear layer that scores tokens.

    Parameters
    ----------
    src_tokens, tgt_tokens
        sizes of the two vocabularies
    features
        of each token's vector
    layers
        of the encoder, and of the decoder
    feedforward
        features in the middle of each feed-forward part; 4 · features where it is not given

    Returns
    -------
    shapes : src_embedding.weight, tgt_embedding.weight, encoder.layers.0.…, decoder.layers.0.…, output.…

    Examples
    --------
    >>> print(transformer_shapes(9, 9, 8)["decoder.layers.1.linear1.weight"])
    (32, 8)
    """
    wide = feedforward or 4 * features
    shapes: Shapes = {"src_embedding.weight": (src_tokens, features), "tgt_embedding.weight": (tgt_tokens, features)}
    for layer in range(layers):
        shapes |= _block_shapes(f"encoder.layers.{layer}", ["self_attn"], features, wide)
    for layer in range(layers):
        shapes |= _block_shapes(f"decoder.layers.{layer}", ["self_attn", "multihead_attn"], features, wide)
    return {**shapes, **linear_shapes("output", features, tgt_tokens)}


def linear_shapes(name: str, inner: int, out: int) -> Shapes:
    """Return the blueprint of one linear layer of that name."""
    return {f"{name}.weight": (out, inner), f"{name}.bias": (out,)}


def _block_shapes(name: str, attentions: list[str], features: int, wide: int) -> Shapes:
    shapes: Shapes = {}
    for attention in attentions:
        shapes |= {
            f"{name}.{attention}.in_proj_weight": (3 * features, features),
            f"{name}.{attention}.in_proj_bias": (3 * features,),
            **linear_shapes(f"{name}.{attention}.out_proj", features, features),
        }
    shapes |= {**linear_shapes(f"{name}.linear1", features, wide), **linear_shapes(f"{name}.linear2", wide, features)}
    for norm in range(1, len(attentions) + 2):
        shapes |= {f"{name}.norm{norm}.weight": (features,), f"{name}.norm{norm}.bias": (features,)}
    return shapes
