"""What `pip install .` gives to someone who has nothing yet."""

import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from samples import ROOT

import dlref

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
USE = """
import sys
import numpy as np
import dlref.data, dlref.numpy.autograd
value, pullback = dlref.numpy.linear.vjp(np.ones((2, 3), np.float32), np.ones((4, 3), np.float32))
dinput, dweight, _ = pullback(np.ones((2, 4)))
print(value.sum(), dinput.sum(), dweight.shape, dweight.dtype)
x = dlref.numpy.autograd.Tensor(np.array([1.0, 2.0]), requires_grad=True)
(x * x).sum().backward()
print(x.grad, sorted({"torch", "sklearn", "matplotlib"} & set(sys.modules)))
import dlref.torch
"""


def done(*command: str) -> None:
    """Run a command; show what it says where it fails."""
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done(*PIP, "wheel", "--no-deps", "-w", str(folder), str(ROOT))
    (built,) = folder.iterdir()
    return built


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel):
    present = {file.relative_to(ROOT / "src").as_posix() for file in (ROOT / "src").rglob("*") if file.is_file()}
    needed = {name for name in present if name.endswith((".py", ".html", ".jinja", ".txt", "py.typed"))}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert needed <= packed <= present
    assert {"dlref/py.typed", "dlref/site/theme/main.html"} <= needed


def test_the_wheel_has_the_version_of_the_package_and_its_licence(wheel):
    archive = zipfile.ZipFile(wheel)
    about = f"dlref-{dlref.__version__}.dist-info"
    metadata = message_from_bytes(archive.read(f"{about}/METADATA"))
    assert metadata["Version"] == dlref.__version__
    needed = [requirement for requirement in metadata.get_all("Requires-Dist") if "extra ==" not in requirement]
    assert needed == ["numpy>=2.0"]
    assert f"{about}/licenses/LICENSE" in archive.namelist()


def test_installed_with_numpy_only_the_numpy_side_works_and_the_torch_side_says_what_it_needs(wheel, tmp_path):
    done(sys.executable, "-m", "venv", "--without-pip", str(tmp_path))
    (python,) = [*tmp_path.glob("bin/python"), *tmp_path.glob("Scripts/python.exe")]
    done(*PIP, "--python", str(python), "install", "--no-compile", "-c", str(ROOT / "constraints.txt"), str(wheel))
    finished = subprocess.run([str(python), "-I", "-c", USE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert finished.stdout == "24.0 24.0 (4, 3) float32\n[2. 4.] []\n", finished.stderr
    assert finished.stderr.splitlines()[-1].startswith(
        'ImportError: dlref.torch needs PyTorch: pip install "dlref[torch]"'
    )
