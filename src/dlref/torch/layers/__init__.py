"""Layers: functions with parameters, of which networks are built."""

from dlref.torch.layers.convolution import conv2d
from dlref.torch.layers.dense import linear
from dlref.torch.layers.pooling import max_pool2d

__all__ = [
    "conv2d",
    "linear",
    "max_pool2d",
]
