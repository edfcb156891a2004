"""What the game leads to, and what the best discriminator is. The page gan.

game      modes of the ring that samples reach; MMD² between samples and held-out digits
optimum   D*(x) = p(x) / (p(x) + q(x)), with the loss 2 ln 2 − 2 JS(p, q)
"""

import numpy as np

import dlref.numpy
from dlref.blueprints import mlp_shapes
from dlref.data import gaussian_ring
from dlref.experiments.gan_training import (
    DIGITS,
    RING,
    Params,
    generated,
    numpy_tell_loss,
    trained_numpy,
    trained_torch,
    training_images,
)
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.numpy.models import initial_params

SEEDS = range(5)
SAMPLES, NEAR, RARE = 4000, 0.3, 0.02  # samples; three standard deviations; a mode with fewer does not count
BANDWIDTH = 4.0  # about half the distance between two digits, in pixels between −1 and 1


@experiment
def ring_numpy() -> Result:
    """Shares of samples near each centre, for every seed; and samples of the first one. NumPy."""
    stages = [trained_numpy(RING, seed) for seed in SEEDS]
    early, late = (generated(RING, stages[0][stage], 400) for stage in (1, -1))
    return {
        "shares": [_shares(one[-1]) for one in stages],
        "early": early.round(3).tolist(),
        "late": late.round(3).tolist(),
    }


@experiment
def ring_torch() -> Result:
    """Shares of samples near each centre, for every seed; PyTorch."""
    return {"shares": [_shares(trained_torch(RING, seed)) for seed in SEEDS]}


def _shares(makes: Params) -> list[float]:
    centres = gaussian_ring(1, np.random.default_rng(0))[1]
    distances = np.linalg.norm(generated(RING, makes, SAMPLES)[:, None] - centres, axis=2)
    nearest = distances.argmin(axis=1)[distances.min(axis=1) < NEAR]
    shares: list[float] = (np.bincount(nearest, minlength=len(centres)) / SAMPLES).tolist()
    return shares


@experiment
def digits_numpy() -> Result:
    """MMD² to held-out digits at the start and after each quarter, for every seed; samples of the first. NumPy."""
    stages = [trained_numpy(DIGITS, seed) for seed in SEEDS]
    sheet = [generated(DIGITS, makes, 6) for makes in stages[0]]
    return {
        "mmd": [[_mmd(makes, seed) for makes in one] for seed, one in zip(SEEDS, stages, strict=True)],
        "sheet": [samples.round(2).tolist() for samples in sheet],
    }


@experiment
def digits_torch() -> Result:
    """MMD² to held-out digits at the end, for every seed; PyTorch."""
    return {"mmd": [_mmd(trained_torch(DIGITS, seed), seed) for seed in SEEDS]}


def _mmd(makes: Params, seed: int) -> float:
    held_out = training_images(seed)[1]
    return _discrepancy(generated(DIGITS, makes, len(held_out)), held_out)


def _discrepancy(samples: Array, held_out: Array) -> float:
    return float(dlref.numpy.mmd(samples.astype(np.float64), held_out.astype(np.float64), BANDWIDTH))


@claim("C-gan-game")
def game() -> Result:
    """The worst of all seeds: modes reached, samples near one, MMD²; and the MMD² of real digits to real digits."""
    rings = {"numpy": ring_numpy()["shares"], "torch": ring_torch()["shares"]}
    curves = digits_numpy()["mmd"]
    ends = {"numpy": [curve[-1] for curve in curves], "torch": digits_torch()["mmd"]}
    result: Result = {"seeds": len(SEEDS), "ring_steps": RING.steps, "digits_steps": DIGITS.steps}
    for backend in ("numpy", "torch"):
        shares = np.array(rings[backend])
        result[f"{backend}_modes_worst"] = int((shares > RARE).sum(axis=1).min())
        result[f"{backend}_near_mean"] = float(shares.sum(axis=1).mean())
        result[f"{backend}_near_worst"] = float(shares.sum(axis=1).min())
        result[f"{backend}_mmd_mean"] = float(np.mean(ends[backend]))
        result[f"{backend}_mmd_worst"] = max(ends[backend])
    result["mmd_first"] = float(np.mean([curve[0] for curve in curves]))
    result["mmd_quarter"] = float(np.mean([curve[1] for curve in curves]))
    trained_on, held_out = training_images(0)
    result["floor"] = _discrepancy(trained_on[: len(held_out)], held_out)
    result["blurred"] = _discrepancy(np.repeat(trained_on.mean(axis=0)[None], len(held_out), axis=0), held_out)
    return result


@experiment
def optimum_curve() -> Result:
    """A discriminator trained on two fixed normal distributions, beside the formula, along a line."""
    rng = np.random.default_rng(0)
    tells = initial_params(mlp_shapes(1, 32, 32, 1), generator=rng)
    optimizer = dlref.numpy.Adam(tells, lr=0.01)
    schedule = dlref.numpy.CosineAnnealingLR(optimizer, T_max=600)
    for _ in range(600):
        samples, made = _two_normals(256, rng)
        optimizer.step(numpy_tell_loss.vjp(samples, tells, made)[1](1.0)[1])
        schedule.step()
    line = np.linspace(-3, 3, 61)
    found = dlref.numpy.sigmoid(dlref.numpy.gan_discriminator(line[:, None].astype(np.float32), tells))[:, 0]
    wide = np.linspace(-6, 6, 2401)  # what lies outside weighs less than 10⁻⁶
    logits = dlref.numpy.gan_discriminator(wide[:, None].astype(np.float32), tells)[:, 0].astype(np.float64)
    p, q = _densities(wide)
    loss = float(np.trapezoid(p * np.logaddexp(0, -logits) + q * np.logaddexp(0, logits), wide))
    return {"line": line.tolist(), "found": found.tolist(), "formula": _formula(line).tolist(), "loss": loss}


def _two_normals(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Samples (count, 1) of p, around −1, and of q, around 1, both with standard deviation 1."""
    p, q = (rng.normal(centre, 1, (count, 1)).astype(np.float32) for centre in (-1, 1))
    return p, q


def _densities(x: Array) -> tuple[Array, Array]:
    p, q = (np.exp(-((x - centre) ** 2) / 2) / np.sqrt(2 * np.pi) for centre in (-1, 1))
    return p, q


def _formula(x: Array) -> Array:
    p, q = _densities(x)
    ratio: Array = p / (p + q)
    return ratio


@claim("C-gan-optimum")
def optimum() -> Result:
    """How far the trained discriminator is from p / (p + q), and its loss beside the smallest possible one."""
    curve = optimum_curve()
    x = np.linspace(-12, 12, 24001)
    p, q = _densities(x)
    m = (p + q) / 2
    js = float(np.trapezoid(p * np.log(p / m) + q * np.log(q / m), x) / 2)
    off = np.abs(np.array(curve["found"]) - np.array(curve["formula"]))
    return {
        "off_mean": float(off.mean()),
        "off_worst": float(off.max()),
        "loss": curve["loss"],
        "least": 2 * np.log(2) - 2 * js,
        "js": js,
        "guess": 2 * np.log(2),
    }
