"""Layers: functions with parameters, of which networks are built."""

from dlref.numpy.layers.composition import flatten, residual
from dlref.numpy.layers.convolution import conv1d, conv2d
from dlref.numpy.layers.dense import linear
from dlref.numpy.layers.lookup import embedding
from dlref.numpy.layers.normalization import batch_norm, layer_norm
from dlref.numpy.layers.pooling import avg_pool2d, max_pool2d
from dlref.numpy.layers.regularization import dropout

__all__ = [
    "avg_pool2d",
    "batch_norm",
    "conv1d",
    "conv2d",
    "dropout",
    "embedding",
    "flatten",
    "layer_norm",
    "linear",
    "max_pool2d",
    "residual",
]
