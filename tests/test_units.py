from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.errors import BadInput
from rechenmacht.units import convert


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.5, "bn USD", "USD", 1.5e9),
        (12, "Mrd. EUR", "EUR", 1.2e10),
        (3, "Mio. EUR", "EUR", 3e6),
        (1, "$", "USD", 1),
        (2, "bn USD 2023", "USD 2023", 2e9),
        (35, "%", "1", 0.35),
        (35, "Prozent", "1", 0.35),
        (2, "PFLOP/s", "TFLOP/s", 2000),
        (120, "GWh", "TWh", 0.12),
        (1.25, "GW", "MW", 1250),
        (814, "mm2", "cm2", 8.14),
        (5, "USD/kW", "USD/GW", 5e6),
        (2, "kg/MWh", "g/kWh", 2),  # 2000 g / 1000 kWh
        (10, "days", "h", 240),
        (100, "k chips", "count", 1e5),
        (1, "million h100e", "h100e", 1e6),
        (7, "florps", "florps", 7),  # equal units need no table
    ],
)
def test_convert(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "to", "reason"),
    [
        ("USD", "EUR", "rate of your own choice"),
        ("USD 2023", "USD", "rate of your own choice"),
        ("USD 2023", "USD 2024", "rate of your own choice"),
        ("bn USD", "1", "no money"),
        ("W", "GB", "do not measure the same thing"),
        ("TFLOP", "TFLOP/s", "do not measure the same thing"),
        ("count", "1", "do not measure the same thing"),
        ("Billion USD", "USD", "unknown"),  # 1e9 in English, 1e12 in German
        ("florps", "W", "unknown"),
        ("__import__('os')", "W", "unknown"),
        ("9**9**9", "1", "unknown"),
        ("m^99", "m", "unknown"),
        ("1/0", "1", "unknown"),
    ],
)
def test_refuses(unit: str, to: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        convert(1, unit, to)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("TGkMWhUSDFLOP/s *^-.%0123456789()e $bn"), max_size=14))
def test_any_text_is_converted_or_refused(unit: str) -> None:
    try:
        convert(1.0, unit, "MW")
    except BadInput as error:
        assert "\n" not in str(error)
