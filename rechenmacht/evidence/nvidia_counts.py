"""NVIDIA's chips per fiscal quarter and line, recomputed by Monte Carlo from revenue, mix and prices.

    chips = compute revenue x hardware share x share of the line / (base price x price level)

The method is Epoch AI's (github.com/epoch-research/ai-chip-counts, nvidia_estimates.ipynb, MIT), in our own words:
- *Base price* of a line: lognormal with an 80 % interval; drawn once, so a dear world stays dear in all quarters.
  Prices of the lines are correlated (0.5 between any two): one common normal score and one per line.
- *Price level*: the geometric middle of a line's price band in the year in which the quarter starts, over that of its
  base year. Prices of 2022 also hold for the quarter that started in 2021.
- *Hardware share* of compute revenue (the rest is software and cloud): lognormal, 80 % interval 0.96 to 0.99, once.
- Compute revenue and the mix are point values.

Two inputs in the repository are older than the published run, so that these rows differ: the mix knows no A800 and H800
(FY23Q4 to FY24Q3), and gives the H20 12 % rather than about 13 % in FY25. The quarter FY26Q4 is missing altogether.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._chip_tables import find
from rechenmacht.evidence.importers._frame import LINE, number, table
from rechenmacht.streams import stream

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

REVENUE = "data_inputs/Nvidia_quarterly_revenue.csv"
PRICES = "derived_nvidia_prices_used.csv"
MIX = {"A100": "A100", "H100": "H100/H200", "H20": "H20", "GB200": "B200", "GB300": "B300"}  # column -> line
# Price bands later than the base year, USD, and for the H20 the ratio: as the notebook prints them (cells 3 and 7).
LEVELS = {
    ("H100/H200", 2024): (25_000 * 32_000 / (27_000 * 35_000)) ** 0.5,
    ("H100/H200", 2025): (22_000 * 30_000 / (27_000 * 35_000)) ** 0.5,
    ("H20", 2025): 0.931,
}
# Printed in cell 3 but not in the repository's file: compute revenue in USD; the A100 was the only line.
FIRST_QUARTER, FIRST_YEAR, FIRST_REVENUE_USD = "FY22Q4", 2021, 2.45e9
Z80 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class CountInputs:
    """Inputs for Q fiscal quarters and C lines.

    `revenue_usd` (Q), `share` of the lines in it (Q, C), `price_low_usd` and `price_high_usd` of the base year
    (C; 80 % interval), `price_level` relative to the base year (Q, C), the 80 % interval of `hardware_share`, and the
    correlation of any two lines' log prices.
    """

    quarters: tuple[str, ...]
    chips: tuple[str, ...]
    revenue_usd: NDArray[np.float64]
    share: NDArray[np.float64]
    price_low_usd: NDArray[np.float64]
    price_high_usd: NDArray[np.float64]
    price_level: NDArray[np.float64]
    hardware_share: tuple[float, float] = (0.96, 0.99)
    price_correlation: float = 0.5


def _prices(path: Path) -> dict[str, tuple[float, float]]:
    need = ("price_low_usd", "price_high_usd", "credibility")
    bands: dict[str, tuple[float, float]] = {}
    for row in table(path, need, ("chip", "year"), "epoch-chip-counts"):
        low, high = number(row, "price_low_usd", path.name), number(row, "price_high_usd", path.name)
        if number(row, "credibility", path.name) != 0.8:
            raise BadInput(f"{path.name} row {row[LINE]}: credibility {row['credibility']!r} is not 0.80")
        if not low or not high or low >= high:
            raise BadInput(f"{path.name} row {row[LINE]}: the price band is not two rising numbers")
        bands[row["chip"]] = (low, high)
    return bands


def read_inputs(folder: Path) -> CountInputs:
    """Read revenue, mix and prices from a folder laid out as `epoch/ai-chip-counts`.

    Raises:
        BadInput: naming file, row and reason.
    """
    path, bands = find(folder, REVENUE), _prices(find(folder, PRICES))
    chips = tuple(MIX.values())
    missing = [chip for chip in chips if chip not in bands]
    if missing:
        raise BadInput(f"{PRICES}: no price for {missing[0]}")
    need = ("Start Date", "compute_revenue", *MIX)
    quarters, revenue, years = [FIRST_QUARTER], [FIRST_REVENUE_USD], [FIRST_YEAR]
    share = [[1.0 if chip == "A100" else 0.0 for chip in chips]]
    for row in table(path, need, ("Quarter",), "epoch-chip-counts"):
        money, mix = number(row, "compute_revenue", path.name), [number(row, column, path.name) for column in MIX]
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["Start Date"]):
            raise BadInput(f"{path.name} row {row[LINE]}: Start Date {row['Start Date']!r} is no day")
        if money is None or abs(sum(part or 0.0 for part in mix) - 1) > 0.005:
            raise BadInput(f"{path.name} row {row[LINE]}: compute_revenue is empty or the mix does not sum to 1")
        quarters.append(row["Quarter"])
        revenue.append(money * 1e9)
        years.append(int(row["Start Date"][:4]))
        share.append([part or 0.0 for part in mix])
    return CountInputs(
        tuple(quarters),
        chips,
        np.array(revenue),
        np.array(share),
        np.array([bands[chip][0] for chip in chips]),
        np.array([bands[chip][1] for chip in chips]),
        np.array([[LEVELS.get((chip, year), 1.0) for chip in chips] for year in years]),
    )


def _lognormal(
    low: float | NDArray[np.float64], high: float | NDArray[np.float64], score: NDArray[np.float64]
) -> NDArray[np.float64]:
    middle, half = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * Z80)
    drawn: NDArray[np.float64] = np.exp(np.expand_dims(middle, -1) + np.expand_dims(half, -1) * score)
    return drawn


def nvidia_chip_counts(inputs: CountInputs, draws: int, seed: int) -> NDArray[np.float64]:
    """Draw the chips sold per fiscal quarter and line.

    Args:
        inputs: revenue in USD, mix, prices in USD; see `CountInputs`.
        draws: number of draws D, at least 1.
        seed: the same seed and inputs give the same numbers; a further line leaves the others' draws alone.

    Returns:
        Chips, shape (Q, C, D): quarters x lines x draws. The draws of one index belong together: sums over quarters and
        lines within a draw keep the correlation of prices.

    Raises:
        ValueError: if `draws` is below 1 or the correlation is not in 0 to 1.
    """
    if draws < 1 or not 0 <= inputs.price_correlation <= 1:
        raise ValueError(f"draws {draws} must be at least 1, price_correlation {inputs.price_correlation} in 0 to 1")
    common = stream("nvidia_counts.price", seed).standard_normal(draws)
    own = np.stack([stream(f"nvidia_counts.price.{chip}", seed).standard_normal(draws) for chip in inputs.chips])
    score = inputs.price_correlation**0.5 * common + (1 - inputs.price_correlation) ** 0.5 * own
    price = _lognormal(inputs.price_low_usd, inputs.price_high_usd, score)  # (C, D)
    hardware = _lognormal(*inputs.hardware_share, stream("nvidia_counts.hardware_share", seed).standard_normal(draws))
    at_price_one = inputs.revenue_usd[:, None] * inputs.share / inputs.price_level  # (Q, C)
    counts: NDArray[np.float64] = at_price_one[:, :, None] * hardware / price
    return counts
