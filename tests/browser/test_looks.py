"""How pages look: nothing sticks out, nothing moves while loading, the colour scheme is the reader's choice."""

from collections.abc import Callable

import pytest
from browser_kit import DESKTOP, PHONE, SCHEMES, Visit, language, leave, of_each_kind
from in_the_page import AT_ONCE, FIGURES, OPEN_ALL, OVERFLOW
from playwright.sync_api import expect

Open = Callable[..., Visit]
_AFTER_THE_LINK = ".md-header .language-link ~ *"
WATCH_SHIFTS = """window.shifts = []; new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(
  e => [e.value, ...e.sources.map(({ node, previousRect, currentRect }) => [
    node?.outerHTML?.slice(0, 80) ?? node?.textContent, previousRect, currentRect
  ])]
))).observe({ type: "layout-shift", buffered: true })"""


@pytest.mark.parametrize("path", of_each_kind())
def test_nothing_moves_while_loading_and_nothing_sticks_out(path: str, on_slow_line: str, visit: Open) -> None:
    """The Chinese page comes to a phone, the same in English to a desktop; then the windows change places."""
    first, second = (DESKTOP, PHONE) if language(path) == "en" else (PHONE, DESKTOP)
    page = visit(path, viewport=first, base=on_slow_line, before=WATCH_SHIFTS).page
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(100)
    shifts = page.evaluate("shifts")
    assert sum(shift[0] for shift in shifts) < 0.0002, shifts  # a formula's font moves the words of its line by a pixel
    page.evaluate(OPEN_ALL)
    page.add_style_tag(content=AT_ONCE)
    for window in (first, second):
        page.set_viewport_size(window)
        page.wait_for_function(f"innerWidth === {window['width']}")
        assert page.evaluate(OVERFLOW) == []
        assert page.evaluate(FIGURES) == []
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    assert page.evaluate(OVERFLOW) == []
    for tab in page.locator(".tabbed-labels label", has_text="PyTorch").all()[:1]:
        tab.click()
        assert page.evaluate(OVERFLOW) == []


@pytest.mark.parametrize("window", [PHONE, DESKTOP])
def test_header_keeps_the_place_of_what_has_not_come_yet(window: dict, visit: Open) -> None:
    page = visit("", viewport=window).page
    link = page.locator(".language-link")
    before = link.bounding_box()
    removed = page.evaluate(f"[...document.querySelectorAll({_AFTER_THE_LINK!r})].map(part => part.remove()).length")
    assert removed == 2
    assert link.bounding_box() == before


@pytest.mark.parametrize("path", ["", "en/"])
def test_start_page_fits_one_screen(path: str, visit: Open) -> None:
    page = visit(path, viewport=DESKTOP).page
    for what in (".md-button", "figure", ".verified"):
        box = page.locator(what).locator("visible=true").last.bounding_box()
        assert box
        assert box["y"] + box["height"] <= DESKTOP["height"], what


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_is_the_readers_own_until_switched_and_then_stays(scheme: str, visit: Open) -> None:
    names = {"light": "default", "dark": "slate"}
    other = names["dark" if scheme == "light" else "light"]
    seen = visit("", scheme=scheme)
    page = seen.page
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", names[scheme])
    page.add_style_tag(content=AT_ONCE)
    before = page.evaluate(_COLOURS)
    page.locator("form[data-md-component=palette] label").locator("visible=true").click()
    expect(body).to_have_attribute("data-md-color-scheme", other)
    after = page.evaluate(_COLOURS)
    assert all(old != new for old, new in zip(before, after, strict=True)), "something kept its colour"
    leave(seen, page.locator(".language-link"))
    page.wait_for_url("**/en/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", other)


_COLOURS = """() => [
  getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.querySelector("article p")).color,
  getComputedStyle(document.querySelector("figure svg text")).fill,
]"""
