"""Every page in turn as it comes from the server: it says what it is, carries its marks, and reads well."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from browser_kit import Visit, counterpart, language, pages, with_code
from playwright.sync_api import expect

Open = Callable[..., Visit]
MARKED_BELOW = """all => all.every(block => {
  let next = block.nextElementSibling
  if (next.matches(".output")) next = next.nextElementSibling
  return next.matches(".verified")
})"""
HIDDEN = """all => all.filter(e => {
  const box = e.getBoundingClientRect(), closed = e.closest("details:not([open])"), tab = e.closest(".tabbed-block")
  return !closed && (!tab || getComputedStyle(tab).display !== "none") && !(box.width > 4 && box.height > 4)
}).map(e => e.outerHTML.slice(0, 80))"""
FORMULA_FONTS = """() => [...new Set([...document.querySelectorAll(".katex")]
  .map(e => getComputedStyle(e).fontFamily.match(/KaTeX/)?.[0] || "other"))]"""


EVIDENCE = {"zh": "：查看证据", "en": ": see the evidence"}


def beside_about(seen: Visit, slug: str = "about") -> str:
    return f"{seen.base}{'en/' if language(seen.path) == 'en' else ''}{slug}/"


@pytest.mark.parametrize("plain", pages(), indirect=True)
def test_head(plain: Visit) -> None:
    page, path = plain.page, plain.path
    assert page.locator("html").get_attribute("lang") == language(path)
    assert page.locator("h1").count() == 1
    heading = page.locator("h1").inner_text().strip("#¶ \n")
    assert heading
    title = page.title()
    assert "dlref" in title
    assert "/" not in path.removeprefix("en/") or heading in title
    assert page.locator(".language-link").evaluate_all("all => all.map(a => a.href)") == [
        plain.base + counterpart(path)
    ]
    assert len(page.locator("meta[name=description]").get_attribute("content") or "") >= 20
    ids = page.locator("[id]").evaluate_all("all => all.map(element => element.id)")
    assert [name for name, times in Counter(ids).items() if times > 1] == []


@pytest.mark.parametrize("plain", with_code(), indirect=True)
def test_every_block_number_and_claim_has_its_mark(plain: Visit) -> None:
    page = plain.page
    blocks = page.locator("article .language-python").count()
    links = page.locator("article .verified a[data-block]").evaluate_all(
        "all => all.map(a => [a.href, a.dataset.block])"
    )
    assert blocks
    assert len(links) == blocks
    assert page.locator(".verified.missing").count() == 0
    assert {address for address, _ in links} == {f"{beside_about(plain)}#verified"}
    assert all(re.fullmatch("[0-9a-f]{8,}", digest) for _, digest in links)
    assert page.locator("article .language-python").evaluate_all(MARKED_BELOW), "a mark is not right below its block"
    for claim in page.locator("article .claim").all():
        name = claim.get_attribute("id") or ""
        assert re.fullmatch("c-[a-z0-9-]+", name)
        mark = claim.locator("a.claim-mark")
        assert mark.inner_text() == f"C{name[1:]}"
        assert mark.evaluate("a => a.href") == f"{beside_about(plain, 'evidence')}#{name}"
        assert mark.get_attribute("aria-label") == f"C{name[1:]}{EVIDENCE[language(plain.path)]}"
    numbers = page.locator("article data.measured").evaluate_all("all => all.map(data => data.innerText.trim())")
    assert all(re.search("[0-9]", number) for number in numbers)
    assert "c-" not in "".join(numbers)


@pytest.mark.parametrize("path", ["about/", "en/about/"])
def test_marks_lead_to_what_they_promise(path: str, visit: Open) -> None:
    page = visit(path, java_script_enabled=False).page
    assert page.locator("#verified").count() == 1
    assert page.locator("#claims").count() == 1


@pytest.mark.parametrize("plain", pages(), indirect=True)
def test_reads_without_javascript(plain: Visit) -> None:
    page = plain.page
    for what in (".katex", "figure svg", "article p:not(:empty)", "article h2", "article pre", "article table"):
        assert page.locator(what).evaluate_all(HIDDEN) == [], what
    formulas = page.locator(".arithmatex").count()
    assert page.locator(".katex .katex-mathml math").count() >= formulas
    assert page.evaluate(FORMULA_FONTS) in ([], ["KaTeX"]), "formulas without KaTeX's styles"
    assert not any(response.url.endswith(".js") for response in plain.responses)
    if page.locator(".tabbed-set").first.locator(".tabbed-block").count() > 1:
        blocks = page.locator(".tabbed-set").first.locator(".tabbed-block")
        expect(blocks.nth(0)).to_be_visible()
        page.locator(".tabbed-labels label").nth(1).click()
        expect(blocks.nth(1)).to_be_visible()
        expect(blocks.nth(0)).to_be_hidden()
    for folded in page.locator("details").locator("visible=true").all()[:2]:
        folded.locator("summary").click()
        expect(folded.locator("p, pre").first).to_be_visible()
