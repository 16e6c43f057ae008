"""The answer to the question reach."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, names, one_case, place_of, scoped, summary
from rechenmacht.domains.rules.answers.said import scoped_row
from rechenmacht.domains.rules.chips import chip
from rechenmacht.domains.rules.classify import holding
from rechenmacht.domains.rules.specifications import names_of
from rechenmacht.evidence.base import Base


def reach(asked: questions.Reach, base: Base, told: Told) -> Answer:
    """Say for each direct-product rule and de minimis threshold whether it makes an item subject to the EAR.

    Without an answer to what was asked of the item (made with US technology? how much US content?) the rule stays
    undecided and names what would decide it; that no rule reaches an item is no clearance.
    """
    rules = ruleset.load(base)
    day, to = day_of(asked.on), place_of(rules, asked.to, "to")
    given = {"hq": place_of(rules, asked.hq, "hq")} if asked.hq else {}
    if asked.us_technology is not None:
        given["us_technology"] = "1" if asked.us_technology else "0"
    if asked.us_content is not None:
        given["us_content_share"] = repr(asked.us_content)
    if asked.footnote:
        given |= {"entity_listed": "1", f"footnote_{asked.footnote}": "1"}
    if asked.supercomputer:
        given["supercomputer_use"] = "1"
    truths = holding(rules, one_case(rules, chip(base, asked.chip), to, day, given), "reach")
    found = []
    for one in rules.of("reach"):
        truth = truths[one.id]
        told_ = "yes" if truth.yes[0] else "no" if truth.no[0] else "unknown"
        missing = list(names_of(int(truth.open[0]))) if told_ == "unknown" else []
        found.append(
            rows.Reached(
                rule=one.id, rule_name=names(base, one.rule), truth=told_, missing=missing, citation=one.rule.citation,
                summary=summary(one.rule), **scoped_row(rules, day),
            )
        )  # fmt: skip
    said = {row["truth"] for row in found}
    values, notes = scoped(rules, day)
    reached = "yes" if "yes" in said else "unknown" if "unknown" in said else "no"
    show = ("rule_name", "truth", "missing", "citation")
    return Answer(asked, {**values, "reached": reached}, (Table("reach", rows.Reached, found, show),), notes)
