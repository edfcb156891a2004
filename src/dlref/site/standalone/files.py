"""The standalone programs as files: what each is called, what it says at its top, and what it has to print."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dlref.experiments.provenance import package_versions
from dlref.experiments.remembering import remembered, remembering
from dlref.site.project import Problem, ProblemsFoundError, Project, write_changed
from dlref.site.record import PACKAGES, Record
from dlref.site.snippets import Block, blocks_in
from dlref.site.standalone.writing import standalone

FOLDER = "snippets"  # of the site, at whose top it stands for both languages


@dataclass(frozen=True)
class Program:
    """A block as a program of its own."""

    block: Block
    address: str  # learning-process/loop_numpy.py
    text: str
    versions: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """What its run is remembered by: the text, what it has to print, and the versions."""
        said = f"{self.text}\0{self.block.expected}\0{self.versions}"
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def address_of(path: str) -> str:
    """Return where the program of a snippet's file is, below `snippets/`: page/name.numpy.md is page/name_numpy.py."""
    file = PurePosixPath(path)
    return f"{file.parent.name}/{file.name.removesuffix('.md').replace('.', '_')}.py"


def is_program(path: str) -> bool:
    """Tell whether a block that stands in this file has a program of its own."""
    return path.startswith("snippets/") and path.endswith((".numpy.md", ".torch.md"))


@remembered
def program_of(project: Project, block: Block) -> Program:
    """Write a snippet's program; what has no way into one raises ProblemsFoundError."""
    backend = block.path.removesuffix(".md").rpartition(".")[2]
    text, packages = standalone(project, block.path, block.code, backend)
    versions = package_versions("".join(f"import {package}\n" for package in sorted(packages)), project.source)
    return Program(block, address_of(block.path), text, tuple(versions.items()))


def programs(project: Project, paths: Iterable[Path]) -> tuple[list[Program], list[Problem]]:
    """Return the programs of these snippets' files, and what has no way into one."""
    found, problems = [], []
    with remembering():
        for block in (block for path in sorted(paths) for block in blocks_in(project, path)):
            try:
                found += [program_of(project, block)] if is_program(block.path) else []
            except ProblemsFoundError as error:
                problems += error.problems
    return found, problems


def header(program: Program, record: Record) -> str:
    """The first line: where it is from, what it was run with, under which terms it may be used."""
    home = os.environ.get("DLREF_SITE_URL", "").rstrip("/")
    place = f"{home}/{FOLDER}/{program.address}" if home else f"dlref, {program.address}"
    entry = record.standalone.get(program.key)
    said = f"verified with {', '.join(_named(entry['versions']))}" if entry else "not verified yet"
    return f"# {place}: {said}. MIT licence.\n"


def _named(versions: dict[str, str]) -> Iterator[str]:
    yield f"Python {versions['python']}"
    yield from (f"{name} {versions[key].split('+')[0]}" for key, name in PACKAGES.items() if key in versions)


def write(project: Project, folder: Path, *, expected: bool = False) -> list[Problem]:
    """Write every program into `folder`, if asked with what it has to print beside it; return what has none."""
    found, problems = programs(project, project.snippets.rglob("*.md"))
    record = Record.load(project.record)
    for program in found:
        write_changed(folder / program.address, header(program, record) + program.text)
        if expected:
            write_changed((folder / program.address).with_suffix(".txt"), program.block.expected or "")
    return problems
