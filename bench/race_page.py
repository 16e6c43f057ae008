"""Write what `race_shows.py` found into docs/race-shows.md, between its markers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "race-shows.md"
ASIDE = ("United States", "Europe", "Gulf states", "Rest of the world")
Found = Mapping[str, Any]


def _number(x: float) -> str:
    text = f"{x:.4g}"
    return f"{float(text):.0f}" if "e" in text and abs(x) < 1e15 and abs(x) > 1 else text


def _band(values: list[float]) -> str:
    low, middle, high = (_number(x) for x in values)
    return f"{middle} ({low} to {high})"


def _share(x: float) -> str:
    if x > 0.999:
        return "all" if x == 1 else "more than 99.9 %"
    return "none" if x == 0 else f"{100 * x:.3g} %"


def _fall(x: float) -> str:
    return f"{100 * x:+.0f} %".replace("-", "−")


def _money(found: Found) -> list[tuple[str, str, str]]:
    rows = [
        ("American spending on chips, 2026 over 2025", _band(found["us_chips_2026_over_2025"]), "NVIDIA alone, first half over first half: 1.87"),
        ("American AI capital spending, 2026 over 2025", _band(found["us_capex_ai_2026_over_2025"]), "1.5 to 2.0"),
        ("American company-defined spending, 2026 over 2025", _band(found["us_company_2026_over_2025"]), "1.70 to 1.77"),
        ("the same, billion USD in 2026", _band(found["us_company_bn_2026"]), "700 to 725, guidance"),
        ("world's spending on chips in 2026, billion USD", _band(found["world_chips_bn_2026"]), "485, semiconductors for AI of another definition"),
        ("NVIDIA, million H100e to mid-2026", _band(found["nvidia_h100e_m_2026q2"]), "20.99"),
        ("NVIDIA, million chips in 2026-Q2", _band(found["nvidia_units_m_2026-Q2"]), ""),
        ("NVIDIA, million chips in 2026-Q3, the first projected quarter", _band(found["nvidia_units_m_2026-Q3"]), "not below 2026-Q2"),
    ]  # fmt: skip
    asked = {
        2025: "200 (US officials) to 812 (IDC)",
        2026: "300 (memory-bound) to 800",
        2027: "all sources see a surge",
        2028: "",
    }
    return rows + [
        (f"Huawei, thousand chips in {of}", _band(found[f"huawei_chips_k_{of}"]), said) for of, said in asked.items()
    ]


def _stocks(found: Found) -> list[tuple[str, str, str]]:
    series = [name for name in found if name.startswith("published|")]
    return [
        ("China at the end of 2025, legal, million H100e that run", _band(found["china_legal_2025-Q4"]["m_h100e"]), ""),
        ("the same with smuggled chips", _band(found["china_with_smuggled_2025-Q4"]["m_h100e"]), "1.82 (1.23 to 3.05), acquired, Epoch"),
        ("the same with what is rented abroad", _band(found["china_with_rented_2025-Q4"]["m_h100e"]), ""),
        *((f"electricity of data centres 2024, TWh: {region}", _band(found[f"twh_2024_{region}"]["model"]), str(found[f"twh_2024_{region}"]["published"]))
          for region in ("United States", "Europe", "China", "World")),
        ("of the world's in 2030", _band(found["twh_2030_reference"]["all"]), "950, IEA: outside the band, see below"),
        ("highest value of any published adoption series in any draw, by series", ", ".join(f"{found[name]['max']:.3f}" for name in series), "each below its own ceiling"),
        ("made against bought, largest difference in any draw and measure", f"{max(v for name, v in found.items() if name.startswith('books_')):.0e}", "1e-9 in 64 bits (a test); stored in 32 bits here"),
    ]  # fmt: skip


def _answers(found: Found) -> list[tuple[str, str, str]]:
    thirds = ", ".join(f"{found[f'production_off_third_{k}']:.2f}" for k in (1, 2, 3))
    cheaper = found["cheaper_compute_raises_revenue"]
    gap = ", ".join(_fall(found[f"electron_gap_orders_{q}"]) for q in ("2028-Q2", "2029-Q2", "2030-Q2"))
    half = ", ".join(_fall(v) for name, v in found.items() if name.startswith("half_the_revenue_"))
    return [
        ("revenue 2030 without production, over the reference (ratio of medians)", f"{found['production_off_ratio_of_medians']:.3f}", "below 0.40"),
        ("the same draw by draw", _band(found["production_off_draw_by_draw"]), ""),
        ("by thirds of the elasticity of demand, lowest first", thirds, ""),
        ("cheaper compute raises revenue: elasticity above 1.3, below 0.8", f"{_share(cheaper['above_1.3'])}, {_share(cheaper['below_0.8'])} of draws", "at least 90 %, at most 10 %"),
        ("American orders in the electron gap, after 2, 3 and 4 years", gap, "-20 % within three years"),
        ("budgets two years after revenue halves (2027, 2030)", half, "-25 %"),
        ("effective run a year after research compute is taken away", _band(found["research_away_run_2027-Q2"]), "not above 1"),
        ("two years after", _band(found["research_away_run_2028-Q2"]), "below 1"),
    ]  # fmt: skip


def _sales(found: Found) -> list[tuple[str, str, str]]:
    def gains(name: str) -> str:
        each = [found[f"h200_installed{name}_{region}"] for region in ASIDE]
        return f"{', '.join(_share(one['rises_in']) for one in each)}; {100 * max(one['most'] for one in each):.2g} %"

    usual = "H200s sold, smuggling held at nothing, 2028: share of draws in which the United States, Europe, the Gulf, the rest gain more than 0.1 %; the largest gain"
    return [
        ("H200s sold, smuggling held at nothing: China, million H100e in 2028", _band(found["h200_installed_China"]["m_h100e"]), ""),
        ("United States", _band(found["h200_installed_United States"]["m_h100e"]), "not above nothing"),
        (usual, gains(""), "none but through loops"),
        ("without scarcity (makers do not answer a backlog)", gains("_no_scarcity"), ""),
        ("without returns (buyers do not answer revenue)", gains("_no_returns"), ""),
        ("without crises, scarcity, returns, ecosystem and capital", gains("_no_loops"), "none"),
    ]  # fmt: skip


def _busts(found: Found) -> list[tuple[str, str, str]]:
    rows = [
        (
            "chance that spending falls by more than 30 % within two years, to 2035",
            f"{found['bust_2035']:.3f}",
            "0.03 to 0.40",
        )
    ]
    return rows + [
        (f"without {off.replace('_', ' and ')}", f"{found[f'bust_without_{off}']:.3f}", "") for off in ("chance", "crises", "chance_crises", "returns")
    ]  # fmt: skip


def _first(found: Found) -> str:
    parts = []
    for name in ("frontier", "application", "stack", "infrastructure", "workforce", "sovereignty"):
        each = found[f"ahead_2030_{name}"]
        parts.append(f"{name} {_share(each['United States'])}, {_share(each['China'])}")
    return "Who is first at the end of 2030, share of draws (United States, China): " + "; ".join(parts) + "."


def page(found: Found, draws: int) -> str:
    """Return the results as Markdown."""
    rows = [*_money(found), *_stocks(found), *_answers(found), *_sales(found), *_busts(found)]
    table = [
        "| question | run | published, or asked for |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    still, usual = found["twh_2030_spending_still"], found["twh_2030_reference"]
    return "\n".join(
        [
            f"{draws:,} draws of the reference and of each counterfactual.",
            "",
            *table,
            "",
            _first(found),
            "",
            f"World data centres in 2030, TWh: {_band(usual['all'])}, of them for AI {_band(usual['ai'])}, from "
            f"{_band(found['twh_2025_reference']['all'])} and {_band(found['twh_2025_reference']['ai'])} in 2025. If spending on chips "
            f"stood still at the rate of mid-2026 (`--off capital`): {_band(still['all'])}, for AI {_band(still['ai'])}; "
            f"{_share(still['below_950'])} of the draws below 950.",
        ]
    )


def write(found: Found, draws: int) -> None:
    """Replace the results in the page."""
    text = PAGE.read_text(encoding="utf-8")
    new = re.sub(
        r"(<!-- results -->\n).*(<!-- /results -->)",
        lambda m: f"{m[1]}{page(found, draws)}\n{m[2]}",
        text,
        flags=re.DOTALL,
    )
    PAGE.write_text(new, encoding="utf-8")
