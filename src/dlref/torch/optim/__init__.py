"""Optimisers: how a gradient becomes a step; how long the step is, and how it changes with time."""

from dlref.torch.optim.adagrad import Adagrad
from dlref.torch.optim.adam import Adam, AdamW
from dlref.torch.optim.clipping import clip_grad_norm_, clip_grad_value_
from dlref.torch.optim.one_cycle import OneCycleLR
from dlref.torch.optim.rmsprop import RMSprop
from dlref.torch.optim.schedules import CosineAnnealingLR, ExponentialLR, LinearLR, StepLR
from dlref.torch.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "ExponentialLR",
    "LinearLR",
    "OneCycleLR",
    "RMSprop",
    "StepLR",
    "clip_grad_norm_",
    "clip_grad_value_",
]
