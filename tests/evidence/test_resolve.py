"""How conflicting claims become one distribution: the rule step by step, each with its arithmetic, then properties."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import small_base
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.resolve import Resolved, resolve

numbers = count(1)
Row = tuple[str, str, str, str, str]  # value (or low/value/high), date, source, basis, grade


def base_with(folder: Path, quantity: str, *rows: Row) -> Base:
    """Return the small base with claims about the hill's quantity (or the chip's, for `peak`)."""
    subject, unit = ("chip:one", "TFLOP/s") if quantity == "peak" else ("site:hill", "MW")
    lines = [small_base.CLAIMS]
    for index, (given_, as_of, source, basis, grade) in enumerate(rows):
        band = ",".join(given_.split("/")) if "/" in given_ else f",{given_},"
        lines.append(f"c{index},{subject},{quantity},{band},{unit},{as_of},{source},p. 1,{basis},{grade},\n")
    return load(shipped=small_base.make(folder / f"b{next(numbers)}", claims="".join(lines)))


def power(folder: Path, *rows: Row, at: str | None = None) -> Resolved:
    return resolve(base_with(folder, "power", *rows), "site:hill", "power", at)


def peak(folder: Path, *rows: Row) -> Resolved:
    return resolve(base_with(folder, "peak", *rows), "chip:one", "peak")


def weights(result: Resolved) -> dict[str, float]:
    return {claim.id: round(weight, 4) for claim, weight in result.used}


def aside(result: Resolved) -> dict[str, str]:
    return {claim.id: reason for claim, reason in result.set_aside}


def test_one_claim_stands_as_it_is(tmp_path: Path) -> None:
    result = power(tmp_path, ("80/90/120", "2024-06", "paper", "estimated", "primary"))
    assert (result.low, result.median, result.high) == pytest.approx((80, 90, 120))
    assert (result.unit, result.at) == ("MW", "2024-06")


def test_step_1_only_claims_about_the_date_count(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("100", "2024", "paper", "reported", "primary"),
        ("200", "2024-12", "news", "reported", "primary"),
        ("300", "2025-01", "news", "reported", "primary"),
    ]
    assert aside(power(tmp_path, *rows, at="2024-12")) == {"c2": "about another date (2025-01)"}  # 2024 holds 2024-12
    assert weights(power(tmp_path, *rows, at="2024-03")) == {"c0": 1.0}
    assert weights(power(tmp_path, *rows)) == {"c2": 1.0}  # without a date: the last one
    assert weights(power(tmp_path, *rows, at="2030")) == {"c2": 1.0}  # nothing then: the last before it
    with pytest.raises(BadInput, match="nothing is known about site:hill power at or before 2023"):
        power(tmp_path, *rows, at="2023")


def test_step_1_the_last_date_is_not_that_of_a_forecast(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("100", "2024-06", "paper", "measured", "primary"),
        ("900", "2030", "paper", "forecast", "primary"),
    ]
    assert weights(power(tmp_path, *rows)) == {"c0": 1.0}
    assert weights(power(tmp_path, *rows, at="2030")) == {"c1": 1.0}


def test_step_2_a_publisher_counts_once_with_what_it_said_last(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("1000", "2024", "sheet", "specified", "primary"),
        ("2000", "2025", "sheet-2", "specified", "primary"),
    ]
    result = peak(tmp_path, *rows)
    assert weights(result) == {"c1": 1.0}
    assert aside(result) == {"c0": "the same publisher says otherwise later (c1)"}


@pytest.mark.parametrize(
    ("basis", "reason"),
    [
        ("forecast", "a forecast or target beside observations"),
        ("target", "a forecast or target beside observations"),
        ("judgement", "a judgement beside evidence"),
    ],
)
def test_step_3_what_was_observed_goes_before(tmp_path: Path, basis: str, reason: str) -> None:
    observed: Row = ("100", "2024-06", "paper", "estimated", "secondary")
    other: Row = ("500", "2024-06", "news", basis, "primary")
    result = power(tmp_path, observed, other)
    assert (weights(result), aside(result)) == ({"c0": 1.0}, {"c1": reason})
    assert weights(power(tmp_path, other)) == {"c0": 1.0}  # alone, it counts


def test_step_3_unverified_claims_give_way(tmp_path: Path) -> None:
    result = power(
        tmp_path,
        ("100", "2024-06", "paper", "estimated", "secondary"),
        ("500", "2024-06", "memory", "measured", "unverified"),
    )
    assert (weights(result), aside(result)) == ({"c0": 1.0}, {"c1": "unverified beside verified claims"})


def test_step_4_weights_are_by_basis_and_grade(tmp_path: Path) -> None:
    # measured, primary: 1 * 1 = 1. reported, secondary: 0.7 * 0.6 = 0.42. Sum 1.42: 1 / 1.42 = 0.7042, 0.2958.
    result = power(
        tmp_path,
        ("100", "2024-06", "paper", "measured", "primary"),
        ("120", "2024-06", "news", "reported", "secondary"),
    )
    assert weights(result) == {"c0": 0.7042, "c1": 0.2958}


def test_step_4_older_specifications_count_less(tmp_path: Path) -> None:
    # Published 2024-01-15 and 2025-03-01, 411 days or 1.1253 years apart; half-life 2 years:
    # 0.5 ** (1.1253 / 2) = 0.6771. Weights 1 and 0.6771 over 1.6771: 0.5963 and 0.4037.
    result = peak(
        tmp_path,
        ("1000", "2024", "sheet", "specified", "primary"),
        ("1200", "2025", "news", "specified", "primary"),
    )
    assert weights(result) == {"c1": 0.5963, "c0": 0.4037}


def test_step_4_the_spread_grows_with_the_distance_from_the_source(tmp_path: Path) -> None:
    # reported: 0.05; secondary: 1.5 * 0.05 = 0.075; unverified: 3 * 0.05 = 0.15.
    # 95 % points: 100 * exp(1.64485 * 0.05) = 108.572, exp(0.123364) -> 113.130, exp(0.246728) -> 127.983
    highs = [
        power(tmp_path, ("100", "2024-06", "news", "reported", grade)).high
        for grade in ("primary", "secondary", "unverified")
    ]
    assert highs == pytest.approx([108.572, 113.130, 127.983], rel=1e-5)


def test_a_worked_case_from_the_shipped_base(base: Base) -> None:
    # NVIDIA DGX H100, power of the system in kW. Datasheet 10.2 (specified, secondary): 1 * 0.6 = 0.6, spread
    # 1.5 * 0.01 = 0.015. Another source has a band of 6.5 to 8.5 (reported, secondary): 0.7 * 0.6 = 0.42.
    # Weights 0.6 / 1.02 = 0.5882 and 0.42 / 1.02 = 0.4118. The median is where
    # 0.4118 * 1 + 0.5882 * F = 0.5, so F = 0.15: 10.2 * exp(-1.03643 * 0.015) = 10.0427.
    result = resolve(base, "system:dgx-h100", "system_power")
    assert [round(weight, 4) for _, weight in result.used] == [0.5882, 0.4118]
    assert result.median == pytest.approx(10.0427, rel=1e-4)
    # 5 %: 0.4118 * F = 0.05, F = 0.12143; middle sqrt(6.5 * 8.5) = 7.4330, sd ln(8.5 / 6.5) / 2 / 1.64485 = 0.081547:
    # 7.4330 * exp(-1.16797 * 0.081547) = 6.7578
    assert result.low == pytest.approx(6.7578, rel=1e-4)


@pytest.mark.parametrize(
    ("subject", "quantity", "at", "reason"),
    [
        ("site:hull", "power", None, "no entity 'site:hull'; did you mean site:hill"),
        ("site:hill", "powr", None, "no quantity 'powr'; did you mean power"),
        ("site:hill", "made", None, "nothing is known about made of site:hill"),
        ("site:hill", "power", "soon", "'soon' is no date"),
    ],
)
def test_what_cannot_be_resolved_is_said(
    tmp_path: Path, subject: str, quantity: str, at: str | None, reason: str
) -> None:
    facts = base_with(tmp_path, "power", ("100", "2024-06", "paper", "measured", "primary"))
    with pytest.raises(BadInput, match=reason):
        resolve(facts, subject, quantity, at)


def test_every_pair_of_the_shipped_base_resolves_within_its_bounds(base: Base) -> None:
    """Weights add up, quantiles are ordered and within bounds, and no claim is lost, for every subject and quantity."""
    for (subject, quantity), claims in list(base.about.items())[::7]:
        result = resolve(base, subject, quantity)
        definition = base.quantities[quantity]
        assert sum(weight for _, weight in result.used) == pytest.approx(1)
        assert definition.low <= result.low <= result.median <= result.high <= definition.high
        assert {c.id for c, _ in result.used} | {c.id for c, _ in result.set_aside} == {c.id for c in claims}


rows_ = st.lists(
    st.tuples(
        st.integers(1, 5000).map(str),
        st.just("2024-06"),
        st.sampled_from(["paper", "news", "sheet-2", "memory"]),
        st.sampled_from(["measured", "reported", "estimated", "forecast", "judgement"]),
        st.sampled_from(["primary", "secondary"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row[2],
).map(lambda rows: [(*row[:4], "unverified") if row[2] == "memory" else row for row in rows])
quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(rows_, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Row], random: object) -> None:
    with TemporaryDirectory() as folder:
        base = base_with(Path(folder), "power", *rows)
        one = resolve(base, "site:hill", "power")
        random.shuffle(base.about["site:hill", "power"])  # type: ignore[attr-defined]
        other = resolve(base, "site:hill", "power")
    assert weights(one) == weights(other)
    assert aside(one) == aside(other)
    for x in (1, 10, 100, 1000):
        assert other.distribution.cdf(x) == pytest.approx(one.distribution.cdf(x), abs=1e-12)


@quick
@given(rows_.filter(lambda rows: all(row[4] != "unverified" for row in rows)), st.integers(1, 5000))
def test_an_unverified_claim_beside_verified_ones_changes_nothing(rows: list[Row], value: int) -> None:
    with TemporaryDirectory() as folder:
        before = resolve(base_with(Path(folder), "power", *rows), "site:hill", "power")
        more: Row = (str(value), "2024-06", "memory", "measured", "unverified")
        after = resolve(base_with(Path(folder), "power", *rows, more), "site:hill", "power")
    if any(row[3] not in {"forecast", "judgement"} for row in rows):
        assert after.distribution == before.distribution
        assert len(after.set_aside) == len(before.set_aside) + 1


@quick
@given(st.integers(10, 5000), st.floats(1.0, 3.0), st.floats(1.05, 3.0))
def test_disagreement_widens_the_result(value: int, apart: float, more: float) -> None:
    def width(factor: float) -> float:
        with TemporaryDirectory() as folder:
            rows: list[Row] = [
                (f"{value / factor:.6f}", "2024-06", "paper", "measured", "primary"),
                (f"{value * factor:.6f}", "2024-06", "news", "measured", "primary"),
            ]
            result = resolve(base_with(Path(folder), "power", *rows), "site:hill", "power")
            return result.high / result.low

    assert width(apart * more) > width(apart)


# Three publications of one origin and one of another; news and sheet-2 repeat what the paper said first.
REPEATED = (
    small_base.SOURCES.replace("/a/1,,,press", "/a/1,,paper,press")
    .replace("/two,,,vendor", "/two,,paper,vendor")
    .replace("Data sheet 2,Acme", "Data sheet 2,Herald")
)


def of_one_origin(folder: Path, *rows: Row) -> Resolved:
    lines = [small_base.CLAIMS]
    for index, (value, as_of, source, basis, grade) in enumerate(rows):
        lines.append(f"c{index},site:hill,power,,{value},,MW,{as_of},{source},p. 1,{basis},{grade},\n")
    made = small_base.make(folder / f"o{next(numbers)}", claims="".join(lines), sources=REPEATED)
    return resolve(load(shipped=made), "site:hill", "power")


def test_a_number_that_is_repeated_counts_once(tmp_path: Path) -> None:
    # The paper says 100 (estimated, primary: 0.5 x 1 = 0.5); two publications repeat it (0.5 x 0.6 = 0.3 each); an
    # independent sheet says 200 (0.5). Without origins 100 would weigh 0.5 + 0.3 + 0.3 = 1.1 of 1.6; it weighs half.
    result = of_one_origin(
        tmp_path,
        ("100", "2024-06", "paper", "estimated", "primary"),
        ("100", "2024-06", "news", "estimated", "secondary"),
        ("100.1", "2024-06", "sheet-2", "estimated", "secondary"),
        ("200", "2024", "sheet", "estimated", "primary"),
    )
    assert weights(result) == {"c0": 0.5, "c3": 0.5}
    assert aside(result) == {
        "c1": "repeats c0 (one origin counts once)",
        "c2": "repeats c0 (one origin counts once)",
    }
    alone = of_one_origin(
        tmp_path,
        ("100", "2024-06", "paper", "estimated", "primary"),
        ("200", "2024", "sheet", "estimated", "primary"),
    )
    assert (result.low, result.median, result.high) == (alone.low, alone.median, alone.high)


def test_one_origin_told_in_two_ways_shares_one_weight(tmp_path: Path) -> None:
    # The origin's claims weigh 0.5 (primary) and 0.3 (secondary): together the heaviest's 0.5, split 5 to 3, so 0.3125
    # and 0.1875. The other origin weighs 0.5. Sum 1: 0.3125, 0.1875, 0.5.
    result = of_one_origin(
        tmp_path,
        ("100", "2024-06", "paper", "estimated", "primary"),
        ("130", "2024-06", "news", "estimated", "secondary"),
        ("200", "2024", "sheet", "estimated", "primary"),
    )
    assert weights(result) == {"c0": 0.3125, "c1": 0.1875, "c2": 0.5}
    assert not aside(result)


def test_the_strongest_repetition_stays_when_the_origin_itself_was_not_read(tmp_path: Path) -> None:
    # news (reported, secondary: 0.7 x 0.6 = 0.42) and sheet-2 (estimated, secondary: 0.5 x 0.6 = 0.3) tell one origin.
    result = of_one_origin(
        tmp_path,
        ("100", "2024-06", "sheet-2", "estimated", "secondary"),
        ("100", "2024-06", "news", "reported", "secondary"),
    )
    assert weights(result) == {"c1": 1.0}
    assert aside(result) == {"c0": "repeats c1 (one origin counts once)"}


def test_every_table_of_a_specification_repeats_its_maker(tmp_path: Path) -> None:
    # Two tables say 1,000 (specified, primary: 1; specified, secondary, a year younger). One voice: the heavier stays.
    result = peak(
        tmp_path,
        ("1000", "2024", "sheet", "specified", "primary"),
        ("1000", "2025", "news", "specified", "secondary"),
    )
    assert len(result.used) == 1
    assert len(result.set_aside) == 1


@quick
@given(st.integers(1, 4), st.integers(10, 4000))
def test_more_repetitions_never_change_the_result(copies: int, value: int) -> None:
    rows: list[Row] = [
        (str(value), "2024-06", "paper", "measured", "primary"),
        (str(2 * value), "2024", "sheet", "measured", "primary"),
    ]
    again: list[Row] = [
        (str(value), date, source, "reported", "secondary")
        for date, source in (("2024-06", "news"), ("2024", "news"), ("2024-06", "sheet-2"), ("2024", "sheet-2"))
    ]
    with TemporaryDirectory() as folder:
        one = of_one_origin(Path(folder), *rows)
        other = of_one_origin(Path(folder), *rows, *again[:copies])
    assert one.distribution == other.distribution


def test_one_number_is_the_same_for_everybody(base: Base) -> None:
    """A rack's power: what `facts` says is what the engine reckons with; unknown things have no number."""
    from rechenmacht.domains.engine.systems import system
    from rechenmacht.evidence.resolve import number_of

    said = number_of(base, "system:gb200-nvl72", "system_power")
    assert said == resolve(base, "system:gb200-nvl72", "system_power").median
    assert system(base, "gb200-nvl72").power_kw == pytest.approx(said)
    assert number_of(base, "system:gb200-nvl72", "tdp") is None
    assert number_of(base, "system:nothing", "system_power") is None
