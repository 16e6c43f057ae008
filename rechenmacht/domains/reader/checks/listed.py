"""Numbers of a list in which others have been confirmed: they are of the same quantity, each of whom it names.

`Norway reaches 46.4 percent, Ireland 44.6 percent and France 40.9`: what the two first ones are says what all are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks import facts
from rechenmacht.domains.reader.checks.case import Case, settle
from rechenmacht.domains.reader.conversion import divisor, factor_to
from rechenmacht.domains.reader.ellipsis import bare
from rechenmacht.domains.reader.meanings import Match
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.prior import Subject
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

_CONFIRMED = frozenset({"supported", "imprecise"})
_ALIKE = 2  # so many confirmed numbers of a quantity say what a list is of
_NEAR = 3  # sentences before and behind that belong to it
_TOLD = 0.88  # a subject told this plainly is whom a number is of
_RIVAL = 0.93
_PLACES = frozenset({"bloc", "country", "region"})
_SAYS = frozenset({"contradicted", "other", "supported", "imprecise"})


def check(scene: Scene, told: Sequence[Verdict]) -> dict[str, Verdict]:
    """Return, by number, what is said on it as one of the quantity of the confirmed numbers beside it."""
    rows = [
        (quantity, one) for quantity, one in zip(scene.quantities, told, strict=True)
        if quantity.kind not in {"date", "rank", "ratio", "duration"}
    ]  # fmt: skip
    found = dict[str, Verdict]()
    for quantity, one in rows:
        if one.verdict != "unverifiable" or one.reason not in words("judging.doubt.listed") or quantity.negated:
            continue
        alone = _of_list(scene, quantity, rows, 1) if _leaves_out(scene, quantity, one) else None
        code = alone or _of_list(scene, quantity, rows, _ALIKE)
        judged = None if code is None else _as_one(scene, quantity, code)
        if judged is not None and judged.verdict in _SAYS:
            found[quantity.id] = judged
    return found


def _leaves_out(scene: Scene, quantity: Quantity, told: Verdict) -> bool:
    """Whether a number's own words name nothing else, so that one confirmed number beside it says what it is of."""
    if told.reason not in words("judging.doubt.listed_by_one"):
        return False
    return bare(scene, quantity) or quantity.kind != "money"


def _of_list(scene: Scene, quantity: Quantity, rows: list[tuple[Quantity, Verdict]], least: int) -> str | None:
    """Return the quantity that all confirmed numbers of a unit near a number are of, of so many things; else None."""
    paragraph = scene.text.tokens[quantity.first].paragraph
    apart = 0 if least < _ALIKE else 1
    near = [
        one for other, one in rows
        if other.unit == quantity.unit and other.noun == quantity.noun and one.verdict in _CONFIRMED
        and abs(other.sentence - quantity.sentence) <= _NEAR
        and abs(scene.text.tokens[other.first].paragraph - paragraph) <= apart
    ]  # fmt: skip
    codes = {one.quantity for one in near}
    subjects = {one.subject for one in near}
    alike = len(codes) == 1 and len(subjects) >= least and all(one.check == "facts" for one in near)
    return codes.pop() if alike else None


def _as_one(scene: Scene, quantity: Quantity, code: str) -> Verdict | None:
    """Judge a number as one of a quantity, of whom its sentence plainly names; None where it names nobody so."""
    subject = _plainly(scene, quantity, code)
    factor = factor_to(quantity, scene.base.quantities[code], divisor(scene.text, quantity))
    if subject is None or factor is None:
        return None
    match = Match(code, 1.0, 1.0)
    one = Candidate(subject.entity, code, subject.weight, match, subject.weight, factor, True, subject)
    case: Case = settle(scene, quantity)
    return facts.judge(replace(case, ranked=[one], group=[one]))


def _plainly(scene: Scene, quantity: Quantity, code: str) -> Subject | None:
    """Return whom a sentence plainly names of those that the base knows a quantity of, where nobody else may be it."""
    kinds = {one.partition(":")[0] for one in scene.records.bearers(code)}
    here = [
        one for one in scene.subjects(quantity)
        if one.entity.partition(":")[0] in kinds and one.mention.sentence == quantity.sentence
    ]  # fmt: skip
    if not here or here[0].weight < _TOLD or not scene.records.of(here[0].entity, code):
        return None
    first = here[0]
    alike = kinds & _PLACES if first.entity.partition(":")[0] in _PLACES else {first.entity.partition(":")[0]}
    rivals = [
        one for one in here[1:]
        if one.entity.partition(":")[0] in alike and one.mention is not first.mention
        and one.weight >= _RIVAL * first.weight
    ]  # fmt: skip
    return None if rivals else first
