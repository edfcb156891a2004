"""Redraw the figures, or check that the committed ones are what the code draws."""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from dlref.experiments.remembering import remembering
from dlref.figures import manifest
from dlref.figures.drawing import FIGURES, draw_svg

_LANGUAGES = ("zh", "en")


def main() -> int:
    parser = argparse.ArgumentParser(prog="nox -s figures --", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed figures; write nothing")
    parser.add_argument(
        "names",
        nargs="*",
        help="a page such as cost-surface, or one figure of it such as cost-surface/contour; all when none is named",
    )
    arguments = parser.parse_args()
    manifest.load_all()
    wanted = {
        name: [one for one in sorted(FIGURES) if one == name or one.startswith(f"{name}/")] for name in arguments.names
    }
    if unknown := [name for name, found in wanted.items() if not found]:
        parser.error(f"no such figure or page: {', '.join(unknown)}; there are {', '.join(sorted(FIGURES))}")
    folder = Path("docs/assets/figures")
    names = [name for found in wanted.values() for name in found] or sorted(FIGURES)
    with remembering():
        return check(folder, names) if arguments.check else redraw(folder, names)


def redraw(folder: Path, names: list[str]) -> int:
    """Draw and write; figures that no code draws any more are removed."""
    drawn = {}
    for name, svgs in _drawn(names):
        module = manifest.module_of(name)
        for language, svg in svgs.items():
            path = folder / f"{name}.{language}.svg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(svg, "utf-8")
            key = manifest.source_key(module, Path("src"))
            file = path.relative_to(folder).as_posix()
            drawn[file] = {"module": module, "source": key, "content": manifest.content_key(svg)}
            print(f"{path}: {len(svg) / 1000:.1f} kB")
    kept = manifest.read(folder)  # as it is by now: somebody else may have drawn other figures meanwhile
    manifest.write(folder, {file: entry for file, entry in (kept | drawn).items() if _is_drawn(file)})
    for path in folder.rglob("*.svg"):
        if not _is_drawn(path.relative_to(folder).as_posix()):
            path.unlink()
            print(f"{path}: removed, no code draws it")
    return 0


def _drawn(names: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Draw figures, on every processor; yield each name with its drawings by language, in order."""
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(names))) as pool:
        yield from zip(names, pool.map(_in_both_languages, names), strict=True)


def _in_both_languages(name: str) -> dict[str, str]:
    manifest.load_all()  # another process may begin with nothing
    return {language: draw_svg(FIGURES[name], language) for language in _LANGUAGES}


def _is_drawn(file: str) -> bool:
    """Whether code draws the figure of this file, such as cost-surface/contour.en.svg."""
    return file.rsplit(".", 2)[0] in FIGURES


def check(folder: Path, names: list[str]) -> int:
    """Draw in memory and compare; identical bytes, or equal shapes with numbers within tolerance."""
    failed = 0
    for name, svgs in _drawn(names):
        for language, drawn in svgs.items():
            path = folder / f"{name}.{language}.svg"
            committed = path.read_text("utf-8") if path.is_file() else ""
            if first := next(manifest.differences(committed, drawn), None):
                failed += 1
                print(f"{path}:1: is not what the code draws: {first}; run `nox -s figures`")
            else:
                print(f"{path}: {'identical' if committed == drawn else 'equal within tolerance'}")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
