"""Shares of a deal: `bis zu 50 Milliarden, von denen 15 fest zugesagt sind`, `$5bn, with $20bn more to come`."""

from __future__ import annotations

from rechenmacht.domains.reader import wording
from rechenmacht.domains.reader.checks import parties
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import gap, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.model import Quantity, Verdict, Verdicts
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike, both, source
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

_CODES = ("deal_amount", "deal_signed", "deal_paid")
_NEAR = 6  # tokens around a number within which it is told to be a part


def whole_of(scene: Scene, quantity: Quantity) -> Quantity | None:
    """Return the amount that another one is told to be a part of, in its sentence or the one before; else None."""
    if quantity.kind != "money" or not _is_part(scene, quantity):
        return None
    inside = [q for q in scene.beside(quantity) if q.last <= quantity.first]
    if not inside:
        inside = [q for q in scene.by_sentence.get(quantity.sentence - 1, ()) if q.unit == quantity.unit]
    return inside[-1] if inside else None


def _is_part(scene: Scene, quantity: Quantity) -> bool:
    """Whether the words by a number say that it is a part of an amount told before: `of which`, `von denen`."""
    begin, low = scene.text.sentences[quantity.sentence][0], scene.text.low
    mine = scene.clause(quantity.sentence, quantity.first)
    near = range(max(begin, quantity.first - _NEAR), quantity.last + 2)
    places = [k for k in near if scene.clause(quantity.sentence, k) == mine or k < quantity.first]
    if any(low(k) in words("reading.clauses.parts") for k in places):
        return True
    of, what, times = words("judging.deal.of"), words("judging.deal.of_what"), words("judging.period.spans")
    return any(low(k) in of and low(k + 1) in what and low(k + 2) not in times for k in places)


def elsewhere(scene: Scene, quantity: Quantity, whole: Quantity) -> bool:
    """Whether a part goes to a firm that the whole is not told of: `and $5.8bn of that goes on to Dell`."""
    return bool(parties.bound(scene, quantity) - parties.bound(scene, whole))


def judge(scene: Scene, quantity: Quantity, whole: Verdict | None) -> Verdict | None:
    """Judge a part by the claims of the deal that the whole is of: what is signed or paid, or what is open of it."""
    subject = whole.subject or "" if whole is not None else ""
    if whole is None or whole.verdict not in {"supported", "imprecise"} or not subject.startswith("deal:"):
        return None
    rows = _ends(scene, subject)
    if not rows:
        return None
    (least, claim), most = rows[0], rows[-1][0]
    firm = not scene.word_set(quantity.sentence).isdisjoint(words("judging.deal.firm"))
    if any(_is(quantity, end) for end, _ in rows if end < most):
        return _tell(scene, quantity, claim, "supported", "deal_ok")
    if least < most and _is(quantity, most - least):
        which: Verdicts = "contradicted" if firm else "supported"
        return _tell(scene, quantity, claim, which, "deal_wrong" if firm else "deal_ok")
    return None


def _ends(scene: Scene, subject: str) -> list[tuple[float, Claim]]:
    """Return the amounts of a deal, the least first; what is signed before what is only told."""
    claims = [claim for code in _CODES for claim in scene.records.of(subject, code)]
    ends = [(end, claim) for claim in claims for end in set(scene.records.band(claim)) if end > 0]
    return sorted(ends, key=lambda row: (row[0], row[1].quantity != "deal_signed", row[1].id))


def _is(quantity: Quantity, end: float) -> bool:
    return gap(quantity, end, end, closed=True) <= 1 + tolerance(quantity)


def _tell(scene: Scene, quantity: Quantity, claim: Claim, which: Verdicts, reason: str) -> Verdict:
    """Return what is told of a part by a claim on its deal."""
    deal = next(row for row in scene.base.tables.deals if f"deal:{row.id}" == claim.subject)
    band, unit = scene.records.band(claim), canonical(scene.base, claim.quantity)[0]
    values = {
        "payer": scene.name(deal.payer), "payee": scene.name(deal.payee), "given": alike(quantity.text),
        "expected": both(band[0], unit, band[1]), "source": source(scene.base, [claim]),
        "state": alike(deal.status), "day": wording.when(deal.date),
    }  # fmt: skip
    return verdict(quantity, which, "facts", reason, Told(values, band, [claim], claim.subject, claim.quantity))
