"""What one backend saves the other reads, and nothing is lost when writing fails."""

import sys

import numpy as np
import pytest
import torch

import dlref.numpy
import dlref.torch

ARRAYS = {
    "layers.0.weight": np.random.default_rng(0).normal(size=(3, 2)),
    "layers.0.bias": np.float32([1.5, -2.0]),
    "steps": np.array(7),
    "transposed": np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32).T,
}
TENSORS = {name: torch.tensor(array, requires_grad=array.dtype.kind == "f") for name, array in ARRAYS.items()}
SAVE = pytest.mark.covers("dlref.numpy.save_params", "dlref.torch.save_params")
LOAD = pytest.mark.covers("dlref.numpy.load_params", "dlref.torch.load_params")


@SAVE
@LOAD
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
@pytest.mark.parametrize(("writer", "params"), [(dlref.numpy, ARRAYS), (dlref.torch, TENSORS)])
def test_each_backend_reads_what_either_wrote(tmp_path, writer, params, suffix):
    path = tmp_path / f"model.{suffix}"
    writer.save_params(str(path), params)
    for reader in (dlref.numpy, dlref.torch):
        loaded = reader.load_params(path)
        assert set(loaded) == set(ARRAYS)
        for name, array in ARRAYS.items():
            assert isinstance(loaded[name], np.ndarray if reader is dlref.numpy else torch.Tensor)
            np.testing.assert_array_equal(np.asarray(loaded[name]), array)
            assert np.asarray(loaded[name]).dtype == array.dtype
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@SAVE
@LOAD
def test_bfloat16_lives_in_safetensors_and_is_refused_by_name_elsewhere(tmp_path):
    half = {"weight": torch.ones(2, dtype=torch.bfloat16)}
    dlref.torch.save_params(tmp_path / "half.safetensors", half)
    assert dlref.torch.load_params(tmp_path / "half.safetensors")["weight"].dtype == torch.bfloat16
    with pytest.raises(ValueError, match=r"save_params: weight is bfloat16, which .npz cannot hold; save it as"):
        dlref.torch.save_params(tmp_path / "half.npz", half)
    with pytest.raises(
        ValueError, match=r"half\.safetensors holds what NumPy does not have \(.*bfloat16.*\); load it with"
    ):
        dlref.numpy.load_params(tmp_path / "half.safetensors")


@SAVE
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(tmp_path, library):
    path = tmp_path / "model.npz"
    good = ARRAYS if library is dlref.numpy else TENSORS
    library.save_params(path, good)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"save_params: bad must be a (ndarray|Tensor); got list"):
        library.save_params(path, {**good, "bad": [1.0]})
    objects = {"bad": np.array([object()])} if library is dlref.numpy else {"bad": torch.ones(2, dtype=torch.bfloat16)}
    with pytest.raises(ValueError, match=r"bad|Object arrays"):
        library.save_params(path, objects)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.npz"]


@SAVE
@LOAD
@pytest.mark.parametrize("library", [dlref.numpy, dlref.torch])
def test_what_a_path_must_be(tmp_path, library, monkeypatch):
    for path in (tmp_path / "model.pt", "model"):
        with pytest.raises(ValueError, match=r"save_params: path must end in \.npz or \.safetensors; got '.*model"):
            library.save_params(path, {})
        with pytest.raises(ValueError, match=r"load_params: path must end in \.npz or \.safetensors; got '.*model"):
            library.load_params(path)
    with pytest.raises(FileNotFoundError):
        library.load_params(tmp_path / "none.npz")
    for module in ("safetensors", "safetensors.numpy", "safetensors.torch"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r'save_params needs safetensors: pip install "dlref\[train\]"'):
        library.save_params(tmp_path / "model.safetensors", {})
    with pytest.raises(ImportError, match=r"load_params needs safetensors"):
        library.load_params(tmp_path / "model.safetensors")


@SAVE
@pytest.mark.parametrize(("library", "one"), [(dlref.numpy, np.ones(1)), (dlref.torch, torch.ones(1))])
@pytest.mark.parametrize("name", ["file", "allow_pickle"])
def test_names_that_savez_has_for_itself_are_refused(tmp_path, library, one, name):
    with pytest.raises(ValueError, match=f"save_params: {name} cannot be the name of a parameter in .npz; save it as"):
        library.save_params(tmp_path / "model.npz", {name: one})
    library.save_params(tmp_path / "model.safetensors", {name: one})
    assert list(library.load_params(tmp_path / "model.safetensors")) == [name]


@LOAD
def test_a_pickle_in_disguise_is_not_opened(tmp_path):
    np.savez(tmp_path / "evil.npz", weight=np.array([{"run": "me"}], dtype=object))
    for library in (dlref.numpy, dlref.torch):
        with pytest.raises(ValueError, match="allow_pickle=False"):
            library.load_params(tmp_path / "evil.npz")
