"""Which sources each committed figure was drawn from, and whether two drawings show the same."""

import hashlib
import importlib
import inspect
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from dlref.experiments.provenance import source_fingerprint
from dlref.figures.drawing import FIGURES

_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_PLACE = re.compile(r' (?:d|x|y|transform)="([^"]*)"')


def load_all() -> None:
    """Import every figure module, so that FIGURES is complete."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if not path.stem.startswith("__"):
            importlib.import_module(f"dlref.figures.{path.stem}")


def module_of(name: str) -> str:
    """Return the module that draws a figure, relative to the source root."""
    path = Path(inspect.getsourcefile(FIGURES[name]) or "")
    return path.relative_to(Path(__file__).parents[2]).as_posix()


def source_key(module: str, source_root: Path) -> str:
    """Return what changes when a figure has to be drawn again: its module and all that this reaches."""
    return source_fingerprint((source_root / module).read_text("utf-8"), source_root)


def content_key(svg: str) -> str:
    return hashlib.sha256(svg.encode()).hexdigest()[:24]


def read(folder: Path) -> dict[str, dict[str, str]]:
    """Return the manifest: per figure file its module, the key of its sources and of its content."""
    path = folder / "manifest.json"
    loaded: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return loaded


def write(folder: Path, entries: dict[str, dict[str, str]]) -> None:
    (folder / "manifest.json").write_text(json.dumps(entries, indent=1, sort_keys=True) + "\n", "utf-8")


def differences(one: str, other: str) -> Iterator[str]:
    """Yield how two drawings differ: in any text, style or shape, or in a place or colour by more than processors may.

    Coordinates are in points on a canvas of some hundred; half a point is far below what an eye can see.
    """
    one, other = _neutral(one), _neutral(other)
    if _blank(one) != _blank(other):
        yield "its shapes, labels or styles differ"
        return
    for a, b in zip(_COLOUR.findall(one), _COLOUR.findall(other), strict=True):
        if any(abs(int(a[i : i + 2], 16) - int(b[i : i + 2], 16)) > 3 for i in (1, 3, 5)):
            yield f"{a} became {b}"
    for a, b in zip(_places(one), _places(other), strict=True):
        if not math.isclose(float(a), float(b), rel_tol=1e-3, abs_tol=0.5):
            yield f"{a} became {b}"


def _blank(svg: str) -> str:
    """Everything but the values that may differ a little: labels, opacities and line widths stay."""
    return _PLACE.sub(lambda match: _NUMBER.sub("0", match.group()), _COLOUR.sub("#", svg))


def _places(svg: str) -> list[str]:
    return [number for text in _PLACE.findall(svg) for number in _NUMBER.findall(text)]


def _neutral(svg: str) -> str:
    """Number the ids in order of appearance: matplotlib makes them from the coordinates' last digits."""
    for number, name in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', svg))):
        svg = re.sub(rf"\b{re.escape(name)}\b", f"id{number}", svg)
    return svg
