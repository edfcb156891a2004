"""A learning rate for each weight: the more its gradients add up to, the smaller its steps.

    Adagrad     g ← ∇L + λ·w                    (weight decay λ)
                s ← s + g²                      (starts at initial_accumulator_value)
                w ← w − ηₜ·g / (√s + ε),        ηₜ = η / (1 + (t − 1)·lr_decay) at step t = 1, 2, …

Reference: Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization (2011).
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from dlref.checks import check_not_negative
from dlref.torch.optim.optimizer import Optimizer, State


class Adagrad(Optimizer):
    """Steps divided by the root of all squared gradients so far, by the rule of `torch.optim.Adagrad`.

    Parameters
    ----------
    params
        the tensors to train; `step` changes them in place
    lr
        learning rate η
    lr_decay
        how fast η itself shrinks with the steps
    weight_decay
        λ above
    initial_accumulator_value
        where s starts
    eps
        ε, which keeps the division finite

    Raises
    ------
    ValueError
        for a negative option

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> (2 * weight).sum().backward()
    >>> Adagrad([weight], lr=0.1).step()
    >>> print(weight.detach())
    tensor([0.9000])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative("Adagrad", lr_decay=lr_decay, weight_decay=weight_decay, eps=eps)
        check_not_negative("Adagrad", initial_accumulator_value=initial_accumulator_value)
        self.lr_decay, self.weight_decay = lr_decay, weight_decay
        self.initial_accumulator_value, self.eps = initial_accumulator_value, eps

    def _update(self, param: Tensor, grad: Tensor, state: State) -> None:
        if self.weight_decay:
            grad = grad + self.weight_decay * param
        square_sum = state["square_sum"]
        if state.step == 1:
            square_sum += self.initial_accumulator_value
        square_sum.addcmul_(grad, grad)
        lr = self.lr / (1 + (state.step - 1) * self.lr_decay)
        param.addcdiv_(grad, torch.sqrt(square_sum).add_(self.eps), value=-lr)
