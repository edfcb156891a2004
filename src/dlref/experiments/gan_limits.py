"""Mode collapse, seen: the ring, a generator that takes five steps for each of the discriminator's. The page gan.

Everything is the same in both games, the samples of every step included, except that one discriminator judges samples
one by one and the other in pairs.
"""

import numpy as np

from dlref.blueprints import mlp_shapes
from dlref.data import gaussian_ring
from dlref.experiments.gan import NEAR, RARE, SAMPLES
from dlref.experiments.gan_training import BETAS, RING, generated, numpy_tell_loss, real
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.numpy.autograd import composed
from dlref.numpy.models import gan_discriminator, gan_generator, gan_generator_loss, initial_params
from dlref.numpy.optim import Adam, CosineAnnealingLR

SEEDS, STEPS, TURNS = range(5), 400, 5
Params = dict[str, Array]


@composed
def _fool(noise: Array, makes: Params, tells: Params, shape: tuple[int, int]) -> Array:
    made = gan_generator(noise, makes).reshape(*shape)
    loss: Array = gan_generator_loss(gan_discriminator(made, tells))
    return loss


def _played(together: int, seed: int) -> Params:
    """The generator at the end; the discriminator judges so many samples together."""
    rng = np.random.default_rng(seed)
    makes = initial_params(mlp_shapes(RING.noise, RING.hidden, RING.hidden, RING.features), generator=rng)
    tells = initial_params(mlp_shapes(together * RING.features, RING.hidden, RING.hidden, 1), generator=rng)
    steppers = [Adam(params, lr=RING.lr, betas=BETAS) for params in (makes, tells)]
    schedules = [CosineAnnealingLR(stepper, T_max=STEPS) for stepper in steppers]
    rng, count = np.random.default_rng(seed), 2 * RING.batch_size
    shape = (count // together, together * RING.features)
    for _ in range(STEPS):
        samples = real(RING, np.empty(0), count, rng).reshape(shape)
        noise = rng.normal(size=(count, RING.noise)).astype(np.float32)
        made = gan_generator(noise, makes).reshape(shape)
        steppers[1].step(numpy_tell_loss.vjp(samples, tells, made)[1](1.0)[1])
        for _ in range(TURNS):
            steppers[0].step(_fool.vjp(noise, makes, tells, shape)[1](1.0)[1])
        for schedule in schedules:
            schedule.step()
    return makes


@experiment
def rings() -> Result:
    """Modes that samples reach, their spread, and samples of the first seed: one by one, and in pairs."""
    result: Result = {}
    for name, together in (("alone", 1), ("pairs", 2)):
        ends = [_played(together, seed) for seed in SEEDS]
        samples = [generated(RING, makes, SAMPLES) for makes in ends]
        result[name] = {
            "modes": [_modes(each) for each in samples],
            "spread": [float(each.std(axis=0).mean()) for each in samples],
            "shown": samples[0][:200].round(3).tolist(),
        }
    return result


def _modes(samples: Array) -> int:
    """How many centres have more than a fiftieth of all samples within three standard deviations."""
    centres = gaussian_ring(1, np.random.default_rng(0))[1]
    distances = np.linalg.norm(samples[:, None] - centres, axis=2)
    nearest = distances.argmin(axis=1)[distances.min(axis=1) < NEAR]
    return int((np.bincount(nearest, minlength=len(centres)) > RARE * len(samples)).sum())


@claim("C-gan-collapse")
def collapse() -> Result:
    """Modes reached in each seed's game, and the spread of samples."""
    found = rings()
    result: Result = {"seeds": len(SEEDS), "steps": STEPS, "turns": TURNS}
    for name in ("alone", "pairs"):
        result[f"{name}_best"], result[f"{name}_worst"] = max(found[name]["modes"]), min(found[name]["modes"])
        result[f"{name}_spread"] = float(np.mean(found[name]["spread"]))
    return result
