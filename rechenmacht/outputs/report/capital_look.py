"""The numbers of the report's section on capital: all from the answers to the questions about the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import DRAWS, Question
from rechenmacht.domains.capital import questions
from rechenmacht.domains.capital.history import Number
from rechenmacht.evidence.base import Base, once
from rechenmacht.evidence.forms import Parameter

Row = dict[str, Any]
VENDOR = "org:nvidia"  # the only supplier whose revenue by quarter is in the base
CASCADE = "funding_stop"
MOST_DRIVERS = 3


@dataclass(frozen=True)
class Stressed:
    """A stress scenario: its words, what sellers lose, which result is looked at, and what decides that."""

    id: str
    title: dict[str, str]
    question: dict[str, str]
    lost: dict[str, Row]
    total: Row
    result: str
    amount: Row
    decides: tuple[Row, ...]


@dataclass(frozen=True)
class Look:
    """All numbers of the section, money in USD."""

    legs: list[Row]
    at: str
    out: int
    waterfall: list[Row]
    circularity: list[Row]
    pairs: list[Row]
    round_trip: dict[str, Row]
    proportional: dict[str, Row]
    links: list[Row]
    coverage: list[Row]
    maturities: list[Row]
    stressed: tuple[Stressed, ...]
    history: dict[str, dict[str, list[Number]]]
    parameters: tuple[Parameter, ...]
    network: Answer
    path: Answer
    exposure: Answer


@once
def ask(base: Base, /, question: type[Question], **given: Any) -> Answer:
    """Return the answer to a question, as every other face gets it."""
    found: Answer = question.asked(given).settled(base).answer(base)
    return found


def table(answer: Answer, name: str) -> list[Row]:
    """Return all rows of a table of an answer."""
    return list(next(one for one in answer.tables if one.name == name).rows)


def _stressed(base: Base, seed: int, draws: int) -> tuple[Stressed, ...]:
    answer = ask(base, questions.Stress, seed=seed, draws=draws)
    outcomes, decides = table(answer, "outcomes"), table(answer, "what_would_change_this")
    return tuple(
        Stressed(
            row["scenario"], row["title"], row["question"],
            {
                one["org"]: one["stressed"] for one in outcomes
                if one["scenario"] == row["scenario"] and one["measure"] == "lost_revenue"
            },
            row["total_lost_revenue"], row["result"], row["amount"],
            tuple([one for one in decides if one["scenario"] == row["scenario"]][:MOST_DRIVERS]),
        )
        for row in table(answer, "scenarios")
    )  # fmt: skip


def _history(base: Base) -> dict[str, dict[str, list[Number]]]:
    found: dict[str, dict[str, list[Number]]] = {}
    for row in table(ask(base, questions.History), "comparisons"):
        mine = found.setdefault(row["measure"], {"then": [], "followed": [], "now": []})
        if row["range"] is not None:
            mine[row["when"]].append(
                Number(low=row["range"]["low"], high=row["range"]["high"], unit=row["unit"], who=row["who"],
                       at=row["at"], claims=tuple(row["claims"]), caveat=row["caveat"])
            )  # fmt: skip
    return found


def _round_trip(answer: Answer) -> Row:
    return {**answer.values, "investments": table(answer, "investments")}


def look(base: Base, seed: int, draws: int = DRAWS) -> Look:
    """Ask for the section's numbers at the date of the last deal.

    Args:
        base: the fact base.
        seed: of the streams; same seed, same numbers.
        draws: as on every other face.
    """
    network = ask(base, questions.Network)
    links = table(network, "links")
    counted = {one for row in links for one in row["contracts"]}
    circles = ask(base, questions.Circularity, seed=seed, draws=draws)
    first = ask(base, questions.Roundtrip, seed=seed, draws=draws)
    pairs = table(first, "pairs")
    suppliers = dict.fromkeys(row["supplier"] for row in pairs if row["supplier"] != VENDOR)
    proportional = {VENDOR: _round_trip(first)}
    for one in suppliers:
        proportional[one] = _round_trip(ask(base, questions.Roundtrip, seed=seed, draws=draws, vendor=one))
    earmarked = _round_trip(ask(base, questions.Roundtrip, seed=seed, draws=draws, attribution="earmarked"))
    covered = ask(base, questions.Coverage, seed=seed, draws=draws)
    return Look(
        legs=[row for row in table(ask(base, questions.Deals), "contracts") if row["id"] in counted],
        at=network.values["at"], out=sum(row["n"] for row in table(network, "left_out")),
        waterfall=table(network, "layers"), circularity=table(circles, "circularity"), pairs=pairs,
        round_trip={"proportional": proportional[VENDOR], "earmarked": earmarked}, proportional=proportional,
        links=links, coverage=table(covered, "coverage"), maturities=table(covered, "maturities"),
        stressed=_stressed(base, seed, draws), history=_history(base),
        parameters=tuple(p for name, p in base.parameters.items() if name.startswith("capital.")),
        network=network, path=ask(base, questions.Path, seed=seed, draws=draws, stresses=True),
        exposure=ask(base, questions.Exposure, seed=seed, draws=draws, org=VENDOR),
    )  # fmt: skip
