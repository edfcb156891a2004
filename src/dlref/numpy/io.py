"""Saving and loading parameters: in NumPy's own format, or in safetensors, each readable by the other backend.

A file holds arrays under the names of a dict and nothing that could run: no pickle.
`.npz` is written by NumPy; `.safetensors` needs the package of that name, and also holds bfloat16.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlref.checks import check_npz_names, check_suffix, needs, replacing
from dlref.numpy.differentiable import Array


def save_params(path: str | Path, params: Mapping[str, Array]) -> None:
    """Write parameters to a file; one that is there is replaced only when the new one is whole.

    Parameters
    ----------
    path
        ends in .npz or .safetensors
    params
        arrays, by name

    Raises
    ------
    ValueError
        where the ending is another, or a parameter is not an array
    ImportError
        where safetensors is needed and missing

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_params(f"{folder}/model.npz", {"weight": np.ones(2)})
    ...     print(load_params(f"{folder}/model.npz"))
    {'weight': array([1., 1.])}
    """
    suffix = check_suffix("save_params", path)
    for name, param in params.items():
        if not isinstance(param, np.ndarray):
            raise ValueError(f"save_params: {name} must be a ndarray; got {type(param).__name__}")
    with replacing(Path(path)) as partial:
        if suffix == ".npz":
            _save_npz(partial, params)
        else:
            needs("safetensors.numpy", "save_params").save_file(
                {name: np.ascontiguousarray(param) for name, param in params.items()}, partial
            )


def load_params(path: str | Path) -> dict[str, Array]:
    """Read parameters from a file that either backend wrote.

    Parameters
    ----------
    path
        ends in .npz or .safetensors

    Returns
    -------
    params
        arrays, by name

    Raises
    ------
    ValueError
        where the ending is another, or a parameter is of a dtype that NumPy does not have
    FileNotFoundError
        where there is no such file
    ImportError
        where safetensors is needed and missing

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_params(f"{folder}/model.npz", {"bias": np.ones(2)})
    ...     print(list(load_params(f"{folder}/model.npz")))
    ['bias']
    """
    if check_suffix("load_params", path) == ".safetensors":
        return _load_safetensors(path)
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _save_npz(path: Path, params: Mapping[str, Array]) -> None:
    check_npz_names("save_params", params)
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **dict(params))


def _load_safetensors(path: str | Path) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = needs("safetensors.numpy", "load_params").load_file(path)
    except TypeError as unknown:  # it names the dtype
        raise ValueError(
            f"load_params: {path} holds what NumPy does not have ({unknown}); load it with dlref.torch"
        ) from None
    return loaded
