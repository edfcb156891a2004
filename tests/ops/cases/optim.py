"""Options under which every optimiser, schedule and initialiser is compared with PyTorch's."""

from itertools import product
from typing import Any

import dlref.numpy
import dlref.numpy.init
import dlref.numpy.optim
from dlref.numpy.optim.optimizer import Optimizer
from dlref.numpy.optim.schedules import Schedule

Options = dict[str, Any]


def combinations(**choices: list) -> list[Options]:
    """Every combination of the choices for each option."""
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


_SGD = [
    options
    for options in combinations(
        lr=[0.05], momentum=[0.0, 0.9], dampening=[0.0, 0.3], weight_decay=[0.0, 0.3], nesterov=[False, True]
    )
    if not options["nesterov"] or (options["momentum"] and not options["dampening"])
]
_ADAGRAD = combinations(
    lr=[0.1], lr_decay=[0.0, 0.1], weight_decay=[0.0, 0.3], initial_accumulator_value=[0.0, 0.7], eps=[1e-10, 0.1]
)
_RMSPROP = combinations(
    lr=[0.02],
    alpha=[0.99, 0.6],
    eps=[1e-8, 0.1],
    weight_decay=[0.0, 0.3],
    momentum=[0.0, 0.8],
    centered=[False, True],
)
_ADAM = combinations(
    lr=[0.05], betas=[(0.9, 0.999), (0.0, 0.5)], eps=[1e-8, 0.1], weight_decay=[0.0, 0.3], amsgrad=[False, True]
)
OPTIMIZERS: dict[str, list[Options]] = {
    "SGD": [{}, *_SGD],
    "Adagrad": [{}, *_ADAGRAD],
    "RMSprop": [{}, *_RMSPROP],
    "Adam": [{}, *_ADAM],
    "AdamW": [{}, *_ADAM],
}
SCHEDULES: dict[str, list[Options]] = {
    "StepLR": [{"step_size": 30}, {"step_size": 1, "gamma": 0.97}],
    "ExponentialLR": [{"gamma": 0.95}, {"gamma": 1.01}],
    "CosineAnnealingLR": [{"T_max": 200}, {"T_max": 37, "eta_min": 0.002}],
    "LinearLR": [{}, {"start_factor": 0.2, "end_factor": 0.7, "total_iters": 60}, {"end_factor": 0.0}],
    "OneCycleLR": [
        {"max_lr": 0.2, "total_steps": 200},
        {"max_lr": 0.2, "total_steps": 200, "cycle_momentum": False},
        *combinations(
            max_lr=[0.2],
            total_steps=[201],
            pct_start=[0.0, 0.37],
            anneal_strategy=["cos", "linear"],
            base_momentum=[0.5],
            max_momentum=[0.8],
            div_factor=[7.0],
            final_div_factor=[30.0],
            three_phase=[False, True],
        ),
    ],
}
CLIPPING = ("clip_grad_norm_", "clip_grad_value_")

_GAIN: list[Options] = [{}, {"gain": 2.5}]
_KAIMING: list[Options] = [
    {},
    {"mode": "fan_out"},
    *({"a": 0.5, "mode": mode} for mode in ("fan_in", "fan_out")),
    *({"nonlinearity": name} for name in ("linear", "tanh", "relu", "selu")),
    {"a": 0.5, "nonlinearity": "leaky_relu"},
]
INITIALIZERS: dict[str, list[Options]] = {
    "uniform_": [{}, {"a": 2.0, "b": 3.0}],
    "normal_": [{}, {"mean": 5.0, "std": 0.1}],
    "xavier_uniform_": _GAIN,
    "xavier_normal_": _GAIN,
    "kaiming_uniform_": _KAIMING,
    "kaiming_normal_": _KAIMING,
    "orthogonal_": _GAIN,
}


def public_subclasses(base: type) -> set[str]:
    """The public names of all subclasses of `base`."""
    named = {name: getattr(dlref.numpy, name) for name in dlref.numpy.__all__}
    return {name for name, thing in named.items() if isinstance(thing, type) and issubclass(thing, base)}


def unregistered() -> set[str]:
    """Names that only one of the registries above and the packages know."""
    return (
        (public_subclasses(Optimizer) ^ set(OPTIMIZERS))
        | (public_subclasses(Schedule) ^ set(SCHEDULES))
        | (set(dlref.numpy.optim.__all__) ^ {*OPTIMIZERS, *SCHEDULES, *CLIPPING})
        | (set(dlref.numpy.init.__all__) ^ {*INITIALIZERS, "calculate_gain"})
        | ({*dlref.numpy.optim.__all__, *dlref.numpy.init.__all__} - set(dlref.numpy.__all__))
    )
