"""axe-core finds nothing to complain of, on any page, in either scheme, at either size, with everything folded open."""

from collections.abc import Callable

import pytest
from browser_kit import DESKTOP, PHONE, Visit, language, of_each_kind, search
from playwright.sync_api import Page, expect

Open = Callable[..., Visit]
# Half of all elements are the words of the code. They have nothing to judge but colours, which test_looks does.
FLATTEN = "document.querySelectorAll('pre > code').forEach(code => { code.textContent = code.textContent })"
RUN = """async options => (await axe.run({ resultTypes: ["violations"], ...options })).violations.flatMap(rule =>
  rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 150)} ${node.any[0]?.message || ""}`))"""


def complaints(page: Page, axe: str, **options: object) -> list[str]:
    page.evaluate(FLATTEN)
    page.evaluate(axe)
    return page.evaluate(RUN, options)[:20]


SCROLLABLE = """() => [...document.querySelectorAll("pre > code")].every(
  code => code.scrollWidth <= code.clientWidth || code.tabIndex === 0
)"""


@pytest.mark.parametrize("path", [*of_each_kind(), "404.html"])
def test_page(path: str, visit: Open, axe: str) -> None:
    """The Chinese page on a light phone, with NumPy, and the same in English on a dark desktop, with PyTorch.

    The colours of each page in both schemes are the matter of `test_text_contrasts`.
    """
    scheme = "dark" if language(path) == "en" else "light"
    page = visit(path, scheme=scheme, viewport=PHONE if scheme == "light" else DESKTOP).page
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    for label in page.locator(".tabbed-labels label", has_text="PyTorch").all()[:1] if scheme == "dark" else []:
        label.click()
    page.wait_for_function(SCROLLABLE)  # Material lets the keyboard scroll what has become visible, a moment later
    assert complaints(page, axe) == []


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
