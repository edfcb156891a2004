"""Gradient clipping: a bound on how far one step can go, where the gradient explodes.

    clip_grad_norm_     g ← g·min(1, c / (‖g‖ₚ + 10⁻⁶))      g: all gradients as one long vector; keeps its direction
    clip_grad_value_    g ← min(max(g, −c), c)               each element by itself; bends the direction

Reference: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2012), arXiv:1211.5063.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from dlref.checks import check_arrays, check_not_negative


def clip_grad_norm_(grads: Mapping[str, Tensor], max_norm: float, norm_type: float = 2.0) -> Tensor:
    """Scale all gradients by one factor so that their common norm is at most `max_norm`.

    Parameters
    ----------
    grads
        gradients by name; tensors, changed in place
    max_norm
        c above
    norm_type
        p of the norm; torch.inf for the largest absolute value

    Returns
    -------
    total_norm : ()
        the norm before clipping

    Raises
    ------
    ValueError
        where a gradient is not a floating tensor or max_norm is negative

    Examples
    --------
    >>> grads = {"weight": torch.tensor([3.0]), "bias": torch.tensor([4.0])}
    >>> print(clip_grad_norm_(grads, max_norm=1.0))
    tensor(5.)
    >>> print(grads["weight"], grads["bias"])
    tensor([0.6000]) tensor([0.8000])
    """
    check_not_negative("clip_grad_norm_", max_norm=max_norm)
    _check_grads("clip_grad_norm_", grads)
    if not grads:
        return torch.tensor(0.0)
    # The norm of the norms is the norm of everything, without a copy of everything.
    norms = torch.stack([torch.linalg.vector_norm(grad, norm_type) for grad in grads.values()])
    total_norm: Tensor = torch.linalg.vector_norm(norms, norm_type)
    factor = torch.clamp(max_norm / (total_norm + 1e-6), max=1)
    for grad in grads.values():
        grad *= factor
    return total_norm


def clip_grad_value_(grads: Mapping[str, Tensor], clip_value: float) -> None:
    """Bring every element of every gradient into [−clip_value, clip_value].

    Parameters
    ----------
    grads
        gradients by name; tensors, changed in place
    clip_value
        c above

    Raises
    ------
    ValueError
        where a gradient is not a floating tensor or clip_value is negative

    Examples
    --------
    >>> grads = {"weight": torch.tensor([3.0, -0.5, -2.0])}
    >>> clip_grad_value_(grads, 1.0)
    >>> print(grads["weight"])
    tensor([ 1.0000, -0.5000, -1.0000])
    """
    check_not_negative("clip_grad_value_", clip_value=clip_value)
    _check_grads("clip_grad_value_", grads)
    for grad in grads.values():
        grad.clamp_(-clip_value, clip_value)


def _check_grads(operation: str, grads: Mapping[str, Tensor]) -> None:
    named = {f"grads[{name!r}]": (grad, "*") for name, grad in grads.items()}
    for name, argument in named.items():
        check_arrays((Tensor,), operation, **{name: argument})
