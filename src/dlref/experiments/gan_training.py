"""Generator and discriminator against each other, in both backends, on a ring of eight Gaussians and on 8×8 digits.

The discriminator judges two samples at a time, side by side, so that it sees a lack of variety (Lin, Khetan, Fanti and
Oh, PacGAN, 2018, arXiv:1712.04086). Both backends start from the same parameters and see the same data and noise.
Recipes were chosen on seeds 100 and up.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch

import dlref.numpy
import dlref.torch
from dlref.blueprints import mlp_shapes
from dlref.data import gaussian_ring
from dlref.experiments.training import Array, digits
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.models import initial_params
from dlref.torch import optim as torch_optim

PACKED, BETAS, PIXEL_NOISE, STAGES = 2, (0.5, 0.99), 0.05, 4
Params = dict[str, Array]


@dataclass(frozen=True)
class Recipe:
    """What is played for, how long, and by how large networks."""

    features: int
    noise: int
    hidden: int
    steps: int
    batch_size: int
    lr: float


RING = Recipe(2, 2, 64, 1500, 64, 0.004)
DIGITS = Recipe(64, 16, 128, 1600, 48, 0.003)


def start(recipe: Recipe, seed: int) -> tuple[Params, Params]:
    """First parameters of generator and discriminator."""
    rng = np.random.default_rng(seed)
    makes = mlp_shapes(recipe.noise, recipe.hidden, recipe.hidden, recipe.features)
    tells = mlp_shapes(PACKED * recipe.features, recipe.hidden, recipe.hidden, 1)
    return initial_params(makes, generator=rng), initial_params(tells, generator=rng)


def real(recipe: Recipe, images: Array, count: int, rng: np.random.Generator) -> Array:
    """Data of the ring, or of digits between −1 and 1 with a little noise."""
    if recipe is RING:
        return gaussian_ring(count, rng)[0].astype(np.float32)
    chosen = images[rng.integers(len(images), size=count)]
    noisy: Array = chosen + PIXEL_NOISE * rng.normal(size=chosen.shape).astype(np.float32)
    return noisy


def training_images(seed: int) -> tuple[Array, Array]:
    """Training and held-out digits as rows of 64 numbers between −1 and 1."""
    data = digits(seed)
    return 2 * data.train_images.reshape(-1, 64) - 1, 2 * data.test_images.reshape(-1, 64) - 1


def packed(samples: Any) -> Any:
    """(N, features) to (N / 2, 2 · features)."""
    return samples.reshape(len(samples) // PACKED, -1)


def tell_loss(ops: ModuleType, samples: Any, tells: Any, made: Any) -> Any:
    """The discriminator's loss on real samples and made ones, both packed."""
    return ops.gan_discriminator_loss(ops.gan_discriminator(samples, tells), ops.gan_discriminator(made, tells))


def fool_loss(ops: ModuleType, noise: Any, makes: Any, tells: Any) -> Any:
    """The generator's loss."""
    return ops.gan_generator_loss(ops.gan_discriminator(packed(ops.gan_generator(noise, makes)), tells))


@composed
def numpy_tell_loss(samples: Array, tells: Params, made: Array) -> Array:
    loss: Array = tell_loss(dlref.numpy, samples, tells, made)
    return loss


@composed
def numpy_fool_loss(noise: Array, makes: Params, tells: Params) -> Array:
    loss: Array = fool_loss(dlref.numpy, noise, makes, tells)
    return loss


def trained_numpy(recipe: Recipe, seed: int) -> list[Params]:
    """The generator's parameters at the start and after each quarter of the game."""
    (makes, tells), rng, images = start(recipe, seed), np.random.default_rng(seed), training_images(seed)[0]
    steppers = [dlref.numpy.Adam(params, lr=recipe.lr, betas=BETAS) for params in (makes, tells)]
    schedules = [dlref.numpy.CosineAnnealingLR(stepper, T_max=recipe.steps) for stepper in steppers]
    stages = [{name: param.copy() for name, param in makes.items()}]
    for step in range(1, recipe.steps + 1):
        samples, noise = _drawn(recipe, images, rng)
        made = packed(dlref.numpy.gan_generator(noise, makes))
        steppers[1].step(numpy_tell_loss.vjp(packed(samples), tells, made)[1](1.0)[1])
        steppers[0].step(numpy_fool_loss.vjp(noise, makes, tells)[1](1.0)[1])
        for schedule in schedules:
            schedule.step()
        if step % (recipe.steps // STAGES) == 0:
            stages.append({name: param.copy() for name, param in makes.items()})
    return stages


def trained_torch(recipe: Recipe, seed: int) -> Params:
    """The generator's parameters at the end."""
    (makes, tells), rng = (as_params(params) for params in start(recipe, seed)), np.random.default_rng(seed)
    images = training_images(seed)[0]
    steppers = [torch_optim.Adam(params.values(), lr=recipe.lr, betas=BETAS) for params in (makes, tells)]
    schedules = [torch_optim.CosineAnnealingLR(stepper, T_max=recipe.steps) for stepper in steppers]
    with one_thread():
        for _ in range(recipe.steps):
            samples, noise = map(torch.from_numpy, _drawn(recipe, images, rng))
            with torch.no_grad():
                made = packed(dlref.torch.gan_generator(noise, makes))
            _step(steppers[1], tell_loss(dlref.torch, packed(samples), tells, made))
            _step(steppers[0], fool_loss(dlref.torch, noise, makes, tells))
            for schedule in schedules:
                schedule.step()
    return {name: param.detach().numpy() for name, param in makes.items()}


def _step(stepper: torch_optim.Adam, loss: torch.Tensor) -> None:
    stepper.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    stepper.step()


def _drawn(recipe: Recipe, images: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    count = PACKED * recipe.batch_size
    samples = real(recipe, images, count, rng)
    return samples, rng.normal(size=(count, recipe.noise)).astype(np.float32)


def generated(recipe: Recipe, makes: Params, count: int, seed: int = 2**16) -> Array:
    """Samples (count, features) of a generator, on noise that no training used; pixels between −1 and 1."""
    noise = np.random.default_rng(seed).normal(size=(count, recipe.noise)).astype(np.float32)
    samples: Array = dlref.numpy.gan_generator(noise, makes)
    return samples if recipe is RING else np.clip(samples, -1, 1)
