"""A trained model carried from one backend to the other and back, in files: the claim C-portable-parameters."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dlref.experiments import training_numpy as in_numpy
from dlref.experiments.networks_and_models import trained
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import digits
from dlref.experiments.training_torch import one_thread
from dlref.numpy.activations import softmax
from dlref.numpy.io import load_params, save_params
from dlref.numpy.models import mlp
from dlref.torch.io import load_params as load_tensors
from dlref.torch.io import save_params as save_tensors
from dlref.torch.models import MLP


def module_of(params: in_numpy.Params) -> MLP:
    """The `nn.Module` of the blueprint `SHAPES` with these parameters."""
    module = MLP(64, 32, 10)
    module.load_state_dict({name: torch.tensor(param) for name, param in params.items()})
    return module


def states_equal(before: dict[str, Tensor], after: dict[str, Tensor]) -> bool:
    """Whether two states agree bit by bit."""
    return before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)


@claim("C-portable-parameters")
def portable_parameters() -> Result:
    """Files written by each backend and read by the other; and the same parameters under another activation."""
    data = digits(0)
    images, labels = data.test_images.reshape(-1, 64), data.test_labels
    result: Result = {"images": len(labels)}
    gaps, fine_gaps, equal, flips = [], [], [], 0
    with tempfile.TemporaryDirectory() as folder, one_thread(), torch.no_grad():
        for number, suffix in enumerate((".npz", ".safetensors")):
            path = Path(folder) / f"model{suffix}"
            params, module = trained(number), module_of(trained(number))
            save_tensors(path, module.state_dict())
            arrays = load_params(path)  # PyTorch wrote, NumPy reads
            equal.append(all(np.array_equal(arrays[name], params[name]) for name in params))
            here, there = mlp(images, arrays), module(torch.from_numpy(images)).numpy()
            save_params(path, params)
            back = MLP(64, 32, 10)
            back.load_state_dict(load_tensors(path))  # NumPy wrote, PyTorch reads
            equal.append(states_equal(module.state_dict(), back.state_dict()))
            again = back(torch.from_numpy(images)).numpy()
            gaps += [float(np.abs(softmax(here) - softmax(other)).max()) for other in (there, again)]
            fine = {name: array.astype(np.float64) for name, array in arrays.items()}
            wide = images.astype(np.float64)
            exact, doubled = mlp(wide, fine), back.double()(torch.from_numpy(wide)).numpy()
            fine_gaps.append(float(np.abs(softmax(exact) - softmax(doubled)).max()))
            flips += sum(int(np.sum(here.argmax(axis=1) != other.argmax(axis=1))) for other in (there, again))
            result[f"bytes_{suffix[1:]}"] = path.stat().st_size
    params = trained(0)
    for activation in ("relu", "leaky_relu", "gelu", "tanh", "sigmoid"):
        right = mlp(images, params, activation=activation).argmax(axis=1) == labels
        result[f"accuracy_{activation}"] = float(right.mean())
    return result | {
        "params_equal": all(equal),
        "max_probability_difference": max(gaps),
        "max_probability_difference_double": max(fine_gaps),
        "changed_predictions": flips,
    }
