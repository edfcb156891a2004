"""Every page in turn, in one visit each: it is light, its code can be told apart and copied, and all can read it."""

import gzip
from collections import Counter
from pathlib import Path

import pytest
from browser_kit import DESKTOP, PHONE, Visit, chosen_tabs, language, of_each_kind, pages, with_code
from bs4 import BeautifulSoup
from in_the_page import AT_ONCE, CONTRAST, OPEN_ALL, complaints
from playwright.sync_api import expect

PAGE_WEIGHT = 200_000  # bytes, gzipped, of all that a first visit loads
TEXT = (
    "article :is(h1, h2, h3, p, li, td, th, summary, label, code, pre span, figcaption, a, .katex, data),"
    ".verified a, .claim-mark, figure svg :is(text, tspan),"
    "footer :is(.md-copyright, .md-ellipsis, .md-footer__direction)"
)
SCROLLABLE = """() => [...document.querySelectorAll("pre > code")].every(
  code => code.scrollWidth <= code.clientWidth || code.tabIndex === 0
)"""
OVERLAPPING = """all => all.filter(e => e.getClientRects().length).filter(e => {
  const above = e.previousElementSibling.querySelector("pre").getBoundingClientRect()
  return e.getBoundingClientRect().top < above.bottom
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("opened", pages(), indirect=True)
def test_loads_cleanly_and_is_light(opened: Visit, request: pytest.FixtureRequest) -> None:
    page, path = opened.page, opened.path
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    opened.settle()
    assert page.locator("article").inner_text().strip()
    weight = "getComputedStyle(document.querySelector('.language-link')).fontWeight"
    assert page.evaluate(weight) == "700", "no dlref.css"
    assert page.evaluate("document.fonts.status") == "loaded"  # that nothing failed is seen at the end of the visit
    sizes = Counter()
    for response in opened.responses:
        name = response.url.rpartition("/")[2]
        kind = "search index" if name == "search_index.json" else name.rpartition(".")[2] or "html"
        body = response.body()
        sizes[kind] += len(body) if kind == "woff2" else len(gzip.compress(body, 6))
    assert {"html", "css", "js"} <= set(sizes)
    assert "search index" not in sizes, "it grows with the site, and most readers never search"
    parts = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in sorted(sizes.items()))
    request.node.user_properties.append(("weight", f"{path or '.':24} {sizes.total() / 1000:6.1f} kB: {parts}"))
    assert sizes.total() <= PAGE_WEIGHT, parts


@pytest.mark.parametrize("opened", with_code(), indirect=True)
def test_labels_and_marks_stand_clear_of_the_code(opened: Visit) -> None:
    page = opened.page
    page.evaluate(OPEN_ALL)
    for window in (DESKTOP, PHONE):
        page.set_viewport_size(window)
        assert page.locator(".highlight.output, .verified").evaluate_all(OVERLAPPING) == []
    label = "all => all.map(e => getComputedStyle(e, '::before').content)"
    words = {"zh": '"输出"', "en": '"Output"'}
    assert set(page.locator(".highlight.output").evaluate_all(label)) == {words[language(opened.path)]}


@pytest.mark.parametrize("opened", with_code(), indirect=True)
def test_copy_button_copies_exactly_the_code(opened: Visit, site: Path) -> None:
    page = opened.page
    html = BeautifulSoup((site / opened.path / "index.html").read_text("utf-8"), "html.parser")
    wanted = [code.get_text() for code in html.select("article .tabbed-block:first-child .language-python code")]
    page.evaluate(OPEN_ALL)
    blocks = page.locator("article .tabbed-block:first-child .language-python")
    assert blocks.count() == len(wanted)
    assert any("\n\n" in code for code in wanted)
    for index in sorted({0, 1, 2, len(wanted) - 1} & set(range(len(wanted)))):
        page.evaluate("navigator.clipboard.writeText('nothing yet')")
        blocks.nth(index).locator("button[data-md-type=copy]").click()
        page.wait_for_function("async () => await navigator.clipboard.readText() !== 'nothing yet'")
        assert page.evaluate("navigator.clipboard.readText()").rstrip("\n") == wanted[index].rstrip("\n")


@pytest.mark.parametrize("opened", ["gan/", "en/gan/"], indirect=True)
def test_standalone_version_is_copied_by_keyboard_and_pointer(opened: Visit, site: Path) -> None:
    page = opened.page
    page.evaluate(OPEN_ALL)
    link = page.locator("article .tabbed-block:first-child a.alone").first
    name = {"zh": "复制独立版", "en": "copy standalone"}[language(opened.path)]
    expect(link).to_have_role("button")
    expect(link).to_have_accessible_name(name)
    wanted = (site / link.get_attribute("href").replace("../", "")).read_text("utf-8")
    for act in (link.click, lambda: link.press("Enter"), lambda: link.press("Space")):
        page.evaluate("navigator.clipboard.writeText('nothing yet')")
        act()
        page.wait_for_function("async () => await navigator.clipboard.readText() !== 'nothing yet'")
        assert page.evaluate("navigator.clipboard.readText()") == wanted
        expect(page.locator(".md-dialog")).to_contain_text("已复制" if language(opened.path) == "zh" else "Copied")


@pytest.mark.parametrize("opened", with_code(), indirect=True)
def test_tabs_switch_together(opened: Visit) -> None:
    page = opened.page
    assert chosen_tabs(page) == {"NumPy"}
    blocks = page.locator(":is(article, .start > div) > .tabbed-set").first.locator(".tabbed-block")
    for shown, hidden, name in ((1, 0, "PyTorch"), (0, 1, "NumPy")):
        page.locator(".tabbed-labels label", has_text=name).first.click()
        expect(blocks.nth(hidden)).to_be_hidden()
        expect(blocks.nth(shown)).to_be_visible()
        assert chosen_tabs(page) == {name}
        assert name == "NumPy" or "torch" in blocks.nth(shown).inner_text()


@pytest.mark.parametrize("opened", of_each_kind(), indirect=True)
def test_text_contrasts(opened: Visit) -> None:
    page = opened.page
    page.evaluate(OPEN_ALL)
    page.add_style_tag(content=AT_ONCE)
    own = page.evaluate("document.body.dataset.mdColorScheme")
    for scheme in ({"default", "slate"} - {own}).pop(), own:
        page.evaluate(f"document.body.dataset.mdColorScheme = '{scheme}'")
        result = page.evaluate(CONTRAST, TEXT)
        assert result["seen"] > 10
        assert result["low"] == {}, scheme


@pytest.mark.parametrize("opened", of_each_kind(), indirect=True)
def test_axe_has_nothing_to_complain_of(opened: Visit, axe: str) -> None:
    """With everything folded open: the Chinese page on a light phone, with NumPy, and the same in English on a dark
    desktop, with PyTorch. The colours of each page in both schemes are the matter of `test_text_contrasts`.
    """
    page = opened.page
    page.evaluate(OPEN_ALL)
    english = language(opened.path) == "en"
    page.set_viewport_size(DESKTOP if english else PHONE)
    for label in page.locator(".tabbed-labels label", has_text="PyTorch").all()[:1] if english else []:
        label.click()
    page.wait_for_function(SCROLLABLE)  # Material lets the keyboard scroll what has become visible, a moment later
    assert complaints(page, axe) == []
