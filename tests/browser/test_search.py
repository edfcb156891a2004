"""The search finds what a reader looks for, and shows it clean."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_kit import Visit, language, leave, search
from playwright.sync_api import expect

from dlref.site.glossary import load_terms
from dlref.site.project import Project

Open = Callable[..., Visit]
SEARCHES = [
    ("", "梯度下降", {"gradient-descent/", "cost-surface/"}),
    ("", "损失函数", {"loss-functions/"}),
    ("", "学习率", {"weight-update/", "gradient-descent/"}),
    ("", "PyTorch", {"learning-process/"}),
    ("", "NumPy", {"learning-process/"}),  # a stemmed word, which segmenting has to leave whole
    ("en/", "gradient descent", {"en/gradient-descent/"}),
    ("en/", "learning", {"en/deep-learning-and-neural-networks/"}),
    ("en/", "PyTorch", {"en/learning-process/"}),
]
_APART = "\u200b?"  # what joins the pieces into which Chinese is cut for the search
GARBAGE = re.compile(r"\\[a-zA-Z(\[]|\$|--8|katex|<[a-z/]|&[a-z]+;|\{ ?[.#:]|NumPyPyTorch")


@pytest.mark.parametrize(("start", "words", "expected"), SEARCHES)
def test_search_finds(start: str, words: str, expected: set[str], visit: Open, below_path: str) -> None:
    seen = visit(start, base=below_path)
    results = search(seen.page, words)
    links = results.locator("a.md-search-result__link").evaluate_all("all => all.map(a => a.href)")
    found = {link.partition("#")[0].partition("?")[0].removeprefix(below_path) for link in links}
    assert expected <= found
    teasers = seen.page.locator(".md-search-result__article").evaluate_all("all => all.map(e => e.textContent)")
    assert [text for text in teasers if GARBAGE.search(text)] == []
    first = results.locator("a.md-search-result__link").first
    target = (first.get_attribute("href") or "").partition("?")[0].partition("#")[0].removeprefix(below_path)
    leave(seen, first)
    expect(seen.page.locator("article h1")).to_be_visible()
    assert seen.path == target


@pytest.mark.parametrize("start", ["", "en/"])
def test_search_finds_every_term_of_the_glossary(start: str, visit: Open) -> None:
    seen = visit(start)
    missing = []
    for term in load_terms(Project(Path(__file__).parents[2])):
        name = term.name(language(start))
        results = search(seen.page, name)
        try:
            words = re.compile(_APART.join(map(re.escape, name)), re.IGNORECASE)
            expect(results.filter(has_text=words).first).to_be_attached(timeout=2000)
        except AssertionError:
            missing.append(name)
        seen.page.locator(".md-search__input").fill("")
        seen.page.locator(".md-search__input").press("End")
    assert missing == []
