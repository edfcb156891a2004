"""Learning rates for digits: what a range test shows, what schedules change; for the page weight-update.

Every choice of a rate is made on a fifth of the *training* images (`digits(…, validation=True)`), for each seed by
itself; the test images are looked at once, by the network that was then trained with that rate on the whole training
part. Batches and first parameters are the same for all that is compared.
"""

import math

import numpy as np

from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.experiments.update_networks import Networks, constant, rows, train

SEEDS = range(8)
GRID = 10 ** np.linspace(-3, 1, 17)  # four decades, four rates in each
SIZE, EPOCHS = 32, 5
SWEEP = 144  # steps of the range test: four epochs of the kept training images
SMOOTH = 9  # losses of single batches are averaged over so many

SCHEDULE_SEEDS = range(6)
SCHEDULE_SIZE, SCHEDULE_EPOCHS = 8, 6
SCHEDULE_GRID = 10 ** np.linspace(-1, 0, 5)


@experiment
def range_test() -> Result:
    """One run a seed in which the rate grows at every step: the losses of the batches, averaged over neighbours."""
    rates = 10 ** np.linspace(-3, 1, SWEEP)
    smooth = []
    for seed in SEEDS:
        losses = train(digits(seed, validation=True, dtype=np.float64), seed, rates[:, None], SIZE)[1][:, 0]
        losses = np.nan_to_num(losses, nan=1e3, posinf=1e3)
        smooth.append(np.convolve(losses, np.ones(SMOOTH) / SMOOTH, "valid").tolist())
    return {"rates": rates[SMOOTH // 2 : -(SMOOTH // 2)].tolist(), "losses": smooth}


@experiment
def rate_grid() -> Result:
    """Five epochs at each constant rate: loss on what was learnt from and on validation images, one row a seed."""
    found: Result = {"rates": GRID.tolist(), "train": [], "valid": []}
    for seed in SEEDS:
        data = digits(seed, validation=True, dtype=np.float64)
        networks, _ = train(data, seed, constant(GRID, data, SIZE, EPOCHS), SIZE)
        found["train"].append(networks.losses(rows(data.train_images), data.train_labels))
        found["valid"].append(networks.losses(rows(data.test_images), data.test_labels))
    return found


def window(rates: Array, losses: Array) -> tuple[float, float, float]:
    """Where the loss of a range test has fallen by a tenth, where it is lowest, and where it is back at its start."""
    lowest = int(losses.argmin())
    low = int(np.argmax(losses < 0.9 * losses[0]))
    high = lowest + int(np.argmax(losses[lowest:] > losses[0]))
    return float(rates[low]), float(rates[lowest]), float(rates[high])


@claim("C-lr-tuning")
def lr_tuning() -> Result:
    """The window of each range test against the best rate of full runs, and the test images for the rate chosen."""
    sweep, grid = range_test(), rate_grid()
    windows = np.array([window(np.array(sweep["rates"]), np.array(losses)) for losses in sweep["losses"]])
    valid = np.array(grid["valid"])  # (seeds, rates)
    best = GRID[valid.argmin(axis=1)]
    chosen = _tested(SEEDS, best[:, None], SIZE, EPOCHS)
    low, bottom, high = windows.T
    rates = np.repeat(GRID[None], len(best), axis=0)
    beyond = rates > high[:, None]
    below = rates < low[:, None] / 10
    return {
        "seeds": len(SEEDS),
        "epochs": EPOCHS,
        "low": low.tolist(),
        "bottom": bottom.tolist(),
        "high": high.tolist(),
        "best": best.tolist(),
        "lowest_best": float(best.min()),
        "highest_best": float(best.max()),
        "low_mean": _middle(low),
        "bottom_mean": _middle(bottom),
        "high_mean": _middle(high),
        "smallest_share": float((best / high).min()),
        "largest_share": float((best / high).max()),
        "valid_best": float(valid.min(axis=1).mean()),
        "valid_beyond": float(valid[beyond].min()),
        "valid_below": float(valid[below].min()),
        "valid_third": float(
            np.mean([np.interp(math.log(h / 3), np.log(GRID), v) for h, v in zip(high, valid, strict=True)])
        ),
        "test_accuracy": float(np.mean(chosen["accuracy"])),
        "test_loss": float(np.mean(chosen["test"])),
        "tenth_accuracy": float(np.mean(_tested(SEEDS, best[:, None] / 10, SIZE, EPOCHS)["accuracy"])),
    }


def shapes(steps: int) -> dict[str, Array]:
    """What multiplies the rate at each step (steps,): schedules that end near zero, and none."""
    t = np.arange(steps) / steps
    warm = np.minimum(1, 10 * (t + 1 / steps))
    return {
        "constant": np.ones(steps),
        "step": np.where(t < 0.5, 1, np.where(t < 0.75, 0.1, 0.01)),
        "linear": 1 - t,
        "cosine": (1 + np.cos(np.pi * t)) / 2,
        "warm": warm * np.where(t < 0.1, 1, (1 + np.cos(np.pi * (t - 0.1) / 0.9)) / 2),
    }


@claim("C-schedule-helps")
def schedule_helps() -> Result:
    """Constant rate and schedules with the same steps, each at its own best peak rate; training and test loss."""
    names = list(shapes(1))
    result: Result = {"seeds": len(SCHEDULE_SEEDS), "epochs": SCHEDULE_EPOCHS, "size": SCHEDULE_SIZE, "names": names}
    picks = []
    for seed in SCHEDULE_SEEDS:
        data = digits(seed, validation=True, dtype=np.float64)
        steps = SCHEDULE_EPOCHS * math.ceil(len(data.train_labels) / SCHEDULE_SIZE)
        rates = np.concatenate([shape[:, None] * SCHEDULE_GRID for shape in shapes(steps).values()], axis=1)
        networks, _ = train(data, seed, rates, SCHEDULE_SIZE)
        valid = np.array(networks.losses(rows(data.test_images), data.test_labels)).reshape(len(names), -1)
        picks.append(SCHEDULE_GRID[valid.argmin(axis=1)])
    found = _tested(SCHEDULE_SEEDS, np.array(picks), SCHEDULE_SIZE, SCHEDULE_EPOCHS, names)
    for place, name in enumerate(names):
        result[f"{name}_rates"] = [float(pick[place]) for pick in picks]
        result[f"{name}_peak"] = _middle(np.array(result[f"{name}_rates"]))
        for kind, values in found.items():
            of_name = np.array(values)[:, place]
            result |= {f"{name}_{kind}": float(of_name.mean()), f"{name}_{kind}s": of_name.tolist()}
        better = np.array(found["test"])[:, place] < np.array(found["test"])[:, 0]
        result[f"{name}_wins"] = int(better.sum())
    return result


@experiment
def curves() -> Result:
    """The training loss along the way for two constant rates and a cosine, mean over seeds with its spread."""
    every, ways = 45, {"high": (0.5, "constant"), "low": (0.05, "constant"), "cosine": (0.5, "cosine")}
    runs: list[list[list[float]]] = []
    for seed in SCHEDULE_SEEDS:
        data = digits(seed, dtype=np.float64)
        x, y = rows(data.train_images), data.train_labels
        found: list[list[float]] = []
        steps = 180 * SCHEDULE_EPOCHS
        rates = np.stack([rate * shapes(steps)[shape] for rate, shape in ways.values()], axis=1)

        def note(networks: Networks, x: Array = x, y: Array = y, found: list[list[float]] = found) -> None:
            found.append(networks.losses(x, y))

        train(data, seed, rates, SCHEDULE_SIZE, every=every, watch=note)
        runs.append(found)
    losses = np.array(runs)  # (seeds, points, ways)
    return {
        "steps": [every * (i + 1) for i in range(losses.shape[1])],
        **dict(zip(ways, losses.T.tolist(), strict=True)),
    }


def _tested(seeds: range, rates: Array, size: int, epochs: int, names: list[str] | None = None) -> dict[str, Array]:
    """Train on the whole training part at rates (seeds, R); training and test loss and test accuracy (seeds, R)."""
    found: dict[str, list[list[float]]] = {"train": [], "test": [], "accuracy": []}
    for seed, own in zip(seeds, rates, strict=True):
        data = digits(seed, dtype=np.float64)
        at = constant(own, data, size, epochs)
        if names:
            at = at * np.stack([shapes(len(at))[name] for name in names], axis=1)
        networks, _ = train(data, seed, at, size)
        test = rows(data.test_images), data.test_labels
        found["train"].append(networks.losses(rows(data.train_images), data.train_labels))
        found["test"].append(networks.losses(*test))
        found["accuracy"].append(networks.accuracies(*test))
    return {kind: np.array(values) for kind, values in found.items()}


def _middle(rates: Array) -> float:
    """The geometric mean: learning rates are compared by their ratio."""
    return float(np.exp(np.log(rates).mean()))
