"""Each page in a real browser, where there is a Chromium: main paths in both languages, keyboard, links, axe-core."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tabs import AXE, drawn, needed, opened, ready, serving, updates, violations

from rechenmacht.evidence.base import Base

pytestmark = needed
LEVER = "export_controls.enforcement"
PATHS = {
    "swarm": ("/swarm", "#reach svg", 1), "rules": ("/rules", "#plane svg", 1),
    "capital": ("/capital", "#network svg", 1), "check": ("/check#text=The%20NVIDIA%20H100%20has%2080%20GB%20of%20memory.", "mark", 1),
    "facts": ("/facts", "#facts tbody tr", 50), "saved": ("/saved", "#new button", 1),
}  # fmt: skip
SAID = {
    "swarm": ("delivers", "liefert das"), "rules": ("NVIDIA H20 to China", "NVIDIA H20 nach China"),
    "capital": ("Revenue that sellers miss", "Umsatz, der Verkäufern fehlt"), "check": ("Supported: 1", "Belegt: 1"),
    "facts": ("claims", "Angaben"), "saved": ("no accounts", "keine Konten"),
}  # fmt: skip


@pytest.fixture(scope="module")
def address(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(base, stream_draws=4000, database=str(tmp_path_factory.mktemp("store") / "serve.sqlite")) as one:
        yield one


@pytest.mark.parametrize("german", [False, True], ids=["en", "de"])
@pytest.mark.parametrize("name", PATHS)
def test_a_page_s_main_path_is_there_for_everybody(tab: Any, address: str, name: str, german: bool) -> None:
    path, shown, least = PATHS[name]
    tab.goto(address + ("/de" if german else "") + path)
    ready(tab)
    assert tab.locator(shown).count() >= least
    assert SAID[name][german] in tab.inner_text("main")
    charts = tab.locator(".chart[role=img]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert all(charts)
    if name != "saved":
        assert "Rechenmacht 0" in tab.inner_text("#cite")
    assert AXE.is_file(), "axe-core comes with make web"
    assert violations(tab) == []
    tab.set_viewport_size({"width": 360, "height": 780})
    time.sleep(0.3)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_dark_pages_have_contrast_too_and_the_choice_is_kept(browser: Any, address: str) -> None:
    with opened(browser, address, color_scheme="dark") as tab:
        tab.goto(address + "/rules")
        ready(tab)
        assert violations(tab) == []
        tab.click("#theme")
        drawn(tab)
        tab.goto(address + "/capital")
        ready(tab)
        assert tab.get_attribute("html", "data-theme") == "light"


def test_two_systems_and_the_slider_from_one_rack_to_the_internet(tab: Any, address: str) -> None:
    tab.goto(address + "/swarm?b=1024x+h100-sxm")
    ready(tab)
    assert "1,024" in tab.inner_text("#sides")
    tab.locator("#step").focus()
    tab.keyboard.press("End")
    assert tab.inner_text("#step-name") == "Single chips at home"
    assert "uplink" in tab.inner_text("#steps")
    count = updates(tab)
    tab.fill("#b", "no-such-chip")
    tab.locator("#b").blur()
    ready(tab, count + 1)
    assert "no-such-chip" in tab.inner_text("#status")
    tab.faults.clear()  # the browser notes the answer 422


def test_the_rules_of_another_day_by_keyboard(tab: Any, address: str) -> None:
    tab.goto(address + "/rules?chip=chip:h100-sxm")
    ready(tab)
    assert "2022" not in tab.inner_text("#verdict")
    tab.locator("#when").focus()
    count = updates(tab)
    tab.keyboard.press("Home")
    ready(tab, count + 1)
    assert "2022-08-26" in tab.inner_text("#verdict")
    assert "date=2022-08-26" in tab.url
    assert "2022-08-26" in tab.inner_text("#plane h2")


def test_an_uploaded_article_is_marked_and_evidence_follows_the_link(tab: Any, address: str) -> None:
    tab.goto(address + "/check")
    text = b"The NVIDIA H100 has 80 GB of memory. The NVIDIA H100 has 120 GB of memory. <script>alert(1)</script>"
    tab.set_input_files("#file", {"name": "article.txt", "mimeType": "text/plain", "buffer": text})
    tab.click("#check")
    ready(tab)
    assert tab.locator("mark.supported").count() == 1
    assert tab.locator("mark.contradicted").count() == 1
    assert tab.locator(".article script").count() == 0
    tab.locator("mark.contradicted a").click()
    assert tab.evaluate("document.activeElement.classList.contains('contradicted')")
    tab.set_input_files("#file", [])
    count = updates(tab)
    tab.click("#check")
    ready(tab, count + 1)
    assert "Paste an article" in tab.inner_text("#status")


def test_facts_are_searched_and_downloaded_with_the_same_words(tab: Any, address: str) -> None:
    tab.goto(address + "/facts")
    ready(tab)
    count = updates(tab)
    tab.fill("#q", "h20 memory")
    ready(tab, count + 1)
    assert "q=h20+memory" in tab.url
    assert "q=h20+memory" in str(tab.get_attribute("#csv", "href"))
    tab.goto(address + "/facts?q=disputed-nothing-matches")
    ready(tab)
    assert "No claim" in tab.inner_text("#status")


def test_a_view_is_saved_opened_changed_and_not_lost_to_somebody_else(tab: Any, address: str) -> None:
    tab.goto(f"{address}/?set={LEVER}=1")
    ready(tab)
    tab.click("#save")
    ready(tab)
    tab.fill("#name", "Mine")
    tab.click("#saving button")
    ready(tab, 2)
    assert "Saved." in tab.inner_text("#status")
    tab.click("#list a")
    ready(tab)
    assert "100%" in tab.inner_text(f".chip[data-name='{LEVER}']")
    tab.click("#save")
    ready(tab)
    stale = tab.url
    tab.fill("#name", "Mine, second version")
    tab.click("#saving button")
    ready(tab, 2)
    assert "2" in tab.inner_text("#list tbody tr")
    tab.goto(stale)  # as somebody else who has not seen the second version
    ready(tab)
    tab.fill("#name", "Over it")
    tab.click("#saving button")
    ready(tab, 2)
    assert "Somebody saved in between" in tab.inner_text("#status")
    tab.faults.clear()  # the browser notes the answer 412


def test_who_has_a_token_signs_in_on_the_page(base: Base, browser: Any, tmp_path: Any) -> None:
    from rechenmacht.outputs.web.tokens import add

    tokens = tmp_path / "tokens"
    token = add(tokens, "alice")
    with (
        serving(base, tokens=tokens, database=str(tmp_path / "serve.sqlite")) as closed,
        opened(browser, closed) as tab,
    ):
        tab.goto(closed + "/rules?to=AE")
        tab.click("#status a")
        tab.fill("#token", "no such token")
        tab.click("#who button")
        tab.wait_for_selector("#status.wrong")
        assert "no such token" in tab.inner_text("#status")
        tab.fill("#token", token)
        tab.click("#who button")
        tab.wait_for_url("**/rules?to=AE")
        ready(tab)
        tab.goto(closed + "/saved")
        ready(tab)
        assert "Signed in as alice" in tab.inner_text("#who")
        tokens.write_text("", encoding="utf-8")  # taken out of the file: the session ends
        tab.reload()
        tab.wait_for_selector("#token")
        tab.faults.clear()  # the browser notes the answers 401


def test_an_embedded_view_shows_the_picture_alone(tab: Any, address: str) -> None:
    tab.goto(address + "/rules?embed=1")
    ready(tab)
    assert tab.locator(".bar").is_hidden()
    assert "embed=1" in tab.url


def test_a_tooltip_is_gone_when_the_pointer_leaves(tab: Any, address: str) -> None:
    tab.goto(address + "/rules")
    ready(tab)
    tab.locator("#plane svg .mark-symbol path").first.hover(force=True)
    tab.wait_for_selector("#vg-tooltip-element", state="attached")
    tab.mouse.move(2, 2)
    tab.wait_for_timeout(300)
    assert not tab.locator("#vg-tooltip-element").is_visible()


def test_an_embedded_view_is_printed(tab: Any, address: str) -> None:
    tab.goto(address + "/rules?embed=1")
    ready(tab)
    tab.emulate_media(media="print")
    assert tab.locator("main").is_visible()
    assert tab.locator("#plane svg").first.is_visible()


def test_a_checked_text_stays_in_the_address_and_a_bad_one_does_no_harm(tab: Any, address: str) -> None:
    tab.goto(address + "/check#text=The%20NVIDIA%20H100%20has%2080%20GB%20of%20memory.")
    ready(tab)
    tab.locator("mark a").first.click()
    assert "#text=The%20NVIDIA" in tab.url
    tab.goto(address + "/facts")
    tab.goto(address + "/check#text=%")
    ready(tab)
    assert tab.input_value("#text") == "%"


def test_a_server_that_is_gone_is_told_in_words_and_the_old_answer_is_marked(tab: Any, address: str) -> None:
    tab.goto(address + "/de/facts")
    ready(tab)
    tab.route("**/api/**", lambda route: route.abort())
    count = updates(tab)
    tab.fill("#q", "h20")
    ready(tab, count + 1)
    assert "Der Server ist nicht zu erreichen" in tab.inner_text("#status")
    assert tab.evaluate("document.body.classList.contains('stale')")
    tab.unroute("**/api/**")
    count = updates(tab)
    tab.fill("#q", "h20 tdp")
    ready(tab, count + 1)
    assert not tab.evaluate("document.body.classList.contains('stale')")
    tab.faults.clear()  # the browser notes what was not answered
