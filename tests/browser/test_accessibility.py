"""What is not one page's own: the menu, the search and the page for lost readers, for eyes, ears and the keyboard."""

from collections.abc import Callable

import pytest
from browser_kit import PHONE, Visit, search
from in_the_page import complaints
from playwright.sync_api import expect

Open = Callable[..., Visit]


def test_page_for_lost_readers(visit: Open, axe: str) -> None:
    assert complaints(visit("404.html", viewport=PHONE).page, axe) == []


@pytest.mark.parametrize(("path", "scheme"), [("about/", "light"), ("en/about/", "dark")])
def test_open_menu_and_search(path: str, scheme: str, visit: Open, axe: str) -> None:
    page = visit(path, scheme=scheme, viewport=PHONE).page
    page.locator("label.md-header__button[for=__drawer]").click()
    expect(page.locator(".md-nav--primary")).to_be_in_viewport()
    assert complaints(page, axe) == []
    page = visit(path, scheme=scheme).page
    search(page, "NumPy")
    assert complaints(page, axe) == []


@pytest.mark.parametrize("path", ["", "en/cost-surface/"])
def test_keyboard_reaches_the_content_first(path: str, visit: Open) -> None:
    page = visit(path).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash.length") > 1
