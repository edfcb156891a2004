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
from collections.abc import Mapping

import numpy as np

from dlref.checks import check_betas, check_not_negative
from dlref.numpy.differentiable import Array
from dlref.numpy.optim.optimizer import Optimizer, State


class Adam(Optimizer):
    """Adaptive moment estimation, by the rule of `torch.optim.Adam`.

    Parameters
    ----------
    params
        the arrays to train, by name; `step` changes them in place
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
    >>> import numpy as np
    >>> params = {"weight": np.array([1.0])}
    >>> Adam(params, lr=0.1).step({"weight": np.array([2.0])})
    >>> print(params["weight"])
    [0.9]
    """

    def __init__(
        self,
        params: Mapping[str, Array],
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

    def _update(self, param: Array, grad: Array, state: State) -> None:
        if self.weight_decay:
            grad = grad + self.weight_decay * param
        self._move_by_moments(param, grad, state)

    def _move_by_moments(self, param: Array, grad: Array, state: State) -> None:
        # A step costs what it moves through memory. So one scratch array serves all products, and the bias
        # corrections go into two scalars: with c₁ = 1 − β₁ᵗ and c₂ = √(1 − β₂ᵗ),
        # η·m̂ / (√v̂ + ε) = (η·c₂/c₁)·m / (√v + c₂·ε).
        beta1, beta2 = self.betas
        m, v = state["m"], state["v"]
        scratch = np.empty_like(param)
        m *= beta1
        m += np.multiply(grad, 1 - beta1, out=scratch)
        v *= beta2
        v += np.multiply(np.square(grad, out=scratch), 1 - beta2, out=scratch)
        if self.amsgrad:
            v = np.maximum(state["largest_v"], v, out=state["largest_v"])
        c1, c2 = 1 - beta1**state.step, math.sqrt(1 - beta2**state.step)
        denominator = np.sqrt(v, out=scratch)
        denominator += c2 * self.eps
        update = np.divide(m, denominator, out=scratch)
        update *= self.lr * c2 / c1
        param -= update


class AdamW(Adam):
    """Adam with decoupled weight decay, by the rule of `torch.optim.AdamW`.

    Parameters
    ----------
    params
        the arrays to train, by name; `step` changes them in place
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
    >>> import numpy as np
    >>> params = {"weight": np.array([1.0])}
    >>> AdamW(params, lr=0.1).step({"weight": np.array([2.0])})
    >>> print(params["weight"])
    [0.899]
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def _update(self, param: Array, grad: Array, state: State) -> None:
        param *= 1 - self.lr * self.weight_decay
        self._move_by_moments(param, grad, state)
