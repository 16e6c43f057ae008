"""Classification by hand: how firm, best and worst come together from truths, and what a result says of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from rechenmacht.domains.rules.cases import Coded, from_rows
from rechenmacht.domains.rules.classify import (
    NO_RULE,
    UNDETERMINED,
    Result,
    _Sum,
    among,
    classify,
    holding,
    in_force,
    lying_in,
    may_be_bought,
    scope,
)
from rechenmacht.domains.rules.logic import Truth, constant
from rechenmacht.domains.rules.ruleset import SEVERITY, RuleSet
from rechenmacht.domains.rules.specifications import BIT
from rechenmacht.evidence.forms_rules import BUYER_OUTCOMES, OUTCOMES

ROWS = {"subject": "chip", "role": "vendor", "vendor": "NVIDIA", "datacenter": "1"}
YES, NO = constant(True, 1), constant(False, 1)


def unknown(*names: str) -> Truth:
    """An unknown for want of some specifications."""
    none = np.zeros(1, bool)
    return Truth(none, none, np.array([sum(BIT[name] for name in names)], np.uint64))


def summed(*added: tuple[Truth, str, list[tuple[Truth, str]]]) -> Result:
    total = _Sum(1)
    for truth, outcome, softened in added:
        total.add(truth, SEVERITY[outcome], [(one, SEVERITY[level]) for one, level in softened])
    return Result(total.firm, total.best, total.worst, total.open, {}, {"a": np.array([True]), "b": np.array([False])})


# In order of severity: no licence, notification, then licences with approval presumed, case by case, none said, denial.
@pytest.mark.parametrize(
    ("added", "firm", "best", "worst", "said"),
    [
        ((), "NLR", "NLR", "NLR", "NLR"),
        (((NO, "LIC_PD", []),), "NLR", "NLR", "NLR", "NLR"),
        (((YES, "LIC_PD", []),), "LIC_PD", "LIC_PD", "LIC_PD", "LIC_PD"),
        (((YES, "LIC", []), (YES, "NAC", [])), "LIC", "LIC", "LIC", "LIC"),  # the strictest counts
        (((unknown("tpp"), "LIC_PD", []),), "NLR", "NLR", "LIC_PD", UNDETERMINED),
        (((YES, "LIC_CBC", []), (unknown("tpp"), "LIC_PD", [])), "LIC_CBC", "LIC_CBC", "LIC_PD", "LIC_CBC"),
        (((YES, "LIC_PD", [(YES, "LIC_CBC")]),), "LIC_CBC", "LIC_CBC", "LIC_CBC", "LIC_CBC"),  # relaxed for certain
        (((YES, "LIC_PD", [(NO, "LIC_CBC")]),), "LIC_PD", "LIC_PD", "LIC_PD", "LIC_PD"),
        (((YES, "LIC_PD", [(unknown("pd"), "LIC_CBC")]),), "LIC_PD", "LIC_CBC", "LIC_PD", "LIC_PD"),  # facts first
        (((YES, "LIC_PD", [(unknown("pd"), "NLR")]),), "LIC_PD", "NLR", "LIC_PD", UNDETERMINED),
        (((YES, "LIC_CBC", [(YES, "LIC_PD")]),), "LIC_CBC", "LIC_CBC", "LIC_CBC", "LIC_CBC"),  # never tightens
        (((YES, "NAC", []), (unknown("tpp"), "LIC_PA", [])), "NAC", "NAC", "LIC_PA", UNDETERMINED),
    ],
)
def test_controls_add_up(added: tuple[Any, ...], firm: str, best: str, worst: str, said: str) -> None:
    found = summed(*added)
    assert [OUTCOMES[int(x[0])] for x in (found.firm, found.best, found.worst)] == [firm, best, worst]
    assert found.outcome(0) == said
    assert found.levels[0] == (-1 if said == UNDETERMINED else SEVERITY[said])
    assert bool(found.undetermined[0]) == (said == UNDETERMINED)


def test_only_unknowns_that_matter_stay_open() -> None:
    open_ = summed((unknown("tpp"), "LIC_PD", [(unknown("pd"), "LIC_CBC")]))
    assert set(open_.missing(0)) == {"tpp", "pd"} and open_.unsettled(0) == ()
    decided = summed((YES, "LIC_PD", [(unknown("pd"), "LIC_CBC")]))
    assert decided.missing(0) == () and decided.unsettled(0) == ("pd",)
    relaxed = summed((YES, "LIC_PD", [(YES, "NLR")]), (NO, "LIC_PD", [(unknown("pd"), "NLR")]))
    assert relaxed.unsettled(0) == ()  # a relaxation of what does not hold is no matter
    assert relaxed.fired(0) == ("a",)


def test_a_result_settles_what_comes_out_the_same_either_way(rules: RuleSet) -> None:
    row = {**ROWS, "date": "2024-06-01", "dest": "CN", "case_id": "x", "tpp": "20000", "pd": "", "die_mm2": ""}
    found = classify(rules, from_rows([row], rules.places))
    assert found.outcome(0) == "LIC_PD"
    assert found.best[0] == found.worst[0] and found.open[0] == 0 and found.unsettled(0) == ()


def test_among_keeps_unknown_apart_only_by_name() -> None:
    column = Coded(np.array([0, 1, -1]), ("nvidia", "amd"))
    named = among(column, ["nvidia"], "vendor")
    assert named.yes.tolist() == [True, False, False] and named.no.tolist() == [False, True, False]
    assert named.open.tolist() == [0, 0, BIT["vendor"]]
    plain = among(column, ["nvidia"])
    assert plain.yes.tolist() == [True, False, False] and plain.no.tolist() == [False, True, True]


def test_places_are_those_of_the_day(rules: RuleSet) -> None:
    rows = [
        {**ROWS, "case_id": "x", "date": day, "dest": to} for day in ("2022-01-01", "2026-01-01") for to in ("CN", "DE")
    ]
    cases = from_rows(rows, rules.places)
    vintages = tuple(
        frozenset({"CN" if i == int(cases.vintage[0]) else "DE"}) for i in range(int(cases.vintage.max()) + 2)
    )
    found = lying_in(cases.dest, cases, vintages, "dest")
    assert cases.vintage[0] != cases.vintage[2]
    assert found.yes.tolist() == [True, False, False, True]
    assert (found.yes != found.no).all()


@pytest.mark.parametrize("control", ["R2022-3A090", "R2023-3A090A-DC"])
def test_first_and_last_day_count(rules: RuleSet, control: str) -> None:
    one = next(r for r in rules.rules if r.id.startswith(control))
    one = dataclasses.replace(one, first=738_000, last=738_010)
    for day, holds in ((737_999, False), (738_000, True), (738_010, True), (738_011, False)):
        row = from_rows([{**ROWS, "case_id": "x", "date": "2024-06-01", "dest": "CN"}], rules.places)
        cases = dataclasses.replace(row, days=np.array([day]))
        alone = dataclasses.replace(rules, rules=(one,))
        assert in_force(one, cases, alone).tolist() == [holds]
        other = dataclasses.replace(
            one, rule=dataclasses.replace(one.rule, id="NEW", replaces=(one.id,)), first=738_005
        )
        both_ = dataclasses.replace(rules, rules=(one, other))
        assert in_force(one, cases, both_).tolist() == [holds and day < 738_005]


def test_a_rule_of_a_vendor_or_role_is_for_them(rules: RuleSet) -> None:
    one = next(
        r for r in rules.of("control") if r.rule.subject == "chip" and not r.rule.vendors and not any(r.headquarters)
    )
    limited = dataclasses.replace(
        one, first=0, last=10**7, rule=dataclasses.replace(one.rule, vendors=("AMD",), roles=("foundry",))
    )
    alone = dataclasses.replace(rules, rules=(limited,))

    def held(**given: str) -> tuple[bool, bool]:
        cases = from_rows([{**ROWS, "case_id": "x", "date": "2024-06-01", "dest": "CN", **given}], rules.places)
        truth = scope(limited, cases, alone)
        return bool(truth.yes[0]), bool(truth.no[0])

    assert held(vendor="AMD", role="foundry") == (True, False)
    assert held(vendor="AMD", role="vendor") == (False, True)
    assert held(vendor="NVIDIA", role="foundry") == (False, True)
    assert held(vendor="", role="foundry") == (False, False)
    assert held(vendor="AMD", role="foundry", subject="system") == (True, False)  # a computer that holds such chips
    assert held(vendor="AMD", role="foundry", subject="hbm") == (False, True)
    assert held(vendor="AMD", role="foundry", dest="US") == (False, True)


def test_the_strictest_rule_of_a_buyer_counts_and_what_might_hold_is_named(rules: RuleSet) -> None:
    buyers = rules.of("buyer")
    assert len(buyers) >= 2
    order = {name: i for i, name in enumerate(BUYER_OUTCOMES)}
    truths = {one.id: YES for one in buyers}
    outcome, named = may_be_bought(rules, truths, 0)
    assert outcome == max((one.rule.outcome for one in buyers), key=order.__getitem__)
    assert named == tuple(one.id for one in buyers)
    assert may_be_bought(rules, {one.id: NO for one in buyers}, 0) == (NO_RULE, ())
    only = buyers[0]
    mixed = {one.id: unknown("tpp") if one is only else NO for one in buyers}
    assert may_be_bought(rules, mixed, 0) == (NO_RULE, (only.id,))
    mixed[only.id] = YES
    assert may_be_bought(rules, mixed, 0) == (only.rule.outcome, (only.id,))


def test_rules_of_other_kinds_are_asked_in_their_scope_only(rules: RuleSet) -> None:
    rows = [{**ROWS, "case_id": "x", "date": day, "dest": "CN"} for day in ("1990-01-01", "2026-06-01")]
    found = holding(rules, from_rows(rows, rules.places), "buyer")
    assert set(found) == {one.id for one in rules.of("buyer")}
    assert all(truth.no[0] and not truth.yes[0] for truth in found.values())
    assert any(not truth.no[1] for truth in found.values())
