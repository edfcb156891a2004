"""Optimisers: how a gradient becomes a step; how long the step is, and how it changes with time."""

from dlref.numpy.optim.adagrad import Adagrad
from dlref.numpy.optim.adam import Adam, AdamW
from dlref.numpy.optim.clipping import clip_grad_norm_, clip_grad_value_
from dlref.numpy.optim.one_cycle import OneCycleLR
from dlref.numpy.optim.rmsprop import RMSprop
from dlref.numpy.optim.schedules import CosineAnnealingLR, ExponentialLR, LinearLR, StepLR
from dlref.numpy.optim.sgd import SGD

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
