"""The built site: both languages whole, nothing from elsewhere, and never half a site in the place of a whole one."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from faults import EN, PAGES, ZH, Edit
from samples import ROOT

from dlref.site import build as building
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import Problem, ProblemsFoundError, Project
from dlref.site.record import Record

LOADS = {"script": "src", "img": "src", "iframe": "src", "link": "href", "a": "href", "source": "src"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def soup(project: Project, name: str) -> BeautifulSoup:
    return BeautifulSoup((project.site / name).read_text("utf-8"), "html.parser")


def addresses(html: BeautifulSoup) -> list[tuple[str, str]]:
    return [(tag.name, str(tag[LOADS[tag.name]])) for tag in html.find_all(list(LOADS)) if tag.get(LOADS[tag.name])]


@pytest.mark.parametrize(("folder", "language", "title"), [("", "zh", "加倍"), ("en/", "en", "Doubling")])
def test_each_language_has_its_place_and_leads_to_the_other(built, folder, language, title):
    html = soup(built, f"{folder}sample/index.html")
    assert html.html["lang"] == language
    assert title in html.h1.get_text()
    switch = html.select_one("a.language-link")
    there = (built.site / folder / "sample" / switch["href"]).resolve() / "index.html"
    other = "en/sample/index.html" if language == "zh" else "sample/index.html"
    assert there.relative_to(built.site.resolve()).as_posix() == other


def test_the_page_shows_numbers_marks_formulas_and_the_drawing(built):
    article = soup(built, "en/sample/index.html").article
    assert [data.get_text() for data in article.select("data.measured")] == ["2", "4.0", "−1.2\u00a0×\u00a010⁻¹³"]
    assert len(article.select(".verified:not(.missing)")) == 5
    assert "src/dlref/numpy/scaling.py:4 · 1 tests" in article.get_text()
    assert article.select_one("figure svg[role=img]")["aria-label"] == "A straight line through the origin"
    assert article.select_one(".katex-display math")
    assert article.select_one("p.claim#c-double, .claim#c-double")
    assert "pytest-codeblocks" not in str(article)


def test_the_record_is_published_with_everything_that_was_run(built):
    published = json.loads((built.site / "verification.json").read_text("utf-8"))
    assert {"python", "numpy", "torch"} <= set(published["versions"])
    assert len(published["blocks"]) == 3  # the two of the snippets, and that of both pages
    for block in published["blocks"]:
        assert re.fullmatch(r"[0-9a-f]{16}", block["hash"])
        assert block["pages"] == [EN, ZH] or block["pages"] == [ZH, EN]
        assert block["passed"] is True
        assert block["seconds"] >= 0
    assert sorted(block["backend"] for block in published["blocks"]) == ["numpy", "numpy", "torch"]
    assert published["claims"]["C-double"]["values"]["value"] == 4.0
    assert published["formulas"] == {"formulas": 1, "from_latex": 1, "transcribed": 0}
    assert published["implementations"]["dlref.torch.double"]["tests"] == ["tests/ops/test_scaling.py::test_double"]


@pytest.mark.parametrize("folder", ["", "en/"])
def test_search_finds_each_place_once_and_no_markup(built, folder):
    entries = json.loads((built.site / folder / "search/search_index.json").read_text("utf-8"))["docs"]
    locations = [entry["location"] for entry in entries]
    assert len(set(locations)) == len(locations)
    assert "sample/#numbers" in locations
    assert not re.search(r"katex|<svg|Verified with|def double|2\\n4", json.dumps(entries))


def test_nothing_comes_from_another_host_and_every_address_is_relative(built):
    for path in [*built.site.rglob("*.html")]:
        for name, address in addresses(BeautifulSoup(path.read_text("utf-8"), "html.parser")):
            parts = urlsplit(address)
            assert name == "a" or (parts.scheme in ("", "data") and not parts.netloc), (path, address)
            if not parts.netloc and path.name != "404.html":  # served at any address, so that it cannot be relative
                assert not parts.path.startswith("/"), (path, address)
    for path in built.site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//", path.read_text("utf-8")), path


def test_without_an_address_the_site_claims_none(built):
    assert not re.search("rel=.?canonical", (built.site / "en/sample/index.html").read_text("utf-8"))
    assert not list(built.site.rglob("sitemap.xml*"))


def test_with_an_address_the_sitemap_pairs_the_languages(copy, monkeypatch):
    monkeypatch.setenv("DLREF_SITE_URL", "https://example.org/notes/")
    building.build(copy)
    sitemap = (copy.site / "sitemap.xml").read_text("utf-8")
    assert "<loc>https://example.org/notes/en/sample/</loc>" in sitemap
    assert sitemap.count('hreflang="en" href="https://example.org/notes/en/sample/"') == 2
    assert sitemap.count('hreflang="zh" href="https://example.org/notes/sample/"') == 2
    canonical = soup(copy, "en/sample/index.html").select_one("link[rel=canonical]")["href"]
    assert canonical == "https://example.org/notes/en/sample/"


def test_without_a_repository_no_page_leads_to_one(built):
    for path in built.site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r'class="contribute"|/issues/new|edit/main|编辑本页|Edit this page', text), path


def test_with_a_repository_each_page_leads_to_its_source_and_to_a_report(copy, monkeypatch):
    monkeypatch.setenv("DLREF_REPO_URL", "https://example.org/us/notes/")
    building.build(copy)
    seen = {}
    for path in sorted(copy.site.rglob("*.html")):
        html = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        if path.name == "404.html":  # it has no source that a reader would know
            assert not html.select(".contribute")
            continue
        edit, report = html.select("article .contribute a")
        words = ["编辑本页", "报告问题"] if html.html["lang"] == "zh" else ["Edit this page", "Report a problem"]
        assert [edit.get_text(), report.get_text()] == words, path
        assert edit["href"].startswith("https://example.org/us/notes/edit/main/docs/"), path
        source = edit["href"].split("/edit/main/")[1]
        assert (copy.root / source).is_file(), path
        address, _, query = report["href"].partition("?")
        assert address == "https://example.org/us/notes/issues/new"
        asked = {name: value for name, (value,) in parse_qs(query).items()}
        assert asked.pop("page") == source
        form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE" / asked.pop("template")).read_text("utf-8"))
        assert "page" in [field.get("id") for field in form["body"]]  # else GitHub drops what is filled in
        seen[path.parent.relative_to(copy.site).as_posix()] = (source, asked.pop("title"))
        assert not asked
    assert seen["sample"] == (ZH, "加倍：")
    assert seen["en/sample"] == (EN, "Doubling: ")
    assert seen["lab-halving"] == ("docs/labs/halving.py", "实验：减半：")
    assert seen["en"][0] == "docs/en/index.md"
    assert len(seen) == 12
    proof = BeautifulSoup((copy.site / "en/evidence/index.html").read_text("utf-8"), "html.parser").select_one(".proof")
    code = "https://example.org/us/notes/blob/main/tests/claims/test_sample.py#L9"
    assert code in [link["href"] for link in proof.select(".proof-head a")]
    assert list(copy.site.rglob("evidence/*.txt")) == []


def test_an_unverified_block_stops_the_build_at_its_line_and_spares_the_old_site(copy, monkeypatch):
    before = contents(copy.site)
    record = Record.load(copy.record)
    record.blocks = {key: entry for key, entry in record.blocks.items() if "docs/" not in entry["source"]}
    record.save(copy.record)
    monkeypatch.setattr(building, "check", lambda project: [])  # as if the check had a hole
    with pytest.raises(ProblemsFoundError) as caught:
        building.build(copy)
    said = "this Python block has not been run as it stands"
    assert caught.value.problems == [Problem(EN, 51, said), Problem(ZH, 51, said)]
    assert contents(copy.site) == before


def test_a_failing_check_spares_the_old_site(copy):
    before = contents(copy.site)
    Edit(EN, "index.md)", "nowhere.md)").apply(copy)
    with pytest.raises(ProblemsFoundError, match=r"docs/en/sample\.md:62: dead link nowhere\.md"):
        building.build(copy)
    assert contents(copy.site) == before


def test_what_only_the_renderer_warns_of_stops_the_build(copy):
    Edit("mkdocs.yml", "- about.md", "- about.md\n- absent.md").apply(copy)
    with pytest.raises(ProblemsFoundError, match=r"mkdocs\.yml:1: building zh: .*zh/absent\.md"):
        building.build(copy)


def test_a_failure_while_swapping_brings_the_old_site_back(copy, tmp_path):
    before = contents(copy.site)
    with pytest.raises(FileNotFoundError):
        building.put_in_place(tmp_path / "never-built", copy.site)
    assert contents(copy.site) == before


def test_a_first_build_that_fails_says_why(tmp_path):
    with pytest.raises(FileNotFoundError, match="never-built"):
        building.put_in_place(tmp_path / "never-built", tmp_path / "site")


def test_a_killed_build_leaves_the_old_site_whole(copy):
    before = contents(copy.site)
    process = subprocess.Popen(
        [sys.executable, "-m", "dlref.site", "build"],
        cwd=copy.root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    deadline = time.monotonic() + 60
    while not list(copy.cache.glob("site-*/site/assets")) and time.monotonic() < deadline:
        assert process.poll() is None, "the build ended before it could be killed"
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert contents(copy.site) == before


def test_a_block_in_a_list_that_slips_through_would_not_be_published(copy, monkeypatch):
    Edit(PAGES, "\n!!! note ", "\n- ```python\n  print(7)\n  ```\n\n!!! note ").apply(copy)
    stamp(copy, load_pages(copy))
    monkeypatch.setattr(building, "check", lambda project: [])
    with pytest.raises(ProblemsFoundError):
        building.build(copy)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ERROR   -  docs/en/x.md:7: said", Problem("docs/en/x.md", 7, "said")),
        ("Error: docs/zh/x.md:3: a: b", Problem("docs/zh/x.md", 3, "a: b")),
        ("snippets/x/y.tex:1: said", Problem("snippets/x/y.tex", 1, "said")),
        ("WARNING -  A reference is dead", Problem("mkdocs.yml", 1, "building en: A reference is dead")),
        (
            "INFO    -  Cleaning\nAborted with 1 warning",
            Problem("mkdocs.yml", 1, "building en failed without a message"),
        ),
    ],
)
def test_the_renderers_words_become_problems(output, expected):
    assert building._problems("en", output) == [expected]
