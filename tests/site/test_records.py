"""The record, what the site adds to HTML, figures that may differ a little, and the typography of Chinese text."""

import json

import pytest
from faults import EN
from samples import ROOT

from dlref.figures.manifest import differences
from dlref.site.check import check
from dlref.site.embed import embed
from dlref.site.html import Evidence, annotate, scientific
from dlref.site.pages import load_pages
from dlref.site.project import Project
from dlref.site.prose import check_prose
from dlref.site.record import Record
from dlref.site.rules import PAGE_RULES
from dlref.site.snippets import all_blocks, blocks_in, code_digest
from dlref.site.verify import shown_on, stale

WORDS = {"output": "Output", "unverified": "Not verified"}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "3", '{"blocks": {}, "claims": {}}', '{"blocks": 1, "claims": 1, "implementations": 1}'],
)
def test_an_unreadable_record_is_an_empty_one(tmp_path, text):
    path = tmp_path / "record.json"
    path.write_text(text, "utf-8")
    assert Record.load(path) == Record() == Record.load(tmp_path / "absent.json")


def test_a_record_comes_back_as_it_was_saved(tmp_path):
    record = Record({"k": {"output": "数"}}, {"C-x": {"key": "1"}}, {})
    record.save(tmp_path / "new" / "record.json")
    assert Record.load(tmp_path / "new" / "record.json") == record
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["record.json"]


def test_an_entry_counts_while_its_sources_stand(sample):
    shown = shown_on(sample, load_pages(sample))
    assert (len(shown.blocks), shown.claims, len(shown.implementations)) == (4, {"C-double"}, 2)
    assert stale(sample, shown) == type(shown)()
    path = sample.source / "dlref/numpy/scaling.py"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    left = stale(sample, shown_on(sample, load_pages(sample)))
    assert [block.path for block in left.blocks] == ["snippets/sample/double.numpy.md"]
    assert (left.claims, left.implementations) == ({"C-double"}, {"dlref.numpy.double"})


def test_a_failed_claim_leaves_the_record(sample):
    path = sample.root / "tests/claims/test_sample.py"
    path.write_text(path.read_text("utf-8").replace("== 4", "== 5"), "utf-8")
    assert len(check(sample)) == 1
    assert json.loads(sample.record.read_text("utf-8"))["claims"] == {}


def test_a_tampered_record_does_not_verify_another_text(sample):
    record = Record.load(sample.record)
    record.blocks = {f"{key}x": entry for key, entry in record.blocks.items()}
    record.save(sample.record)
    assert len(stale(sample, shown_on(sample, load_pages(sample))).blocks) == 4


@pytest.mark.parametrize(
    ("value", "spec", "said"),
    [
        (1.23e-13, ".1e", "1.2\u00a0×\u00a010⁻¹³"),
        (4e10, ".0e", "4\u00a0×\u00a010¹⁰"),
        (1.0, ".2e", "1.00\u00a0×\u00a010⁰"),
    ],
)
def test_scientific_numbers_read_as_readers_write_them(value, spec, said):
    assert scientific(value, spec) == said


def test_numbers_are_filled_in_or_named_as_missing():
    evidence = Evidence({"c-x": {"a": 2.0, "list": [1, {"b": 3}]}})
    html = "".join(f'<code class="measured">{name}</code>' for name in ("c-x.a:.2f", "c-x.list.1.b", "c-x.no", "c-y.a"))
    text, missing = annotate(html, evidence, WORDS)
    assert text.startswith('<data class="measured" value="2.0">2.00</data><data class="measured" value="3">3</data>')
    assert [one.key for one in missing] == ["c-x.no", "c-y.a"]


BLOCK = (
    '<div class="language-python highlight"><pre><code>x = 1\n</code></pre></div>'
    "<p><!--pytest-codeblocks:expected-output--></p><div class='highlight'><pre>1</pre></div>"
)


@pytest.mark.parametrize(("known", "words", "missing"), [("x = 1", "ran", 0), ("x = 2", "Not verified", 1)])
def test_blocks_are_marked_below_their_output(known, words, missing):
    html, left = annotate(BLOCK, Evidence(blocks={code_digest(known): "ran"}, about="about/"), WORDS)
    assert html.index("output") < html.index(f"{words}</a>")
    assert "expected-output" not in html
    assert 'data-label="Output"' in html
    assert len(left) == missing
    assert html.count("data-search-exclude") == 3  # code, output, mark


def test_pictures_become_figures_with_their_caption_and_alternative(tmp_path):
    html, _ = annotate(
        '<p><img alt="A" src="../assets/figures/a.svg"> <img alt="B" src="y.png"></p><p class="caption">C</p>',
        Evidence(),
        WORDS,
    )
    assert html.startswith('<figure class="panels-2">')
    assert "<figcaption" in html
    drawing = '<svg width="9" viewBox="0 0 9 9"><style>svg{}</style><g id="p"/><use href="#p"/></svg>'
    (tmp_path / "a.svg").write_text(drawing, "utf-8")
    shown = embed(html, lambda tex, display: tex, tmp_path)
    assert 'aria-label="A"' in shown
    assert 'id="f0-p"' in shown
    assert 'href="#f0-p"' in shown
    assert 'src="y.png"' in shown
    assert "width=" not in shown


def test_formulas_are_rendered_and_wide_ones_can_be_reached_by_keyboard(tmp_path):
    html = r'<span class="arithmatex">\(a\)</span><div class="arithmatex">\[b\]</div>'
    shown = embed(html, lambda tex, display: f"<b>{tex}{display}</b>", tmp_path)
    assert "<b>aFalse</b>" in shown
    assert "<b>bTrue</b>" in shown
    assert 'tabindex="0"' in shown


DRAWING = '<svg><path id="p1" d="M0 50L25.5 0" stroke="#3b7dd8"/><use href="#p1"/><text>line</text></svg>'


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("25.5", "25.9", True),
        ("25.5", "26.5", False),
        ("#3b7dd8", "#3b7dd9", True),
        ("#3b7dd8", "#d64550", False),
        ("p1", "q9", True),
        ("line", "lines", False),
        ("L25.5", "C25.5", False),
        ("<text>", "<g/><text>", False),
    ],
)
def test_drawings_may_differ_by_what_no_eye_sees(before, after, same):
    assert (list(differences(DRAWING, DRAWING.replace(before, after))) == []) is same


def test_chinese_typography_is_judged_with_its_line(sample):
    assert check_prose(sample) == []
    path = sample.root / "docs/zh/index.md"
    path.write_text(path.read_text("utf-8") + "\n=== “甲”\n\n    用NumPy算.\n", "utf-8")
    assert [(one.path, one.line) for one in check_prose(sample)] == [("docs/zh/index.md", 11)]


def test_the_unedited_site_has_no_faults_of_its_own():
    """The real pages: the rules of single pages hold, and each Python fence that a page renders is one that is run."""
    project = Project(ROOT)
    pages = load_pages(project)
    assert [str(one) for page in pages for rule in PAGE_RULES for one in rule(project, page)] == []


def test_every_python_fence_that_the_pages_render_is_run():
    project = Project(ROOT)
    pages = load_pages(project)
    rendered = {
        (page.path, part.line) for page in pages for part in page.of_kind("fence") if "python" in part.key.lower()
    }
    included = {part.key for page in pages for part in page.of_kind("include") if part.key.endswith(".md")}
    rendered |= {
        (f"snippets/{name}", block.line) for name in included for block in blocks_in(project, project.snippets / name)
    }
    assert {(block.path, block.line) for block in all_blocks(project)} == rendered


def test_the_sample_is_clean(sample):
    assert check(sample) == []
    assert (sample.root / EN).is_file()
