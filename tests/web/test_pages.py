"""The playground in a real browser, where there is a Chromium: levers by keyboard, links, languages, nothing off-host."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import settings
from rechenmacht.outputs.web.pages import page

uvicorn = pytest.importorskip("uvicorn")
from rechenmacht.outputs.web.app import create_app  # noqa: E402

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
browser_only = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found; apt-get install chromium"),
]
NAME = "export_controls.enforcement"


def test_the_pages_say_the_same_in_both_languages() -> None:
    english, german = page("en"), page("de")
    assert '<html lang="en">' in english
    assert "Hebel bewegen" in german
    for text in (english, german):
        assert "<script>" not in text  # nothing inline but data
        assert "style=" not in text
        assert "http" not in text.replace("http-equiv", "")


@pytest.fixture(scope="module")
def address(base: Base) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    free = settings.Settings(compiled=False, requests_per_second=100_000, burst=100_000, running=1)
    server = uvicorn.Server(uvicorn.Config(create_app(base, free), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def tab(address: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as found:
        browser = found.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        one = browser.new_page(viewport={"width": 1400, "height": 1000})
        one.asked, one.faults = [], []
        one.on("request", lambda request: one.asked.append(request.url))
        one.on("console", lambda message: one.faults.append(message.text) if message.type == "error" else None)
        one.on("pageerror", lambda error: one.faults.append(str(error)))
        yield one
        assert one.faults == []
        assert all(url.startswith((address, "data:", "blob:")) for url in one.asked), one.asked
        browser.close()


def ready(tab: Any, updates: int = 1) -> None:
    until = time.monotonic() + 60
    while int(tab.get_attribute("body", "data-updates") or 0) < updates:
        assert time.monotonic() < until, tab.inner_text("#status")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("path", "heading", "region"), [("/", "Move a lever", "China"), ("/de/", "Hebel bewegen", "Vereinigte Staaten")]
)
class TestBrowser:
    pytestmark = browser_only

    def test_the_main_path(self, tab: Any, address: str, path: str, heading: str, region: str) -> None:
        tab.goto(address + path)
        ready(tab)
        assert heading in tab.inner_text("h1")
        assert tab.locator("#charts svg").count() >= 20
        assert region in tab.inner_text("#charts")
        assert tab.locator("#ahead tbody tr").count() == 6
        tab.wait_for_selector("#decides tbody tr", timeout=30_000)
        assert tab.locator("#decides tbody tr").count() == 12
        assert "Rechenmacht 0" in tab.inner_text("#cite")
        labels = tab.locator("#charts svg").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
        assert all(labels)

    def test_a_lever_moved_by_keyboard_moves_the_picture_and_is_a_link(
        self, tab: Any, address: str, path: str, heading: str, region: str
    ) -> None:
        del heading, region
        tab.goto(address + path)
        ready(tab)
        before = tab.locator("#charts svg.cn .line").first.get_attribute("d")
        lever = tab.locator(f"[id='l-{NAME}']")
        lever.focus()
        tab.keyboard.press("End")
        ready(tab, 2)
        after = tab.locator("#charts svg.cn .line").first.get_attribute("d")
        assert after != before
        assert f"set.{NAME}=1" in tab.url
        link = tab.url
        tab.goto("about:blank")
        tab.goto(link)
        ready(tab)
        assert lever.input_value() == "1"
        assert tab.locator("#charts svg.cn .line").first.get_attribute("d") == after

    def test_a_second_scenario_is_dashed_and_a_phone_has_no_sideways_scroll(
        self, tab: Any, address: str, path: str, heading: str, region: str
    ) -> None:
        del heading, region
        tab.set_viewport_size({"width": 360, "height": 780})
        tab.goto(address + path + "?b=tight_controls")
        ready(tab)
        assert tab.locator("#charts .other").count() >= 20
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
