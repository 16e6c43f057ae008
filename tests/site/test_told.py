"""What pages tell people: years at their ends, values with units and dates, names instead of codes, one style a language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from reading import VOID

from rechenmacht.answers.kinds import Kind
from rechenmacht.dates import span
from rechenmacht.domains.engine.compare import WORKLOADS
from rechenmacht.domains.race.axes import LAST_OBSERVED, OBSERVED, QUARTERS, year_at_end
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import OWN_CLASSES
from rechenmacht.faces.charts_bands import year_ticks
from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.outputs import claims_page
from rechenmacht.outputs.site import charts, svg, ten
from rechenmacht.outputs.site.alike import alike
from rechenmacht.outputs.site.build import _links
from rechenmacht.outputs.site.frame import Site, footer
from rechenmacht.outputs.site.look import linked_sources
from rechenmacht.outputs.site.places import MAPPED
from rechenmacht.outputs.site.subjects import amount, in_percent
from rechenmacht.outputs.site.systems import Systems
from rechenmacht.outputs.site.worlds import Worlds
from rechenmacht.outputs.stage import picture

CODES = re.compile(r"\b(?:LIC_[A-Z]+|NLR|NO_RULE|UNDETERMINED|CN_[A-Z]+)\b")
ISO = re.compile(r"\b20\d\d-\d\d-\d\d\b")


class Said(HTMLParser):
    """What a page says: its text, that of parts in another language set apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, bool]] = []
        self.own: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            other = bool(self.stack and self.stack[-1][1]) or tag in {"pre", "code", "script", "style"}
            self.stack.append((tag, other or (tag != "html" and dict(attrs).get("lang") is not None)))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.stack and self.stack[-1][1]):
            self.own.append(data)


def own_words(page: str) -> str:
    found = Said()
    found.feed(page)
    return " ".join(found.own)


def test_a_year_s_mark_stands_where_the_year_ends_on_every_chart() -> None:
    years = [2023.0 + k for k in range(14)]  # ends of 2022 to 2035
    panel = svg.Panel("World", "", "blue", [[1.0] * 14] * 5)
    content, *_ = svg.fans([panel], years, 2026.5, "h100e", language("en"), 316)
    marks = {said: float(x) for x, said in re.findall(r'<text x="([\d.]+)"[^>]*>((?:end of )?20\d\d)<', content)}
    # 316 pixels less 8 at each side are 300; 2030 ends at 2031.0: after 8 of 13 years.
    assert marks["2030"] == pytest.approx(8 + 300 * 8 / 13, abs=0.1)
    assert marks["end of 2025"] == pytest.approx(8 + 300 * 3 / 13, abs=0.1)
    # The report's charts: 2030.0 is the end of 2029, so the mark of 2030 stands at 2031.0.
    assert year_ticks(2022, 2036, 200) == [2023, 2025, 2027, 2029, 2031, 2033, 2035]
    assert year_ticks(2022, 2036, 80) == [2025, 2029, 2033]  # 2024, 2028, 2032
    # The simulator: by quarters, the mark at the fourth; what comes is shaded from the last counted quarter on.
    bands = np.ones((len(QUARTERS), 5))
    drawn = picture.svg(language("en"), bands, "blue", "China", "", picture.WIDE, 2030)
    box = picture.WIDE
    step = (box.width - box.left - box.right) / (len(QUARTERS) - 1 - box.first)
    assert (
        f'x="{box.left + step * (QUARTERS.index("2030-Q4") - box.first):.1f}"'
        in re.search(r"<text[^>]*>2030<", drawn)[0]
    )  # type: ignore[index]
    shade = re.search(r'<rect class="coming" x="([\d.]+)" [^>]*width="([\d.]+)"', drawn)
    assert float(shade[1]) == pytest.approx(box.left + step * (len(OBSERVED) - 1 - box.first), abs=0.1)  # type: ignore[index]
    assert float(shade[1]) + float(shade[2]) == pytest.approx(box.width - box.right, abs=0.2)  # type: ignore[index]
    assert QUARTERS[len(OBSERVED) - 1] == LAST_OBSERVED
    assert year_at_end("2030-Q4") == 2031.0


@pytest.mark.parametrize("code", LANGUAGES)
def test_everything_that_a_scenario_sets_is_said_with_its_value(site: Site, code: str) -> None:
    worlds, words = Worlds(site), site.both[code]
    for name, row in worlds.names.items():
        said = worlds._sets(row, words)
        assert len(said) == len(row["lever"]) + len(row["prior"]) + len(row["off"])
        for line in said[: len(row["lever"]) + len(row["prior"])]:
            assert re.search(r": ?−?[\d.,]+", line), (name, line)
        for line, change in zip(said, row["lever"], strict=False):
            assert change["at"][:4] in line
            assert not change["until"] or change["until"][:4] in line


def test_the_share_in_the_first_sentence_is_that_of_the_figures_beside_it(site: Site) -> None:
    found = ten._have(site, site.both["en"])
    us, cn, world = (float(found[key].split(" ")[0].split("\u00a0")[0]) for key in ("us", "cn", "world"))
    for part, share in ((us, "us_share"), (cn, "cn_share")):
        # As written: three digits of each figure, two of the share.
        low, high = (part * (1 - 0.005)) / (world * (1 + 0.005)), (part * (1 + 0.005)) / (world * (1 - 0.005))
        wanted = {site.both["en"].language.percent(x, 2) for x in (low, part / world, high)}
        assert found[share] in wanted, found


def test_data_to_is_one_day_for_everything_that_a_run_says(site: Site) -> None:
    last = span(LAST_OBSERVED)[1].isoformat()
    for name in ("installed-h100e-8bit", "growth", "taiwan-blockade", "backtest", "four-worlds", "scenarios-us"):
        assert site.charts[name].data_to() == last, name


def test_a_figure_of_a_region_is_marked_and_one_of_a_country_is_not(site: Site, base: Base) -> None:
    def claim(country: str, as_of: str, value: float, source: str = "s") -> Any:
        name = f"{country}.{as_of}.{source}"
        return SimpleNamespace(id=name, subject=f"country:{country}", quantity="q", source=source, as_of=as_of, value=value)  # fmt: skip

    same = [claim(c, day, v) for c in ("a", "b", "c") for day, v in (("2025", 0.1), ("2026", 0.2))]
    apart = [claim("d", "2025", 0.1), claim("d", "2026", 0.3), claim("e", "2026", 0.2, "t")]
    assert alike([*same, *apart]) == {one.id: 3 for one in same}
    assert alike([one for one in same if one.as_of == "2026"]) == {}  # equal once may be chance
    assert alike(same[:4]) == {}  # two countries
    known = {base.claims[one].subject for one in alike(base.tables.claims)}
    assert "country:bj" in known
    assert "country:de" not in known


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_country_s_chips_stand_once_and_its_own_makers_apart(site: Site, folder: Path, code: str) -> None:
    page = (folder / ("" if code == "en" else code) / "places/CN.html").read_text(encoding="utf-8")
    tables = re.findall(r"<table>.*?</table>", page[page.index('id="rules"') :], re.DOTALL)
    assert len(tables) == 2
    for one in tables:
        heads = re.findall(r'<th scope="row">(.*?)</th>', one)
        assert len(heads) == len(set(heads)) > 2
    assert "Huawei Ascend 910C" not in tables[0]
    assert "Huawei Ascend 910C" in tables[1]
    assert "NVIDIA H200 SXM" in tables[0]
    assert site.both[code].text("site.rules.own_about") in page


def test_every_map_says_to_which_day_its_data_reach_and_whose_they_are(folder: Path) -> None:
    page = (folder / "places/index.html").read_text(encoding="utf-8")
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page, re.DOTALL)
    assert len(captions) == len(MAPPED) + 2
    for one in captions:
        assert re.search(r"Data to .*20\d\d\. Source: ", one), one
    assert "one figure for 12 countries alike" in page


def test_rules_are_told_in_words_and_days_written_out(folder: Path) -> None:
    for name in ("rules/index", "rules/h20", "places/CN", "places/index"):
        for code in LANGUAGES:
            said = own_words((folder / ("" if code == "en" else code) / f"{name}.html").read_text(encoding="utf-8"))
            assert CODES.findall(said) == [], (name, code)
            assert ISO.findall(said.replace("2026-11-30.", "")) == [], (name, code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_outcome_of_a_rule_has_a_meaning(base: Base, code: str) -> None:
    for one in base.tables.rules:
        for outcome in filter(None, (one.outcome, one.outcome_d1_d4)):
            assert language(code).texts[f"rule_outcome.{outcome}"].startswith(f"{outcome}, ")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_sign_of_percentages_is_written_as_the_language_does(folder: Path, code: str) -> None:
    wrong = r"[0-9}][ \u00a0]%" if code == "en" else r"[0-9}]%"
    told = {key: text for key, text in language(code).texts.items() if re.search(wrong, text)}
    assert told == {}
    for path in sorted((folder if code == "en" else folder / code).glob("*/*.html")):
        if code == "en" and path.parent.name == "de":
            continue
        assert re.findall(rf".{{20}}{wrong}", own_words(path.read_text(encoding="utf-8"))) == [], path.name


def test_relative_changes_are_told_in_percent(base: Base, site: Site) -> None:
    claim = base.claims["chip.h100-sxm.rental_price_change.2026-03.1"]
    assert amount(base, claim, site.both["en"]) == "40%"
    for one in base.quantities.values():
        if one.unit == "1" and one.meaning_en.startswith(("Relative ", "Share of")) and one.high <= 100:
            assert in_percent(one) or "divided by" in one.meaning_en, one.id
    assert not in_percent(base.quantities["pue"])


def test_systems_of_which_all_comparisons_say_the_same_share_a_row() -> None:
    def side(value: float) -> Any:
        row = {"what": "delivered", "a": value, "low": value, "high": value}
        return SimpleNamespace(tables=[SimpleNamespace(name="sides", rows=[row])])

    found = Systems(SimpleNamespace())  # type: ignore[arg-type]
    told = {"rack": 2.0, "helios": 2.0, "other": 3.0}
    found.__dict__["names"] = [*told, "fits-not", "fits-neither"]
    found.__dict__["found"] = {(name, w): side(v) for name, v in told.items() for w in WORKLOADS} | {
        (name, w): "does not fit" for name in ("fits-not", "fits-neither") for w in WORKLOADS
    }
    assert found.same == [["rack", "helios"], ["other"], ["fits-not"], ["fits-neither"]]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_simulator_has_the_navigation_and_the_foot_of_all_pages(site: Site, folder: Path, code: str) -> None:
    page = (folder / ("" if code == "en" else code) / "about.html").read_text(encoding="utf-8")
    nav = re.search(r"<nav.*?</nav>", page, re.DOTALL)[0]  # type: ignore[index]
    assert re.findall(r"<a [^>]*>([^<]+)</a>", nav) == [name for name, *_ in _links(site, code)]
    foot = re.search(r"<footer>(.*?)</footer>", page, re.DOTALL)[1]  # type: ignore[index]
    assert re.findall(r">([^<]+)</a>", foot) == re.findall(r">([^<]+)</a>", footer(site, code))
    up = "../" if code == "en" else "../../de/"
    assert f'href="{up}sources.html"' in footer(site, code)


def test_an_address_in_a_locator_ends_where_it_ends(folder: Path) -> None:
    page = (folder / "facts/chip/h100-sxm.html").read_text(encoding="utf-8")
    assert "Epoch&#39;s datasheet link: https://" in page
    assert re.findall(r"https?://[^\s<>\"]+;(?=[\s<])", page) == []


def test_contracts_are_named_by_who_pays_whom(base: Base, site: Site) -> None:
    deal = next(one for one in base.tables.deals if (one.payer, one.payee) == ("org:openai", "org:oracle"))
    words = site.both["en"]
    said = words.cell([deal.id, "R2023-3A090B"], Kind("ids"))
    assert said.startswith("OpenAI → Oracle, ")
    assert words.cell([deal.id], Kind("deals")) == words.cell([deal.id], Kind("ids"))
    assert said.endswith("; Rule of October 2023: 3A090.b, grey zone")


def test_our_own_notes_never_stand_before_the_publications_of_others(site: Site) -> None:
    found = charts.sources(site, site.charts["promised"].answer())
    own = [one.class_ in OWN_CLASSES for one in found]
    assert own == sorted(own)
    assert any(own)
    said = linked_sources(list(reversed(found)), site.both["en"])
    assert "Rechenmacht" not in said


@pytest.mark.parametrize(("code", "said"), [("en", "(< 1.1)"), ("de", "(< 1,1)")])
def test_a_threshold_is_written_as_the_language_writes_numbers(code: str, said: str) -> None:
    one = SimpleNamespace(share=0.1, verdict="open", statement=SimpleNamespace(holds="< 1.1"))
    assert said in claims_page.verdict(one, language(code))  # type: ignore[arg-type]
