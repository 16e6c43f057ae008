"""A server on loopback and a tab of a real browser that notes what is requested and what goes wrong."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import pages, settings

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
AXE = Path(__file__).resolve().parents[2] / "playground" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = (pages.STATIC / "manifest.json").is_file()
needed = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found; apt-get install chromium"),
    pytest.mark.skipif(not BUILT, reason="the pages are not built; make web"),
]


@contextmanager
def serving(base: Base, **told: Any) -> Iterator[str]:
    """Serve the app on a free port; yield its address."""
    uvicorn = pytest.importorskip("uvicorn")
    from rechenmacht.outputs.web.app import create_app

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    free = settings.Settings(
        **{"compiled": False, "requests_per_second": 100_000, "burst": 100_000, "running": 1, **told}
    )
    server = uvicorn.Server(uvicorn.Config(create_app(base, free), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def opened(browser: Any, address: str, **told: Any) -> Iterator[Any]:
    """Yield a tab; afterwards nothing may have gone wrong in it, and nothing have been asked of another host."""
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 1000}, "color_scheme": "light", **told})
    one = context.new_page()
    one.asked, one.faults = [], []
    one.on("request", lambda request: one.asked.append(request.url))
    one.on("console", lambda message: one.faults.append(message.text) if message.type == "error" else None)
    one.on("pageerror", lambda error: one.faults.append(str(error)))
    yield one
    assert one.faults == []
    assert all(url.startswith((address, "data:", "blob:")) for url in one.asked), one.asked
    context.close()


def updates(tab: Any) -> int:
    return int(tab.get_attribute("body", "data-updates") or 0)


def ready(tab: Any, count: int = 1) -> None:
    """Wait until the page has finished so many answers."""
    until = time.monotonic() + 90
    while updates(tab) < count:
        assert time.monotonic() < until, tab.inner_text("#status")
        time.sleep(0.05)
    drawn(tab)


def drawn(tab: Any) -> None:
    """Wait until no chart is waiting for its picture."""
    until = time.monotonic() + 30
    while tab.locator("figure[aria-busy]").count():
        assert time.monotonic() < until
        time.sleep(0.05)


def violations(tab: Any) -> list[str]:
    """Return what axe-core finds, of any weight (WCAG 2.2 A and AA, best practice)."""
    tab.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = tab.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{one['id']} ({one['impact']}): {one['help']} at {[node['target'] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def settled(tab: Any, count: int = 1) -> None:
    """Wait until the page has been brought up to date so often."""
    tab.wait_for_function(f"+document.body.dataset.updates >= {count}", timeout=90_000)


def went(tab: Any, act: Any) -> None:
    """Do something and wait for the picture that follows."""
    count = updates(tab)
    act()
    settled(tab, count + 1)


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser without a window; the test is skipped where Playwright is not installed."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as found:
        one = found.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()
