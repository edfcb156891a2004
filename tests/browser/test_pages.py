"""Pages and their other language: each has one, and its link leads there and back, with the tabs as they were."""

from collections.abc import Callable

import pytest
from browser_kit import PHONE, Visit, counterpart, follow_language_link, language, pages, with_code
from playwright.sync_api import expect

Open = Callable[..., Visit]


def test_both_languages_have_the_same_pages(site: object) -> None:
    assert len(pages()) >= 8
    assert {counterpart(path) for path in pages()} == set(pages())


def test_page_for_lost_readers_needs_nothing_else(visit: Open) -> None:
    seen = visit("404.html", scheme="dark", viewport=PHONE)
    words = seen.page.locator("body").inner_text()
    assert "404" in words
    assert "没有这个页面" in words
    assert "There is no such page" in words
    assert len(seen.responses) == 1, "served at any address, it can load nothing relative"


WITHOUT_CODE = [path for path in pages() if language(path) == "zh" and path not in with_code()]
WAYS = [*((path, True) for path in WITHOUT_CODE), ("", False), ("cost-surface/", False)]


@pytest.mark.parametrize(("path", "javascript"), WAYS)
def test_language_link_leads_there_and_back(path: str, javascript: bool, visit: Open, below_path: str) -> None:
    seen = visit(path, base=below_path, viewport=PHONE, java_script_enabled=javascript)
    for expected in (counterpart(path), path):
        follow_language_link(seen, expected)


@pytest.mark.parametrize("path", [path for path in with_code() if language(path) == "zh"])
def test_tabs_switch_together_and_stay_switched_in_the_other_language(path: str, visit: Open, below_path: str) -> None:
    seen = visit(path, base=below_path, viewport=PHONE)
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
    for expected in (counterpart(path), path):
        follow_language_link(seen, expected)
        page.wait_for_load_state("load")
        assert set(page.locator(chosen).evaluate_all(_LABELS)) == {"PyTorch"}


_LABELS = "all => all.map(input => document.querySelector(`label[for='${input.id}']`).textContent)"
