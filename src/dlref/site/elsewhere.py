"""Where other projects document the names that we use, known without asking them: a build makes no requests.

PyTorch's own names are read off the installed package's text (importing it takes a second and more).
"""

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_NUMPY = "https://numpy.org/doc/stable/reference"
_TORCH = "https://docs.pytorch.org/docs/stable"
_PYTHON = "https://docs.python.org/3/library"

ADDRESSES = {
    "numpy.ndarray": f"{_NUMPY}/generated/numpy.ndarray.html",
    "numpy.random.Generator": f"{_NUMPY}/random/generator.html",
    "numpy.typing.ArrayLike": f"{_NUMPY}/typing.html#numpy.typing.ArrayLike",
    "numpy.typing.DTypeLike": f"{_NUMPY}/typing.html#numpy.typing.DTypeLike",
    "numpy.typing.NDArray": f"{_NUMPY}/typing.html#numpy.typing.NDArray",
    "torch.Tensor": f"{_TORCH}/tensors.html#torch.Tensor",
    **{f"torch.{name}": f"{_TORCH}/generated/torch.{name}.html" for name in ("cat", "no_grad", "stack", "where")},
    "torch.Generator": f"{_TORCH}/generated/torch.Generator.html",
    "torch.nn.Module": f"{_TORCH}/generated/torch.nn.Module.html",
    "torch.nn.Parameter": f"{_TORCH}/generated/torch.nn.parameter.Parameter.html",
    "torch.nn.parameter.Parameter": f"{_TORCH}/generated/torch.nn.parameter.Parameter.html",
    "collections.abc.Callable": f"{_PYTHON}/collections.abc.html#collections.abc.Callable",
    "collections.abc.Iterable": f"{_PYTHON}/collections.abc.html#collections.abc.Iterable",
    "collections.abc.Iterator": f"{_PYTHON}/collections.abc.html#collections.abc.Iterator",
    "collections.abc.Mapping": f"{_PYTHON}/collections.abc.html#collections.abc.Mapping",
    "collections.abc.Sequence": f"{_PYTHON}/collections.abc.html#collections.abc.Sequence",
    "typing.Any": f"{_PYTHON}/typing.html#typing.Any",
    "typing.Protocol": f"{_PYTHON}/typing.html#typing.Protocol",
    "pathlib.Path": f"{_PYTHON}/pathlib.html#pathlib.Path",
    **{name: f"{_PYTHON}/functions.html#{name}" for name in ("bool", "float", "int")},
    **{name: f"{_PYTHON}/stdtypes.html#{name}" for name in ("dict", "list", "str", "tuple")},
    **{name: f"{_PYTHON}/exceptions.html#{name}" for name in ("ImportError", "TypeError", "ValueError")},
}

# module, its file in the package, the page that documents a name of it
_OWN = (
    ("torch.nn.functional", "nn/functional.py", "generated/{}.html"),
    ("torch.optim", "optim/__init__.py", "generated/{}.html"),
    ("torch.optim.lr_scheduler", "optim/lr_scheduler.py", "generated/{}.html"),
    ("torch.nn.init", "nn/init.py", "nn.init.html#{}"),
    ("torch.nn.utils", "nn/utils/__init__.py", "generated/{}.html"),
)
_LISTED = re.compile(r"^__all__ = \[(.*?)^\]", re.MULTILINE | re.DOTALL)
_DEFINED = re.compile(r"^(?:def ([a-z]\w*)\(|([a-z]\w*) = )", re.MULTILINE)


def own_of_torch(name: str) -> tuple[str, str] | None:
    """Return full name and address of what PyTorch itself offers under the name of an operation of ours."""
    for module, file, page in _OWN:
        if name in _names_in(file):
            full = f"{module}.{name}"
            return full, f"{_TORCH}/{page.format(full)}"
    full = f"torch.{name}"
    return (full, ADDRESSES[full]) if full in ADDRESSES else None


@lru_cache(maxsize=len(_OWN))
def _names_in(file: str) -> frozenset[str]:
    found = find_spec("torch")
    path = Path(found.submodule_search_locations[0]) / file if found and found.submodule_search_locations else None
    if path is None or not path.is_file():
        return frozenset()
    text = path.read_text("utf-8")
    if listed := _LISTED.search(text):
        names = re.findall(r'"(\w+)"', listed.group(1))
        return frozenset(name for name in names if not path.with_name(f"{name}.py").is_file())  # which is a module
    return frozenset(first or second for first, second in _DEFINED.findall(text))
