"""Attention: every query looks at every key, and takes the values of those that resemble it.

    scaled_dot_product_attention   y = P V,  P = softmax(S) along the keys,  S = s·Q Kᵀ + M   (s scale, M mask)

    dM = dS = P · (dP − Σ_j dP_j P_j)      dP = dy Vᵀ      dQ = s·dS K      dK = s·dSᵀ Q      dV = Pᵀ dy

P itself is never formed: with P = exps / totals, y = exps V / totals divides L × Ev numbers in place of L × S, and the
row sum in dS is Σ_j dP_j P_j = Σ_e dy_e y_e.
Reference: Vaswani et al., Attention is all you need (2017), arXiv:1706.03762, section 3.2.1.
"""

import numpy as np

from dlref.checks import check_mask, check_mask_broadcasts
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None = None,
    *,
    is_causal: bool = False,
    scale: float | None = None,
) -> tuple[Array, Pullback]:
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
    >>> query, key = np.array([[1.0, 0.0]]), np.array([[50.0, 0.0], [0.0, 50.0]])
    >>> print(scaled_dot_product_attention(query, key, np.array([[1.0], [2.0]])).round(6))
    [[1.]]
    """
    name = "scaled_dot_product_attention"
    check(name, query=(query, "*, L, E"), key=(key, "*, S, E"), value=(value, "*, S, Ev"))
    check_mask(name, attn_mask, is_causal, query)
    if attn_mask is not None:
        check_mask_broadcasts(name, attn_mask.shape, (*query.shape[:-1], key.shape[-2]))
    scale = float(max(query.shape[-1], 1) ** -0.5 if scale is None else scale)

    scaled = query * scale
    scores = scaled @ key.swapaxes(-1, -2)  # (*, L, S)
    if attn_mask is not None or is_causal:
        scores += _additive(attn_mask, scores)
    # The largest score is subtracted so that exp cannot overflow. Its own exp is 1: a total is below 1 only in a row of
    # −∞, which becomes zeros, for which 0 / 0 would be wrong.
    scores -= scores.max(axis=-1, keepdims=True, initial=np.finfo(scores.dtype).min)
    exps = np.exp(scores, out=scores)
    totals = np.maximum(exps.sum(axis=-1, keepdims=True), 1)  # (*, L, 1)
    if exps.dtype.itemsize < 4:  # a sum over many keys could leave the range of half precision: normalise first
        exps, totals = exps / totals, np.ones_like(totals)
    output = exps @ value / totals  # (*, L, Ev)

    def pullback(doutput: Array) -> Gradients:
        dsums = doutput / totals  # (*, L, Ev)
        dvalue = exps.swapaxes(-1, -2) @ dsums
        dscores = dsums @ value.swapaxes(-1, -2)  # (*, L, S)
        dscores -= (dsums * output).sum(axis=-1, keepdims=True)
        dscores *= exps
        dquery = dscores @ key * scale
        dkey = dscores.swapaxes(-1, -2) @ scaled
        return dquery, dkey, dvalue, _mask_gradient(attn_mask, dscores)

    return output, pullback


def _additive(attn_mask: Array | None, scores: Array) -> Array:
    """What to add to the scores: −∞ where a query may not look; without a mask, the causal one."""
    if attn_mask is None:
        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
    if attn_mask.dtype == bool:
        return np.where(attn_mask, 0, -np.inf).astype(scores.dtype)
    return attn_mask


def _mask_gradient(attn_mask: Array | None, dscores: Array) -> Array | None:
    """The gradient of a floating mask: summed over what it was broadcast to."""
    if attn_mask is None or attn_mask.dtype == bool:
        return None
    shape = (1,) * (dscores.ndim - attn_mask.ndim) + attn_mask.shape
    broadcast = tuple(dim for dim, size in enumerate(shape) if size == 1)
    dmask: Array = dscores.sum(axis=broadcast, keepdims=True).reshape(attn_mask.shape)
    return dmask
