"""What a planted fault is, and how its trace among the problems is judged."""

from dataclasses import dataclass

from dlref.site.check import static_problems
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import Problem, Project

ZH, EN = "docs/zh/sample.md", "docs/en/sample.md"
PAGES = "docs/{zh,en}/sample.md"  # the same edit in both languages
DELETE = "\0delete"


@dataclass(frozen=True)
class Edit:
    """Replace the one occurrence of `old`; with no `old` write the whole file."""

    path: str
    old: str
    new: str

    def apply(self, project: Project) -> None:
        for name in (ZH, EN) if self.path == PAGES else (self.path,):
            path = project.root / name
            if self.new == DELETE:
                path.unlink()
                continue
            text = self.new
            if self.old:
                before = path.read_text("utf-8")
                assert before.count(self.old) == 1, f"{name}: {self.old!r} stands {before.count(self.old)} times"
                text = before.replace(self.old, self.new)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def add(path: str, text: str) -> Edit:
    """Put `text` before the last paragraph of the sample page."""
    before = "\n## Boxes { #boxes }\n" if path == PAGES else {ZH: "\n## 方框", EN: "\n## Boxes"}[path]
    if path == PAGES:
        return Edit(path, "\n!!! note ", f"\n{text}\n\n!!! note ")
    return Edit(path, before, f"\n{text}\n{before}")


@dataclass(frozen=True)
class Fault:
    """One edit, and the problem that must come of it."""

    name: str
    edit: Edit | tuple[Edit, ...]
    path: str
    words: str
    at: str = ""  # text of the line that the problem must name
    count: int = 1  # how many problems the fault may cause, itself included

    def plant(self, project: Project, *, stamped: bool = True) -> None:
        for edit in self.edit if isinstance(self.edit, tuple) else (self.edit,):
            edit.apply(project)
        if stamped:
            stamp(project, load_pages(project))

    def judge(self, project: Project, problems: list[Problem]) -> None:
        """The problem is there, at its place, and does not drown."""
        found = [one for one in problems if one.path == self.path and self.words in one.message]
        listing = "\n".join(map(str, problems)) or "(no problems)"
        assert found, f"not caught: {self.path}: …{self.words}…\n{listing}"
        if self.at:
            lines = (project.root / self.path).read_text("utf-8").splitlines()
            wanted = {number for number, line in enumerate(lines, 1) if self.at in line}
            assert wanted & {one.line for one in found}, f"wanted line {wanted} of {self.path}\n{listing}"
        assert listing.count("\n") == len(problems) - 1, f"a problem is one line:\n{listing}"
        assert len(problems) == self.count, listing


def static(project: Project) -> list[Problem]:
    """What a check finds without running anything."""
    return sorted(set(static_problems(project, load_pages(project))))
