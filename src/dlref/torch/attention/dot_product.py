"""Attention: every query looks at every key, and takes the values of those that resemble it.

    scaled_dot_product_attention   y = P V,  P = softmax(S) along the keys,  S = s·Q Kᵀ + M   (s scale, M mask)

Reference: Vaswani et al., Attention is all you need (2017), arXiv:1706.03762, section 3.2.1.
"""

import torch
from torch import Tensor

from dlref.checks import check_mask, check_mask_broadcasts
from dlref.torch.checks import check


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    *,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """For every query, the mean of the values, weighted by how well the query fits their keys.

    Parameters
    ----------
    query : (*, L, E)
        what each of L places looks for
    key : (*, S, E)
        what each of S places offers to be found by
    value : (*, S, Ev)
        what each of S places gives
    attn_mask : broadcastable to (*, L, S), optional
        booleans, True where a query may look at a key; or floats, added to the scores. (The bool masks of
        multi_head_attention mean the opposite.) A query that may look at no key gets zeros.
    is_causal
        whether query i may look at the keys 0 to i only; not together with `attn_mask`
    scale
        factor of the dot products; 1/√E where it is not given

    Returns
    -------
    output : (*, L, Ev)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or both masks are given

    Examples
    --------
    >>> query, key = torch.tensor([[1.0, 0.0]]), torch.tensor([[50.0, 0.0], [0.0, 50.0]])
    >>> print(scaled_dot_product_attention(query, key, torch.tensor([[1.0], [2.0]])))
    tensor([[1.]])
    """
    name = "scaled_dot_product_attention"
    check(name, query=(query, "*, L, E"), key=(key, "*, S, E"), value=(value, "*, S, Ev"))
    check_mask(name, attn_mask, is_causal, query)
    if attn_mask is not None:
        check_mask_broadcasts(name, tuple(attn_mask.shape), (*query.shape[:-1], key.shape[-2]))
    scale = float(max(query.shape[-1], 1) ** -0.5 if scale is None else scale)

    scaled = query * scale
    scores = scaled @ key.transpose(-1, -2)  # (*, L, S)
    if attn_mask is not None or is_causal:
        scores += _additive(attn_mask, scores)
    # The largest score is subtracted so that exp cannot overflow. Its own exp is 1: a total is below 1 only in a row of
    # −∞, which becomes zeros, for which 0 / 0 would be wrong.
    if key.shape[-2]:  # without any key, there is no largest score
        scores -= scores.detach().amax(dim=-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)
    exps = scores.exp_()
    totals = exps.sum(dim=-1, keepdim=True).clamp(min=1)  # (*, L, 1)
    if exps.dtype.itemsize < 4:  # a sum over many keys could leave the range of half precision: normalise first
        exps, totals = exps / totals, torch.ones_like(totals)
    output = exps @ value / totals  # (*, L, Ev)
    return output


def _additive(attn_mask: Tensor | None, scores: Tensor) -> Tensor:
    """What to add to the scores: −∞ where a query may not look; without a mask, the causal one."""
    if attn_mask is None:
        attn_mask = scores.new_ones(scores.shape[-2:], dtype=torch.bool).tril()
    if attn_mask.dtype == torch.bool:
        return scores.new_zeros(attn_mask.shape).masked_fill(~attn_mask, -torch.inf)
    return attn_mask
