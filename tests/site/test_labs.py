"""Labs: one code for both languages, run once; what is wrong with one is said with file and line."""

import json

import pytest
from bs4 import BeautifulSoup
from conftest import SAMPLE

from dlref.site.labs import check_labs, executed, run_labs, write_notebooks
from dlref.site.project import ProblemsFoundError, Project

LAB = (SAMPLE / "docs/labs/halving.py").read_text("utf-8")


def project_with(root, text: str) -> Project:
    (root / "docs/labs").mkdir(parents=True)
    (root / "docs/labs/halving.py").write_text(text, "utf-8")
    (root / "src").mkdir()
    (root / ".cache/dlref").mkdir(parents=True)
    return Project(root)


def problems(project: Project) -> list[str]:
    with pytest.raises(ProblemsFoundError) as found:
        run_labs(project)
    return [str(problem) for problem in found.value.problems]


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
    assert article.select_one("figure img")["alt"] == words
    assert [heading["id"] for heading in article.find_all(["h1", "h2"])] == ["lab", "step-1"]
    assert page.select_one(".md-nav--secondary a[href='#step-1']")
    assert article.select_one(".katex math")
    assert len(article.select(".language-python.highlight")) == 2
    assert article.select_one(".output code").get_text() == "2/2\n"
    assert (built.site / folder / "lab-halving" / article.select_one("a[download]")["href"]).is_file()
    assert len(page.find("meta", attrs={"name": "description"})["content"]) > 10


def test_a_lab_is_run_again_only_when_something_changed(built, monkeypatch):
    path = built.docs / "labs/halving.py"
    monkeypatch.setattr("dlref.site.labs.NotebookClient", None)  # running it would fail
    assert executed(built, path)["cells"]
    assert len(write_notebooks(built, "zh")) == 1


def test_a_cell_that_fails_is_named_by_its_line(tmp_path):
    found = problems(project_with(tmp_path, LAB.replace("print(halves)", "print(halfs)")))
    assert found == ["docs/labs/halving.py:10: NameError: name 'halfs' is not defined"]


def test_a_picture_without_words_is_named_by_its_line(tmp_path):
    found = problems(project_with(tmp_path, LAB.replace('zh="每一步都减半" ', "")))
    assert found == [
        'docs/labs/halving.py:25: a cell that draws says what is to be seen: # %% zh="…" en="…"',
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('[markdown] lang="en"\n# # Lab', "[markdown]\n# # Lab", '5: a cell of text needs lang="zh" or another'),
        ('# %% [markdown] lang="en"\n# ## Look at it\n', "", "20: its counterpart in the other language"),
        ('lang="en"\n# # Lab', 'lang="zh"\n# # Lab', "1: its counterpart in the other language"),
    ],
)
def test_text_stands_in_both_languages(tmp_path, old, new, expected):
    assert old in LAB
    project = project_with(tmp_path, LAB.replace(old, new))
    assert str(next(check_labs(project))).startswith(f"docs/labs/halving.py:{expected}")
    (tmp_path / "docs/labs/halving.py").write_text(LAB, "utf-8")
    assert list(check_labs(project)) == []
