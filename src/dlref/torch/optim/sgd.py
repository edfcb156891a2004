"""Gradient descent on mini-batches, with momentum.

    SGD     g ← ∇L + λ·w                        (weight decay λ)
            v ← μ·v + (1 − τ)·g,  v = g at first (momentum μ, dampening τ)
            w ← w − η·v,  or with Nesterov  w ← w − η·(g + μ·v)

References: Polyak, Some methods of speeding up the convergence of iteration methods (1964);
Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning (2013).
"""

from collections.abc import Iterable

from torch import Tensor

from dlref.checks import check_nesterov, check_not_negative
from dlref.torch.optim.optimizer import Optimizer, State


class SGD(Optimizer):
    """Stochastic gradient descent with momentum, by the rule of `torch.optim.SGD`.

    Parameters
    ----------
    params
        the tensors to train; `step` changes them in place
    lr
        learning rate η
    momentum, dampening, weight_decay
        μ, τ and λ above
    nesterov
        step along g + μ·v instead of v

    Raises
    ------
    ValueError
        for a negative lr, momentum or weight_decay, or for nesterov without momentum or with dampening

    Examples
    --------
    >>> import torch
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> (2 * weight).sum().backward()
    >>> SGD([weight], lr=0.1).step()
    >>> print(weight.detach())
    tensor([0.8000])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative("SGD", momentum=momentum, weight_decay=weight_decay)
        check_nesterov("SGD", momentum, dampening, nesterov)
        self.momentum, self.dampening = momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov

    def _update(self, param: Tensor, grad: Tensor, state: State) -> None:
        if self.weight_decay:
            grad = grad + self.weight_decay * param
        if self.momentum:
            grad = self._with_momentum(grad, state)
        param.sub_(grad, alpha=self.lr)

    def _with_momentum(self, grad: Tensor, state: State) -> Tensor:
        is_first = "velocity" not in state
        velocity = state["velocity"]
        velocity *= self.momentum
        velocity += grad if is_first else (1 - self.dampening) * grad  # the first gradient counts undampened
        return grad + self.momentum * velocity if self.nesterov else velocity
