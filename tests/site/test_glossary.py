"""The glossary: its file, its page, the links that lead there, and the words that are not written."""

import re

import pytest
from bs4 import BeautifulSoup
from faults import EN, ZH, Edit, add
from samples import ROOT

from dlref.site.check import static_problems
from dlref.site.glossary import Term, load_terms, write_glossary
from dlref.site.pages import load_pages
from dlref.site.pairs import stamp
from dlref.site.project import ProblemsFoundError, Project
from dlref.site.terms import link_terms

FILE = "docs/glossary.toml"
WHOLE = """[[term]]
id = "mini-batch"
zh = "小批量"
en = "mini-batch"
zh_text = "一小部分。"
en_text = "A part."
page = "sample"
not_zh = ["批次"]
not_en = ["minibatch(?:es)?"]
"""
TERMS = [
    Term("gradient", "梯度", "gradient", "x", "x"),
    Term("gradient-descent", "梯度下降", "gradient descent", "x", "x"),
    Term("loss-function", "损失函数", "loss function", "x", "x"),
]


def linked(html: str, language: str) -> list[tuple[str, str]]:
    soup = BeautifulSoup(html, "html.parser")
    before = soup.get_text()
    link_terms(soup, TERMS, language, "../glossary/")
    assert soup.get_text() == before
    return [(link.get_text(), link["href"]) for link in soup.find_all("a", class_="term")]


def test_the_first_use_of_a_term_is_linked_and_no_other():
    html = (
        "<p>Losses. Gradient descent follows gradients; a gradient points up.</p><p>Loss functions and gradients.</p>"
    )
    assert linked(html, "en") == [
        ("Gradient descent", "../glossary/#gradient-descent"),
        ("gradients", "../glossary/#gradient"),
        ("Loss functions", "../glossary/#loss-function"),
    ]
    assert linked("<li>随机梯度下降沿梯度走。梯度下降。</li>", "zh") == [
        ("梯度下降", "../glossary/#gradient-descent"),
        ("梯度", "../glossary/#gradient"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>gradient</h2>",
        "<p><a href='x'>gradient</a></p>",
        "<p><code>gradient</code></p>",
        "<p><em>Applied gradient methods</em></p>",
        "<pre>gradient</pre>",
        '<p class="verified">gradient</p>',
        '<p><span class="arithmatex">gradient</span></p>',
        '<div class="notes"><ul><li>gradient</li></ul></div>',
        "<p>gradientless, multigradient</p>",
        "<p><!-- gradient --></p>",
    ],
)
def test_what_is_no_prose_is_not_linked(html):
    assert linked(html, "en") == []


def test_the_page_holds_every_term_in_both_languages_and_leads_on(sample):
    Edit(FILE, "", WHOLE).apply(sample)
    for language, expected in (("zh", "## 小批量 "), ("en", "## mini-batch ")):
        write_glossary(sample, load_pages(sample), language, {"explained": "See {pages}", "stop": ".", "space": " "})
        text = (sample.fragments / language / "glossary").read_text("utf-8")
        assert expected in text
        assert "小批量" in text
        assert "mini-batch" in text
        assert "](sample.md)." in text
        assert "{ #mini-batch }" in text


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (ZH, "每个批次。", "`批次`: the glossary's term is `小批量`"),
        (EN, "Two Minibatches.", "`Minibatches`: the glossary's term is `mini-batch`"),
    ],
)
def test_what_the_glossary_writes_otherwise_is_found_with_its_line(sample, path, text, said):
    Edit(FILE, "", WHOLE).apply(sample)
    add(path, text).apply(sample)
    stamp(sample, load_pages(sample))
    (problem,) = static_problems(sample, load_pages(sample))
    line = (sample.root / path).read_text("utf-8").splitlines().index(text) + 1
    assert (problem.path, problem.line, problem.message) == (path, line, said)


@pytest.mark.parametrize("text", ["“批次”", "`批次`", "$批次$", "[x](批次.md)"])
def test_a_page_may_speak_of_what_it_does_not_write(sample, text):
    Edit(FILE, "", WHOLE).apply(sample)
    add(ZH, f"别处写作 {text}。").apply(sample)
    found = [problem.message for problem in static_problems(sample, load_pages(sample))]
    assert not [message for message in found if "glossary" in message]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "mini-batch"', 'id = "Mini"', 1, "an id is like mini-batch; got 'Mini'"),
        ('en = "mini-batch"\n', "", 1, "`en` is missing or not text"),
        ('page = "sample"', 'place = "sample"', 1, "unknown key `place`"),
        ('["批次"]', '["("]', 1, "'(' is no regular expression"),
        ('zh = "小批量"', "zh = 小批量", 3, "is not TOML"),
    ],
)
def test_a_wrong_term_is_one_clear_line(sample, old, new, line, words):
    Edit(FILE, "", WHOLE.replace(old, new)).apply(sample)
    with pytest.raises(ProblemsFoundError) as raised:
        load_terms(sample)
    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == (FILE, line)
    assert words in problem.message


def test_two_terms_of_one_name_and_a_page_that_is_not_there_are_found(sample):
    Edit(FILE, "", WHOLE + WHOLE.replace('"mini-batch"', '"batch"')).apply(sample)
    with pytest.raises(ProblemsFoundError, match="zh '小批量' stands already at line 1"):
        load_terms(sample)
    Edit(FILE, "", WHOLE.replace('page = "sample"', 'page = "nowhere"')).apply(sample)
    (problem,) = static_problems(sample, load_pages(sample))
    assert (problem.path, problem.message) == (FILE, "mini-batch: there is no page 'nowhere'")


def test_the_projects_own_glossary_is_whole():
    terms = load_terms(Project(ROOT))
    assert len(terms) > 60
    for term in terms:
        for language in ("zh", "en"):
            assert not any(re.fullmatch(pattern, term.name(language)) for pattern in term.avoided(language)), term.id
