"""US Census Bureau, Business Trends and Outlook Survey: share of firms that use AI, by state (public domain).

Judgements:
- "Yes" to `uses_AI_last_2_weeks`, in percent of firms: our `btos_firms_ai_old_wording`, a fraction. The
  question was reworded on 2025-11-17; this copy ends in June 2025, so all of it is the old wording. The
  outlook question is left out.
- This copy has no national row, and a national mean cannot be had from states without their numbers of
  firms. Ten big states are kept; cells the Bureau suppressed are missing, not zero.
- `survey_period` is the year and the number of the two-week period: 202319 is the 19th of 2023. A quarter's
  value is the plain mean of the periods whose middle lies in it (the number is in the note), since history
  runs by quarters. Our own arithmetic, so the rows say `secondary`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import (
    LINE,
    Collector,
    Imported,
    Importer,
    Row,
    dataset,
    number,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "census-btos"
DEFAULT = "2025-06-28"
QUESTION, ANSWER = "uses_AI_last_2_weeks", "Yes"
STATES = ("CA", "TX", "FL", "NY", "PA", "IL", "OH", "GA", "NC", "MI")
PERIODS_A_YEAR = 26  # of 14 days: period 1 covers days 1 to 14
FIRST_PERIODS = (7, 14, 20)  # the first whose middle (day 14n - 6) lies in the second, third, fourth quarter


def quarter_of_period(text: str) -> str:
    """Return the quarter in which the middle of a two-week period lies: `202319` -> `2023-Q3`.

    Raises:
        ValueError: if it is no year followed by a period of 01 to 26.
    """
    if not (len(text) == 6 and text.isascii() and text.isdigit() and 1 <= int(text[4:]) <= PERIODS_A_YEAR):
        raise ValueError(f"survey_period {text!r} is no year and period (202319)")
    return f"{text[:4]}-Q{1 + sum(int(text[4:]) >= first for first in FIRST_PERIODS)}"


def _cell(row: Row, file: str) -> tuple[tuple[str, str], float] | None:
    value = number(row, "pct", file)
    try:
        quarter = quarter_of_period(row["survey_period"])
    except ValueError as error:
        raise BadInput(f"{file} row {row[LINE]}: {error}") from None
    if value is not None and value > 100:
        raise BadInput(f"{file} row {row[LINE]}: pct is {value:g}, above 100")
    wanted = row["question"] == QUESTION and row["answer"] == ANSWER and row["state"] in STATES
    return ((row["state"], quarter), value) if wanted and value is not None else None


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read `btos_ai_use_by_state.csv`.

    Returns:
        History rows by quarter: `btos_firms_ai_old_wording` as a fraction, for ten states (table `adoption`).

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "census-btos",
        DEFAULT,
        vintage,
        "Business Trends and Outlook Survey: AI use by state",
        "US Census Bureau",
        "https://www.census.gov/hfp/btos/data",
        "public domain",
    )
    into = Collector(source)
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    columns = ("state", "question", "answer", "survey_period")
    for row in table(path, ("pct",), columns, NAME, corrections):
        if found := _cell(row, path.name):
            cells[found[0]].append(found[1])
    for (state, quarter), values in sorted(cells.items(), key=lambda item: (STATES.index(item[0][0]), item[0][1])):
        share = round(sum(values) / len(values) / 100, 6)
        note = f"mean of {len(values)} two-week period{'s' if len(values) > 1 else ''}"
        into.history(
            f"state:{state.lower()}",
            "btos_firms_ai_old_wording",
            quarter,
            (None, share, None),
            "1",
            f"{state}, {QUESTION}, {ANSWER}",
            basis="measured",
            grade="secondary",
            note=note,
            file="adoption",
        )
    return into.out


IMPORTER = Importer(
    NAME,
    "US Census Bureau: AI use by state (BTOS)",
    f"census-btos-{DEFAULT}",
    "file btos_ai_use_by_state.csv",
    read,
)
