"""The page of evidence: from a mark to the code in two steps of the keyboard; sorted and filtered by scripts."""

from collections.abc import Callable

import pytest
from browser_kit import PHONE, Visit, language
from playwright.sync_api import expect

Open = Callable[..., Visit]
PAGES = ("evidence/", "en/evidence/")


@pytest.mark.parametrize("path", ["mini-batches/", "en/mini-batches/"])
def test_two_clicks_lead_from_a_claim_to_its_code(path: str, visit: Open) -> None:
    seen = visit(path)
    page = seen.page
    mark = page.locator("#c-batch-noise a.claim-mark")
    expect(mark).to_have_accessible_name(
        "C-batch-noise" + {"zh": "：查看证据", "en": ": see the evidence"}[language(path)]
    )
    seen.settle()
    mark.press("Enter")
    page.wait_for_url("**/evidence/#c-batch-noise")
    proof = page.locator("#c-batch-noise")
    expect(proof).to_be_in_viewport()
    expect(proof.locator("details")).to_have_attribute("open", "")
    code = proof.locator(".proof-head a").nth(1)
    if not (code.get_attribute("href") or "").startswith("http"):  # else it leads out of the site, to the repository
        seen.settle()
        code.press("Enter")
        page.wait_for_url("**/c-batch-noise.txt")
        expect(page.locator("body")).to_contain_text("def test_the_variance_of_the_gradient_falls")
        expect(page.locator("body")).to_contain_text("σ²/B")  # read as UTF-8


@pytest.mark.parametrize("path", PAGES)
def test_claims_are_filtered_and_sorted(path: str, visit: Open) -> None:
    seen = visit(path, viewport=PHONE)
    page = seen.page
    shown, ids = page.locator(".proof:visible"), "all => all.map(one => one.id)"
    everything = shown.count()
    assert everything == page.locator(".proof").count() > 50
    page.locator(".evidence-tools input").fill("batch NOISE")
    expect(page.locator("#c-batch-noise")).to_be_visible()
    assert 0 < shown.count() < everything / 4
    expect(page.locator(".evidence-tools output")).to_contain_text(str(shown.count()))
    page.evaluate("location.hash = 'c-xor'")  # what somebody links to is shown, whatever was typed
    expect(page.locator("#c-xor")).to_be_in_viewport()
    assert shown.count() == everything
    before = shown.evaluate_all(ids)
    page.locator(".evidence-tools select").select_option("name")
    assert shown.evaluate_all(ids) == sorted(before) != before
    page.locator(".evidence-tools select").select_option("page")
    assert shown.evaluate_all(ids) == before


@pytest.mark.parametrize("path", PAGES)
def test_tables_are_sorted_by_their_columns_with_the_keyboard(path: str, visit: Open) -> None:
    page = visit(path).page
    table = page.locator("#operations ~ .sortable table").first
    heads, column = table.locator("thead th"), "all => all.map(cell => parseFloat(cell.textContent))"
    heads.nth(2).locator("button").press("Enter")
    expect(heads.nth(2)).to_have_attribute("aria-sort", "ascending")
    numbers = [one for one in table.locator("tbody tr td:nth-child(3)").evaluate_all(column) if one == one]
    assert numbers == sorted(numbers)
    assert len(numbers) > 40
    heads.nth(2).locator("button").press("Space")
    expect(heads.nth(2)).to_have_attribute("aria-sort", "descending")
    numbers = [one for one in table.locator("tbody tr td:nth-child(3)").evaluate_all(column) if one == one]
    assert numbers == sorted(numbers, reverse=True)
    heads.nth(0).locator("button").click()
    names = [name.lower() for name in table.locator("tbody th").all_inner_texts()]
    assert heads.nth(2).get_attribute("aria-sort") is None
    assert names[0] < names[-1]


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_everything_is_there_and_nothing_that_would_need_one(path: str, visit: Open) -> None:
    page = visit(path, java_script_enabled=False).page
    expect(page.locator(".evidence-tools")).to_be_hidden()
    proof = page.locator("#c-batch-noise")
    proof.locator("summary").click()
    expect(proof.locator("pre").first).to_be_visible()
    assert page.locator(".sortable button").count() == 0
    assert page.locator("#claims, #formulas, #operations, #blocks").count() == 4
