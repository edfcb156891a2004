"""The page of evidence: what it says of a claim comes from elsewhere, and what is missing or differs is named."""

import json

import pytest
from bs4 import BeautifulSoup
from faults import EN, PAGES, ZH, Edit, static
from samples import draw_manifest
from test_commands import command

from dlref.site import evidence_page
from dlref.site.audit import audit
from dlref.site.bounds import bounds, looked_at
from dlref.site.check import check
from dlref.site.claims import Site, claim_tests
from dlref.site.pages import load_pages
from dlref.site.reached import reached

CLAIM = "{ .claim #c-double }"
TEST, OPERATION = "tests/claims/test_sample.py", "src/dlref/numpy/scaling.py"
EXPERIMENT = "src/dlref/experiments/sample.py"


@pytest.mark.parametrize(("language", "name"), [("", "C-double：查看证据"), ("en/", "C-double: see the evidence")])
def test_a_mark_leads_to_the_evidence_and_from_there_to_the_code(built, language, name):
    page = BeautifulSoup((built.site / f"{language}sample/index.html").read_text("utf-8"), "html.parser")
    mark = page.select_one("#c-double a.claim-mark")
    assert (mark["href"], mark["aria-label"], mark.get_text()) == ("../evidence/#c-double", name, "C-double")
    folder = built.site / language / "evidence"
    shown = BeautifulSoup((folder / "index.html").read_text("utf-8"), "html.parser").select_one("#c-double")
    assert 'assert found["value"] == 4' in shown.select_one("details").get_text()
    assert shown.select_one("pre").get_text() == "value = 4"  # what the test looks at; evidence.json has the rest
    links = [link["href"] for link in shown.select(".proof-head a")]
    assert links[0] == "../sample/#c-double"
    code = (folder / links[1]).resolve().read_bytes()
    assert code.startswith("\ufeff# C-double".encode())  # which tells a browser that it is UTF-8
    assert b"def test_double_is_twice" in code
    assert b"def doubling" in code


def test_programs_read_the_same(built):
    found = json.loads((built.site / "evidence.json").read_text("utf-8"))
    claim = found["claims"]["C-double"]
    assert claim["sentence"]["en"] == "Twice 2 is 4.0, short of \N{MINUS SIGN}1.2 × 10⁻¹³."
    assert claim["page"] == {"zh": "sample/#c-double", "en": "en/sample/#c-double"}
    assert claim["values"] == {"start": 2, "value": 4.0, "tiny": -1.2e-13, "list": [1, 2]}
    assert claim["bound"][0]["asserts"] == ['assert found["value"] == 4']
    assert (claim["experiment"]["path"], claim["experiment"]["function"]) == (EXPERIMENT, "doubling")
    assert found["operations"]["double"]["tests"] == 1
    assert all(block["versions"] and block["seconds"] >= 0 for block in found["blocks"])


def test_with_a_repository_the_links_lead_to_its_lines(sample):
    words = {key: key for key in ("evidence_test", "evidence_experiment", "evidence_figure", "evidence_details")}
    words |= {key: key for key in ("evidence_seeds", "evidence_data", "evidence_measured", "evidence_bound", "colon")}
    builder = evidence_page.Builder(sample, "en", words, "https://example.org/our/dlref")
    (proof,) = evidence_page.proofs(sample, load_pages(sample), "en")
    links = [link["href"] for link in BeautifulSoup(evidence_page._claim(builder, proof), "html.parser").find_all("a")]
    assert links[1:3] == [
        "https://example.org/our/dlref/blob/main/tests/claims/test_sample.py#L9",
        "https://example.org/our/dlref/blob/main/src/dlref/experiments/sample.py#L9",
    ]


def test_formulas_are_counted_by_how_they_are_executed(built):
    shown = BeautifulSoup((built.site / "en/evidence/index.html").read_text("utf-8"), "html.parser")
    rows = shown.select_one("#formulas").find_next("tbody").select("tr")
    assert [[cell.get_text() for cell in row.children] for row in rows] == [["Doubling", "1", "0"]]
    assert json.loads((built.site / "evidence.json").read_text("utf-8"))["formulas"]["sample/double"]["digest"] is None


def test_a_transcribed_formula_is_named(sample):
    place = "tests/formulas/test_sample_formulas.py"
    Edit(place, '@pytest.mark.formula("sample/double")', '@pytest.mark.transcription("sample/double", "ab")').apply(
        sample
    )
    builder = evidence_page.Builder(sample, "en", {"evidence_formula": "Page|own|other"})
    shown = evidence_page._formulas(builder, [page for page in load_pages(sample) if page.language == "en"])
    assert "<td>0</td><td>1 <code>sample/double</code></td>" in shown


def test_a_claim_without_a_sentence_is_a_problem(sample):
    Edit(PAGES, f"\n{CLAIM}", f"\n\n{CLAIM}").apply(sample)
    found = {(one.path, "claim C-double has no sentence" in one.message) for one in static(sample)}
    assert {(ZH, True), (EN, True)} <= found


def test_a_test_that_asserts_nothing_is_a_problem(sample):
    Edit(TEST, 'assert found["value"] == 4', 'print(found["value"])').apply(sample)
    said = "the test of claim C-double asserts nothing"
    assert [(one.path, one.message) for one in static(sample)] == [(TEST, said)]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Twice ", "Thrice ", "says something else of #c-double"),
        (">4.0<", ">4.1<", "says something else of #c-double"),
        ('class="sentence"', "", "has no sentence for #c-double"),
    ],
)
def test_the_audit_compares_each_sentence_with_its_page(copy, before, after, words):
    path = copy.site / "en/evidence/index.html"
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), "utf-8")
    assert [one.path for one in audit(copy.site, load_pages(copy)) if words in one.message] == [EN]


def test_an_operation_whose_deviation_nobody_noted_is_a_problem(sample):
    derived = "def differentiable(operation):\n    return operation\n\n\n@differentiable\ndef double("
    Edit(OPERATION, "def double(", derived).apply(sample)
    draw_manifest(sample)
    said = "no test in tests/ops notes how far dlref.numpy.double is from PyTorch, forward and backward"
    assert [(one.path, one.message) for one in check(sample)] == [(OPERATION, said)]
    test = "tests/ops/test_scaling.py"
    Edit(test, "def test_double():\n", f"def test_double(record_property):\n{_noting('forward')}").apply(sample)
    assert [one.message for one in check(sample)] == [said], "half of it is not enough"
    Edit(test, _noting("forward"), _noting("forward", "backward")).apply(sample)
    assert check(sample) == []
    (double,) = (one for one in evidence_page.operations(sample) if one.name == "double")
    assert (double.largest("float64", "forward"), double.largest("float64", "backward")) == (1e-16, 3e-16)
    assert (double.bound("float64"), double.largest("float32", "forward")) == (1e-10, None)


def _noting(*parts: str) -> str:
    """A line of a test that notes a deviation for each part."""
    noted = [
        ["double", "float64", "torch", part, number, 1e-10] for part, number in zip(parts, (1e-16, 3e-16), strict=False)
    ]
    return f'    record_property("dlref-deviations", {noted})\n'


def test_bounds_are_the_lines_of_the_test(sample):
    text = """
        with pytest.raises(KeyError):
            found["no"]
        for name in found:
            assert (
                found[name] < 3
            )  # with its comment
        np.testing.assert_allclose(found["a"], 1)
        print("not this")
    """
    path = sample.root / TEST
    path.write_text(f"def test_it(found):{text}", "utf-8")
    assert bounds(sample, Site("C-x", TEST, 1, "test_it")) == [
        'with pytest.raises(KeyError):\n    found["no"]',
        "assert (\n    found[name] < 3\n)  # with its comment",
        'np.testing.assert_allclose(found["a"], 1)',
    ]
    assert claim_tests(sample) == []


def test_measured_values_are_shown_where_the_tests_name_them(sample):
    path = sample.root / TEST
    path.write_text('def test_it(found):\n    assert found["a"] < found[f"{1}_slope"]\n', "utf-8")
    site = Site("C-x", TEST, 1, "test_it")
    assert looked_at(sample, [site], ["a", "b", "start_slope", "slope"]) == ["a", "start_slope"]
    path.write_text("def test_it(found):\n    assert max(found.values()) < 1\n", "utf-8")
    assert looked_at(sample, [site], ["a", "b"]) == ["a", "b"]


def test_seeds_and_data_are_those_that_the_function_reaches(sample):
    folder = sample.source / "dlref"
    (folder / "data").mkdir()
    (folder / "data/__init__.py").write_text("from dlref.data.sets import load\n", "utf-8")
    (folder / "data/sets.py").write_text("def load(): ...\n\n\ndef load_other(): ...\n", "utf-8")
    (folder / "experiments/parts.py").write_text(
        "from dlref.data import load, load_other, minibatches\n"
        "SEEDS, UNITS, OTHER_SEEDS = range(3), 7, (8, 9)\n"
        "def start(seed, size=5):\n    return load(), minibatches(), np.random.default_rng([seed, 1])\n"
        "def neighbour(seed=11):\n    return load_other()\n",
        "utf-8",
    )
    (folder / "experiments/whole.py").write_text(
        "from dlref.experiments import parts as p\nfrom dlref.experiments.parts import SEEDS, start\n"
        "def measured():\n    return start(4), [p.start(seed) for seed in SEEDS], run(seed=2)\n",
        "utf-8",
    )
    found = reached(sample, "src/dlref/experiments/whole.py", "measured")
    assert found.data == {"load"}
    assert found.seeds == {
        "SEEDS = range(3)",
        "OTHER_SEEDS = (8, 9)",
        "start(seed=4)",
        "seed=2",
        "default_rng([seed, 1])",
    }
    assert found.modules == {"dlref.experiments.whole", "dlref.experiments.parts"}


def test_the_command_measures_one_claim_again(sample):
    assert command(sample, "evidence").stdout == "C-double\n"
    unknown = command(sample, "evidence", "C-doubel")
    assert unknown.returncode == 2
    assert "did you mean C-double?" in unknown.stderr
    done = command(sample, "evidence", "C-double")
    assert done.returncode == 0, done.stderr
    assert "value = 4.0" in done.stdout
    assert '    assert found["value"] == 4' in done.stdout
    assert done.stdout.endswith("C-double: the test passes\n")
    Edit(EXPERIMENT, "double(2.0)", "double(2.5)").apply(sample)  # what was remembered is not asked
    failed = command(sample, "evidence", "C-double")
    assert failed.returncode == 1
    assert "value = 5.0" in failed.stdout
    assert failed.stdout.endswith("C-double: the test fails\n")
