"""Where a reader mends a page, or says what is wrong with it, in one click: links to the repository, if it is known."""

from pathlib import PurePosixPath
from urllib.parse import urlencode

FORM, FIELD = "problem.yml", "page"  # in .github/ISSUE_TEMPLATE: the form of a report, and its field


def source_of(address: str) -> str:
    """Return the file below docs that a page is written in: for a lab's notebook, the script that it is made from."""
    path = PurePosixPath(address)
    if path.suffix != ".ipynb":
        return address
    return f"labs/{path.stem.removeprefix('lab-').replace('-', '_')}.py"


def contribution_links(
    repository: str, edit_path: str, address: str, title: str, words: dict[str, str]
) -> list[dict[str, str]]:
    """Return the links that stand at the end of a page: to its source on main, and to a report that names the page."""
    root, source = repository.rstrip("/"), source_of(address)
    report = {"template": FORM, "title": words["report_title"].format(title=title), FIELD: f"docs/{source}"}
    return [
        {"text": words["edit"], "href": f"{root}/{edit_path.strip('/')}/{source}"},
        {"text": words["report"], "href": f"{root}/issues/new?{urlencode(report)}"},
    ]
