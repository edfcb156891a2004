"""Where things stand in the repository, and the one form in which a problem is reported."""

import ast
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, order=True)
class Problem:
    """Something an author has to mend, at a place that an editor can jump to."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class ProblemsFoundError(Exception):
    """Work stopped because of problems; prints them one a line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Project:
    """The folders of a checkout, all below `root`."""

    root: Path

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def assets(self) -> Path:
        return self.docs / "assets"

    @property
    def figures(self) -> Path:
        return self.assets / "figures"

    @property
    def snippets(self) -> Path:
        return self.root / "snippets"

    @property
    def source(self) -> Path:
        return self.root / "src"

    @property
    def tests(self) -> Path:
        return self.root / "tests"

    @property
    def cache(self) -> Path:
        return self.root / ".cache" / "dlref"

    @property
    def fragments(self) -> Path:
        """What pages include and no author writes: sources of implementations, formulas without their last newline."""
        return self.cache / "fragments"

    @property
    def record(self) -> Path:
        return self.cache / "record.json"

    @property
    def site(self) -> Path:
        return self.root / "site"

    def relative(self, path: Path) -> str:
        """Return `path` as it is written in messages: relative to the root, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def read(self, path: Path) -> str:
        """Return the text of a file of ours, or raise ProblemsFoundError with the line that is not UTF-8."""
        content = path.read_bytes()
        try:
            return content.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ProblemsFoundError([Problem(self.relative(path), line, "is not UTF-8 text")]) from error

    def parse(self, path: Path, text: str) -> ast.Module:
        """Return the syntax tree of `text`, the content of `path`; where there is none, raise ProblemsFoundError."""
        try:
            return ast.parse(text)
        except SyntaxError as error:
            said = f"Python cannot read this file: {error.msg}"
            raise ProblemsFoundError([Problem(self.relative(path), error.lineno or 1, said)]) from error


def write_changed(path: Path, text: str) -> None:
    """Write `text`, unless that is what the file says: its time tells builders and previews what is new."""
    if not (path.is_file() and path.read_text("utf-8") == text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
