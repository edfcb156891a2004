"""Multi-head attention: several attentions side by side, each in a subspace of its own.

    multi_head_attention   y = concat(head_1, …, head_H) W_oᵀ + b_o
                           head_h = attention(q_h, k_h, v_h),   q = x_q W_qᵀ + b_q, likewise k and v, cut into H parts

Reference: Vaswani et al., Attention is all you need (2017), arXiv:1706.03762, section 3.2.2.
"""

import torch
from torch import Tensor

from dlref.checks import check_heads, check_layouts, check_mask, check_mask_of_heads
from dlref.torch.attention.dot_product import scaled_dot_product_attention
from dlref.torch.checks import check
from dlref.torch.layers import linear

LAYOUTS = {"in_proj_weight": "3E, E", "in_proj_bias": "3E", "out_proj.weight": "E, E", "out_proj.bias": "E"}


def multi_head_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    params: dict[str, Tensor],
    num_heads: int,
    attn_mask: Tensor | None = None,
    *,
    is_causal: bool = False,
) -> Tensor:
    """Scaled dot-product attention in `num_heads` subspaces of E / num_heads dimensions each.

    Parameters
    ----------
    query : (N, L, E)
        what looks
    key, value : (N, S, E)
        what is looked at, and what is taken from there; in self-attention all three are the same array
    params
        in_proj_weight (3E, E), in_proj_bias (3E,), out_proj.weight (E, E), out_proj.bias (E,), as in
        torch.nn.MultiheadAttention: in_proj has the rows for queries, then keys, then values. Biases may be absent
    num_heads
        how many heads share the E features
    attn_mask : (L, S) or (N·num_heads, L, S), optional
        booleans, True where a query may **not** look at a key; or floats, added to the scores. So it is in
        torch.nn.MultiheadAttention, while in scaled_dot_product_attention True means that it **may**. Pass ``~mask``
        when you go from one to the other. A query that may look at no key gets zeros from every head.
    is_causal
        whether query i may look at the keys 0 to i only; not together with `attn_mask`

    Returns
    -------
    output : (N, L, E)

    Raises
    ------
    ValueError
        where shapes, dtypes or the names of the parameters do not fit, or num_heads does not divide E

    Examples
    --------
    >>> x = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    >>> params = {"in_proj_weight": torch.cat([torch.eye(2)] * 3), "out_proj.weight": torch.eye(2)}
    >>> print(multi_head_attention(x, x, x, params, num_heads=2, is_causal=True)[0])
    tensor([[1.0000, 0.0000],
            [0.5000, 0.7311]])
    """
    name = "multi_head_attention"
    check(name, query=(query, "N, L, E"), key=(key, "N, S, E"), value=(value, "N, S, E"))
    (N, L, E), S = query.shape, key.shape[1]
    check_heads(name, num_heads, E)
    check_layouts(name, params, LAYOUTS, {"E": E, "3E": 3 * E}, query.dtype)
    check_mask(name, attn_mask, is_causal, query)
    if attn_mask is not None:
        check_mask_of_heads(name, tuple(attn_mask.shape), (N, num_heads, L, S))

    def split(features: Tensor) -> Tensor:
        return features.reshape(*features.shape[:2], num_heads, E // num_heads).transpose(1, 2)  # (N, H, L, E / H)

    def merge(heads: Tensor) -> Tensor:
        return heads.transpose(1, 2).reshape(N, heads.shape[2], E)  # (N, L, E)

    weights = params["in_proj_weight"].reshape(3, E, E)
    biases = params["in_proj_bias"].reshape(3, E) if "in_proj_bias" in params else (None,) * 3
    projected = [linear(*layer) for layer in zip((query, key, value), weights, biases, strict=True)]
    mask = None if attn_mask is None else _allowed(attn_mask, (N, num_heads, L, S))
    q, k, v = (split(features) for features in projected)
    heads = scaled_dot_product_attention(q, k, v, mask, is_causal=is_causal)
    output = linear(merge(heads), params["out_proj.weight"], params.get("out_proj.bias"))
    return output


def _allowed(attn_mask: Tensor, scores: tuple[int, int, int, int]) -> Tensor:
    """The mask as scaled_dot_product_attention takes it: True where a query may look, one mask for each head."""
    if attn_mask.ndim == 3:
        attn_mask = attn_mask.reshape(scores)
    return ~attn_mask if attn_mask.dtype == torch.bool else attn_mask
