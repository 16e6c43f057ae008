"""Catalogue chips under the rules: derivation with claims, near misses, timeline, best chip, proposals."""

import math
from pathlib import Path

import pytest

from rechenmacht.domains.rules import chips, propose
from rechenmacht.domains.rules.explain import explain
from rechenmacht.domains.rules.timeline import best, timeline
from rechenmacht.errors import BadInput


def asked(facts, rules, name, day, to="CN", **more):
    one = chips.chip(facts, name)
    return explain(rules, chips.cases_of([one], [{**chips.row_of(one, day, to), **more}], rules))


def test_tpp_is_the_greatest_product_of_rate_and_bits(facts) -> None:
    a100 = chips.chip(facts, "A100")
    # INT8 624 x 8 = 4,992; FP16 312 x 16 = 4,992; FP64 matrix and FP32 less. Density 4,992 / 826 mm2 = 6.0436
    assert a100.known["tpp"].value == pytest.approx(4992, rel=1e-3)
    assert a100.known["pd"].value == pytest.approx(4992 / 826, rel=1e-3)
    assert a100.known["io_bw"].value == pytest.approx(600, rel=1e-3)  # NVLink 300 GB/s each way
    assert all(claim in facts.claims for derived in a100.known.values() for claim in derived.claims)
    assert a100.known["tpp"].claims and set(a100.known["tpp"].claims) < set(a100.known["pd"].claims)


def test_a_peak_in_wide_precision_alone_says_nothing(facts, rules) -> None:
    card = chips.chip(facts, "RTX 4090 D")  # only FP32 is known: the matrix units are not in it
    assert "tpp" not in card.known and card.notes
    assert asked(facts, rules, "RTX 4090 D", "2024-06-01").outcome == "UNDETERMINED"


def test_memory_on_the_chip_is_no_dram(facts) -> None:
    assert "dram_bw" not in chips.chip(facts, "WSE-3").known
    assert chips.chip(facts, "H100").known["dram_bw"].value == pytest.approx(3350, rel=1e-3)


def test_near_misses_are_measured(facts, rules) -> None:
    found = asked(facts, rules, "H20", "2024-06-01")
    assert found.outcome == "NLR"
    nearest = found.near[0]
    assert nearest.rule.id == "R2023-3A090B"
    (step,) = nearest.steps  # 2,368 of 2,400 TPP; the density, 2.91, is inside 1.6 to 5.92
    assert (step.what, step.sign, step.threshold) == ("tpp", ">=", 2400)
    assert step.gap == pytest.approx(32) and step.share == pytest.approx(32 / 2400)
    assert nearest.distance == pytest.approx(step.share)


def test_a_game_card_is_no_near_miss_of_a_data_centre_rule(facts, rules) -> None:
    found = asked(facts, rules, "RTX 5080", "2024-06-01")
    assert "R2023-3A090A-DC" not in [one.rule.id for one in found.near]
    assert all(math.isfinite(one.distance) for one in found.near)


def test_relaxation_fee_certificates_and_buyer(facts, rules) -> None:
    found = asked(facts, rules, "H200", "2026-02-15")
    assert found.outcome == "LIC_CBC" and [one.rule.id for one in found.relaxations] == ["R2026-CBC"]
    assert [one.rule.id for one in found.fees] == ["T2026-TARIFF"] and "kyc_ok" in found.certificates
    assert found.buyer == "CN_BLOCKED"
    assert asked(facts, rules, "H200", "2026-02-15", state_funded_dc="1").buyer == "CN_BANNED"
    assert asked(facts, rules, "chip:h200-nvl", "2026-02-15").fees == ()  # 13,364 TPP: below the first band
    assert asked(facts, rules, "MI300X", "2026-02-15").fees == ()  # 5,300 GB/s: below the second band
    assert asked(facts, rules, "MI325X", "2026-02-15").fees


@pytest.mark.parametrize(
    ("tpp", "dram", "taxed"),
    [(14000, 4800, 0), (14001, 4800, 1), (17500, 4800, 0), (15832, 4500, 0), (15832, 4501, 1), (15832, 5000, 0),
     (20800, 6000, 0), (20801, 6000, 1), (21100, 6000, 0), (20919, 5800, 0), (20919, 6200, 0)],
)  # fmt: skip
def test_tariff_bands_are_open(facts, rules, tpp, dram, taxed) -> None:
    found = asked(facts, rules, "H200", "2026-02-15", tpp=str(tpp), dram_bw=str(dram))
    assert len(found.fees) == taxed
    assert not asked(facts, rules, "H200", "2026-01-14").fees


def test_buyers_side(facts, rules) -> None:
    for name, day, says in (
        ("H20", "2025-08-11", "NO_RULE"), ("H20", "2025-09-16", "CN_DISCOURAGED"), ("H20", "2025-09-17", "CN_DISCOURAGED"),
        ("RTX PRO 6000D", "2025-09-17", "CN_DISCOURAGED"), ("H200", "2026-01-13", "NO_RULE"),
        ("H200", "2026-01-14", "CN_BLOCKED"), ("L20", "2026-02-01", "NO_RULE"),
    ):  # fmt: skip
        assert asked(facts, rules, name, day).buyer == says, (name, day)
    assert asked(facts, rules, "H200", "2026-02-01", to="AE").buyer == "NO_RULE"
    assert asked(facts, rules, "Ascend 910C", "2026-02-01", state_funded_dc="1").buyer == "NO_RULE"
    assert asked(facts, rules, "L20", "2025-11-05", state_funded_dc="1").buyer == "CN_BANNED"


def test_the_licences_of_2025_are_for_two_chips(facts, rules) -> None:
    """By specification the relaxation would reach no other chip of the catalogue that had been released."""
    known = [one for one in chips.catalogue(facts) if one.vendor in {"NVIDIA", "AMD"}]
    cases = chips.cases_of(known, [chips.row_of(one, "2025-09-01", "CN") for one in known], rules)
    from rechenmacht.domains.rules.classify import classify

    result = classify(rules, cases)
    hits = {known[index].id for index in range(len(known)) if result.outcome(index) == "LIC_CBC"}
    assert hits == {"chip:h20", "chip:mi308x"}


def test_timeline(facts, rules) -> None:
    one = chips.chip(facts, "A800")
    periods = timeline(rules, one, chips.row_of(one, "2022-01-01", "CN"))
    assert [(p.first, p.outcome) for p in periods] == [
        ("2022-01-01", "NLR"), ("2023-10-23", "LIC_PD"), ("2023-11-17", "LIC_PD"), ("2025-04-09", "LIC_PD"),
        ("2026-01-15", "LIC_CBC"),
    ]  # fmt: skip
    assert [p.last for p in periods][:2] == ["2023-10-22", "2023-11-16"] and periods[-1].last == ""


def test_best_chip_follows_the_rules(facts, rules) -> None:
    known = chips.catalogue(facts)
    picks = {
        day: {one.basis: one.strongest.chip.id for one in best(facts, rules, known, "CN", day)}
        for day in ("2023-06-01", "2024-06-01", "2025-06-01")
    }
    assert picks["2023-06-01"]["8bit"] == "chip:h800-sxm"
    assert picks["2024-06-01"]["bandwidth"] == "chip:h20"
    assert picks["2025-06-01"]["bandwidth"] != "chip:h20"
    assert best(facts, rules, known, "DE", "2024-06-01")[0].strongest.outcome == "NLR"


def test_a_memory_rule_would_have_caught_the_h20(facts, rules, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "id,condition,outcome,dest_groups,effective_from\nMEM,dram_bw >= 3 [TB/s] and datacenter,LIC_PD,CN,2024-01-01\n"
    )
    after = propose.with_rules(rules, propose.read(path.read_text(), path.name, facts))
    known = chips.catalogue(facts)
    changed = {one.chip.id: one for one in propose.changes(rules, after, known, "CN", "2024-06-01")}
    assert changed["chip:h20"].before == "NLR" and changed["chip:h20"].tighter
    moved = propose.moved(facts, rules, after, known)
    assert {one.line for one in moved} == {"chipline:nvidia-h20"} and len(moved) == 7
    # 138,719 + 223,064 + 272,247 + 324,380 + 361,677 + 152,692 + 17,117 (Epoch AI, legal sales)
    assert sum(one.units for one in moved) == pytest.approx(1_489_896, abs=7)
    assert sum(one.h100e for one in moved) == pytest.approx(1_489_896 * 296 / 1979, rel=0.01)


def test_a_repeal_frees(facts, rules, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "id,condition,outcome,dest_groups,replaces,effective_from\nOUT,tpp>=1e9,LIC,CN,R2023-3A090A-DC,2024-01-01\n"
    )
    after = propose.with_rules(rules, propose.read(path.read_text(), path.name, facts))
    freed = propose.changes(rules, after, chips.catalogue(facts), "CN", "2024-06-01")
    assert {one.chip.id for one in freed if not one.tighter} >= {"chip:h100-sxm", "chip:a800-sxm"}
    assert not propose.changes(rules, after, chips.catalogue(facts), "CN", "2023-12-31")


def test_unknown_chip(facts) -> None:
    with pytest.raises(BadInput, match="no entity called 'H2000'"):
        chips.chip(facts, "H2000")
