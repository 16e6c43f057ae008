"""Classification: every rule in force is asked of every row at once, unknowns kept as unknowns.

For each row three answers are held beside each other: the strictest outcome that the known facts establish (`firm`),
and the loosest and strictest that filling in the unknowns could give. Where these two agree, that is the outcome. Where
a licence is needed in any case and only its review policy is open, the outcome is the firm one and `open` lists what
could change it: an exception or relaxation counts only once its facts are known. Otherwise the outcome is UNDETERMINED
and `missing` lists the specifications that would decide.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rechenmacht.domains.rules.cases import Cases, Coded
from rechenmacht.domains.rules.logic import Bits, Bools, Truth, both, constant, either, evaluate, known, partly
from rechenmacht.domains.rules.places import HOME
from rechenmacht.domains.rules.ruleset import SEVERITY, Compiled, RuleSet, Vintages
from rechenmacht.domains.rules.specifications import names_of
from rechenmacht.evidence.forms_rules import BUYER_OUTCOMES, OUTCOMES

UNDETERMINED = "UNDETERMINED"
NO_RULE = "NO_RULE"
LICENCE = SEVERITY["LIC_PA"]  # from here on a licence is needed
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Result:
    """What the rules say, per row.

    `firm`, `best` and `worst` are severities (index into forms_rules.OUTCOMES); `truths` the truth of each control and
    relaxation in force, scope and condition together; `open` the bits of the unknowns that matter.
    """

    firm: Levels
    best: Levels
    worst: Levels
    open: Bits
    truths: dict[str, Truth]
    acting: dict[str, Bools]

    @property
    def undetermined(self) -> Bools:
        """Rows in which the unknowns decide whether a licence is needed, or which permission holds."""
        open_: Bools = (self.best != self.worst) & (self.best < LICENCE)
        return open_

    def outcome(self, row: int) -> str:
        """Return a row's outcome."""
        return UNDETERMINED if self.undetermined[row] else OUTCOMES[self.firm[row]]

    @property
    def levels(self) -> Levels:
        """Severity per row; -1 where undetermined."""
        return np.where(self.undetermined, np.int8(-1), self.firm)

    def fired(self, row: int) -> tuple[str, ...]:
        """Return the controls and relaxations that hold in a row, in the order of the rules."""
        return tuple(name for name, hits in self.acting.items() if hits[row])

    def missing(self, row: int) -> tuple[str, ...]:
        """Return the specifications that would decide an undetermined row; nothing otherwise."""
        return names_of(int(self.open[row])) if self.undetermined[row] else ()

    def unsettled(self, row: int) -> tuple[str, ...]:
        """Return the specifications that could still change the kind of licence in a determined row."""
        return () if self.undetermined[row] else names_of(int(self.open[row]))


def among(column: Coded, values: Collection[str], name: str = "") -> Truth:
    """Return whether a column's value is one of some; unknown where the column is (only if it has a `name`)."""
    wanted = set(values)
    hits = np.array([*(value in wanted for value in column.values), False])[column.codes]
    return partly(hits, column.codes < 0, name) if name else known(hits)


# A chip rule covers the computers that hold such a chip too: 4A090 and the .z items repeat the limits of 3A090.
_COVERED = {"chip": ("chip", "system")}


def lying_in(column: Coded, cases: Cases, vintages: Vintages, name: str) -> Truth:
    """Return whether a column's place lies in the set of its day; unknown where the place is."""
    table = np.array([[*(value in places for value in column.values), False] for places in vintages])
    return partly(table[cases.vintage, column.codes], column.codes < 0, name)


def in_force(one: Compiled, cases: Cases, rules: RuleSet) -> Bools:
    """Return the rows on whose day a rule applies: first and last day included, unless another has replaced it."""
    hits: Bools = (cases.days >= one.first) & (cases.days <= one.last)
    for other in rules.replacing.get(one.id, ()):
        hits &= ~((cases.days >= other.first) & (cases.days <= other.last))
    return hits


def scope(one: Compiled, cases: Cases, rules: RuleSet, *, strict: bool = False) -> Truth:
    """Return whether day, subject, vendor, role and place put a row under a rule, its condition apart.

    Args:
        one: the rule.
        cases: the rows.
        rules: all rules, for those that replace this one.
        strict: only Macau, Country Group D:5 and firms headquartered where the rule says.
    """
    result = known(in_force(one, cases, rules))
    if not result.yes.any():
        return result
    if one.rule.subject != "*":
        covered = _COVERED.get(one.rule.subject, (one.rule.subject,))
        result = both(result, among(cases.subjects, covered))
    if one.rule.vendors:
        result = both(result, among(cases.vendor, [name.casefold() for name in one.rule.vendors], "vendor"))
    if one.rule.roles:
        result = both(result, among(cases.role, one.rule.roles, "role"))
    where = lying_in(cases.dest, cases, one.strict_places if strict else one.places, "dest")
    if any(one.headquarters):
        abroad = both(
            among(cases.dest, set(rules.places) - {HOME}, "dest"), lying_in(cases.hq, cases, one.headquarters, "hq")
        )
        where = either(where, abroad)
    return both(result, where)


def _sided(one: Compiled, cases: Cases, rules: RuleSet, everywhere: Truth, condition: Truth) -> list[tuple[Truth, int]]:
    """Return a control as (truth, severity) pairs: one, or two where the review policy depends on the place."""
    rule = one.rule
    if not rule.outcome_d1_d4:
        return [(everywhere, SEVERITY[rule.outcome])]
    strict = both(scope(one, cases, rules, strict=True), condition)
    return [(everywhere, SEVERITY[rule.outcome_d1_d4]), (strict, SEVERITY[rule.outcome])]


class _Sum:
    """Takes up one control after the other: strictest outcome with certain, possible and no relaxations."""

    def __init__(self, rows: int) -> None:
        self.firm, self.best, self.worst = (np.zeros(rows, np.int8) for _ in range(3))
        self.open = np.zeros(rows, np.uint64)

    def add(self, truth: Truth, severity: int, softened: list[tuple[Truth, int]]) -> None:
        shown = np.full(len(self.firm), severity, np.int8)
        hoped = shown.copy()
        for relaxed, level in softened:
            np.minimum(shown, level, out=shown, where=relaxed.yes)
            np.minimum(hoped, level, out=hoped, where=~relaxed.no)
            self.open |= np.where(truth.no | relaxed.yes, np.uint64(0), relaxed.open)
        zero = np.int8(0)
        np.maximum(self.firm, np.where(truth.yes, shown, zero), out=self.firm)
        np.maximum(self.best, np.where(truth.yes, hoped, zero), out=self.best)
        np.maximum(self.worst, np.where(truth.no, zero, shown), out=self.worst)
        self.open |= truth.open


def classify(rules: RuleSet, cases: Cases) -> Result:
    """Return what the export rules say about every row.

    Args:
        rules: the compiled rules; controls and relaxations count, dates and scopes are theirs.
        cases: the rows, each with its own day, destination and buyer.
    """
    columns = cases.columns
    truths: dict[str, Truth] = {}
    conditions: dict[str, Truth] = {}
    for one in rules.of("control", "relaxation"):
        # Rules share conditions (3A090 and its extension to Macau): each is evaluated once.
        text = one.rule.condition
        conditions.setdefault(text, evaluate(one.condition, columns))
        truths[one.id] = both(scope(one, cases, rules), conditions[text])
    total = _Sum(columns.rows)
    relaxations = rules.of("relaxation")
    acting: dict[str, Bools] = {one.id: np.zeros(columns.rows, bool) for one in rules.of("control", "relaxation")}
    for control in rules.of("control"):
        acts = [one for one in relaxations if not one.rule.relaxes or control.id in one.rule.relaxes]
        softened = [(truths[one.id], SEVERITY[one.rule.outcome]) for one in acts]
        for truth, severity in _sided(control, cases, rules, truths[control.id], conditions[control.rule.condition]):
            total.add(truth, severity, softened)
        acting[control.id] = truths[control.id].yes
        for one in acts:
            acting[one.id] |= truths[one.id].yes & truths[control.id].yes
    unsettled = np.where(total.best == total.worst, np.uint64(0), total.open)
    order = [one.id for one in rules.rules if one.id in acting]
    return Result(total.firm, total.best, total.worst, unsettled, truths, {name: acting[name] for name in order})


def holding(rules: RuleSet, cases: Cases, *kinds: str) -> dict[str, Truth]:
    """Return the truth of each rule of some other kinds (fee, guidance, buyer, quota, bill) in every row."""
    found = {}
    for one in rules.of(*kinds):
        here = scope(one, cases, rules)
        found[one.id] = both(here, evaluate(one.condition, cases.columns)) if here.yes.any() or here.maybe.any() else (
            constant(False, cases.columns.rows)
        )  # fmt: skip
    return found


def may_be_bought(rules: RuleSet, truths: dict[str, Truth], row: int) -> tuple[str, tuple[str, ...]]:
    """Return what the buyer's side says in a row, and the buyer rules that hold or might.

    The strictest rule that holds counts (BUYER_OUTCOMES, loosest first); NO_RULE where none does.
    """
    order = (NO_RULE, *BUYER_OUTCOMES)
    outcome, named = NO_RULE, []
    for one in rules.of("buyer"):
        truth = truths[one.id]
        if truth.yes[row]:
            outcome = max(outcome, one.rule.outcome, key=order.index)
        if not truth.no[row]:
            named.append(one.id)
    return outcome, tuple(named)
