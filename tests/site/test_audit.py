"""The last line of defence: what the audit sees in built HTML that was damaged after the build."""

import json
import os

import pytest
from faults import EN

from dlref.site.audit import audit
from dlref.site.pages import load_pages
from dlref.site.project import Project

DAMAGE = {
    "dead link": ("<p>", '<p><a href="../nowhere/">x</a>', "links to ../nowhere/, which is not there"),
    "dead anchor": ("<p>", '<p><a href="#nowhere">x</a>', "links to #nowhere, where no element has that id"),
    "script": ("<p>", '<p><script src="//example.org/x.js"></script>', "loads //example.org/x.js from another host"),
    "frame": ("<p>", '<p><iframe src="https://example.org"></iframe>', "loads https://example.org from another host"),
    "lost formula": ('class="katex-display"', 'class="lost"', "the page has 1 formulas, its rendering 0"),
    "lost mark": ('class="verified"', 'class="verified missing"', "the page has 5 verified marks, its rendering 4"),
    "lost number": ('class="measured"', "", "the page has 3 measured numbers, its rendering 2"),
    "lost box": ('class="admonition note"', "", "the page has 1 boxes, its rendering 0"),
    "lost drawing": ('role="img"', "", "the page has 1 pictures, its rendering 0"),
    "lost block": ('class="language-python', 'class="language-x', "the page has 5 Python blocks, its rendering 4"),
    "lost claim": ('id="c-double"', "", "#c-double is missing from the built page"),
}


def damaged(project: Project, before: str, after: str) -> list[str]:
    """Audit the site after one change in the article of the English page."""
    path = project.site / "en/sample/index.html"
    head, article = path.read_text("utf-8").split("<article", 1)
    assert before in article
    path.write_text(f"{head}<article{article.replace(before, after, 1)}", "utf-8")
    return [f"{one.path}: {one.message}" for one in audit(project.site, load_pages(project))]


def test_the_audit_has_nothing_against_the_site(copy):
    assert audit(copy.site, load_pages(copy)) == []


@pytest.mark.parametrize(("before", "after", "words"), DAMAGE.values(), ids=DAMAGE)
def test_the_audit_sees_damage(copy, before, after, words):
    found = damaged(copy, before, after)
    assert any(words in one and one.startswith(EN) for one in found), found
    assert len(found) <= 3


def test_the_audit_weighs_pages(copy):
    noise = os.urandom(200_000).hex()
    assert any("kB gzipped; 200 kB at most" in one for one in damaged(copy, "<p>", f"<p>{noise}"))


def test_the_audit_misses_a_page(copy):
    (copy.site / "en/sample/index.html").unlink()
    found = [str(one) for one in audit(copy.site, load_pages(copy))]
    assert f"{EN}:1: was not built: there is no en/sample/index.html" in found


@pytest.mark.parametrize(
    ("key", "value", "words"), [("location", "", "stands twice"), ("text", "<svg", "markup in the text")]
)
def test_the_audit_reads_the_search_index(copy, key, value, words):
    path = copy.site / "en/search/search_index.json"
    index = json.loads(path.read_text("utf-8"))
    for entry in index["docs"][:2]:
        entry[key] = value
    path.write_text(json.dumps(index), "utf-8")
    assert any(words in one.message for one in audit(copy.site, load_pages(copy)))
