"""Importers of who uses AI chips and who uses AI, on small tables with numbers of our own; the shipped group means."""

from __future__ import annotations

from pathlib import Path

import pytest

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.importers import IMPORTERS
from rechenmacht.evidence.importers.microsoft_ai_diffusion import economies, group_claims, groups, means

USERS = IMPORTERS["epoch-chip-users"]
DIFFUSION = IMPORTERS["microsoft-ai-diffusion"]
PEOPLE = IMPORTERS["worldbank-population"]
HEAD = "Economy,H1 2025 AI Diffusion,H2 2025 AI Diffusion,Q1 2026 AI Diffusion\n"


def labs(root: Path, band: str = "90.4,100.6,120.2") -> Path:
    (root / "lab_compute_year_end_by_lab.csv").write_text(
        "Name,Lab,Year,Date,h100e_p5,h100e_med,h100e_p95,Notes\n"
        f"Google DeepMind end-2025,Google DeepMind,2025,2025-12-31,{band},x\n"
        "SpaceXAI end-2025,SpaceXAI,2025,2025-12-31,1,2,3,x\n",
        encoding="utf-8",
    )
    (root / "lab_compute_intermediates_by_lab.csv").write_text(
        "Name,Lab,Year,Variable,value_p5,value_med,value_p95\n"
        "a,Google DeepMind,2025,deployment_lag,0.5,0.71234567,0.9\n"
        "b,Google DeepMind,2024,lag_quarters_2024,0.5,1,2\n"
        "c,Google DeepMind,2025,dm_fraction,0.3,0.4,0.5\n"
        "d,Google DeepMind,2025,nvidia_owned,1,2,3\n",
        encoding="utf-8",
    )
    return root


def test_compute_in_use_by_lab(tmp_path: Path) -> None:
    got = {(c.subject, c.quantity): c for c in USERS.read(labs(tmp_path)).claims}
    used = got["org:google-deepmind", "h100e_used_by_lab"]
    assert (used.low, used.value, used.high, used.unit, used.as_of) == (90, 101, 120, "h100e", "2025-12-31")
    assert ("org:xai", "h100e_used_by_lab") in got
    share = got["org:google", "owned_chips_operational_share"]  # said of the owner, to four digits
    assert (share.low, share.value, share.high) == (0.5, 0.7123, 0.9)
    delay = got["org:google", "delivery_to_operation_delay"]  # quarters become months
    assert (delay.low, delay.value, delay.high, delay.unit) == (1.5, 3, 6, "month")
    assert got["org:google-deepmind", "lab_share_of_operational_chips"].value == 0.4
    assert len(got) == 5  # inputs that are in the chip counts already are not repeated


def test_labs_refuse_what_they_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no file lab_compute_year_end_by_lab.csv in it"):
        USERS.read(tmp_path)
    with pytest.raises(
        BadInput, match=r"lab_compute_year_end_by_lab.csv row 2: the percentiles of h100e are not in order"
    ):
        USERS.read(labs(tmp_path, "110,100,120"))
    path = labs(tmp_path) / "lab_compute_year_end_by_lab.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",SpaceXAI,", ",Freedonia,"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"row 3: Lab 'Freedonia' is none of OpenAI"):
        USERS.read(tmp_path)


def test_diffusion_reads_the_old_encoding(tmp_path: Path) -> None:
    path = tmp_path / "ai.csv"
    path.write_bytes((HEAD + "Türkiye,10.00%,11.50%,12%\nChina,1%,,3%\n").encode("mac_roman"))
    got = {(c.subject, c.as_of): c for c in DIFFUSION.read(path).claims}
    assert got["country:tr", "2025-12"].value == 0.115
    assert got["bloc:cn", "2026-03"].value == 0.03
    assert ("bloc:cn", "2025-12") not in got  # empty: not said
    assert len(got) == 5


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Freedonia,1%,2%,3%", "row 2: economy 'Freedonia' is not in economies.csv"),
        ("Norway,1%,two,3%", "row 2: H2 2025 AI Diffusion 'two' is no number"),
        ("Norway,1%,2%,103%", "row 2: Q1 2026 AI Diffusion 103% is above 100 %"),
    ],
)
def test_diffusion_refuses(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "ai.csv"
    path.write_text(f"{HEAD}{row}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=reason):
        DIFFUSION.read(path)


def test_a_mean_weighs_by_people(tmp_path: Path) -> None:
    path = tmp_path / "ai.csv"
    path.write_text(HEAD + "Norway,10%,20%,30%\nSweden,40%,50%,60%\n", encoding="utf-8")
    claims = DIFFUSION.read(path).claims
    people = {"country:no": 1.0, "country:se": 2.0, "country:is": 0.1}
    members = ["country:no", "country:se", "country:is"]
    # (1 x 10 % + 2 x 40 %) / 3 = 30 %; Iceland holds 3 % of the people and is named
    share, missing = means(claims, people, members, "north")["2025-06"]
    assert (round(share, 12), missing) == (0.3, ["country:is"])
    with pytest.raises(BadInput, match="north at 2025-06: country:is have no share and too many people"):
        means(claims, {**people, "country:is": 1.0}, members, "north")


def test_population(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    rows = ["Norway,NOR,2019,5", "Norway,NOR,2024,6", "World,WLD,2024,8e9", "Aruba,ABW,2024,1"]
    path.write_text("\n".join(["Country Name,Country Code,Year,Value", *rows]) + "\n", encoding="utf-8")
    got = {(r.subject, r.period): r.value for r in PEOPLE.read(path).history}
    assert got == {("country:no", "2024"): 6, ("bloc:world", "2024"): 8e9}
    path.write_text("Country Name,Country Code,Year,Value\nNorway,NOR,soon,5\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 2: Year 'soon' is no year"):
        PEOPLE.read(path)


def test_the_shipped_groups_follow_from_the_shipped_shares(base: Base) -> None:
    """Every group's share is worked out anew from the shipped shares and people."""
    people = {r.subject: r.value for r in base.tables.history if (r.quantity, r.period) == ("population", "2024")}
    mine = [c for c in base.tables.claims if c.source == "microsoft-ai-diffusion-2026-05-27"]
    single = [c for c in mine if c.subject not in groups()]
    assert len(single) == 441  # 147 economies, three periods
    told = {(c.subject, c.as_of): c.value for c in mine if c.subject in groups()}
    assert told == {(c.subject, c.as_of): c.value for c in group_claims(single, people)}
    assert len(told) == 12


def test_the_world_by_population_comes_near_what_microsoft_says(base: Base) -> None:
    """Microsoft weighs by people from 15 to 64; weighing all people stays within half a point of its 15.1 to 17.8 %."""
    people = {r.subject: r.value for r in base.tables.history if (r.quantity, r.period) == ("population", "2024")}
    single = [c for c in base.tables.claims if c.source == "microsoft-ai-diffusion-2026-05-27"]
    world = means(single, people, [one.subject for one in economies().values()], "world")
    for date, share in (("2025-12", 0.163), ("2026-03", 0.178)):
        assert abs(world[date][0] - share) < 0.005


def test_shipped_shares_are_the_published_ones(base: Base, shared: Path) -> None:
    read = DIFFUSION.read(shared / "microsoft_ai_diffusion" / "AI_Diffusion_Q12026_Update.csv").claims
    shipped = {
        (c.subject, c.as_of): c.value for c in base.tables.claims if c.source == "microsoft-ai-diffusion-2026-05-27"
    }
    assert len(read) == 441
    assert all(shipped[c.subject, c.as_of] == c.value for c in read)
