"""The main paths of a reader, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

QUESTION = "does EMT induce IL-6"
ASKED = "/?q=does+EMT+induce+IL-6"
DOI = "10.5555/semsearch.demo.01"
NARROW = {"width": 390, "height": 844}
Opener = Callable[..., Page]


def asked_for(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_ask_filter_open_report_export_and_back(opened: Opener, tmp_path: Path) -> None:
    page = opened("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(QUESTION)
    expect(page.locator(".verdict .word")).to_be_visible()
    supports = page.locator(".side.supports").bounding_box()
    opposes = page.locator(".side.opposes").bounding_box()
    assert supports is not None
    assert opposes is not None
    assert supports["y"] == opposes["y"]  # beside each other
    assert supports["x"] + supports["width"] <= opposes["x"]

    page.get_by_role("checkbox", name="results").check()  # applies at once
    expect(page.locator(".chips li").first).to_contain_text("Section: results")
    assert asked_for(page) == {"q": [QUESTION], "section": ["results"]}
    expect(page.get_by_role("checkbox", name="results")).to_be_focused()
    filtered = page.url

    card = page.locator(".side.supports .card").first
    quote = card.locator("blockquote").inner_text()
    card.get_by_role("link", name="Link").click()
    expect(page.locator(".full")).to_contain_text(quote)
    page.locator("#cites a[href$='/report']").first.click()
    expect(page.locator(".kicker")).to_contain_text("Citation report")
    expect(page.locator("#tallies svg").first).to_be_visible()

    page.locator("#statements .exports summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="BibTeX").click()
    waiting.value.save_as(tmp_path / "export.bib")
    assert "@" in (tmp_path / "export.bib").read_text("utf-8")

    page.go_back()
    page.go_back()
    assert page.url == filtered
    expect(page.locator("h1")).to_have_text(QUESTION)
    expect(page.get_by_role("checkbox", name="results")).to_be_checked()
    page.go_back()
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.locator("body.busy")).to_have_count(0)


def test_the_histogram_is_brushed_with_the_mouse(opened: Opener) -> None:
    page = opened(ASKED)
    drawing = page.locator("svg.histogram")
    first, last = (int(drawing.get_attribute(f"data-{end}") or 0) for end in ("first", "last"))
    box = drawing.bounding_box()
    assert box is not None
    slot = box["width"] / (last - first + 1)
    page.mouse.move(box["x"] + slot * 2.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + slot * 5.5, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(page.locator(".chips")).to_contain_text(f"Year: {first + 2}–{first + 5}")
    assert asked_for(page)["year_from"] == [str(first + 2)]
    assert asked_for(page)["year_to"] == [str(first + 5)]
    expect(page.locator("input[name=year_from]")).to_have_value(str(first + 2))
    assert page.locator("svg.histogram rect.chosen").count() == 4


def test_cards_are_walked_and_copied_by_key(opened: Opener) -> None:
    page = opened(ASKED, permissions=["clipboard-read", "clipboard-write"])
    cards = page.locator(".card")
    cards.first.focus()
    page.keyboard.press("j")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(cards.first).to_be_focused()
    page.keyboard.press("c")
    expect(cards.first.locator(".copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    quoted = cards.first.locator("blockquote").inner_text()
    assert copied.startswith(f"“{quoted}”\n— ")
    assert "https://doi.org/10.5555/" in copied
    page.keyboard.press("Control+k")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("j")  # a letter in a box is a letter
    expect(page.locator("#q")).to_have_value(f"{QUESTION}j")


def test_how_to_watch_a_question_is_copied(opened: Opener) -> None:
    page = opened(f"{ASKED}&section=results", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("Watch this question").click()
    page.get_by_role("button", name="Copy command").click()
    expect(page.get_by_role("status")).to_have_text("It was copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"semsearch alerts add '{QUESTION}' --filter section=results --index FOLDER"
    expect(page.get_by_role("button", name="Copy command")).to_be_visible()  # its name comes back
    page.get_by_role("link", name="What is watched already").click()
    expect(page.locator("main")).to_contain_text("Nothing is watched yet.")


def test_letters_do_nothing_outside_a_card(opened: Opener) -> None:
    page = opened(ASKED)
    page.locator(".brand").focus()
    for letter in "jkcs":
        page.keyboard.press(letter)
    expect(page.locator(".brand")).to_be_focused()
    assert page.url.endswith(ASKED)


def test_the_first_stop_of_tab_leads_to_the_content(opened: Opener) -> None:
    page = opened("/corpus")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_order_and_grouping_apply_at_once_and_stay_in_the_address(opened: Opener) -> None:
    page = opened(f"{ASKED}&view=list")
    page.get_by_label("Order").select_option("year")
    expect(page.get_by_label("Order")).to_have_value("year")
    page.get_by_label("one per paper").check()
    expect(page.locator(".same", has_text="of this paper").first).to_be_visible()
    assert asked_for(page) == {
        "q": [QUESTION],
        "view": ["list"],
        "sort": ["year"],
        "limit": ["10"],
        "group": ["1"],
    }
    page.get_by_role("link", name="Next page").click()
    assert {"sort", "group", "cursor"} <= set(asked_for(page))
    page.get_by_role("link", name="Previous page").click()
    expect(page.get_by_role("link", name="Previous page")).to_have_count(0)
    assert {"sort", "group"} <= set(asked_for(page))
    assert "cursor" not in asked_for(page)


def test_context_opens_in_its_card(opened: Opener) -> None:
    page = opened(ASKED)
    around = page.locator(".card .around").first
    expect(around.locator("p")).to_be_hidden()
    around.locator("summary").click()
    expect(around.locator("p")).to_be_visible()


def test_a_narrow_screen_has_its_filters_behind_a_button(opened: Opener) -> None:
    page = opened(ASKED, viewport=NARROW)
    filters = page.locator("#filters")
    expect(filters).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(filters).to_be_visible()
    page.keyboard.press("Escape")
    expect(filters).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("checkbox", name="results").check()
    page.get_by_role("checkbox", name="discussion").check()
    expect(filters).to_be_visible()  # several are chosen, then applied
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()
    assert asked_for(page)["section"] == ["results", "discussion"]


def test_all_of_it_works_without_javascript(opened: Opener) -> None:
    page = opened("/", java_script_enabled=False)
    page.locator("#q").fill(QUESTION)
    page.locator("#q").press("Enter")
    expect(page.locator(".copy").first).to_be_hidden()
    page.get_by_role("checkbox", name="discussion").check()
    page.locator("input[name=year_from]").fill("2010")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips")).to_contain_text("Year: 2010–")
    expect(page.locator(".chips")).to_contain_text("discussion")
    page.locator(".tabs a", has_text="by relevance").click()
    page.get_by_label("Order").select_option("citations")
    page.get_by_role("button", name="Arrange").click()
    assert asked_for(page)["sort"] == ["citations"]
    page.locator(".card .around summary").first.click()
    expect(page.locator(".card .around p").first).to_be_visible()


def test_a_page_that_is_on_its_way_is_announced(opened: Opener) -> None:
    page = opened("/")
    page.locator("#q").fill(QUESTION)
    page.evaluate(
        "const form = document.querySelector('form.ask');"
        "form.addEventListener('submit', (event) => event.preventDefault());"
        "form.requestSubmit()"
    )
    expect(page.locator("body.busy")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("Searching…")
    page.evaluate("dispatchEvent(new Event('pageshow'))")  # as when the reader comes back to it
    expect(page.locator("body.busy")).to_have_count(0)


def test_on_paper_only_what_is_read_is_printed(opened: Opener) -> None:
    page = opened(ASKED)
    page.emulate_media(media="print")
    for gone in (".top", "#filters", ".tabs", ".card .copy", ".exports"):
        expect(page.locator(gone).first).to_be_hidden()
    for kept in (".verdict", ".counts", ".card blockquote", ".card .source"):
        expect(page.locator(kept).first).to_be_visible()


@pytest.mark.parametrize(
    "viewport", [{"width": 320, "height": 700}, NARROW, {"width": 1440, "height": 900}]
)
def test_nothing_is_wider_than_the_screen(opened: Opener, viewport: dict[str, int]) -> None:
    page = opened("/", viewport=viewport)
    for path in (
        "/",
        ASKED,
        f"{ASKED}&view=list",
        f"{ASKED}&view=opposes&grouping=authors",
        "/similar?text=EMT",
        f"/papers/{DOI}",
        f"/papers/{DOI}/report",
        "/corpus",
        "/searches",
    ):
        page.goto(path)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, path
