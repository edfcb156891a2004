"""What a reader does: search, switch tabs, copy code, read without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_kit import PHONE, Visit, language, leave, pages, search, with_code
from bs4 import BeautifulSoup
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
    leave(seen.page, first)
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


@pytest.mark.parametrize("path", [path for path in with_code() if language(path) == "zh"])
def test_tabs_switch_together_and_stay_switched_in_the_other_language(path: str, visit: Open) -> None:
    seen = visit(path)
    page = seen.page
    blocks = page.locator(":is(article, .start > div) > .tabbed-set").first.locator(".tabbed-block")
    expect(blocks.nth(0)).to_be_visible()
    expect(blocks.nth(1)).to_be_hidden()
    page.locator(".tabbed-labels label", has_text="PyTorch").first.click()
    expect(blocks.nth(0)).to_be_hidden()
    expect(blocks.nth(1)).to_be_visible()
    assert "torch" in blocks.nth(1).inner_text()
    chosen = ".tabbed-set > input:checked"
    assert set(page.locator(chosen).evaluate_all(_LABELS)) == {"PyTorch"}
    leave(page, page.locator(".language-link"))
    page.wait_for_load_state("load")
    assert set(page.locator(chosen).evaluate_all(_LABELS)) == {"PyTorch"}


_LABELS = "all => all.map(input => document.querySelector(`label[for='${input.id}']`).textContent)"


@pytest.mark.parametrize("path", with_code())
def test_copy_button_copies_exactly_the_code(path: str, visit: Open, site: Path) -> None:
    html = BeautifulSoup((site / path / "index.html").read_text("utf-8"), "html.parser")
    wanted = [code.get_text() for code in html.select("article .tabbed-block:first-child .language-python code")]
    page = visit(path, permissions=["clipboard-read", "clipboard-write"]).page
    page.locator("details").evaluate_all("all => all.forEach(details => { details.open = true })")
    blocks = page.locator("article .tabbed-block:first-child .language-python")
    assert blocks.count() == len(wanted)
    assert any("\n\n" in code for code in wanted)
    for index in sorted({0, 1, 2, len(wanted) - 1} & set(range(len(wanted)))):
        page.evaluate("navigator.clipboard.writeText('nothing yet')")
        blocks.nth(index).locator("button[data-md-type=copy]").click()
        page.wait_for_function("async () => await navigator.clipboard.readText() !== 'nothing yet'")
        assert page.evaluate("navigator.clipboard.readText()").rstrip("\n") == wanted[index].rstrip("\n")


@pytest.mark.parametrize("path", pages())
def test_reads_without_javascript(path: str, visit: Open, at_root: str) -> None:
    seen = visit(path, java_script_enabled=False, viewport=PHONE)
    page = seen.page
    hidden = """all => all.filter(e => {
      const box = e.getBoundingClientRect(), closed = e.closest("details:not([open])"), tab = e.closest(".tabbed-block")
      return !closed && (!tab || getComputedStyle(tab).display !== "none") && !(box.width > 4 && box.height > 4)
    }).map(e => e.outerHTML.slice(0, 80))"""
    for what in (".katex", "figure svg", "article p:not(:empty)", "article h2", "article pre", "article table"):
        assert page.locator(what).evaluate_all(hidden) == [], what
    formulas = page.locator(".arithmatex").count()
    assert page.locator(".katex .katex-mathml math").count() >= formulas
    assert page.evaluate(_FORMULA_FONTS) in ([], ["KaTeX"]), "formulas without KaTeX's styles"
    assert not any(response.url.endswith(".js") for response in seen.responses)
    if page.locator(".tabbed-set").first.locator(".tabbed-block").count() > 1:
        blocks = page.locator(".tabbed-set").first.locator(".tabbed-block")
        expect(blocks.nth(0)).to_be_visible()
        page.locator(".tabbed-labels label").nth(1).click()
        expect(blocks.nth(1)).to_be_visible()
        expect(blocks.nth(0)).to_be_hidden()
    for folded in page.locator("details").locator("visible=true").all()[:2]:
        folded.locator("summary").click()
        expect(folded.locator("p, pre").first).to_be_visible()


_FORMULA_FONTS = """() => [...new Set([...document.querySelectorAll(".katex")]
  .map(e => getComputedStyle(e).fontFamily.match(/KaTeX/)?.[0] || "other"))]"""
