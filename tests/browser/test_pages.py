"""Pages and their other language: each has one, and its link leads there and back, with the tabs as they were."""

from collections.abc import Callable

import pytest
from browser_kit import PHONE, Visit, chosen_tabs, counterpart, follow_language_link, pages

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


BOTH_DEPTHS = ("", "cost-surface/")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("path", BOTH_DEPTHS)
def test_language_link_leads_there_and_back(path: str, javascript: bool, visit: Open, below_path: str) -> None:
    seen = visit(path, base=below_path, viewport=PHONE, java_script_enabled=javascript)
    for expected in (counterpart(path), path):
        follow_language_link(seen, expected)


@pytest.mark.parametrize("path", BOTH_DEPTHS)
def test_tabs_stay_switched_in_the_other_language(path: str, visit: Open, below_path: str) -> None:
    seen = visit(path, base=below_path, viewport=PHONE)
    seen.page.locator(".tabbed-labels label", has_text="PyTorch").first.click()
    for expected in (counterpart(path), path):
        follow_language_link(seen, expected)
        seen.page.wait_for_load_state("load")
        assert chosen_tabs(seen.page) == {"PyTorch"}
