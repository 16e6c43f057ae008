from __future__ import annotations

import csv
import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from fake_run import meta, outcomes, runs, write
from scipy.stats import spearmanr

from rechenmacht import scenario
from rechenmacht.answers.question import Question
from rechenmacht.catalogue import LINES, REFERENCE_CHIP, line_worth
from rechenmacht.domains.race.step import NAMES
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.conflicts import conflicts
from rechenmacht.faces import charts
from rechenmacht.faces.language import language
from rechenmacht.outputs.report import (
    capital,
    capital_look,
    disputes,
    headline,
    origins,
    race,
    results,
    scenarios,
    shipped,
)
from rechenmacht.outputs.report.build import build
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Words
from rechenmacht.sample import draw

BASE = Base(load().tables, None)  # one of its own, which keeps what it has answered to itself
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """Ids, links and what would be loaded; fails on tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.lang = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.lang = self.lang or (found.get("lang") or "" if tag == "html" else "")
        if "id" in found:
            self.ids.append(found["id"] or "")
        if tag == "a":
            self.hrefs.append(found.get("href") or "")
        self.loads += [found[key] or "" for key in ("src", "srcset", "poster", "data", "xlink:href") if key in found]
        if tag == "link" and found.get("rel") != "alternate":
            self.loads.append(found.get("href") or "")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module", autouse=True)
def few() -> Iterator[None]:
    """What is asked besides the runs is asked of few draws: the digits of a page have a test of their own."""
    answer = Question.answer

    def short(self, *more):
        return answer(self.model_copy(update={"draws": 50} if hasattr(self, "draws") else {}), *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Question, "answer", short)
        patch.setattr(race, "PART_DRAWS", 20)
        yield


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    found = runs(BASE, folder / "runs")
    build(BASE, found, "en", folder)
    with pytest.MonkeyPatch.context() as patch:  # one language's bitmaps show that they are drawn
        patch.setattr(charts, "to_png", lambda _: b"\x89PNG")
        build(BASE, found, "de", folder)
    return folder


@pytest.fixture(params=["en", "de"])
def text(request, out) -> str:
    return (out / {"en": "index.html", "de": "index.de.html"}[request.param]).read_text(encoding="utf-8")


def test_a_page_names_its_language_and_the_other(out):
    english, german = ((out / name).read_text(encoding="utf-8") for name in ("index.html", "index.de.html"))
    assert Page(english).lang == "en"
    assert Page(german).lang == "de"
    assert '<link rel="alternate" hreflang="de" href="index.de.html">' in english
    assert '<link rel="alternate" hreflang="en" href="index.html">' in german


def test_nothing_is_loaded(text):
    assert Page(text).loads == ["data:,"]
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


def test_every_link_on_the_page_has_its_end_and_ids_are_unique(text, out):
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    for href in page.hrefs:
        if href.startswith("#"):
            assert href[1:] in page.ids, href
        elif not href.startswith(("http://", "https://")):
            assert (out / href).is_file(), href


def test_every_number_reaches_its_origin_in_two_clicks(text):
    # number -> method or claim on the page -> publication (an address, or our own entry in the list of sources)
    entries = {
        m.group(1): m.group(0) for m in re.finditer(r'<(?:li|div) id="([cm]-[^"]+)">.*?</(?:li|div)>', text, re.S)
    }
    for href in set(re.findall(r'class="num" href="#([cm]-[^"]+)"', text)):
        assert href in entries
        if href.startswith("c-"):
            assert re.search(r'href="(https?://|#s-)', entries[href]), href


def test_markup_in_facts_and_scenarios_is_escaped(text):
    assert "<b>test</b>" not in text
    assert "a &lt;b&gt;test&lt;/b&gt;" in text


def test_shipped_notes_are_german_on_the_german_page_and_others_are_marked(out):
    german = (out / "index.de.html").read_text(encoding="utf-8")
    section = german[german.index('<section id="assumptions"') : german.index('<section id="appendix"')]
    assert section.count('<tr id="p-') == sum(p.mechanism in NAMES for p in BASE.parameters.values())
    assert 'lang="en"' not in section  # every parameter of the run is a shipped one
    assert html.escape(language("de").notes["parameter.capital.growth_long"]) in section
    assert '<span lang="en">a &lt;b&gt;test&lt;/b&gt;</span>' in german  # the invented scenario's reason
    assert "<span lang=" not in (out / "index.html").read_text(encoding="utf-8")


def test_a_note_that_a_workspace_changed_is_not_translated(tmp_path):
    context = Context(BASE, [], language("de"), tmp_path, ThreadPoolExecutor(1))
    key = "parameter.deployment.retirement"
    assert context.note(key, shipped.texts()[key]) == language("de").notes[key]
    assert context.note(key, "half of it") == Words("half of it", "en")


@pytest.mark.parametrize(
    ("method", "basis"), [("h100e", "8bit"), ("h100e_16bit", "16bit"), ("h100e_bandwidth", "bandwidth")]
)
def test_the_claims_named_under_a_basis_are_those_that_a_run_converts_with(method, basis):
    found = origins.claims(BASE, method)
    counted = {row.subject for row in BASE.tables.history} & set(LINES)
    assert len(counted) > 15
    for line in counted:
        assert (line_worth(BASE, line, basis) is not None) == (set(LINES[line]) <= set(found)), line
    for chip, claims in found.items():
        assert {BASE.claims[claim].subject for claim in claims} == {chip}
    assert found[REFERENCE_CHIP]


def test_numbers_on_a_basis_lead_to_its_datasheets(text):
    for method in ("h100e_16bit", "h100e_bandwidth"):
        assert f'class="num" href="#m-{method}"' in text
        entry = re.search(rf'<div id="m-{method}">.*?</div>', text, re.S).group()
        for claims in origins.claims(BASE, method).values():
            assert all(f'href="#c-{claim}"' in entry and f'<li id="c-{claim}">' in text for claim in claims)


def test_the_assumptions_named_in_the_answer_drive_the_projected_share(tmp_path):
    from rechenmacht.runs import run

    done = run(BASE, scenario.find(BASE, "reference"), tmp_path / "run", draws=400, seed=1)
    share = done.series("installed_share|h100e_8bit", "China")[-1]
    drawn = draw([p for p in BASE.tables.parameters if p.mechanism in NAMES], 400, 1)
    moved = {name: abs(spearmanr(p, share).statistic) for name, p in drawn.items() if np.ptp(p) > 0}
    order = sorted(moved, key=lambda name: -moved[name])
    assert set(order[:3]) == set(headline.DRIVERS.values())


def test_ties_are_told_by_their_share_of_draws(out, tmp_path):
    first, second = _opened(out)
    numbers = outcomes(1.2)
    numbers[..., :16] = outcomes()[..., :16]  # a quarter of the 64 draws as in the reference
    half = write(tmp_path / "half", meta(BASE, "half"), numbers)
    context = Context(BASE, [second, first, half], language("en"), tmp_path, ThreadPoolExecutor(1))
    told = scenarios._ties(context, scenarios.differences(context, "cn"), {"half": "Half", "more_china": "More"})
    assert told.startswith(
        "“Half” changes nothing in a part of the draws: 25% at the end of 2028 and 25% at the end of 2035."
    )
    assert "More" not in told


def test_no_number_is_missing_or_unformatted(text):
    shown = re.sub(r"<(script|style)>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    assert not re.search(r"\bnan\b|\binf\b|None|\{\w+\}|\d\.\d{7,}", shown)


def test_german_numbers_have_german_marks(out):
    german = (out / "index.de.html").read_text(encoding="utf-8")
    cells = re.findall(r'<a class="num" href="#m-\w+">([^<]*)</a>', german)
    assert any("Mio." in cell for cell in cells)
    assert not [cell for cell in cells if re.search(r"million|\d\.\d{1,2}(\D|$)", cell)]


def test_charts_and_data_stand_beside_the_page(out):
    names = {path.name.split(".")[0] for path in (out / "charts").iterdir()}
    assert {"blocs", "vendors", "owners", "china_share", "ratio", "power", "chips"} <= names
    assert {f"capital_{name}" for name in ("waterfall", "matrix", "cascade", "wall", "overlay")} <= names
    for name in names:
        for lang in ("en", "de"):
            assert (out / "charts" / f"{name}.{lang}.svg").stat().st_size > 1000
            assert (out / "charts" / f"{name}.{lang}.png").read_bytes().startswith(b"\x89PNG")
        assert (out / "data" / f"{name}.csv").is_file()
    assert not list(out.rglob(".*"))


def test_the_data_of_a_chart_are_the_runs(out):
    with (out / "data" / "blocs.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region"] == "China" and row["quarter"] == "2025-Q4"]
    expected = results.at(results.reference([*_opened(out)]), "installed|h100e_8bit", "China", "2025-Q4")
    assert [float(rows[0][key]) for key in ("q05", "q50", "q95")] == pytest.approx(
        [expected.low, expected.mid, expected.high], rel=1e-5
    )
    assert rows[0]["unit"] == "h100e"


def _opened(out: Path):
    from rechenmacht.runs import read

    return [read(folder) for folder in sorted((out / "runs").iterdir())]


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """Leave charts undrawn: drawing takes most of a build, and test_charts.py holds that it repeats itself."""
    monkeypatch.setattr(charts, "to_svg", lambda *_: '<svg viewBox="0 0 9 9"></svg>')
    monkeypatch.setattr(charts, "to_png", lambda _: b"")


@pytest.mark.usefixtures("undrawn")
def test_the_same_runs_give_the_same_page(out, tmp_path):
    again = build(BASE, _opened(out), "en", tmp_path)
    one, two = (path.read_text(encoding="utf-8") for path in (again, out / "index.html"))
    assert re.sub(r"<svg.*?</svg>", "", one, flags=re.S) == re.sub(r"<svg.*?</svg>", "", two, flags=re.S)
    assert (tmp_path / "data" / "blocs.csv").read_bytes() == (out / "data" / "blocs.csv").read_bytes()


def test_scenario_checks_tell_pass_from_fail(out):
    english = (out / "index.html").read_text(encoding="utf-8")
    assert english.count("✓ as expected") == 2
    assert english.count("✗ not as expected") == 1  # the run says lower, the numbers do not


def test_paired_differences_are_taken_draw_by_draw(out):
    first, second = _opened(out)  # more_china, reference
    found = results.paired(first, second, "installed|h100e_8bit", "China", "2030-Q4")
    # China has 1.2 times as much in every draw, so the relative difference has no spread at all.
    assert found.relative.low == pytest.approx(0.2, rel=1e-4)
    assert found.relative.high == pytest.approx(0.2, rel=1e-4)
    assert found.above == 1.0
    same = results.paired(first, second, "installed|h100e_8bit", "United States", "2030-Q4")
    assert (same.equal, results.sign(same)) == (1.0, "same")


@pytest.mark.usefixtures("undrawn")
def test_runs_without_draws_are_reported_without_pairs(tmp_path):
    page = build(BASE, runs(BASE, tmp_path / "runs", keep=False), "en", tmp_path / "out")
    text = page.read_text(encoding="utf-8")
    assert "Not compared" in text
    assert "this run kept no single draws" in text
    assert "fig-scenarios_cn" not in text


def test_bad_input_is_refused(tmp_path):
    with pytest.raises(BadInput, match="at least one run"):
        build(BASE, [], "en", tmp_path)
    numbers = outcomes()
    numbers[3] = np.nan
    broken = write(tmp_path / "broken", meta(BASE, "reference"), numbers)
    with pytest.raises(BadInput, match="not a number somewhere"):
        build(BASE, [broken], "en", tmp_path / "out")
    with pytest.raises(BadInput, match="no language"):
        build(BASE, [broken], "xx", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_disputes_are_diverse_and_rest_on_verified_claims():
    chosen = disputes.choose(conflicts(BASE))
    assert 5 <= len(chosen) <= 10
    for key in ("topic", "subject"):
        values = [getattr(conflict, key) for conflict in chosen]
        assert max(values.count(value) for value in values) <= 2
    for conflict in chosen:
        verified = [claim for claim in conflict.claims if claim.grade != "unverified"]
        assert len({claim.source for claim in verified}) >= 2


def test_capital_stands_between_scenarios_and_disputes_and_cites_its_deals(text):
    order = re.findall(r'<section id="(\w+)">', text)
    assert order[order.index("scenarios") + 1 :][:3] == ["claims", "capital", "disputes"]
    section = text[text.index('<section id="capital"') : text.index('<section id="disputes"')]
    parts = (
        "waterfall",
        "circularity",
        "vendors",
        "dependence",
        "matrix",
        "cascade",
        "wall",
        "path",
        "overlay",
        "change",
    )
    assert [name for name in parts if f'id="fig-capital_{name}"' not in section] == []
    assert section.count('<p class="says">') == len(parts) + 1  # the vendors have two
    assert 'href="#c-deal.d009.deal_amount.1"' in section
    entry = re.search(r'<div id="m-capital_contracts">.*?</div>', text, re.S).group()
    counted = int(re.search(r'href="#m-capital_contracts">(\d+)</a>', section).group(1))
    assert len(re.findall(r'href="#c-deal\.', entry)) == counted
    judged = [p for p in BASE.parameters.values() if p.name.startswith("capital.") and p.basis == "judgement"]
    inputs = section[section.index('id="capital-inputs"') :]
    assert inputs.count("<tr><th scope") >= len(judged)


def test_the_sentences_on_capital_are_computed(tmp_path):
    context = Context(BASE, runs(BASE, tmp_path / "runs"), language("en"), tmp_path, ThreadPoolExecutor(1))
    found = capital_look.look(BASE, 1)
    cyclic = [{**row, "max": 0.25} if row["layer"] == "debt" else row for row in found.circularity]
    told = capital._circularity(context, replace(found, circularity=cyclic)).says[0]
    assert "Debt circulate most" in told.striptags() and "25%" in told
    assert "No layer runs in a circle" in capital._circularity(context, found).says[0]
    still = replace(found.stressed[0], lost={})
    assert capital._cascade(context, replace(found, stressed=(still,))) is None


WIDTHS = (360, 768, 1280)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_a_page_never_scrolls_sideways(out, tmp_path):
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000", "--dump-dom"]
    frames = ""
    for name in ("index.html", "index.de.html"):
        text = html.escape((out / name).read_text(encoding="utf-8").replace("<details>", "<details open>"))
        # Frames of these widths, since Chromium's window has a least width of its own.
        frames += "".join(
            f'<iframe width="{width}" height="900" style="border:0" srcdoc="{text}"></iframe>' for width in WIDTHS
        )
    measure = "f=>{var d=f.contentDocument.documentElement;return d.scrollWidth+'/'+d.clientWidth}"
    script = (
        f"onload=()=>{{document.title='W '+[...document.querySelectorAll('iframe')].map({measure}).join(' ')+' W'}}"
    )
    copy = tmp_path / "frames.html"
    copy.write_text(f"<!doctype html><title>-</title>{frames}<script>{script}</script>", encoding="utf-8")
    dom = subprocess.run([*command, copy.as_uri()], capture_output=True, text=True, check=True, timeout=60).stdout
    found = [tuple(map(int, pair.split("/"))) for pair in re.search(r"<title>W (.*?) W<", dom).group(1).split()]
    assert len(found) == 2 * len(WIDTHS)
    for (wide, window), width in zip(found, WIDTHS * 2, strict=True):
        assert width - 20 < window  # a scroll bar
        assert wide <= window
