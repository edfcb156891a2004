"""Steps divided by the recent size of the gradient, so that steep and flat directions move alike.

    RMSprop     g ← ∇L + λ·w                    (weight decay λ)
                s ← α·s + (1 − α)·g²            (running mean of the squared gradient)
                r = s,  or centered  a ← α·a + (1 − α)·g,  r = s − a²    (its running variance)
                u = g / (√r + ε)
                w ← w − η·u,  or with momentum μ  v ← μ·v + u,  w ← w − η·v

References: Tieleman and Hinton, Lecture 6.5 of Neural networks for machine learning (2012);
centered: Graves, Generating sequences with recurrent neural networks (2013), arXiv:1308.0850.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from dlref.checks import check_not_negative
from dlref.torch.optim.optimizer import Optimizer, State


class RMSprop(Optimizer):
    """Steps divided by the running root mean square of the gradient, by the rule of `torch.optim.RMSprop`.

    Parameters
    ----------
    params
        the tensors to train; `step` changes them in place
    lr
        learning rate η
    alpha
        α, how much of the running means stays at each step
    eps
        ε, which keeps the division finite
    weight_decay, momentum
        λ and μ above
    centered
        divide by the standard deviation of the gradient instead of its root mean square

    Raises
    ------
    ValueError
        for a negative option

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> (2 * weight).sum().backward()
    >>> RMSprop([weight], lr=0.01).step()
    >>> print(weight.detach())
    tensor([0.9000])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative("RMSprop", alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        self.alpha, self.eps, self.weight_decay = alpha, eps, weight_decay
        self.momentum, self.centered = momentum, centered

    def _update(self, param: Tensor, grad: Tensor, state: State) -> None:
        if self.weight_decay:
            grad = grad + self.weight_decay * param
        spread = self._running_mean(state["square_avg"], grad**2)
        if self.centered:
            variance = spread - self._running_mean(state["grad_avg"], grad) ** 2
            spread = torch.clamp(variance, min=0)  # rounding may take it below
        update = grad / torch.sqrt(spread).add_(self.eps)
        if self.momentum:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += update
            update = velocity
        param.sub_(update, alpha=self.lr)

    def _running_mean(self, mean: Tensor, new: Tensor) -> Tensor:
        return mean.mul_(self.alpha).add_(new, alpha=1 - self.alpha)
