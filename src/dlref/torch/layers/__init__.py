"""Layers: functions with parameters, of which networks are built."""

from dlref.torch.layers.composition import flatten, residual
from dlref.torch.layers.convolution import conv1d, conv2d
from dlref.torch.layers.dense import linear
from dlref.torch.layers.lookup import embedding
from dlref.torch.layers.normalization import batch_norm, layer_norm
from dlref.torch.layers.pooling import avg_pool2d, max_pool2d
from dlref.torch.layers.regularization import dropout

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
