from __future__ import annotations

import csv
import html
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from fake_run import meta, outcomes, runs, write

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load
from rechenmacht.evidence.conflicts import conflicts
from rechenmacht.outputs.report import disputes, results
from rechenmacht.outputs.report.build import build

BASE = load()
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


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    found = runs(BASE, folder / "runs")
    for lang in ("en", "de"):
        build(BASE, found, lang, folder)
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


def test_the_same_runs_give_the_same_page(out, tmp_path):
    again = build(BASE, _opened(out), "en", tmp_path)
    assert again.read_bytes() == (out / "index.html").read_bytes()


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


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_page_never_scrolls_sideways(out, tmp_path, width):
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000", "--dump-dom"]
    for name in ("index.html", "index.de.html"):
        text = (out / name).read_text(encoding="utf-8").replace("<details>", "<details open>")
        # A frame of that width, since Chromium's window has a least width of its own.
        frame = f'<iframe width="{width}" height="900" style="border:0" srcdoc="{html.escape(text)}"></iframe>'
        measure = "var d=document.querySelector('iframe').contentDocument.documentElement;"
        script = f"onload=function(){{{measure}document.title='W'+d.scrollWidth+'/'+d.clientWidth}}"
        copy = tmp_path / name
        copy.write_text(f"<!doctype html><title>-</title>{frame}<script>{script}</script>", encoding="utf-8")
        dom = subprocess.run([*command, copy.as_uri()], capture_output=True, text=True, check=True, timeout=60).stdout
        wide, window = map(int, re.search(r"<title>W(\d+)/(\d+)", dom).groups())
        assert window > width - 20  # a scroll bar
        assert wide <= window
