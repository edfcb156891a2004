"""Attention, positions and the blocks of transformers."""

import numpy as np
import torch
from hypothesis import strategies as st

from cases import BATCH, WRONG, Case, case, f

LENGTH = st.integers(1, 4)


def draw_mask(draw, array, *shape, empty):
    """No mask, one of booleans (of which some rows may be all alike), or one of floats."""
    # For an empty batch, PyTorch gives a mask of floats no gradient, and refuses one mask for each example.
    kind = draw(st.sampled_from(["none"] if empty else ["none", "bool", "float"]))
    return {"none": None, "bool": array(*shape) > 0.5, "float": array(*shape)}[kind]


@case
def scaled_dot_product_attention(draw, array):
    leading = draw(st.sampled_from([(), (2,), (2, 3), (1, 2), (0,)]))
    L, S, E, Ev = draw(LENGTH), draw(LENGTH), draw(LENGTH), draw(LENGTH)
    shape = [draw(st.sampled_from([size, 1])) for size in (*leading, L, S)]
    mask = draw_mask(draw, array, *shape[draw(st.integers(0, len(leading))) :], empty=0 in leading)
    options = {"is_causal": mask is None and draw(st.booleans())}
    if draw(st.booleans()):
        options["scale"] = draw(st.sampled_from([0.7, 2, np.float64(0.3)]))
    return Case([array(*leading, L, E), array(*leading, S, E), array(*leading, S, Ev), mask], options)


def causal(L, S):
    return torch.ones(L, S, dtype=torch.bool).triu(1)


def call(module, params, *args, **options):
    """Apply torch's own module with `params` in place of its parameters."""
    return torch.func.functional_call(module.to(args[0]), params, args, options)


def torch_multi_head_attention(query, key, value, params, num_heads, attn_mask=None, *, is_causal=False):
    module = torch.nn.MultiheadAttention(query.shape[-1], num_heads, bias="in_proj_bias" in params, batch_first=True)
    if is_causal:  # for PyTorch a hint, which needs the mask that it hints at
        attn_mask = causal(query.shape[1], key.shape[1])
    return call(module, params, query, key, value, attn_mask=attn_mask, is_causal=is_causal, need_weights=False)[0]


def attention_params(array, E, bias=True):
    params = {"in_proj_weight": array(3 * E, E) / 2, "out_proj.weight": array(E, E) / 2}
    return params | ({"in_proj_bias": array(3 * E), "out_proj.bias": array(E)} if bias else {})


@case(judge=torch_multi_head_attention)
def multi_head_attention(draw, array):
    N, L, S, num_heads = draw(BATCH), draw(LENGTH), draw(LENGTH), draw(st.integers(1, 3))
    E = num_heads * draw(st.integers(1, 2))
    params = attention_params(array, E, draw(st.booleans()))
    leading = draw(st.sampled_from([(), (N * num_heads,)]))
    mask = draw_mask(draw, array, *leading, L, S, empty=N == 0)
    options = {"is_causal": mask is None and draw(st.booleans())}
    return Case([array(N, L, E), array(N, S, E), array(N, S, E), params, num_heads, mask], options)


def torch_learned_positions(input, weight):
    return input + torch.nn.functional.embedding(torch.arange(input.shape[1]), weight)


@case(judge=torch_learned_positions)
def learned_positions(draw, array):
    N, L, D = draw(BATCH), draw(LENGTH), draw(LENGTH)
    return Case([array(N, L, D), array(L + draw(st.integers(0, 2)), D)], {})


def torch_transformer_encoder_layer(src, params, num_heads, src_mask=None, *, is_causal=False, **options):
    E, F = src.shape[-1], params["linear1.weight"].shape[0]
    fixed = {"dropout": 0.0, "batch_first": True, "bias": "linear1.bias" in params}
    module = torch.nn.TransformerEncoderLayer(E, num_heads, F, **fixed, **options)
    if is_causal:
        src_mask = causal(src.shape[1], src.shape[1])
    return call(module, params, src, src_mask=src_mask, is_causal=is_causal)


def torch_transformer_decoder_layer(
    tgt, memory, params, num_heads, tgt_mask=None, memory_mask=None, *, tgt_is_causal=False, **options
):
    E, F = tgt.shape[-1], params["linear1.weight"].shape[0]
    fixed = {"dropout": 0.0, "batch_first": True, "bias": "linear1.bias" in params}
    module = torch.nn.TransformerDecoderLayer(E, num_heads, F, **fixed, **options)
    if tgt_is_causal:
        tgt_mask = causal(tgt.shape[1], tgt.shape[1])
    masks = {"tgt_mask": tgt_mask, "memory_mask": memory_mask}
    return call(module, params, tgt, memory, **masks, tgt_is_causal=tgt_is_causal)


def layer_params(array, E, F, attentions, bias=True):
    """The parameters of an encoder or decoder layer."""
    params = {
        f"{name}.{param}": value for name in attentions for param, value in attention_params(array, E, bias).items()
    }
    shapes = {"linear1.weight": (F, E), "linear1.bias": (F,), "linear2.weight": (E, F), "linear2.bias": (E,)}
    shapes |= {f"norm{i + 1}.{param}": (E,) for i in range(len(attentions) + 1) for param in ("weight", "bias")}
    params |= {name: array(*shape) for name, shape in shapes.items() if bias or not name.endswith("bias")}
    params = {name: np.sin(param / 2) for name, param in params.items()}
    # Of two features, normalisation makes ±1: weights that equal its own could add up to 0, where relu has a corner.
    return params | {"linear1.weight": params["linear1.weight"] + 0.1}


def draw_options(draw):
    return {
        "activation": draw(st.sampled_from(["relu", "gelu"])),
        "norm_first": draw(st.booleans()),
        "layer_norm_eps": draw(st.sampled_from([1e-5, 0.1])),
    }


@case(judge=torch_transformer_encoder_layer)
def transformer_encoder_layer(draw, array):
    N, S, num_heads, F = draw(st.integers(1, 2)), draw(LENGTH), draw(st.integers(1, 2)), draw(LENGTH)
    E = 4  # with two features, layer_norm is a step whose slope finite differences miss
    mask = draw_mask(draw, array, S, S, empty=False)
    params = layer_params(array, E, F, ["self_attn"], draw(st.booleans()))
    options = {"is_causal": mask is None and draw(st.booleans()), **draw_options(draw)}
    return Case([array(N, S, E), params, num_heads, mask], options)


@case(judge=torch_transformer_decoder_layer)
def transformer_decoder_layer(draw, array):
    N, L, S, num_heads = draw(st.integers(1, 2)), draw(LENGTH), draw(LENGTH), draw(st.integers(1, 2))
    E, F = 4, draw(LENGTH)
    masks = draw_mask(draw, array, L, L, empty=False), draw_mask(draw, array, L, S, empty=False)
    params = layer_params(array, E, F, ["self_attn", "multihead_attn"], draw(st.booleans()))
    options = {"tgt_is_causal": masks[0] is None and draw(st.booleans()), **draw_options(draw)}
    return Case([array(N, L, E), array(N, S, E), params, num_heads, *masks], options)


WEIGHTS = {"in_proj_weight": f(12, 4), "out_proj.weight": f(4, 4)}
BIASES = {"in_proj_bias": f(12), "out_proj.bias": f(4)}
X = f(2, 3, 4)
SDPA, MHA = "scaled_dot_product_attention", "multi_head_attention"

WRONG += [
    (
        SDPA,
        [f(3, 4), f(5, 2), f(5, 4)],
        {},
        rf"{SDPA}: key must be \(\*, S, E\) with .*E = 4 as query .*; got \(5, 2\)",
    ),
    (
        SDPA,
        [f(3, 4), f(5, 4), f(6, 4)],
        {},
        rf"{SDPA}: value must be \(\*, S, Ev\) with .*S = 5 as key .*; got \(6, 4\)",
    ),
    (SDPA, [f(2, 3, 4), f(5, 4), f(5, 4)], {}, rf"{SDPA}: key must be .* with \* = \(2,\) as query .*; got \(5, 4\)"),
    (
        SDPA,
        [X, X, X, f(3, 3) > 0],
        {"is_causal": True},
        rf"{SDPA}: attn_mask must be absent where is_causal=True .* both",
    ),
    (SDPA, [X, X, X, f(4, 3)], {}, rf"{SDPA}: attn_mask must be broadcastable to .* = \(2, 3, 3\); got \(4, 3\)"),
    (SDPA, [X, X, X, f(1, 2, 3, 3)], {}, rf"{SDPA}: attn_mask must be .* = \(2, 3, 3\); got \(1, 2, 3, 3\)"),
    (
        SDPA,
        [X, X, X, f(3, 3, dtype="float32")],
        {},
        rf"{SDPA}: attn_mask must be bool, or .*float64 as query is; got .*float32",
    ),
    (SDPA, [X, X, X, f(3, 3, dtype="int64")], {}, rf"{SDPA}: attn_mask must be bool, or .*; got .*int64"),
    (SDPA, [X, X, X, [[1.0]]], {}, rf"{SDPA}: attn_mask must be a (ndarray|Tensor); got list"),
    (MHA, [f(3, 4), X, X, WEIGHTS, 2], {}, rf"{MHA}: query must be \(N, L, E\); got \(3, 4\)"),
    (MHA, [X, f(1, 3, 4), X, WEIGHTS, 2], {}, rf"{MHA}: key must be \(N, S, E\) with N = 2 .*; got \(1, 3, 4\)"),
    (MHA, [X, X, f(2, 4, 4), WEIGHTS, 2], {}, rf"{MHA}: value must be \(N, S, E\) with .*S = 3 .*; got \(2, 4, 4\)"),
    (MHA, [X, X, X, WEIGHTS, 3], {}, rf"{MHA}: num_heads must be an int that divides E = 4; got 3"),
    (MHA, [X, X, X, WEIGHTS, 0], {}, rf"{MHA}: num_heads must be an int that divides E = 4; got 0"),
    (MHA, [X, X, X, WEIGHTS, 2.0], {}, rf"{MHA}: num_heads must be an int that divides E = 4; got 2.0"),
    (MHA, [X, X, X, [f(4)], 2], {}, rf"{MHA}: params must be a dict; got list"),
    (MHA, [X, X, X, {"in_proj_weight": f(12, 4)}, 2], {}, rf"{MHA}: params must be .*; out_proj.weight is missing"),
    (MHA, [X, X, X, WEIGHTS | {"in_proj_bias": f(12)}, 2], {}, rf"{MHA}: params must be .*; out_proj.bias is missing"),
    (
        MHA,
        [X, X, X, WEIGHTS | {"bias_k": f(4)}, 2],
        {},
        rf"{MHA}: params must be in_proj_weight, .*; bias_k is not one",
    ),
    (MHA, [X, X, X, WEIGHTS | {"weight": [1.0]}, 2], {}, rf"{MHA}: params must be .*; weight is not one of them"),
    (
        MHA,
        [X, X, X, WEIGHTS | {"in_proj_weight": f(4, 12)}, 2],
        {},
        rf"{MHA}: in_proj_weight must be \(3E, E\) with 3E = 12, E = 4; got \(4, 12\)",
    ),
    (
        MHA,
        [X, X, X, WEIGHTS | BIASES | {"out_proj.bias": f(4, 1)}, 2],
        {},
        rf"{MHA}: out_proj.bias must be \(E\) with E = 4; got \(4, 1\)",
    ),
    (
        MHA,
        [X, X, X, WEIGHTS | {"out_proj.weight": f(4, 4, dtype="float32")}, 2],
        {},
        rf"{MHA}: out_proj.weight must be .*float64 as the input is; got .*float32",
    ),
    (
        MHA,
        [X, X, X, WEIGHTS | {"out_proj.weight": [1.0]}, 2],
        {},
        rf"{MHA}: out_proj.weight must be an array; got list",
    ),
    (
        MHA,
        [X, X, X, WEIGHTS, 2, f(1, 3)],
        {},
        rf"{MHA}: attn_mask must be \(L, S\) = \(3, 3\) or .* = \(4, 3, 3\); got \(1, 3\)",
    ),
    (MHA, [X, X, X, WEIGHTS, 2, f(2, 3, 3)], {}, rf"{MHA}: attn_mask must be .*; got \(2, 3, 3\)"),
    (
        MHA,
        [X, X, X, WEIGHTS, 2, f(3, 3)],
        {"is_causal": True},
        rf"{MHA}: attn_mask must be absent where is_causal=True",
    ),
    ("learned_positions", [X, f(2, 4)], {}, r"learned_positions: input must have L at most max_len = 2 .*; got L = 3"),
    ("learned_positions", [X, f(3, 5)], {}, r"learned_positions: weight must be \(max_len, D\) with D = 4 .*; got"),
    (
        "sinusoidal_positions",
        [-1, 4],
        {"dtype": None},
        r"sinusoidal_positions: length must be an int, at least 0; got -1",
    ),
    ("sinusoidal_positions", [3, 0], {"dtype": None}, r"sinusoidal_positions: dim must be an int, at least 1; got 0"),
]
