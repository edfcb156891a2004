"""What it costs to let every worker have the sum: the ring, round by round, and what is left of the time saved.

ring all-reduce   W pieces, W − 1 rounds that sum and W − 1 that hand out; each worker sends 2 (W − 1) / W · P numbers
time of a step    T(W) = c / W + 2 (W − 1) / W · s, where c computes the whole batch and s sends P numbers
"""

import numpy as np
import numpy.typing as npt

from dlref.experiments.registry import Result, claim, experiment

WORKERS = (2, 3, 4, 8, 16)
PARAMS = 240  # divisible by every number of workers
RATIOS = (0.0, 0.01, 0.032, 0.1)  # s / c

Array = npt.NDArray[np.float64]


def ring(held: Array) -> tuple[list[Array], list[int]]:
    """All-reduce `held` (W workers, W pieces, numbers): what all hold after each round, and how much each sends."""
    workers, states, sent = len(held), [held.copy()], [0] * len(held)
    for step in range(2 * (workers - 1)):
        before = states[-1]
        after = before.copy()
        for rank in range(workers):
            piece, right = (rank - step) % workers, (rank + 1) % workers
            added = before[right, piece] if step < workers - 1 else 0.0  # later rounds hand out finished sums
            after[right, piece] = before[rank, piece] + added
            sent[rank] += before[rank, piece].size
        states.append(after)
    return states, sent


@experiment
def rounds() -> Result:
    """How many workers' gradients are in each piece, after each round, on four workers: (rounds + 1, 4, 4)."""
    states, _ = ring(np.ones((4, 4, 1)))
    return {"counts": [state[:, :, 0].astype(int).tolist() for state in states]}


@claim("C-ring-cost")
def ring_cost() -> Result:
    """Whether everybody has the sum, and the numbers that each worker sends, for several numbers of workers."""
    rng = np.random.default_rng(0)
    off, sent, waiting = [], [], []
    for workers in WORKERS:
        grads = rng.normal(size=(workers, PARAMS))
        states, numbers = ring(grads.reshape(workers, workers, -1))
        off.append(float(np.abs(states[-1].reshape(workers, -1) - grads.sum(axis=0)).max()))
        waiting.append(float(np.abs(states[-2].reshape(workers, -1) - grads.sum(axis=0)).max()))
        sent.append(sorted(set(numbers)))
    return {
        "workers": list(WORKERS),
        "params": PARAMS,
        "off": max(off),
        "off_before_last_round": min(waiting),
        "sent": sent,
        "sent_most": max(max(numbers) for numbers in sent),
        "central": [2 * (workers - 1) * PARAMS for workers in WORKERS],
    }


@experiment
def speed_ups() -> Result:
    """How many times as fast 1 to 64 workers are, where sending takes nothing, 1, 3.2 or 10 % of the computing."""
    workers = np.arange(1, 65)
    found = {}
    for ratio in RATIOS:
        found[f"{ratio:g}"] = (1 / (1 / workers + 2 * (workers - 1) / workers * ratio)).tolist()
    return {"workers": workers.tolist(), "speed_ups": found}
