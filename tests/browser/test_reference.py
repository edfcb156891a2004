"""The reference: its names are found, twins stand side by side, and the search index waits until somebody searches."""

from collections.abc import Callable

import pytest
from browser_kit import PHONE, Visit, language, of_reference, search
from playwright.sync_api import Page, expect

Open = Callable[..., Visit]
INDEX = "search_index.json"


def fetched(seen: Visit) -> int:
    return sum(response.url.endswith(INDEX) for response in seen.responses)


@pytest.mark.parametrize("start", ["about/", "en/about/"])
@pytest.mark.parametrize("name", ["conv2d", "cross_entropy", "kaiming_uniform_", "SGD"])
def test_typing_a_name_finds_its_entry_first(start: str, name: str, visit: Open) -> None:
    seen = visit(start)
    links = search(seen.page, name).locator("a.md-search-result__link").evaluate_all("all => all.map(a => a.href)")
    assert links[0].startswith(f"{seen.base}{'en/' if language(start) == 'en' else ''}api-")
    assert any(link.endswith(f"#{name}") for link in links[:5])
    assert fetched(seen) == 1


WAYS: dict[str, Callable[[Page], None]] = {
    "pointer": lambda page: page.hover(".md-search__form"),
    "focus": lambda page: page.focus(".md-search__input"),
    "key": lambda page: page.keyboard.press("/"),
    "phone": lambda page: page.click("header label[for=__search]"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_search_index_comes_when_somebody_reaches_for_the_search(way: str, visit: Open) -> None:
    seen = visit("about/", **({"viewport": PHONE} if way == "phone" else {}))
    seen.settle()
    assert fetched(seen) == 0
    with seen.page.expect_response(lambda response: response.url.endswith(INDEX)):
        WAYS[way](seen.page)
    seen.settle()
    assert fetched(seen) == 1


def test_an_address_with_a_query_searches_at_once(visit: Open) -> None:
    seen = visit("en/about/?q=conv2d")
    expect(seen.page.locator(".md-search-result__item").first).to_be_visible()


@pytest.mark.parametrize("path", [path for path in of_reference() if path.endswith("api-losses/")])
def test_twins_and_source(path: str, visit: Open) -> None:
    page = visit(path, viewport=PHONE).page
    ours, theirs = (page.locator(f"[id='dlref.{backend}.mse_loss']") for backend in ("numpy", "torch"))
    expect(ours).to_be_visible()
    expect(theirs).to_be_hidden()
    page.locator(".tabbed-labels label", has_text="PyTorch").first.click()
    expect(theirs).to_be_visible()
    entry = page.locator(".doc-object", has=theirs)
    expect(entry.locator("details pre")).to_be_hidden()
    entry.locator("summary").click()
    expect(entry.locator("details pre")).to_be_visible()
    heading = {"zh": "参数：", "en": "Parameters:"}[language(path)]
    expect(entry.locator(".doc-section-title").first).to_have_text(heading)
    own = page.locator(".leads a", has_text="torch.nn.functional.mse_loss")
    expect(own).to_have_attribute(
        "href", "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html"
    )
