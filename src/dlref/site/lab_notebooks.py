"""The labs as notebooks: a language's text with the code and what it shows, to download and to make a page of.

The page shows its pictures as drawings that take the page's colours, the notebook for download as ordinary pictures.
"""

import copy
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from dlref.site.lab_runs import DRAWING, PICTURE, Notebook, executed, lab_files
from dlref.site.project import Project, write_changed

_RATE = re.compile(r"(\d+/\d+) \[[^\],]*, [^\],]*(?:, )?([^\]]*)\]")  # tqdm's times, which differ in every run


@dataclass(frozen=True)
class Picture:
    """What a cell draws: as SVG, and in words."""

    svg: str
    caption: str


def write_notebooks(project: Project, language: str) -> list[Path]:
    """Write the labs of a language, run; return their files, which are named as the pages."""
    found = []
    for path in lab_files(project):
        notebook = translated(executed(project, path), language)
        name = f"lab-{path.stem.replace('_', '-')}"
        file = project.cache / "labs" / language / f"{name}.ipynb"
        write_changed(_pictures(file), json.dumps([asdict(picture) for picture in _taken_out(notebook)]))
        write_changed(file, json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        found.append(file)
    return found


def pictures(notebook: Path) -> list[Picture]:
    """Return the drawings of a written notebook, in their order."""
    return [Picture(**one) for one in json.loads(_pictures(notebook).read_text("utf-8"))]


def _pictures(notebook: Path) -> Path:
    return notebook.with_suffix(".json")


def _taken_out(notebook: Notebook) -> Iterator[Picture]:
    """Take the drawings out of a notebook, where ordinary pictures stay."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if PICTURE in output.get("data", {}):
                yield Picture(output["data"].pop(DRAWING), cell["metadata"].get("alt", ""))


def translated(notebook: Notebook, language: str) -> Notebook:
    """Return the notebook with the text of one language."""
    result = copy.deepcopy(notebook)
    result["cells"] = [cell for cell in result["cells"] if cell["metadata"].get("lang", language) == language]
    for number, cell in enumerate(result["cells"]):
        cell["id"] = hashlib.sha256(f"{number} {cell['source']}".encode()).hexdigest()[:8]  # the same in every build
        cell["metadata"] = {"alt": cell["metadata"][language]} if language in cell["metadata"] else {}
        if cell["cell_type"] == "code":
            cell["outputs"] = list(_settled(cell["outputs"]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    result["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return result


def _settled(outputs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What a cell shows, as it stood in the end: a progress bar once, without the seconds it took."""
    for is_text, group in groupby(outputs, lambda output: output["output_type"] == "stream"):
        if not is_text:
            yield from (_picture(output) for output in group if output["output_type"] == "display_data")
            continue
        streams = list(group)
        for name in ("stderr", "stdout"):  # progress, then results: the order in which they arrive is not certain
            whole = "".join(output["text"] for output in streams if output["name"] == name)
            lines = [_RATE.sub(r"\1 \2", line.rsplit("\r", 1)[-1]).rstrip() for line in whole.split("\n")]
            if text := "\n".join(lines).strip("\n"):
                yield {"output_type": "stream", "name": name, "text": text + "\n"}


def _picture(output: dict[str, Any]) -> dict[str, Any]:
    if PICTURE in output["data"]:
        output["data"].pop("text/plain", None)
    return output
