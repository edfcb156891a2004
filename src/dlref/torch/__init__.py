"""Every operation in PyTorch, from tensor operations; autograd gives the derivatives."""

try:
    import torch as _torch  # noqa: F401
except ImportError as missing:
    raise ImportError('dlref.torch needs PyTorch: pip install "dlref[torch]"') from missing

from dlref.torch.activations import log_softmax, relu, softmax
from dlref.torch.init import kaiming_normal_, kaiming_uniform_, normal_, uniform_
from dlref.torch.layers import conv2d, linear, max_pool2d
from dlref.torch.losses import cross_entropy, mse_loss
from dlref.torch.optim import SGD

__all__ = [
    "SGD",
    "conv2d",
    "cross_entropy",
    "kaiming_normal_",
    "kaiming_uniform_",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "normal_",
    "relu",
    "softmax",
    "uniform_",
]
