"""Every page as axe-core sees it: by width, and in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ASKED = "/?q=does+EMT+induce+IL-6"
DOI = "10.5555/semsearch.demo.01"
PAGES = (
    "/",
    ASKED,
    f"{ASKED}&view=list&group=1",
    f"{ASKED}&view=supports&grouping=authors&section=results",
    f"{ASKED}&source_author=Nobody",
    "/?q=what+is+known+of+sleep",
    "/similar?text=EMT+induces+IL-6",
    "/cite?text=EMT+induces+IL-6+%5BCIT%5D.",
    "/check",
    f"/papers/{DOI}",
    f"/papers/{DOI}/report",
    "/corpus",
    "/searches",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_shuts_anybody_out(
    opened: Callable[..., Page], width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened("/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert not faults(page), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_claim_check_shuts_nobody_out(
    opened: Callable[..., Page], scheme: Literal["light", "dark"]
) -> None:
    page = opened("/check", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.get_by_label("A paragraph of yours").fill(
        "EMT induces IL-6 (10.5555/semsearch.demo.10). IL-6 inhibits EMT in cells (10.5555/ext.2)."
        " It rains (10.5555/never.heard)."
    )
    page.get_by_role("button", name="Check").click()
    page.locator(".claim").first.wait_for()
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.locator(".flag").count() >= 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not faults(page)


def test_the_open_filters_of_a_narrow_screen_and_a_statement(opened: Callable[..., Page]) -> None:
    page = opened(ASKED, viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Filters").click()
    assert not faults(page)
    page.keyboard.press("Escape")
    page.locator(".tools a").first.click()
    page.wait_for_url("**/statements/*")
    assert not faults(page)


def test_axe_is_at_work(opened: Callable[..., Page]) -> None:
    page = opened("/")
    page.evaluate("document.getElementById('q').labels[0].remove()")
    page.evaluate("document.getElementById('q').removeAttribute('placeholder')")
    assert any("label" in fault for fault in faults(page))
