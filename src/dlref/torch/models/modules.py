"""The models once more, as `torch.nn.Module`s built from PyTorch's own layers.

Each has the `state_dict` names of the function of the same name, so that parameters move between the two unchanged:

    >>> module = MLP(64, 32, 10)
    >>> images = torch.ones(5, 64)
    >>> print(torch.allclose(module(images), mlp(images, module.state_dict())))
    True

They are what most PyTorch code looks like; the functions are what happens inside.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from dlref.checks import check_choice
from dlref.torch.models.perceptron import mlp  # noqa: F401 (for the example above)

_ACTIVATIONS = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "gelu": nn.GELU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class MLP(nn.Module):
    """Multilayer perceptron, as `mlp`; a GAN's generator (relu) and discriminator (leaky_relu) are such, too.

    Parameters
    ----------
    sizes
        features of the input, of each hidden layer, and of the output
    activation
        between the layers: "relu", "leaky_relu", "gelu", "sigmoid" or "tanh"

    Examples
    --------
    >>> print(tuple(MLP(4, 3, 2)(torch.ones(5, 4)).shape))
    (5, 2)
    """

    def __init__(self, *sizes: int, activation: str = "relu") -> None:
        check_choice("MLP", "activation", activation, tuple(_ACTIVATIONS))
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inner, out) for inner, out in pairwise(sizes)])
        self.activation = _ACTIVATIONS[activation]()

    def forward(self, input: Tensor) -> Tensor:
        """Map (*, in) to (*, out)."""
        hidden = input
        for layer in self.layers[:-1]:
            hidden = self.activation(layer(hidden))
        output: Tensor = self.layers[-1](hidden)
        return output


class CNN(nn.Module):
    """Two convolutions, maximum pooling by 2 and a linear layer, as `cnn`.

    Parameters
    ----------
    channels
        of the image, of the first and of the second convolution
    image
        height and width of the images
    classes
        outputs
    kernel_size
        odd

    Examples
    --------
    >>> print(tuple(CNN((1, 2, 3), (8, 8), 10)(torch.ones(5, 1, 8, 8)).shape))
    (5, 10)
    """

    def __init__(
        self, channels: tuple[int, int, int], image: tuple[int, int], classes: int, kernel_size: int = 3
    ) -> None:
        super().__init__()
        first, second, third = channels
        self.conv1 = nn.Conv2d(first, second, kernel_size, padding=kernel_size // 2)
        self.conv2 = nn.Conv2d(second, third, kernel_size, padding=kernel_size // 2)
        self.output = nn.Linear(third * (image[0] // 2) * (image[1] // 2), classes)

    def forward(self, input: Tensor) -> Tensor:
        """Map images (N, C, H, W) to logits (N, classes)."""
        maps = torch.relu(self.conv2(torch.relu(self.conv1(input))))
        logits: Tensor = self.output(nn.functional.max_pool2d(maps, 2).flatten(1))
        return logits
