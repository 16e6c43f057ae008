from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pytest

from rechenmacht.faces import charts, charts_bands, theme
from rechenmacht.faces.language import language

EN, DE = language("en"), language("de")
YEARS = [2022 + quarter / 4 for quarter in range(1, 37)]
SIZES = (charts.WIDE, charts.NARROW)


def panel(title: str, role: str, start: float) -> charts_bands.Panel:
    middle = start * np.exp(0.7 * (np.array(YEARS) - 2022))
    return charts_bands.Panel(title, role, np.array([middle * factor for factor in (0.6, 0.8, 1, 1.2, 1.5)]))


PANELS = [panel("United States", "blue", 3e5), panel("China", "orange", 1e5)]
ROWS = [
    charts.Row("Google", "end of 2025", 4e6, 5e6, 6e6, "blue", (4.5e6, 5.5e6), "500,000.25"),
    charts.Row("Google", "end of 2030", 4e7, 5e7, 6e7, "orange", None, "50 million"),
    charts.Row("A very long name of an owner", "end of 2025", 1e6, 2e6, 3e6, "blue"),
]


def panels(size: charts.Size, lang=EN, **options) -> charts.Spec:
    return charts_bands.band_panels(PANELS, YEARS, 2026.0, "h100e", lang, size, **options)


@pytest.mark.parametrize("spec", [panels(SIZES[0]), charts.ranges(ROWS, "h100e", EN, SIZES[1], log=True, rule=5e6)])
def test_specifications_are_valid_vega_lite(spec):
    alt.Chart.from_dict(spec, validate=True)  # about a second each; both sizes have the same keys


def test_the_same_specification_gives_the_same_drawing():
    spec = panels(charts.NARROW)
    assert charts.to_svg(spec, EN) == charts.to_svg(spec, EN)


@pytest.mark.parametrize("size", SIZES)
def test_a_drawing_is_as_wide_as_asked_for(size):
    for spec in (panels(size), charts.ranges(ROWS, "h100e", EN, size, log=True)):
        root = ElementTree.fromstring(charts.to_svg(spec, EN))  # noqa: S314 - drawn by vl-convert
        assert size.pixels * 0.9 < float(root.attrib["viewBox"].split()[2]) < size.pixels * 1.08


def test_observation_is_solid_and_projection_dashed():
    svg = charts.to_svg(panels(charts.WIDE), EN)
    assert svg.count('stroke-dasharray="4,3"') == len(PANELS)
    assert svg.count(">Projection<") == len(PANELS)


def test_shortening_numbers_spares_texts_and_colours():
    svg = charts.to_svg(charts.ranges(ROWS, "h100e", EN, charts.WIDE, log=True), EN)
    assert ">500,000.25<" in svg
    tags = "".join(re.findall(r"<[^>]*>", svg))
    assert not re.search(r"[ ,(\"]\d+\.\d{3,}", tags)


def test_axes_speak_the_language():
    assert ">10 Mio.<" in charts.to_svg(panels(charts.WIDE, DE), DE).replace("\u00a0", " ")
    assert ">10 million<" in charts.to_svg(panels(charts.WIDE), EN).replace("\u00a0", " ")


def test_what_is_not_known_yet_is_a_gap():
    late = panel("late", "green", 1e5)
    late.quantiles[:, :8] = 0
    spec = charts_bands.band_panels([*PANELS, late], YEARS, 2026.0, "h100e", EN, charts.WIDE)
    assert sum(row["panel"] == "late" for row in spec["datasets"]["rows"]) == len(YEARS) - 8


def test_a_median_to_compare_with_is_dotted_and_inside_the_axis():
    other = charts_bands.Panel("China", "orange", PANELS[1].quantiles, PANELS[1].quantiles[2] * 50)
    spec = charts_bands.band_panels([PANELS[0], other], YEARS, 2026.0, "h100e", EN, charts.WIDE)
    low, high = charts_bands.y_domain([PANELS[0], other], True)
    drawn = [row["other"] for row in spec["datasets"]["rows"] if "other" in row]
    assert len(drawn) == len(YEARS)
    assert low < max(drawn) < high
    assert charts.to_svg(spec, EN).count('stroke-dasharray="1.5,3"') == 1


def test_log_ticks_are_powers_of_ten_with_steps_between_where_few():
    assert charts.log_ticks(1e3, 1e7) == [1e3, 1e4, 1e5, 1e6, 1e7]
    assert charts.log_ticks(4, 150) == [5, 10, 20, 50, 100]


def test_inline_charts_follow_the_theme_and_say_what_they_are():
    svg = charts.to_svg(panels(charts.WIDE), EN)
    inline = theme.to_inline(svg, "fig", "A <title>", "What & how")
    assert not re.search(r"#[0-9a-fA-F]{6}", inline)
    assert "var(--c-blue)" in inline
    assert 'role="img" aria-labelledby="fig-t fig-d"' in inline
    assert '<title id="fig-t">A &lt;title&gt;</title><desc id="fig-d">What &amp; how</desc>' in inline
    ids = re.findall(r'\bid="([^"]+)"', inline)
    assert len(ids) == len(set(ids))
    assert all(name.startswith("fig-") for name in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", inline)) <= set(ids)


def test_standalone_files_keep_the_light_theme():
    svg = charts.to_svg(panels(charts.WIDE), EN)
    assert "var(" not in svg
    assert theme.light("blue") in svg
    assert charts.to_png(svg).startswith(b"\x89PNG")


def test_no_two_roles_share_a_sentinel():
    values = [colour.light.lower() for colour in theme.ROLES.values()]
    assert len(values) == len(set(values))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_contrast_meets_wcag_aa(name):
    def value(role: str) -> str:
        return getattr(theme.ROLES[role], name)

    for ground in ("paper", "future"):
        for role in ("ink", "muted", "blue", "orange", "green", "gold", "purple", "slate"):
            assert theme.contrast(value(role), value(ground)) >= 4.5, (role, ground)
        assert theme.contrast(value("axis"), value(ground)) >= 2.8


def _deuteranopia(colour: str) -> np.ndarray:
    """Return a colour as deuteranopes see it (Vienot, Brettel and Mollon 1999), linear RGB."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
    lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    seen = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])
    return np.linalg.inv(lms) @ seen @ lms @ rgb


@pytest.mark.parametrize("name", ["light", "dark"])
def test_colours_of_one_chart_keep_apart_for_colour_blind_readers(name):
    for roles in (("blue", "orange"), ("slate", "orange", "blue"), ("orange", "blue", "green")):
        for one, other in combinations(roles, 2):
            first, second = (getattr(theme.ROLES[role], name) for role in (one, other))
            assert np.abs(_deuteranopia(first) - _deuteranopia(second)).max() > 0.04, (one, other)
