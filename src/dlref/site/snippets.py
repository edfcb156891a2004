"""Python blocks: which there are, what they must print, and the key under which their run is remembered."""

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from pytest_codeblocks import CodeBlock, extract_from_buffer

from dlref.experiments.provenance import fingerprint, package_versions
from dlref.experiments.remembering import remembered
from dlref.site.project import Project

EXPECTED_OUTPUT = "<!--pytest-codeblocks:expected-output-->"
_TORCH = re.compile(r"^\s*(?:import|from) (?:torch|dlref\.torch)\b", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A Python block as pytest-codeblocks runs it."""

    path: str
    line: int
    code: str
    expected: str | None
    key: str

    @property
    def test(self) -> str:
        """The name that pytest gives to the run of this block."""
        return f"{self.path}::line {self.line}"

    @property
    def backend(self) -> str:
        return "torch" if _TORCH.search(self.code) else "numpy"


@remembered
def blocks_in(project: Project, path: Path) -> list[Block]:
    """Return the Python blocks of a Markdown file, read by the very function that pytest-codeblocks tests them with."""
    return [
        Block(
            project.relative(path),
            found.lineno,
            found.code,
            found.expected_output,
            block_key(project, found.code, found.expected_output),
        )
        for found in _extracted(project.read(path))
        if found.syntax == "python"
    ]


def unreadable(text: str) -> str | None:
    """Return why pytest-codeblocks cannot read a file, in its own words."""
    try:
        _extract(text)
    except RuntimeError as error:
        return str(error)
    return None


def _extracted(text: str) -> list[CodeBlock]:
    return [] if unreadable(text) else _extract(text)


def _extract(text: str) -> list[CodeBlock]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of directives that our rules refuse anyway
        found: list[CodeBlock] = extract_from_buffer(io.StringIO(text))
    return found


def output_line(text: str, line: int) -> int:
    """Return the line on which the expected output of the block at `line` begins."""
    lines = enumerate(text.splitlines()[line:], line + 1)
    next((number for number, said in lines if said.strip() == EXPECTED_OUTPUT), line)
    return next((number + 1 for number, said in lines if said.lstrip().startswith("```")), line)


def all_blocks(project: Project) -> list[Block]:
    """Return every Python block of the snippets and of the pages."""
    paths = [*sorted(project.snippets.rglob("*.md")), *sorted(project.docs.rglob("*.md"))]
    return [block for path in paths for block in blocks_in(project, path)]


def block_key(project: Project, code: str, expected: str | None) -> str:
    """Return a key that changes with the code, its expected output, the dlref sources it reaches and the versions."""
    text = f"{fingerprint(code.strip(), project.source)}\0{expected}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def code_digest(code: str) -> str:
    """Return the name of a block in the published record: a hash of its text, blind to blank lines at its ends."""
    return hashlib.sha256(code.strip().encode()).hexdigest()[:16]


def block_versions(project: Project, code: str) -> dict[str, str]:
    """Return the versions of Python and of the packages that the block reaches."""
    return package_versions(code, project.source)
