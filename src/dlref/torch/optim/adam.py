"""Momentum and a learning rate for each weight, both from running means.

    Adam    g ← ∇L + λ·w                        (weight decay λ)
            m ← β₁·m + (1 − β₁)·g               (running mean of the gradient)
            v ← β₂·v + (1 − β₂)·g²              (running mean of its square)
            m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)      at step t = 1, 2, …
            w ← w − η·m̂ / (√v̂ + ε)

    AdamW   w ← w − η·λ·w first, then Adam with g = ∇L: the decay is decoupled from v, which no longer divides it

m and v start at zero; m̂ and v̂ correct their bias towards it. With amsgrad, v̂ comes from the largest v so far.
References: Kingma and Ba, Adam: a method for stochastic optimization (2014), arXiv:1412.6980;
Loshchilov and Hutter, Decoupled weight decay regularization (2017), arXiv:1711.05101;
amsgrad: Reddi, Kale and Kumar, On the convergence of Adam and beyond (2018), arXiv:1904.09237.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from dlref.checks import check_betas, check_not_negative
from dlref.torch.optim.optimizer import Optimizer, State


class Adam(Optimizer):
    """Adaptive moment estimation, by the rule of `torch.optim.Adam`.

    Parameters
    ----------
    params
        the tensors to train; `step` changes them in place
    lr
        learning rate η
    betas
        β₁ and β₂, how much of m and v stays at each step
    eps
        ε, which keeps the division finite
    weight_decay
        λ, added to the gradient as λ·w
    amsgrad
        divide by the largest v so far, which never shrinks again

    Raises
    ------
    ValueError
        for a negative option, or for betas outside [0, 1)

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> (2 * weight).sum().backward()
    >>> Adam([weight], lr=0.1).step()
    >>> print(weight.detach())
    tensor([0.9000])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative(type(self).__name__, eps=eps, weight_decay=weight_decay)
        check_betas(type(self).__name__, betas)
        self.betas, self.eps = betas, eps
        self.weight_decay, self.amsgrad = weight_decay, amsgrad

    def _update(self, param: Tensor, grad: Tensor, state: State) -> None:
        if self.weight_decay:
            grad = grad + self.weight_decay * param
        self._move_by_moments(param, grad, state)

    def _move_by_moments(self, param: Tensor, grad: Tensor, state: State) -> None:
        # A step costs what it moves through memory. So products are added where they are computed, and the bias
        # corrections go into two scalars: with c₁ = 1 − β₁ᵗ and c₂ = √(1 − β₂ᵗ),
        # η·m̂ / (√v̂ + ε) = (η·c₂/c₁)·m / (√v + c₂·ε).
        beta1, beta2 = self.betas
        m, v = state["m"], state["v"]
        m.mul_(beta1).add_(grad, alpha=1 - beta1)
        v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        if self.amsgrad:
            v = torch.maximum(state["largest_v"], v, out=state["largest_v"])
        c1, c2 = 1 - beta1**state.step, math.sqrt(1 - beta2**state.step)
        denominator = torch.sqrt(v)
        denominator += c2 * self.eps
        param.addcdiv_(m, denominator, value=-self.lr * c2 / c1)


class AdamW(Adam):
    """Adam with decoupled weight decay, by the rule of `torch.optim.AdamW`.

    Parameters
    ----------
    params
        the tensors to train; `step` changes them in place
    lr
        learning rate η
    betas
        β₁ and β₂, how much of m and v stays at each step
    eps
        ε, which keeps the division finite
    weight_decay
        λ: each step first shrinks every weight by the factor 1 − η·λ
    amsgrad
        divide by the largest v so far, which never shrinks again

    Raises
    ------
    ValueError
        for a negative option, or for betas outside [0, 1)

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> (2 * weight).sum().backward()
    >>> AdamW([weight], lr=0.1).step()
    >>> print(weight.detach())
    tensor([0.8990])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def _update(self, param: Tensor, grad: Tensor, state: State) -> None:
        param *= 1 - self.lr * self.weight_decay
        self._move_by_moments(param, grad, state)
