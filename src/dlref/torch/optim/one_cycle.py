"""One cycle: the rate rises to its peak and falls far below where it began, momentum the other way round.

From corner to corner of the cycle, (t₀, y₀) to (t₁, y₁), with p = (t − t₀) / (t₁ − t₀) of the way behind it,

    linear    y = y₀ + (y₁ − y₀)·p
    cos       y = y₀ + (y₁ − y₀)·(1 − cos(π·p)) / 2

Reference: Smith and Topin, Super-convergence: very fast training of neural networks using large learning rates (2017),
arXiv:1708.07120.
"""

import math
from itertools import pairwise

from dlref.checks import check_at_most_one, check_choice, check_counts, check_not_negative, check_positive
from dlref.torch.optim.optimizer import Optimizer
from dlref.torch.optim.schedules import Schedule


class OneCycleLR(Schedule):
    """Raise the rate from max_lr / div_factor to max_lr, then lower it to max_lr / (div_factor·final_div_factor).

    Parameters
    ----------
    optimizer
        an optimiser of this package, whose `lr`, and `momentum` or β₁, are set
    max_lr
        the rate at the peak
    total_steps
        the length of the cycle
    pct_start
        the share of the cycle that the rise takes
    anneal_strategy
        "cos" or "linear"
    cycle_momentum
        whether to lower momentum (or β₁) while the rate rises, and raise it again
    base_momentum, max_momentum
        momentum at the peak of the rate, and at both ends
    div_factor, final_div_factor
        how many times the first rate fits into max_lr, and the last rate into the first
    three_phase
        return to the first rate as fast as it rose, and fall below it in a third phase

    Raises
    ------
    ValueError
        for options outside their ranges, for cycle_momentum with an optimiser that has none, or for a step too many

    Examples
    --------
    >>> import torch
    >>> from dlref.torch import SGD
    >>> optimizer = SGD([torch.ones(1)], lr=0.1, momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=5, pct_start=0.6)
    >>> for _ in range(5):
    ...     print(round(optimizer.lr, 2))
    ...     schedule.step()
    0.04
    0.52
    1.0
    0.5
    0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float,
        total_steps: int,
        *,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        check_counts("OneCycleLR", total_steps=total_steps)
        check_at_most_one("OneCycleLR", pct_start=pct_start)
        check_choice("OneCycleLR", "anneal_strategy", anneal_strategy, ("cos", "linear"))
        check_not_negative("OneCycleLR", max_lr=max_lr, base_momentum=base_momentum, max_momentum=max_momentum)
        check_positive("OneCycleLR", div_factor=div_factor, final_div_factor=final_div_factor)
        if cycle_momentum and not (hasattr(optimizer, "momentum") or hasattr(optimizer, "betas")):
            name = type(optimizer).__name__
            raise ValueError(f"OneCycleLR: cycle_momentum needs an optimizer with momentum or betas; got {name}")
        self.total_steps, self.anneal_strategy, self.cycle_momentum = total_steps, anneal_strategy, cycle_momentum
        first_lr = max_lr / div_factor
        peak = pct_start * total_steps - 1  # steps count from 0
        corners = [(0.0, first_lr, max_momentum), (peak, max_lr, base_momentum)]  # (step, lr, momentum)
        if three_phase:
            corners.append((2 * peak, first_lr, max_momentum))
        corners.append((total_steps - 1.0, first_lr / final_div_factor, max_momentum))
        self.spans = list(pairwise(corners))
        super().__init__(optimizer)

    def step(self) -> None:
        """Set learning rate and momentum for the next step of the optimiser."""
        super().step()
        if self.cycle_momentum:
            momentum = self._annealed(self.last_epoch)[1]
            if hasattr(self.optimizer, "betas"):
                self.optimizer.betas = (momentum, self.optimizer.betas[1])
            elif hasattr(self.optimizer, "momentum"):
                self.optimizer.momentum = momentum

    def _lr_at(self, step: int) -> float:
        if step > self.total_steps:
            raise ValueError(f"OneCycleLR: there are total_steps = {self.total_steps} steps; got step {step}")
        return self._annealed(step)[0]

    def _annealed(self, step: int) -> tuple[float, float]:
        """Learning rate and momentum at `step`."""
        start, end = next((span for span in self.spans if step <= span[1][0]), self.spans[-1])
        length = end[0] - start[0]
        share = (step - start[0]) / length if length else 1.0
        if self.anneal_strategy == "cos":
            share = (1 - math.cos(math.pi * share)) / 2
        return start[1] + (end[1] - start[1]) * share, start[2] + (end[2] - start[2]) * share
