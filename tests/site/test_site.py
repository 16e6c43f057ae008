"""The static site: every link leads somewhere, figures are the answers', both languages are whole."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from reading import english

from rechenmacht.errors import BadInput
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.registry import everything
from rechenmacht.outputs.site import docs, outcomes, places
from rechenmacht.outputs.site.build import emptied
from rechenmacht.outputs.site.frame import Site, linked, race_path
from rechenmacht.outputs.site.links import broken
from rechenmacht.outputs.site.rulings import Rulings

BUILT = ("race/index.html", "race/de/index.html", "report/index.html", "report/index.de.html")


def test_all_links_of_the_pages_lead_to_a_page_or_file_and_every_anchor_is_there(site: Site, folder: Path) -> None:
    assert broken(folder, [*site.paths(), *site.files, *BUILT]) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#x">b</a><a href="c.html">c</a><a href="/d">d</a><p id=y><i id=y>')
    (tmp_path / "b.html").write_text("<p id=z>")
    assert [one.split(": ", 1)[1] for one in broken(tmp_path)] == [
        "id 'y' twice", "b.html#x: no such place on the page", "c.html: no such file", "/d: starts at the root of the host",
    ]  # fmt: skip


def test_links_are_relative_to_where_a_page_lies() -> None:
    assert linked('"~/a.html" "~~/b.css"', "facts/chip/x.html", "de") == '"../../a.html" "../../../b.css"'
    assert linked('"~/a.html" "~~/b.css"', "index.html", "en") == '"a.html" "b.css"'
    assert race_path("race/index.html", "de") == "race/de/index.html"
    assert race_path("./", "de") == "./de/"


def test_german_pages_are_german_outside_names_and_quotations(folder: Path) -> None:
    pages = [path for path in sorted((folder / "de").rglob("*.html")) if "docs" not in path.parts]
    found = {path.name: english(path.read_text(encoding="utf-8"))[:5] for path in pages}
    assert len(found) > 15
    assert {name: some for name, some in found.items() if some} == {}


def test_an_english_word_is_found_but_not_in_names_and_quotations() -> None:
    page = "<p>Anteil</p><th>count</th><p lang=en>of the</p><p>Universität, Bank of America</p><i aria-label='per month'></i>"
    assert english(page) == ["count", "per month"]


def test_the_front_page_answers_ten_questions_with_figures_of_the_answers(site: Site, folder: Path) -> None:
    for code, place in (("en", "index.html"), ("de", "de/index.html")):
        text = (folder / place).read_text(encoding="utf-8")
        assert len(re.findall(r'<section id="\w+" aria-labelledby', text)) == 10
        assert text.count("<figure>") == 10
        words = site.both[code]
        row = next(
            one
            for one in answered(settled(everything()["race.run"], {"draws": 100}, site.base), site.base).tables[1].rows
            if (one["variable"], one["region"], one["quarter"]) == ("installed|h100e_8bit", "China", "2026-Q2")
        )
        assert outcomes.ends(row, words) in text


def test_a_chart_has_all_its_addresses_and_says_what_it_is(site: Site, folder: Path) -> None:
    told = json.loads((folder / "charts/reach.json").read_text(encoding="utf-8"))
    assert told["address"]["de"] == "https://example.org/ai/de/charts/reach.html"
    assert told["licence"]["name"] == "CC-BY-4.0"
    assert told["sources"]
    assert set(told["title"]) == {"en", "de"}
    svg = (folder / "de/charts/reach.svg").read_text(encoding="utf-8")
    for part in (
        told["title"]["de"][:20],
        "Quelle: ",
        "30. November 2026",
        "https://example.org/ai/de/charts/reach.html",
        "CC-BY-4.0",
    ):
        assert part in svg.replace("</text>", ""), part
    assert "var(--" not in svg
    assert (folder / "charts/reach.png").read_bytes()[:4] == b"\x89PNG"
    rows = list(csv.DictReader(io.StringIO((folder / "charts/reach.csv").read_text(encoding="utf-8"))))
    assert [row["name"] for row in rows][:2] == ["rack", "hall"]
    page = (folder / "charts/reach.html").read_text(encoding="utf-8")
    assert "&lt;iframe src=&#34;https://example.org/ai/charts/reach-embed.html&#34;" in page
    assert "@misc{rechenmacht-charts-reach," in page
    assert 'property="og:image" content="https://example.org/ai/charts/reach.share.png"' in page


def test_every_outcome_has_a_table_of_its_own(site: Site) -> None:
    rows = list(csv.DictReader(io.StringIO((site.files["charts/runs-share.csv"]()).decode())))
    assert {row["variable"] for row in rows} == {
        f"runs_share|{way}" for way in ("legal", "with_smuggled", "with_rented")
    }
    assert {row["quarter"] for row in rows} >= {"2022-Q1", "2035-Q4"}
    assert all(float(row["q05"]) <= float(row["q50"]) <= float(row["q95"]) for row in rows)


def test_what_readers_look_for_first_stands_first_and_shares_are_in_per_cent(folder: Path) -> None:
    page = (folder / "facts/chip/h100-sxm.html").read_text(encoding="utf-8")
    heads = re.findall(r'<tr id="([^"]+)"', page)
    assert ".peak_fp8_dense." in heads[0]
    assert any(".tdp." in one for one in heads[:12])
    assert re.search(r"Failures of a GPU[^<]*</th>|failure", page, re.IGNORECASE)
    assert "0.09 1/year" not in page
    germany = (folder / "places/DE.html").read_text(encoding="utf-8")
    assert re.search(r'<td class="n">\d+(\.\d+)?%', germany)


def test_the_rules_computed_before_are_the_rules_asked_now(site: Site) -> None:
    rulings = Rulings(site)
    for chip, place, day in (
        ("h20", "CN", "2025-05-01"), ("h100-sxm", "AE", "2024-01-15"), ("h200-sxm", "CN", "2026-03-01"),
        ("b200", "DE", "2025-02-01"), ("ascend-910c", "MY", "2025-06-01"), ("rtx-4090", "HK", "2023-12-01"),
    ):  # fmt: skip
        found = answered(settled(everything()["rules.timeline"], {"chip": chip, "to": place}, site.base), site.base)
        now = [one for one in found.tables[0].rows if one["from"] <= day and (not one["to"] or day <= one["to"])]
        told = rulings.on(f"chip:{chip}", place, day)
        assert (told.outcome, list(told.fired)) == (now[0]["outcome"], now[0]["fired"]), (chip, place)
    assert sum(map(len, rulings.groups)) == len(rulings.rules.places.codes)


def test_feeds_the_map_and_robots_name_whole_addresses(folder: Path) -> None:
    for name in ("feed.atom", "rules.atom", "rules.de.atom"):
        root = Xml.fromstring((folder / name).read_text(encoding="utf-8"))  # noqa: S314 - our own
        assert root.tag.endswith("feed")
        assert len(list(root.iter("{http://www.w3.org/2005/Atom}entry"))) > 10
    places = (folder / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://example.org/ai/de/facts/chip/h100-sxm.html</loc>" in places.replace("ns0:", "")
    assert "Sitemap: https://example.org/ai/sitemap.xml" in (folder / "robots.txt").read_text(encoding="utf-8")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(BadInput, match="not empty"):
        emptied(tmp_path)
    assert (tmp_path / "mine.txt").exists()
    emptied(tmp_path / "new")
    (tmp_path / "new" / "old.html").write_text("x")
    emptied(tmp_path / "new")
    assert not (tmp_path / "new" / "old.html").exists()


def test_headings_of_documents_have_the_anchors_that_links_expect() -> None:
    assert (
        docs.slugged("How wrong has the model been? The rolling origin")
        == "how-wrong-has-the-model-been-the-rolling-origin"
    )


def test_no_country_runs_across_the_map() -> None:
    """A shape on both sides of the 180th meridian is cut there."""
    shapes = json.loads((Path(places.__file__).parent / "world.json").read_text(encoding="utf-8"))
    for code, shape in shapes["countries"].items():
        for ring in filter(None, shape["path"].split("Z")):
            across = [float(point.partition(",")[0]) for point in re.findall(r"-?[\d.]+,-?[\d.]+", ring)]
            assert max(across) - min(across) < float(shapes["width"]) / 2, code
