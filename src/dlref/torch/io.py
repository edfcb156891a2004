"""Saving and loading parameters: in NumPy's own format, or in safetensors, each readable by the other backend.

A file holds arrays under the names of a dict and nothing that could run: no pickle.
`.npz` is written by NumPy; `.safetensors` needs the package of that name, and also holds bfloat16.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dlref.checks import check_npz_names, check_suffix, needs, replacing


def save_params(path: str | Path, params: Mapping[str, Tensor]) -> None:
    """Write parameters to a file; one that is there is replaced only when the new one is whole.

    Parameters
    ----------
    path
        ends in .npz or .safetensors
    params
        tensors, on any device, by name

    Raises
    ------
    ValueError
        where the ending is another, or a parameter is not a tensor, or of a dtype that .npz cannot hold
    ImportError
        where safetensors is needed and missing

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_params(f"{folder}/model.npz", {"weight": torch.ones(2)})
    ...     print(load_params(f"{folder}/model.npz"))
    {'weight': tensor([1., 1.])}
    """
    suffix = check_suffix("save_params", path)
    for name, param in params.items():
        if not isinstance(param, Tensor):
            raise ValueError(f"save_params: {name} must be a Tensor; got {type(param).__name__}")
    with replacing(Path(path)) as partial:
        if suffix == ".npz":
            _save_npz(partial, params)
        else:
            needs("safetensors.torch", "save_params").save_file(
                {name: param.detach().cpu().contiguous() for name, param in params.items()}, partial
            )


def load_params(path: str | Path) -> dict[str, Tensor]:
    """Read parameters from a file that either backend wrote.

    Parameters
    ----------
    path
        ends in .npz or .safetensors

    Returns
    -------
    params
        tensors on the CPU, by name

    Raises
    ------
    ValueError
        where the ending is another
    FileNotFoundError
        where there is no such file
    ImportError
        where safetensors is needed and missing

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_params(f"{folder}/model.npz", {"bias": torch.ones(2)})
    ...     print(list(load_params(f"{folder}/model.npz")))
    ['bias']
    """
    if check_suffix("load_params", path) == ".safetensors":
        loaded: dict[str, Tensor] = needs("safetensors.torch", "load_params").load_file(path)
        return loaded
    with np.load(path, allow_pickle=False) as file:
        return {name: torch.from_numpy(file[name]) for name in file.files}


def _save_npz(path: Path, params: Mapping[str, Tensor]) -> None:
    check_npz_names("save_params", params)
    arrays = {}
    for name, param in params.items():
        if param.dtype == torch.bfloat16:
            raise ValueError(f"save_params: {name} is bfloat16, which .npz cannot hold; save it as .safetensors")
        arrays[name] = param.detach().cpu().numpy()
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
