"""The references: their file, their page, who cites them, and that nothing is cited which they lack."""

import pytest
from faults import EN, PAGES, Edit, add
from samples import ROOT

from dlref.site.bibliography import Work, citing_texts, load_works, plain, unlisted_numbers, write_references
from dlref.site.check import static_problems
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import LANGUAGES, ProblemsFoundError, Project
from dlref.site.public import BACKENDS

FILE = "docs/references.toml"
WHOLE = """[[work]]
id = "adam-2014"
group = "books"
authors = "A. Author, 乙"
title = "A method"
venue = "ICLR (2015)"
year = 2014
arxiv = "1412.6980"
zh = "一种方法"
en = "one method"
"""
INCLUDE = '--8<-- "references/books"'
WORDS = {
    "cited": "Cited in {pages}",
    "after": "After {pages}",
    "api": "{title} (API)",
    "stop": ".",
    "space": " ",
    "comma": ", ",
}


def written(project: Project, language: str) -> str:
    write_references(project, load_pages(project), language, WORDS)
    return (project.fragments / language / "references" / "books").read_text("utf-8")


def test_a_work_stands_in_both_languages_and_leads_to_where_it_is_cited(sample):
    Edit(FILE, "", WHOLE).apply(sample)
    add(EN, "A. Author, *A\nMethod* (2014).").apply(sample)
    add("docs/zh/sample.md", "见 [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)。").apply(sample)
    cite = 'A. Author, 乙, <cite lang="en">A method</cite> (2014), ICLR (2015), [arXiv:1412.6980](https://arxiv.org/'
    for language, good_for in (("en", ": one method."), ("zh", "：一种方法.")):
        text = written(sample, language)
        assert text.startswith(f"- {cite}abs/1412.6980){good_for} Cited in [")
        assert text.endswith("](sample.md).\n{ #adam-2014 }\n")


def test_a_page_that_cites_a_work_is_not_also_one_to_read_before_it(sample):
    Edit(FILE, "", WHOLE + 'after = ["sample"]\n').apply(sample)
    assert " After [" in written(sample, "en")
    add(EN, "*A method*").apply(sample)
    assert " After [" not in written(sample, "en")


@pytest.mark.parametrize(
    ("text", "cited", "is_cited"),
    [
        ("A Method (2014)", [], True),
        ("arXiv:1412.6980", [], True),
        ("arXiv:1412.69", [], False),
        ("A Method", ["Author, Method"], False),
        ("author,\n  method", ["Author, Method"], True),
    ],
)
def test_what_names_a_work(text, cited, is_cited):
    work = Work("a", "books", "A. Author", "A method", 2014, "x", "x", arxiv="1412.6980", cited=cited)
    assert work.is_cited_in(plain(text)) is is_cited


def test_a_title_keeps_its_language_and_a_work_its_venue():
    book = Work("a", "b", "Z", "机器学习", 2016, "书", "a book", venue="清华")
    assert book.entry("zh") == 'Z, <cite lang="zh">机器学习</cite>, 清华 (2016)：书'
    assert '<cite lang="fr">T</cite>' in Work("a", "b", "Z", "T", 1847, "书", "a book", language="fr").entry("en")
    assert Work("a", "b", "Z", "T", 2016, "书", "a book").entry("en") == 'Z, <cite lang="en">T</cite> (2016): a book'


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "adam-2014"', 'id = "Adam"', 1, "an id is like mini-batch; got 'Adam'"),
        ('arxiv = "1412.6980"', 'arxiv = "14.6980"', 1, "`arxiv` cannot be '14.6980'"),
        ('arxiv = "1412.6980"', 'doi = "12.1"', 1, "`doi` cannot be '12.1'"),
        ('en = "one method"\n', "", 1, "`en` is missing"),
        ("year", "date", 1, "unknown key `date`"),
        ('zh = "一种方法"', "zh = 一种方法", 9, "is not TOML"),
        (WHOLE, WHOLE + WHOLE.replace("adam", "eve").replace("A method", "B"), 11, "arxiv '1412.6980' stands already"),
    ],
)
def test_a_wrong_work_is_named_with_its_line(sample, old, new, line, words):
    Edit(FILE, "", WHOLE.replace(old, new)).apply(sample)
    with pytest.raises(ProblemsFoundError) as raised:
        load_works(sample)
    assert any(words in one.message and (one.path, one.line) == (FILE, line) for one in raised.value.problems)


@pytest.mark.parametrize(
    ("whole", "include", "path", "said"),
    [
        (WHOLE, "", FILE, "adam-2014: no page includes the group 'books'"),
        (WHOLE + 'after = ["nowhere"]\n', INCLUDE, FILE, "adam-2014: there is no page 'nowhere'"),
        ("", INCLUDE, EN, "docs/references.toml has no work of the group 'books'"),
    ],
)
def test_works_and_the_page_that_shows_them_belong_together(sample, whole, include, path, said):
    Edit(FILE, "", whole or "# none\n").apply(sample)
    if include:
        add(PAGES, include).apply(sample)
    stamp(sample, load_pages(sample))
    found = [(one.path, one.message) for one in static_problems(sample, load_pages(sample))]
    assert (path, said) in found
    assert {message for _, message in found} == {said}


def test_an_entry_can_be_linked_to(sample):
    Edit(FILE, "", WHOLE).apply(sample)
    add(PAGES, INCLUDE).apply(sample)
    add(PAGES, "[Adam](sample.md#adam-2014)").apply(sample)
    stamp(sample, load_pages(sample))
    assert static_problems(sample, load_pages(sample)) == []


def test_the_numbers_that_the_list_lacks_are_found(sample):
    Edit(FILE, "", WHOLE).apply(sample)
    text = "arXiv:1412.6980, arXiv:2002.04745; [doi:10.1214/AOMS/1](https://doi.org/10.1214/AOMS/1)."
    assert unlisted_numbers(sample, text) == ["2002.04745", "10.1214/AOMS/1"]


def test_the_projects_own_list_has_all_that_pages_and_docstrings_cite():
    project = Project(ROOT)
    pages = load_pages(project)
    works = load_works(project)
    lacking = {page.path: unlisted_numbers(project, page.text) for page in pages}
    for backend in BACKENDS:
        for path in (ROOT / "src/dlref" / backend).rglob("*.py"):
            lacking[project.relative(path)] = unlisted_numbers(project, project.read(path))
    assert {path: numbers for path, numbers in lacking.items() if numbers} == {}
    for language in LANGUAGES:
        texts = citing_texts(project, pages, language).values()
        assert [one.id for one in works if not one.after and not any(one.is_cited_in(text) for text in texts)] == []
