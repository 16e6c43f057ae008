"""The first page in a real browser, as static files: digits, levers, links, history, pictures, reading aids."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from still import COLLISIONS, files
from tabs import needed, opened, settled, violations, went

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import language
from rechenmacht.outputs.stage import computed, page

pytestmark = [
    *needed,
    pytest.mark.skipif(not (page.BUILT / "manifest.json").is_file(), reason="the pages are not built; make web"),
]
SLOW = 4  # how much slower than a quiet machine one may be that runs other tests too
LEVER = "export_controls.smuggled_share"
HEIGHT = "() => Math.max(...[...document.querySelectorAll('#chart .median')].map(one => one.getBBox().height))"
ROW = f".lever[data-name='{LEVER}']"


@pytest.fixture(scope="module")
def address(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if computed.ready(computed.reference(base)):
        pytest.skip("no kernel")
    folder = tmp_path_factory.mktemp("site")
    page.write(folder / "under" / "a path", base)
    with files(folder) as one:
        yield f"{one}/under/a%20path"


def downloaded(tab: Any, button: str) -> str:
    with tab.expect_download() as found:
        tab.click(button)
    return Path(found.value.path()).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        (("tight_controls", ["capital.stop=0.2@2027Q1", "capital.stop=0.8@2030Q1"]),
         "?scenario=tight_controls&set=capital.stop=0.2@2027Q1&set=capital.stop=0.8@2030Q1"),
        (("stack_20", []), "?scenario=stack_20&outcome=accessible|h100e_8bit"),
    ],
    ids=["dated levers", "changed priors"],
)  # fmt: skip
def test_a_link_shows_the_digits_of_the_command_line(
    tab: Any, address: str, base: Base, asked: tuple[str, list[str]], query: str
) -> None:
    tab.goto(f"{address}/{query}")
    settled(tab)
    assert tab.locator("#refused").is_hidden()
    rows = [row for row in csv.DictReader(io.StringIO(downloaded(tab, "#csv"))) if row["world"] == "shown"]
    name, settings = asked
    chosen = scenario.with_settings(scenario.find(base, name), settings, runs.FIRST_SIMULATED)
    summary = runs.summed(base, chosen, 1000, 1)[0]
    places = {(one.variable, one.region): place for place, one in enumerate(SERIES)}
    ours = np.array([[float(row[q]) for q in ("q05", "q25", "q50", "q75", "q95")] for row in rows])
    theirs = np.array(
        [summary.table[places[row["outcome"], REGION[row["line"]]], QUARTERS.index(row["quarter"])] for row in rows]
    )
    assert len(rows) == 6 * len(QUARTERS)
    assert np.allclose(ours, theirs, rtol=6e-6, atol=1e-9)  # files hold six digits
    # The sentence shows the same median, to its digits.
    median = theirs[[(row["line"], row["quarter"]) for row in rows].index(("cn", "2030-Q4")), 2]
    said = tab.inner_text("#says")  # three digits, or four where two medians are close
    assert f"{median / 1e6:.3g}" in said or f"{median / 1e6:.4g}" in said


def test_levers_move_sentence_and_picture_with_the_network_off(tab: Any, address: str) -> None:
    tab.goto(f"{address}/?view=change")
    settled(tab)
    tab.context.set_offline(True)
    asked = len(tab.asked)
    before = tab.inner_text("#says")
    went(tab, tab.locator(f"{ROW} .end").first.click)
    assert tab.inner_text("#says") != before
    assert tab.evaluate(HEIGHT) >= 8
    assert len(tab.asked) == asked
    said = tab.inner_text("#says")
    # 11.2 million instead of 21.5 million H100e, 48 % less: the percentage is the ratio of the medians shown.
    now, was = (float(word) for word in __import__("re").findall(r"([\d.]+)\u00a0million", said)[:2])
    assert f"{round((1 - now / was) * 100)}% less" in said


def test_a_drag_keeps_the_reference_and_the_release_is_one_step_back(tab: Any, address: str) -> None:
    tab.goto(f"{address}/")
    settled(tab)
    assert tab.is_disabled("#undo")
    plain = tab.inner_text("#says")
    lever = tab.locator(f"[id='l-{LEVER}']")
    lever.focus()
    went(tab, lambda: tab.keyboard.press("End"))
    assert "shift=" in tab.url
    assert tab.locator(f".chip[data-name='{LEVER}']").count() == 1
    assert "range moves along" in tab.inner_text(ROW)
    moved = tab.inner_text("#says")
    assert moved != plain
    went(tab, lambda: tab.click("#undo"))
    assert "shift=" not in tab.url
    assert tab.inner_text("#says") == plain
    went(tab, lambda: tab.click("#redo"))
    assert tab.inner_text("#says") == moved
    went(tab, lambda: tab.locator(f"{ROW} .mode button").click())
    assert "set=" in tab.url
    went(tab, tab.locator(f"{ROW} .value button").first.click)
    assert tab.inner_text("#says") == plain
    assert tab.locator(".chip").count() == 0


def test_a_key_leaves_the_median_that_a_pointer_would_snap_to(tab: Any, address: str) -> None:
    tab.goto(address)
    settled(tab)
    slider = tab.locator(f"{ROW} input[type=range]")
    at = int(slider.input_value())
    slider.focus()
    went(tab, lambda: tab.keyboard.press("ArrowRight"))
    assert int(slider.input_value()) == at + 1


def test_an_axis_never_says_the_same_twice(tab: Any, address: str) -> None:
    for query in (
        "?view=change",
        "?view=change&outcome=frontier_gap",
        "?outcome=swarm_run",
        "?outcome=installed_share|h100e_8bit",
    ):
        tab.goto(f"{address}/{query}")
        settled(tab)
        marks = tab.locator("#chart .ax[text-anchor=end]").all_text_contents()
        assert len(marks) == len(set(marks)) > 2, (query, marks)
    assert "end of" in marks  # what a year's mark means


def test_a_link_to_a_comparison_shows_it_and_more_than_four_cannot_be(tab: Any, address: str) -> None:
    tab.goto(f"{address}/?compare=taiwan_blockade,reference,nowhere,tight_controls#compared")
    settled(tab)
    assert "compare=nowhere" in tab.inner_text("#refused")
    heads = tab.locator("#compared thead th").all_inner_texts()
    assert heads[0] == "reference"
    assert set(heads[1:]) == {"A blockade of Taiwan", "Tight controls"}
    assert tab.is_checked("#c-taiwan_blockade")
    for one in ("china_memory", "h200_accepted"):
        tab.check(f"#c-{one}")
    assert tab.url.endswith("?compare=taiwan_blockade,tight_controls,china_memory,h200_accepted#compared")
    assert tab.is_disabled("#c-open_swarm")
    tab.go_back()
    tab.wait_for_function("!document.getElementById('c-h200_accepted').checked")
    assert tab.locator("#compared thead th").count() == 4


def test_a_link_that_cannot_be_honoured_says_so_and_shows_the_rest(tab: Any, address: str) -> None:
    tab.goto(
        f"{address}/de/?scenario=nonsense&set=capital.stop=7&set=capital.stop=abc&set=capital.stop=0.5@2024Q1"
        f"&set=x.y=1&outcome=nothing&view=pie&colour=red&year=2031&year=2032&set=capital.cash_share.cn=0.2&{'set=capital.stop=0.4'}"
    )
    settled(tab)
    told = tab.inner_text("#refused")
    for text in (
        "nonsense",
        "year= steht mehrmals",
        "=7",
        "abc",
        "2024Q1".replace("Q", "Q"),
        "x.y",
        "nothing",
        "pie",
        "colour=red",
    ):
        assert text in told
    assert tab.locator("#refused li").count() == 9
    chips = tab.inner_text("#chips")
    assert "40\u00a0%" in chips
    assert "20\u00a0%" in chips  # a parameter without a slider is a chip all the same
    assert "capital.cash_share" not in chips


@pytest.mark.parametrize("german", [False, True], ids=["en", "de"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_read_it(browser: Any, address: str, german: bool, dark: bool) -> None:
    with opened(browser, address, color_scheme="dark" if dark else "light") as tab:
        tab.goto(f"{address}/{'de/' if german else ''}?scenario=stack_20&view=change&region=all")
        settled(tab)
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tab.evaluate("[...document.querySelectorAll('.ask')].slice(0, 5).forEach(one => one.click())")
        tab.click("#cite")
        assert violations(tab) == []
        words = language("en").texts if german else language("de").texts
        same = language("de").texts if german else language("en").texts
        seen = tab.inner_text("main")
        foreign = [
            text
            for key, text in words.items()
            if key.startswith("stage.") and "{" not in text and len(text) > 9 and text not in same.values()
        ]
        assert [text for text in foreign if text in seen] == []


STATES = ("", "?view=log&region=all", "?scenario=tight_controls&view=change&region=all",
          "?outcome=delivered|h100e_8bit&region=all", "?scenario=china_memory&outcome=frontier_gap")  # fmt: skip


def test_texts_of_the_picture_never_collide_or_leave_the_page(tab: Any, address: str) -> None:
    found = []
    for state in STATES:
        tab.set_viewport_size({"width": 1400, "height": 900})
        tab.goto(f"{address}/de/{state}")
        settled(tab)
        for width in (320, 360, 768, 1024, 1400, 2560):
            tab.set_viewport_size({"width": width, "height": 900})
            time.sleep(0.2)
            found += [(state, width, text) for text in tab.evaluate(COLLISIONS)]
    assert found == []


PAINTS = """window.jumps = 0; window.largest = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) window.jumps += one.value; })
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) window.largest = one.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});"""


def test_the_page_does_not_jump_and_the_chart_is_on_a_phone_s_first_screen(browser: Any, address: str) -> None:
    for width, path in ((360, ""), (360, "de/?scenario=tight_controls"), (1400, "de/?scenario=tight_controls")):
        with opened(browser, address, viewport={"width": width, "height": 740}) as tab:
            tab.add_init_script(PAINTS)
            tab.goto(f"{address}/{path}")
            settled(tab)
            time.sleep(0.5)
            assert tab.evaluate("window.jumps") < 0.1
            assert 0 < tab.evaluate("window.largest") < 1500 * SLOW
            box = tab.locator("#says").bounding_box()
            assert box["y"] + box["height"] < (500 if width == 360 else 740)
            tab.locator("#panel .lever").nth(8).scroll_into_view_if_needed()
            box = tab.locator("#chart").bounding_box()
            assert box["y"] >= 0  # it stays while levers are moved
            assert box["y"] + box["height"] < 740


def test_without_scripts_there_is_the_reference(browser: Any, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as tab:
        tab.goto(f"{address}/de/")
        assert tab.locator("#chart svg").first.is_visible()
        assert "90 von 100 Ziehungen" in tab.inner_text("#says")


def test_an_outcome_without_a_view_says_so_and_one_quarter_has_one_value(tab: Any, address: str) -> None:
    lever = "deployment.retirement"
    tab.goto(f"{address}/?outcome=frontier_gap&view=log&set={lever}=0.2&set={lever}=0.25&shift={lever}=0.3")
    settled(tab)
    assert "view=log" in tab.inner_text("#refused")
    assert tab.locator("#chips .chip").count() == 1
    assert "30" in tab.inner_text("#chips .chip")  # as on the command line: the last, and the shift over the value


# Levers that act in few draws only or late: what they say that they move must be seen to move.
@pytest.mark.parametrize("lever", ["production.china.yield", "adoption.policy_drive.cn", "electricity.lead.grid.us"])
def test_what_a_lever_says_that_it_moves_is_seen_to_move(tab: Any, address: str, lever: str) -> None:
    tab.goto(f"{address}/?year=2035")
    settled(tab)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    row = tab.locator(f".lever[data-name='{lever}']")
    for end in (0, 1):
        went(tab, row.locator(".end").nth(end).click)
        row.locator(".ask").click()
        went(tab, row.locator("[data-act]").first.click)
        assert tab.evaluate(HEIGHT) >= 8
        assert "no effect" not in tab.inner_text("#says")
        row.locator(".ask").click()
        went(tab, tab.locator("#reset").click)
