"""What a person does with the first page, at a desk and on a phone: one page load for several tasks."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from still import files
from tabs import needed, opened, settled, went

from rechenmacht.evidence.base import Base
from rechenmacht.outputs.stage import computed, page

pytestmark = [
    *needed,
    pytest.mark.skipif(not (page.BUILT / "manifest.json").is_file(), reason="the pages are not built; make web"),
]
DESK = {"viewport": {"width": 1400, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SMUGGLED = ".lever[data-name='export_controls.smuggled_share']"
ENFORCED = ".lever[data-name='export_controls.enforcement']"


@pytest.fixture(scope="module")
def address(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if computed.ready(computed.reference(base)):
        pytest.skip("no kernel")
    folder = tmp_path_factory.mktemp("site")
    page.write(folder, base)
    with files(folder) as one:
        yield one


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def there(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    """The page, opened and computed."""
    with opened(browser, address, permissions=["clipboard-read", "clipboard-write"], **request.param) as tab:
        tab.goto(f"{address}/")
        settled(tab, 1)
        yield tab


def found(tab: Any, words: str) -> None:
    """Pick the outcome that a search finds first."""
    tab.click("#pick")
    tab.fill("#find", words)
    went(tab, tab.locator("#found button").first.click)


def saved(tab: Any, button: str) -> bytes:
    with tab.expect_download() as one:
        tab.click(button)
    return Path(one.value.path()).read_bytes()


def test_find_a_share_see_what_enforcement_does_read_why_undo_and_share(there: Any, address: str) -> None:
    tab = there
    # China's share with smuggled chips.
    found(tab, "share smuggled")
    went(tab, tab.locator("#lines button[data-key='with_smuggled']").click)
    plain = tab.inner_text("#says")
    assert re.match(r"Smuggled included, end of 2030: [\d.]+%; 90 of 100 draws lie between", plain)
    # What enforcement does: the upper end of its range, and why.
    went(tab, tab.locator(f"{ENFORCED} .end").last.click)
    moved = tab.inner_text("#says")
    assert re.search(r"instead of [\d.]+%.* less.*lower in", moved)
    assert tab.locator("#chips .chip").count() == 1
    tab.locator(f"{ENFORCED} .ask").click()
    why = tab.inner_text(f"{ENFORCED} .why")
    assert "5 to 95" in why or "%" in why
    assert tab.locator(f"{ENFORCED} .why [data-act]").count() >= 1
    # Undo, redo.
    went(tab, lambda: tab.click("#undo"))
    assert tab.inner_text("#says") == plain
    went(tab, lambda: tab.click("#redo"))
    assert tab.inner_text("#says") == moved
    # Share: the link shows the same elsewhere.
    tab.click("#link")
    tab.wait_for_function("document.getElementById('taken').textContent !== ''")
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link == tab.url
    tab.goto("about:blank")
    tab.goto(link)
    settled(tab, 1)
    assert tab.inner_text("#says") == moved


def test_compare_download_cite_embed_and_print(there: Any, address: str) -> None:
    tab = there
    for box in ("tight_controls", "china_memory"):
        tab.check(f"#c-{box}")
    assert "compare=tight_controls,china_memory" in tab.url
    assert tab.locator("#compared thead th").count() == 3  # while it is counted
    went(tab, tab.locator(f"{SMUGGLED} .end").first.click)
    said = tab.inner_text("#says")
    # Download: the table holds the sentence's number, the picture its title, source and address, and no variables.
    rows = list(csv.DictReader(io.StringIO(saved(tab, "#csv").decode())))
    row = next(one for one in rows if (one["world"], one["line"], one["quarter"]) == ("shown", "cn", "2030-Q4"))
    assert f"{float(row['q50']) / 1e6:.3g}" in said
    assert row["address"] == tab.url
    picture = saved(tab, "#svg").decode()
    drawn = ElementTree.fromstring(picture)  # noqa: S314 - made by the page
    words = "".join(drawn.itertext())
    assert words.startswith("AI compute installed, China")
    assert tab.url in words
    assert "var(--" not in picture
    assert saved(tab, "#png").startswith(b"\x89PNG")
    # Cite, embed.
    tab.click("#cite")
    assert "1,000 draws, seed 1" in tab.input_value("#given textarea >> nth=0")
    assert "\\url{" in tab.input_value("#given textarea >> nth=1")
    tab.click("#embed")
    code = tab.input_value("#given textarea >> nth=0")
    frame = html.unescape(re.search(r'src="([^"]+)"', code)[1])  # type: ignore[index]
    # Print: the picture, what is said, what is moved and where it comes from; no controls.
    tab.emulate_media(media="print")
    for shown in ("#chart svg", "#says", "#chips", "#source", "#unit"):
        assert tab.locator(shown).first.is_visible(), shown
    for hidden in ("#panel", "#views", ".take", ".bar"):
        assert tab.locator(hidden).is_hidden(), hidden
    assert tab.get_attribute("#source", "data-address") == tab.url
    tab.emulate_media(media="screen")
    # Compare: counted by now, in the background.
    tab.wait_for_selector("#compared tbody td small", timeout=90_000)
    assert tab.locator("#compared thead th").count() == 3
    tab.goto(frame)
    settled(tab, 1)
    assert tab.locator("#panel").is_hidden()
    assert tab.locator("#whole").is_visible()
    assert tab.inner_text("#says") == said
