"""The site in a real browser, from a file server under a path of its own: what people do there, and that all can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from measures import CLS, COLLISIONS, WATCH, WIDTHS
from still import files
from tabs import AXE, CHROMIUM, opened, violations

from rechenmacht.outputs.site import outcomes
from rechenmacht.outputs.site.frame import Site, place
from rechenmacht.outputs.site.rulings import Rulings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found; apt-get install chromium"),
]
TEMPLATES = (
    "index", "about", "glossary", "404", "sources", "scenarios", "facts/index", "facts/chip/h100-sxm", "places/index",
    "places/DE", "rules/index", "rules/h20", "claims/backtest", "capital/funding_stop", "charts/index",
    "charts/installed-h100e-8bit", "charts/reach-embed", "data/index", "docs/index", "docs/GLOSSARY",
)  # fmt: skip
DARK = ("index", "facts/chip/h100-sxm", "places/index", "rules/index", "claims/backtest", "charts/installed-h100e-8bit")
DRAWN = ("index", "scenarios", "capital/funding_stop", "claims/backtest", "charts/installed-h100e-8bit", "charts/four-worlds",
         "charts/chips-huawei")  # fmt: skip
# All details opened; of long lists and maps the beginning, since the rest is alike (bench/site.py reads all of it).
SHORT = """() => {
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  for (const [kind, most] of [['tbody', 6], ['ul, ol, dl, .ten', 8], ['svg.map, .shapes defs', 6], ['select', 6]]) {
    document.querySelectorAll(kind).forEach((one) => [...one.children].slice(most).forEach((child) => child.remove()));
  }
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) link.removeAttribute('href');
  }
}"""
SIZES = {"desktop": (1400, 1000), "phone": (360, 780)}


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The folder behind a file server, not at its root."""
    with files(folder.parent) as one:
        yield f"{one}/{folder.name}"


@pytest.fixture(params=SIZES)
def person(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    """A person's tab on a desktop and on a phone."""
    width, height = SIZES[request.param]
    told = {"viewport": {"width": width, "height": height}, "permissions": ["clipboard-read", "clipboard-write"]}
    with opened(browser, address, **told) as tab:
        yield tab


@pytest.mark.parametrize(("code", "theme"), [("en", "light"), ("de", "dark")])
def test_axe_finds_nothing_on_any_kind_of_page(browser: Any, address: str, folder: Path, code: str, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core comes with make web")
    found = {}
    with opened(browser, address, color_scheme=theme) as tab:
        for name in TEMPLATES if code == "en" else DARK:
            tab.goto(f"{address}/{place(f'{name}.html', code)}")
            tab.evaluate(SHORT)
            found[name] = violations(tab)
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize("code", ["en", "de"])
def test_no_label_stands_on_another_at_any_width_and_no_page_is_wider_than_its_window(
    browser: Any, address: str, code: str
) -> None:
    found = {}
    with opened(browser, address) as tab:
        for name in DRAWN:
            tab.goto(f"{address}/{place(f'{name}.html', code)}")
            for width in WIDTHS:
                tab.set_viewport_size({"width": width, "height": 900})
                found[name, width] = tab.evaluate(COLLISIONS)
                if tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    found[name, width].append("the page is wider than its window")
    assert {key: some for key, some in found.items() if some} == {}


def test_labels_on_top_of_each_other_are_found(browser: Any, address: str) -> None:
    with opened(browser, address) as tab:
        tab.set_content(
            '<figure><svg width="100" height="40" viewBox="0 0 100 40"><text x="0" y="20">one</text>'
            '<text x="4" y="22">two</text><text x="90" y="20">three</text></svg></figure>'
        )
        assert tab.evaluate(COLLISIONS) == ["one x two", "beyond: three"]


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_moves_while_a_page_comes(browser: Any, address: str, width: int) -> None:
    with opened(browser, address, viewport={"width": width, "height": 900}) as tab:
        tab.add_init_script(WATCH)
        for name in ("index", "facts/index", "rules/index", "charts/reach", "places/index"):
            tab.goto(f"{address}/{name}.html", wait_until="load")
            tab.wait_for_timeout(150)
            assert tab.evaluate("measured.cls") < CLS, name


def test_task_find_a_chip_s_sources(person: Any, address: str) -> None:
    person.goto(f"{address}/index.html")
    person.get_by_role("link", name="Facts", exact=True).click()
    person.get_by_label("Search").fill("h100 8-bit")
    link = person.locator("#found a", has_text="NVIDIA H100 SXM").first
    link.click()
    assert "/facts/chip/h100-sxm.html#chip.h100-sxm." in person.url
    row = person.locator("tr:target")
    row.wait_for(state="attached")  # the address changes before the page is read
    assert row.count() == 1
    assert str(row.locator("a").first.get_attribute("href")).startswith("http")


def test_what_is_typed_before_the_search_is_loaded_is_found_too(browser: Any, address: str) -> None:
    with opened(browser, address) as tab:
        tab.route("**/search*.js", lambda route: (tab.get_by_label("Search").fill("h100 8-bit"), route.continue_()))
        tab.goto(f"{address}/facts/index.html", wait_until="commit")
        tab.locator("#found a", has_text="NVIDIA H100 SXM").first.wait_for()


def test_a_name_that_is_asked_for_stands_before_longer_ones(browser: Any, address: str) -> None:
    with opened(browser, address) as tab:
        for asked, first in (
            ("H20", "NVIDIA H20"),
            ("h200 sxm", "NVIDIA H200 SXM"),
            ("ascend 910b", "Huawei Ascend 910B"),
        ):
            tab.goto(f"{address}/facts/index.html?q={asked}")
            tab.locator("#found a").first.wait_for()
            assert tab.locator("#found a").first.inner_text() == first
            claims = tab.locator("#found li a", has_text=":").all_inner_texts()
            assert claims[0].startswith(f"{first}:")


def test_a_table_of_periods_is_read_on_a_phone_without_scrolling_sideways(browser: Any, address: str) -> None:
    with opened(browser, address, viewport={"width": 360, "height": 800}) as tab:
        for name in ("rules/h20", "rules/index", "places/CN", "places/US", "facts/chip/h100-sxm"):
            tab.goto(f"{address}/{name}.html")
            ends = "[...document.querySelectorAll('.stacks td')].map((one) => one.getBoundingClientRect().right)"
            assert max(tab.evaluate(ends)) <= 360, name
        tab.goto(f"{address}/facts/index.html")
        tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") == 360  # long names break


def test_task_check_a_country_s_rule_on_a_day(person: Any, address: str, site: Site) -> None:
    person.goto(f"{address}/rules/index.html")
    person.select_option("#chip", "h200-sxm")
    person.select_option("#to", "AE")
    person.fill("#day", "2024-06-01")
    words, rulings = site.both["en"], Rulings(site)
    told = rulings.on("chip:h200-sxm", "AE", "2024-06-01")
    person.wait_for_function("document.getElementById('verdict').textContent.includes('1 June 2024')")
    assert rulings.outcome(told.outcome, words) in person.inner_text("#verdict")
    assert all(rulings.rule(one, words) in person.inner_text("#why") for one in told.fired)
    again = person.url
    person.goto(f"{address}/about.html")
    person.goto(again)
    person.wait_for_function("document.getElementById('verdict').textContent.includes('1 June 2024')")
    assert person.input_value("#to") == "AE"


def test_task_cite_a_chart(person: Any, address: str) -> None:
    person.goto(f"{address}/charts/reach.html")
    person.locator("#cite + .copy").click()
    kept = person.evaluate("navigator.clipboard.readText()")
    for part in ("What 1,024 H100s deliver", "version", "30 November 2026", "https://example.org/ai/charts/reach.html"):
        assert part in kept
    person.get_by_text("BibTeX").click()
    assert "url = {https://example.org/ai/charts/reach.html}" in person.inner_text("details pre")


def test_task_embed_a_chart(person: Any, address: str) -> None:
    person.goto(f"{address}/charts/reach.html")
    person.locator("pre + .copy").first.click()
    code = person.evaluate("navigator.clipboard.readText()").replace("https://example.org/ai", address)
    person.goto(f"{address}/404.html")
    person.evaluate("(code) => { document.getElementById('main').innerHTML = code; }", code)
    frame = person.frame_locator("iframe")
    frame.locator("img").wait_for()
    assert frame.locator("img").evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 300
    box = person.locator("iframe").bounding_box()
    high = frame.locator("html").evaluate("(one) => one.scrollHeight")
    assert high <= box["height"] + 1  # the whole chart shows in the frame


def test_task_download_a_chart_s_numbers(person: Any, address: str) -> None:
    person.goto(f"{address}/charts/reach.html")
    with person.expect_download() as found:
        person.evaluate("document.querySelector('.files a[href$=\"reach.csv\"]').setAttribute('download', '')")
        person.locator('.files a[href$="reach.csv"]').click()
    lines = Path(found.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("name,")
    assert lines[1].startswith("rack,")


def test_task_find_china_s_share_with_smuggled_chips(person: Any, address: str, site: Site) -> None:
    person.goto(f"{address}/index.html")
    person.get_by_role("link", name="How much of it is China's").click()
    said = person.inner_text("#china .says").replace("\xa0", " ")
    row = next(one for one in outcomes.series(site, "runs_share|with_smuggled")["China"] if one["quarter"] == "2026-Q2")
    assert f"{outcomes.ends(row, site.both['en'])} with them" in said


def test_task_compare_scenarios_and_read_what_they_set(person: Any, address: str) -> None:
    person.goto(f"{address}/charts/four-worlds.html")
    told = person.locator("table").first.inner_text()
    assert all(one in told for one in ("Reference", "Tight controls", "A blockade of Taiwan"))
    person.goto(f"{address}/scenarios.html#taiwan_blockade")
    assert person.locator("#taiwan_blockade").is_visible()


def test_task_read_why(person: Any, address: str) -> None:
    person.goto(f"{address}/index.html")
    person.get_by_role("link", name="What would change it?").click()
    assert person.locator("#changes figure").is_visible()
    assert "Data to" in person.inner_text("#changes figcaption")
    assert person.locator("#changes figcaption a[href^=http]").count() > 0


def test_task_print_a_page(person: Any, address: str) -> None:
    person.goto(f"{address}/charts/reach.html")
    person.emulate_media(media="print")
    assert person.locator(".bar").is_hidden()
    assert person.locator("figure svg:visible").count() == 1
    assert person.locator("#cite").is_visible()
    assert len(person.pdf(format="A4")) > 5_000
    person.emulate_media(media="screen")


def test_an_address_that_nobody_knew_is_filled_in(browser: Any, address: str, base: Any, tmp_path: Path) -> None:
    from rechenmacht.outputs.site.assemble import assembled

    plain = assembled(base, "2026-11-30", docs=False, draws=100)
    page = (plain.made("about.html") or b"").decode()
    code = re.sub(r"\s+", " ", page)
    assert "url = {" not in code
    with opened(browser, address) as tab:
        tab.route("**/about.html*", lambda route: route.fulfill(body=page, content_type="text/html"))
        tab.goto(f"{address}/about.html?x=1")
        assert tab.inner_text("#cite").endswith(f"{address}/about.html")
        tab.locator("summary", has_text="BibTeX").click()
        assert f"url = {{{address}/about.html}}" in tab.inner_text("details pre")


def test_without_scripts_everything_is_there(browser: Any, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as tab:
        tab.goto(f"{address}/index.html")
        assert tab.locator("figure svg:visible").count() == 10
        tab.goto(f"{address}/rules/index.html")
        assert "NVIDIA H20 to China" in tab.inner_text("#verdict")
