"""Every page, as it stands: loads cleanly anywhere, says what it is, carries its marks, leads to its other language."""

import gzip
import re
from collections import Counter
from collections.abc import Callable

import pytest
from browser_kit import PHONE, Visit, counterpart, language, leave, pages, with_code

Open = Callable[..., Visit]
PAGE_WEIGHT = 200_000  # bytes, gzipped, of all that a first visit loads


def test_both_languages_have_the_same_pages(site: object) -> None:
    assert len(pages()) >= 8
    assert {counterpart(path) for path in pages()} == set(pages())


@pytest.mark.parametrize("path", pages())
def test_page_loads_cleanly_and_is_light(
    path: str, visit: Open, at_root: str, below_path: str, request: pytest.FixtureRequest
) -> None:
    """Pages in Chinese are asked for at a host's root, those in English below a path."""
    seen = visit(path, base=below_path if language(path) == "en" else at_root)
    page = seen.page
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert page.locator("article").inner_text().strip()
    weight = "getComputedStyle(document.querySelector('.language-link')).fontWeight"
    assert page.evaluate(weight) == "700", "no dlref.css"
    assert page.evaluate("document.fonts.status") == "loaded"  # that nothing failed is seen at the end of the visit
    sizes = Counter()
    for response in seen.responses:
        name = response.url.rpartition("/")[2]
        kind = "search index" if name == "search_index.json" else name.rpartition(".")[2] or "html"
        body = response.body()
        sizes[kind] += len(body) if kind == "woff2" else len(gzip.compress(body, 6))
    assert {"html", "css", "js"} <= set(sizes)
    assert "search index" not in sizes, "it grows with the site, and most readers never search"
    parts = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in sorted(sizes.items()))
    request.node.user_properties.append(("weight", f"{path or '.':24} {sizes.total() / 1000:6.1f} kB: {parts}"))
    assert sizes.total() <= PAGE_WEIGHT, parts


def test_page_for_lost_readers_needs_nothing_else(visit: Open) -> None:
    seen = visit("404.html", scheme="dark", viewport=PHONE)
    words = seen.page.locator("body").inner_text()
    assert "404" in words
    assert "没有这个页面" in words
    assert "There is no such page" in words
    assert len(seen.responses) == 1, "served at any address, it can load nothing relative"


@pytest.mark.parametrize("path", pages())
def test_head(path: str, visit: Open) -> None:
    page = visit(path, java_script_enabled=False).page
    assert page.locator("html").get_attribute("lang") == language(path)
    assert page.locator("h1").count() == 1
    heading = page.locator("h1").inner_text().strip("#¶ \n")
    assert heading
    title = page.title()
    assert "dlref" in title
    assert "/" not in path.removeprefix("en/") or heading in title
    assert len(page.locator("meta[name=description]").get_attribute("content") or "") >= 20
    ids = page.locator("[id]").evaluate_all("all => all.map(element => element.id)")
    assert [name for name, times in Counter(ids).items() if times > 1] == []


WAYS = [(path, True) for path in pages() if language(path) == "zh"] + [("", False), ("cost-surface/", False)]


@pytest.mark.parametrize(("path", "javascript"), WAYS)
def test_language_link_leads_there_and_back(path: str, javascript: bool, visit: Open, below_path: str) -> None:
    seen = visit(path, base=below_path, viewport=PHONE, java_script_enabled=javascript)
    for expected in (counterpart(path), path):  # there and back: both pages' links
        link = seen.page.locator(".language-link")
        assert link.count() == 1
        leave(seen.page, link)
        seen.page.wait_for_url(below_path + expected)
        assert seen.page.locator("html").get_attribute("lang") == language(expected)


@pytest.mark.parametrize("path", with_code())
def test_every_block_number_and_claim_has_its_mark(path: str, visit: Open) -> None:
    seen = visit(path, java_script_enabled=False)
    page = seen.page
    blocks = page.locator("article .language-python").count()
    links = page.locator("article .verified a[data-block]").evaluate_all(
        "all => all.map(a => [a.href, a.dataset.block])"
    )
    about = f"{seen.base}{'en/' if language(path) == 'en' else ''}about/"
    assert blocks
    assert len(links) == blocks
    assert page.locator(".verified.missing").count() == 0
    assert {address for address, _ in links} == {f"{about}#verified"}
    assert all(re.fullmatch("[0-9a-f]{8,}", digest) for _, digest in links)
    after = """all => all.every(block => {
      let next = block.nextElementSibling
      if (next.matches(".output")) next = next.nextElementSibling
      return next.matches(".verified")
    })"""
    assert page.locator("article .language-python").evaluate_all(after), "a mark is not right below its block"
    for claim in page.locator("article .claim").all():
        name = claim.get_attribute("id") or ""
        assert re.fullmatch("c-[a-z0-9-]+", name)
        mark = claim.locator("a.claim-mark")
        assert mark.inner_text() == f"C{name[1:]}"
        assert mark.evaluate("a => a.href") == f"{about}#claims"
    numbers = page.locator("article data.measured").evaluate_all("all => all.map(data => data.innerText.trim())")
    assert all(re.search("[0-9]", number) for number in numbers)
    assert "c-" not in "".join(numbers)
    page.goto(f"{about}#verified")
    assert page.locator("#verified").count() == 1
    assert page.locator("#claims").count() == 1
