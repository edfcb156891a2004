"""Layers: functions with parameters, of which networks are built."""

from dlref.numpy.layers.convolution import conv2d
from dlref.numpy.layers.dense import linear
from dlref.numpy.layers.pooling import max_pool2d

__all__ = [
    "conv2d",
    "linear",
    "max_pool2d",
]
