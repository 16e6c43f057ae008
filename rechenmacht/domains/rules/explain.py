"""Why a case comes out as it does: rules that hold, thresholds nearby, relaxations, fees, and the buyer's side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from rechenmacht.domains.rules.cases import Cases
from rechenmacht.domains.rules.classify import Result, classify, holding, may_be_bought, scope
from rechenmacht.domains.rules.distance import Step, thresholds, way
from rechenmacht.domains.rules.ruleset import Compiled, RuleSet
from rechenmacht.domains.rules.specifications import names_of


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """One rule's answer about one case.

    `truth` is yes, no or unknown; `outcome` what it says here; `steps` the thresholds that are not met on the cheapest
    way to it, whose shares add up to `distance` (0 where it holds, infinite where a category bars it); `thresholds` all
    of its comparisons; `missing` what would have to be known.
    """

    rule: Compiled
    truth: str
    outcome: str
    distance: float
    steps: tuple[Step, ...]
    thresholds: tuple[Step, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to one case and what stands behind it.

    `near` is ordered by distance, nearest first. `exception` is the licence exception that an outcome of NAC means.
    `on_the_books` is law that is not enforced, `licences` what is known of licences granted, `elsewhere` what the
    country that the goods leave asks besides.
    """

    outcome: str
    fired: tuple[RuleAnswer, ...]
    near: tuple[RuleAnswer, ...]
    relaxations: tuple[RuleAnswer, ...]
    fees: tuple[RuleAnswer, ...]
    guidance: tuple[RuleAnswer, ...]
    buyer: str
    buyer_rules: tuple[RuleAnswer, ...]
    missing: tuple[str, ...]
    unsettled: tuple[str, ...]
    certificates: tuple[str, ...]
    exception: str
    on_the_books: tuple[RuleAnswer, ...]
    licences: tuple[RuleAnswer, ...]
    elsewhere: tuple[RuleAnswer, ...]


ACA_SINCE = date(2024, 4, 4).toordinal()  # 89 FR 23876
_CERTIFICATES = ("us_commercial", "us_supply_ok", "cn_us_volume_ratio", "third_party_tested", "kyc_ok")


def _said(one: Compiled, cases: Cases, rules: RuleSet, row: int) -> str:
    """Return what a rule's outcome is in a row: the milder one outside Macau, D:5 and the firms seated there."""
    if one.rule.outcome_d1_d4 and not scope(one, cases, rules, strict=True).yes[row]:
        return one.rule.outcome_d1_d4
    return one.rule.outcome


def answer(one: Compiled, cases: Cases, rules: RuleSet, result: Result | None, row: int) -> RuleAnswer | None:
    """Return a rule's answer about a row, or None if its day, subject, exporter or place leave the row out."""
    here = scope(one, cases, rules)
    if here.no[row]:
        return None
    truth = result.truths[one.id] if result is not None else holding(rules, cases, one.rule.kind)[one.id]
    told = "yes" if truth.yes[row] else "no" if truth.no[row] else "unknown"
    nearest = way(one.condition, cases.columns, row)
    return RuleAnswer(
        one,
        told,
        _said(one, cases, rules, row),
        0.0 if told == "yes" else nearest.cost,
        nearest.steps,
        thresholds(one.condition, cases.columns, row),
        names_of(int(truth.open[row])),
    )


def _answers(kinds: tuple[str, ...], cases: Cases, rules: RuleSet, result: Result | None, row: int) -> list[RuleAnswer]:
    found = [answer(one, cases, rules, result, row) for one in rules.of(*kinds)]
    return [one for one in found if one is not None]


def _exception(result: Result, cases: Cases, rules: RuleSet, row: int) -> str:
    """Return the licence exception behind an outcome of NAC: ACA, split off in April 2024, asks for no notice."""
    if result.outcome(row) != "NAC":
        return ""
    fired = [one for one in rules.of("control") if one.id in result.fired(row)]
    notice = any(scope(one, cases, rules, strict=True).yes[row] for one in fired)
    return "NAC" if notice or cases.days[row] < ACA_SINCE else "ACA"


def explain(rules: RuleSet, cases: Cases, row: int = 0, origin: str = "US") -> Explanation:
    """Return the answer to one case with every rule that had a say.

    Args:
        rules: the compiled rules.
        cases: the rows.
        row: which of them.
        origin: the country that the goods leave, whose own rules are asked too.
    """
    result = classify(rules, cases)
    controls = _answers(("control",), cases, rules, result, row)
    relaxations = _answers(("relaxation",), cases, rules, result, row)
    used = set(result.fired(row))
    helping = [one for one in relaxations if one.rule.id in used or one.truth != "yes"]
    bought, named = may_be_bought(rules, holding(rules, cases, "buyer"), row)
    near = [one for one in controls if one.truth != "yes" and math.isfinite(one.distance)]
    fired = tuple(one for one in controls if one.truth == "yes")
    relevant = [
        one for one in helping if not one.rule.rule.relaxes or {f.rule.id for f in fired} & set(one.rule.rule.relaxes)
    ]
    reads = {
        name for one in relevant if one.truth == "yes" for name in _CERTIFICATES if name in one.rule.rule.condition
    }
    guidance = [one for one in _answers(("guidance",), cases, rules, None, row) if one.truth == "yes"]
    return Explanation(
        result.outcome(row),
        fired,
        tuple(sorted(near, key=lambda one: one.distance)),
        tuple(relevant),
        tuple(one for one in _answers(("fee",), cases, rules, None, row) if one.truth != "no"),
        tuple(one for one in guidance if one.outcome != "INFO"),
        bought,
        tuple(one for one in _answers(("buyer",), cases, rules, None, row) if one.rule.id in named),
        result.missing(row),
        result.unsettled(row),
        tuple(name for name in _CERTIFICATES if name in reads),
        _exception(result, cases, rules, row),
        tuple(one for one in _answers(("dormant",), cases, rules, None, row) if one.truth == "yes"),
        tuple(one for one in _answers(("licence",), cases, rules, None, row) if one.truth == "yes"),
        tuple(
            one
            for one in _answers(("foreign",), cases, rules, None, row)
            if one.truth != "no" and one.rule.rule.regime == origin
        ),
    )
