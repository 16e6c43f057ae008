"""All checks of one article, and which of their verdicts on a number stands."""

from __future__ import annotations

from rechenmacht.domains.reader.candidates import meet
from rechenmacht.domains.reader.checks import (
    anchored,
    arithmetic,
    comparison,
    crosswise,
    deals,
    facts,
    growth,
    listed,
    once,
    physics,
    ranks,
    rules,
    stepping,
    telling,
    tense,
    together,
    twins,
)
from rechenmacht.domains.reader.checks.case import Case, of_growths, settle
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene

Candidates = list[tuple[str, str, float]]
_ORDER = {"contradicted": 0, "supported": 1, "other": 2, "outdated": 3, "imprecise": 4, "unverifiable": 5}
_HARD = frozenset({"tense", "physics", "unit", "arithmetic"})


def judged(scene: Scene) -> list[tuple[Verdict, Candidates]]:
    """Return one verdict per quantity, in their order, each with the best candidates for its subject and quantity."""
    found: list[tuple[Verdict, Candidates]] = []
    meet(scene, [q for q in scene.quantities if _settled(q) and not scene.crowded(q.sentence)])
    for quantity in scene.quantities:
        if scene.crowded(quantity.sentence):
            found.append((_unjudged(quantity, "crowded"), []))
        elif quantity.kind in {"date", "rank"}:
            found.append((_dated(scene, quantity), []))
        else:
            found.append(_one(scene, quantity))
    found = _with_others(scene, found)
    telling.tell(scene, [one for one, _ in found])
    return found


def _settled(quantity: Quantity) -> bool:
    """Whether it is asked of a number what it is about; not of a date, a rank or a bare multiple."""
    return quantity.kind not in {"date", "rank"} and (quantity.kind != "ratio" or quantity.fraction)


def _unjudged(quantity: Quantity, reason: str) -> Verdict:
    return verdict(quantity, "unverifiable", "none", reason, Told({}))


def _dated(scene: Scene, quantity: Quantity) -> Verdict:
    told = ranks.judge(scene, quantity) if quantity.kind == "rank" else rules.judge(scene, quantity)
    return told or _unjudged(quantity, "a_rank" if quantity.kind == "rank" else "a_date")


def _one(scene: Scene, quantity: Quantity) -> tuple[Verdict, Candidates]:
    rows = [told for check in (*physics.CHECKS, *arithmetic.CHECKS) if (told := check(quantity, scene)) is not None]
    relation = comparison.judge(scene, quantity) or growth.judge(scene, quantity)
    related = [*rows, *([relation] if relation else [])]
    if not _settled(quantity):
        return _weigh(quantity, related, "unknown"), []
    case = settle(scene, quantity)
    if growth.changes(scene, quantity):
        case = of_growths(case)
        if relation is not None or not case.group:
            return _weigh(quantity, related, "unknown"), []
    plain = facts.judge(case)
    if relation is not None and (plain is None or plain.verdict in {"unverifiable", "other"}):
        return _weigh(quantity, related, "unknown"), []
    rows += _known(case, plain)
    candidates = [(one.subject, one.code, round(one.score, 2)) for one in case.ranked[:3]]
    reason = "no_quantity" if case.scene.subjects(quantity) else "no_subject"
    return _weigh(quantity, rows, reason, scene), candidates


def _known(case: Case, plain: Verdict | None) -> list[Verdict]:
    """Return what claims and deals say on a number; a plain deal stands before a quantity that is only hinted at."""
    scene, quantity = case.scene, case.quantity
    deal = deals.judge(scene, quantity)
    if plain is not None and deals.into_firm(scene, quantity):
        plain = None
    if plain is not None and plain.verdict == "other" and deals.between_firms(scene, quantity):
        plain = (
            None  # `Nvidia invested $30bn in OpenAI, Amazon $50bn` is not Amazon's capital expenditure of another year
        )
    if plain is not None and deal is not None and deals.of_deal(scene, quantity) and not facts.said(case, plain):
        plain = None  # `OpenAI signed a contract with Microsoft for $25bn` tells of a deal, not of a year's revenue
    if deal is None and (plain is None or plain.verdict == "unverifiable"):
        deal = deals.slipped(scene, quantity)
    return [row for row in (plain, twins.twin(case), deal) if row is not None]


def _with_others(scene: Scene, found: list[tuple[Verdict, Candidates]]) -> list[tuple[Verdict, Candidates]]:
    """Put what tense says over the other verdicts, of a date and of its number; and what the article said before."""
    verdicts = [one for one, _ in found]
    stepped = stepping.check(scene, verdicts)
    verdicts = [stepped.get(one.quantity_id, one) for one in verdicts]
    of_list = listed.check(scene, verdicts)
    verdicts = [of_list.get(one.quantity_id, one) for one in verdicts]
    told = stepped | of_list | once.check(scene, verdicts) | together.within(scene, verdicts)
    told |= anchored.check(scene, [told.get(one.quantity_id, one) for one in verdicts])
    told |= crosswise.check(scene, verdicts, [candidates for _, candidates in found])
    for quantity in scene.quantities:
        if quantity.kind == "date" and not scene.crowded(quantity.sentence):
            for one in tense.check(scene, quantity):
                told[one.quantity_id] = one
    return [(told.get(one.quantity_id, one), candidates) for one, candidates in found]


def _weigh(quantity: Quantity, rows: list[Verdict], reason: str, scene: Scene | None = None) -> Verdict:
    """Choose one verdict: physics, units and arithmetic outweigh facts; a confirmation outweighs what is less sure."""
    if not rows:
        return _silent(quantity, reason, scene)
    hard = [row for row in rows if row.verdict == "contradicted" and row.check in _HARD]
    supported = [row for row in rows if row.verdict == "supported"]
    if hard and not (hard[0].check == "arithmetic" and any(row.check == "facts" for row in supported)):
        return hard[0]
    return supported[0] if supported else min(rows, key=lambda row: _ORDER[row.verdict])


def _silent(quantity: Quantity, reason: str, scene: Scene | None) -> Verdict:
    """Say why nothing decides a number."""
    if quantity.kind == "vague" or quantity.hedge == "vague":
        return _unjudged(quantity, "vague")
    if quantity.kind == "duration":
        return _unjudged(quantity, "a_duration")
    if reason == "no_quantity" and scene is not None:
        first = scene.subjects(quantity)[0].entity
        return verdict(quantity, "unverifiable", "none", reason, Told({"name": scene.name(first)}, subject=first))
    return _unjudged(quantity, reason)
