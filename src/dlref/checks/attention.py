"""Checks of attention: its masks and heads."""

from typing import Any


def check_mask(operation: str, mask: Any, is_causal: bool, query: Any) -> None:
    """Raise ValueError unless `mask` is absent, or boolean, or of the dtype of `query`, and the only mask."""
    if mask is None:
        return
    where = f"{operation}: attn_mask"
    if is_causal:
        raise ValueError(f"{where} must be absent where is_causal=True asks for the causal mask; got both")
    if not isinstance(mask, type(query)):
        raise ValueError(f"{where} must be a {type(query).__name__}; got {type(mask).__name__}")
    if str(mask.dtype).removeprefix("torch.") != "bool" and mask.dtype != query.dtype:
        raise ValueError(f"{where} must be bool, or {query.dtype} as query is; got {mask.dtype}")


def check_mask_broadcasts(operation: str, mask: tuple[int, ...], scores: tuple[int, ...]) -> None:
    """Raise ValueError unless the shape `mask` can be broadcast to the shape of the scores."""
    fits = len(mask) <= len(scores) and all(
        size in (1, whole) for size, whole in zip(mask, scores[len(scores) - len(mask) :], strict=True)
    )
    if not fits:
        raise ValueError(f"{operation}: attn_mask must be broadcastable to (*, L, S) = {scores}; got {mask}")


def check_mask_of_heads(operation: str, mask: tuple[int, ...], scores: tuple[int, int, int, int]) -> None:
    """Raise ValueError unless the shape `mask` is that of one mask for all, or of one for each example and head."""
    N, num_heads, L, S = scores
    if mask not in [(L, S), (N * num_heads, L, S)]:
        expected = f"(L, S) = {(L, S)} or (N·num_heads, L, S) = {(N * num_heads, L, S)}"
        raise ValueError(f"{operation}: attn_mask must be {expected}; got {mask}")


def check_heads(operation: str, num_heads: Any, features: int) -> None:
    """Raise ValueError unless the features can be shared out evenly among the heads."""
    if not isinstance(num_heads, int) or num_heads < 1 or features % num_heads:
        raise ValueError(f"{operation}: num_heads must be an int that divides E = {features}; got {num_heads!r}")


def check_length(operation: str, length: int, max_len: int) -> None:
    """Raise ValueError where a sequence is longer than there are positions for."""
    if length > max_len:
        raise ValueError(f"{operation}: input must have L at most max_len = {max_len} as weight has; got L = {length}")


def check_sequences(operation: str, **sequences: Any) -> None:
    """Raise ValueError unless all are (N, L, E), with the same N and E but each with a length of its own."""
    first, (N, E) = "", (0, 0)
    for name, sequence in sequences.items():
        shape = tuple(getattr(sequence, "shape", ()))
        if len(shape) != 3:
            raise ValueError(f"{operation}: {name} must be an array (N, L, E); got {shape or type(sequence).__name__}")
        if first and (shape[0], shape[2]) != (N, E):
            raise ValueError(f"{operation}: {name} must be ({N}, L, {E}) as {first} is in N and E; got {shape}")
        first, (N, E) = first or name, (shape[0], shape[2])
