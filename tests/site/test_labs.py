"""Labs: one code for both languages, run once; what is wrong with one is said with file and line."""

import json
import re
import tomllib

import pytest
from bs4 import BeautifulSoup
from faults import Edit
from samples import ROOT, SAMPLE

from dlref.site.check import static_problems
from dlref.site.lab_notebooks import write_notebooks
from dlref.site.lab_runs import executed, lab_files
from dlref.site.lab_text import check_labs
from dlref.site.labs import run_labs
from dlref.site.pages import load_pages
from dlref.site.project import ProblemsFoundError, Project
from dlref.site.prose import check_prose

PATH = "docs/labs/halving.py"
LAB = (SAMPLE / PATH).read_text("utf-8")
GLOSSARY = """[[term]]
id = "mini-batch"
zh = "小批量"
en = "mini-batch"
zh_text = "一小部分。"
en_text = "A part."
not_zh = ["批次"]
not_en = ["minibatch"]
"""
BUSY = """# %%
import time
while time.process_time() < 1.6: pass
# %%
end = time.process_time() + 1.6
while time.process_time() < end: pass
"""


def project_with(root, text: str) -> Project:
    (root / "docs/labs").mkdir(parents=True)
    (root / "docs/labs/halving.py").write_text(text, "utf-8")
    (root / "src").mkdir()
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    (root / ".cache/dlref").mkdir(parents=True)
    return Project(root)


def problems(project: Project, **limits: float) -> list[str]:
    with pytest.raises(ProblemsFoundError) as found:
        run_labs(project, **limits)
    return [str(problem) for problem in found.value.problems]


def line_of(text: str, part: str) -> int:
    """Return the line of a script at which `part` begins."""
    assert text.count(part) == 1
    return text[: text.index(part)].count("\n") + 1


def notebook(project: Project, language: str) -> dict:
    folder = project.site / ("en" if language == "en" else "") / "lab-halving"
    return json.loads((folder / "lab-halving.ipynb").read_text("utf-8"))


def test_both_languages_have_the_same_code_and_output_and_their_own_words(built):
    zh, en = notebook(built, "zh"), notebook(built, "en")
    code = [[(cell["source"], cell["outputs"]) for cell in book["cells"] if "outputs" in cell] for book in (zh, en)]
    assert code[0] == code[1]
    assert len(code[0]) == 2
    text = ["".join(cell["source"] for cell in book["cells"] if cell["cell_type"] == "markdown") for book in (zh, en)]
    assert "减半" in text[0]
    assert "Halve" not in text[0]
    assert "减半" not in text[1]
    assert len({cell["id"] for cell in en["cells"]}) == len(en["cells"])


def test_a_progress_bar_stands_once_and_without_its_seconds(built):
    streams = [
        output for cell in notebook(built, "en")["cells"] for output in cell.get("outputs", []) if "name" in output
    ]
    assert [(output["name"], output["text"]) for output in streams] == [
        ("stderr", "2/2\n"),
        ("stdout", "[8.0, 4.0, 2.0, 1.0, 0.5]\n"),
    ]


@pytest.mark.parametrize(("folder", "words"), [("", "每一步都减半"), ("en/", "Half as much with every step")])
def test_the_page_is_dressed_like_the_others(built, folder, words):
    page = BeautifulSoup((built.site / folder / "lab-halving/index.html").read_text("utf-8"), "html.parser")
    article = page.article
    assert not article.find_all(["style", "script", "link"])
    assert article.select_one("figure svg[role=img]")["aria-label"] == words
    assert article.select_one("figcaption").get_text() == words
    assert [heading["id"] for heading in article.find_all(["h1", "h2"])] == ["lab", "step-1"]
    assert page.select_one(".md-nav--secondary a[href='#step-1']")
    assert article.select_one("span.arithmatex .katex math")
    assert article.select_one("div.arithmatex > .katex-display math")
    assert len(article.select(".language-python.highlight")) == 2
    assert article.select_one(".output code").get_text() == "2/2\n"
    assert (built.site / folder / "lab-halving" / article.select_one("a[download]")["href"]).is_file()
    assert len(page.find("meta", attrs={"name": "description"})["content"]) > 10


def test_the_page_has_a_drawing_in_its_own_colours_and_the_notebook_a_picture(built):
    page = BeautifulSoup((built.site / "lab-halving/index.html").read_text("utf-8"), "html.parser")
    drawing = page.select_one("figure svg")
    assert drawing["fill"] == "currentColor"
    assert "stroke: currentColor" in str(drawing)
    assert "#fdfefd" not in str(drawing)
    assert {text.get_text() for text in drawing.find_all("text")} >= {"0", "2.5", "5.0"}
    (data,) = [
        output["data"]
        for cell in notebook(built, "zh")["cells"]
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert list(data) == ["image/png"]


def test_a_lab_is_run_again_only_when_its_code_changed(copy, monkeypatch):
    Edit(PATH, "# Halve $x$", "# Cut $x$ in half").apply(copy)
    monkeypatch.setattr("dlref.site.lab_runs.NotebookClient", None)  # running it would fail
    assert "Cut" in str(executed(copy, copy.root / PATH)["cells"])
    assert len(write_notebooks(copy, "zh")) == 1
    Edit(PATH, "halves = [8.0]", "halves = [4.0]").apply(copy)
    with pytest.raises(TypeError):
        executed(copy, copy.root / PATH)


def test_code_that_fails_is_named_by_its_line(tmp_path):
    text = LAB.replace("print(halves)", "print(nothing)")
    found = problems(project_with(tmp_path, text))
    assert found == [f"{PATH}:{line_of(text, 'print(nothing)')}: NameError: name 'nothing' is not defined"]


def test_a_picture_without_words_is_named_by_its_line(tmp_path):
    found = problems(project_with(tmp_path, LAB.replace('zh="每一步都减半" ', "")))
    line = line_of(LAB, "plt.figure")
    assert found == [f'{PATH}:{line}: a cell that draws says what is to be seen: # %% zh="…" en="…"']


def test_a_lab_that_takes_too_long_as_a_whole_is_named_by_the_line_at_which_it_does(tmp_path):
    (found,) = problems(project_with(tmp_path, BUSY), seconds=3)
    assert found.startswith(f"{PATH}:5: when this cell ends, the lab has taken ")
    assert found.endswith(" seconds of one core; 3 at most")


@pytest.mark.parametrize(
    ("code", "said"),
    [("time.sleep(600)", "did not end within 1 seconds"), ("os._exit(1)", "ended the process that ran it")],
)
def test_a_lab_that_hangs_or_dies_is_named_by_its_line(tmp_path, code, said):
    project = project_with(tmp_path, f"# %%\nimport os, time; {code}\n")
    assert problems(project, seconds=0.1) == [f"{PATH}:2: {said}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('[markdown] lang="en"\n# # Lab', "[markdown]\n# # Lab", '7: a cell of text needs lang="zh" or another'),
        ('# %% [markdown] lang="en"\n# ## Look at it\n', "", "24: its counterpart in the other language"),
        ('lang="en"\n# # Lab', 'lang="zh"\n# # Lab', "1: its counterpart in the other language"),
        ("# Halve $x$", "# Halve $y$", "4: the other language does not have the formula $x$"),
        ("# Halve $x$", "# Halve $x_{$", "4: the other language does not have the formula $x$"),
        ("直到", "直到 $\\nosuch$", "4: KaTeX cannot read this formula: Undefined control sequence: \\nosuch"),
    ],
)
def test_text_stands_in_both_languages(tmp_path, old, new, expected):
    assert old in LAB
    project = project_with(tmp_path, LAB.replace(old, new))
    assert str(next(check_labs(project))).startswith(f"{PATH}:{expected}")
    (tmp_path / PATH).write_text(LAB, "utf-8")
    assert list(check_labs(project)) == []


@pytest.mark.parametrize(
    ("old", "new"), [("直到它小于 1。", "直到它小于1。"), ('"每一步都减半"', '"每一步都减半,再减半"')]
)
def test_the_typography_of_chinese_text_and_captions_is_judged_and_that_of_code_is_not(sample, old, new):
    Edit(PATH, "import sys", "import sys  # 小于1").apply(sample)
    assert check_prose(sample) == []
    Edit(PATH, old, new).apply(sample)
    (problem,) = check_prose(sample)
    text = (sample.root / PATH).read_text("utf-8")
    assert (problem.path, problem.line) == (PATH, line_of(text, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("小于 1。", "小于 1 个批次。", "`批次`: the glossary's term is `小批量`"),
        ('en="Half as much', 'en="Half a minibatch', "`minibatch`: the glossary's term is `mini-batch`"),
    ],
)
def test_the_terms_of_a_lab_are_those_of_the_glossary(sample, old, new, said):
    Edit("docs/glossary.toml", "", GLOSSARY).apply(sample)
    Edit(PATH, "import sys", "import sys  # a minibatch").apply(sample)
    assert static_problems(sample, load_pages(sample)) == []
    Edit(PATH, old, new).apply(sample)
    (problem,) = static_problems(sample, load_pages(sample))
    line = line_of((sample.root / PATH).read_text("utf-8"), new)
    assert (problem.path, problem.line, problem.message) == (PATH, line, said)


def test_the_labs_need_no_more_than_they_ask_for():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    given = {re.split(r"\W", wanted)[0] for name in ("torch", "figures") for wanted in extras[name]}
    assert "tqdm" in given, "fit(progress=True) needs it"
    for path in lab_files(Project(ROOT)):
        text = path.read_text("utf-8")
        assert text.count('pip install "dlref[torch,figures]"') == 2, path.name
        imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
        assert imported <= given | {"numpy", "dlref"}, path.name
        assert "progress=True" in text or "tqdm(" in text, path.name
