"""Numbers against the fact base: confirmed near any claim, contradicted only far from all of them."""

from __future__ import annotations

import re

from rechenmacht.dates import overlap
from rechenmacht.domains.reader.checks.scene import Scene, claim_band, distance, numeric, tolerance, verdict, year_span
from rechenmacht.domains.reader.linking import CONFIRM_ONLY, Link, canonical
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.wording import both
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Claim
from rechenmacht.evidence.resolve import resolve

_BITS = re.compile(r"[KMGTP](?:b|bps)\b|[Bb]it")
FAR = 1.35  # a specification this far from every claim is wrong; states and flows need twice that
FAR_FLOW = 1.6
THOUSAND = 1000.0


def _claims(scene: Scene, link: Link, quantity: Quantity) -> list[Claim]:
    """Return the claims that can speak about the number: of its time where both are dated."""
    claims = scene.base.about.get((link.subject, link.quantity), [])
    if scene.base.quantities[link.quantity].period == "static" or quantity.time is None or not year_span(quantity.time):
        return claims
    return [claim for claim in claims if overlap(claim.as_of, quantity.time)] or claims


def _resolved(scene: Scene, link: Link, quantity: Quantity) -> tuple[float, float] | None:
    static = scene.base.quantities[link.quantity].period == "static"
    at = quantity.time if not static and year_span(quantity.time) else None
    try:
        pooled = resolve(scene.base, link.subject, link.quantity, at)
    except BadInput:
        return None
    bands = [claim_band(scene.base, claim) for claim, _ in pooled.used]
    return min(low for low, _ in bands), max(high for _, high in bands)


def _best(scene: Scene, link: Link, quantity: Quantity) -> tuple[float, Claim, tuple[float, float]] | None:
    """Return how far the nearest claim is, that claim and its band."""
    rows = [
        (distance(quantity, *claim_band(scene.base, claim)), claim, claim_band(scene.base, claim))
        for claim in _claims(scene, link, quantity)
    ]
    rows = [row for row in rows if row[0] == row[0]]
    return min(rows, key=lambda row: (row[0], row[1].id)) if rows else None


def _dated(scene: Scene, link: Link, quantity: Quantity) -> bool:
    """Whether the number's time is stated and claims about that time exist, or the quantity is timeless."""
    if scene.base.quantities[link.quantity].period == "static":
        return True
    if quantity.time is None or not year_span(quantity.time):
        return False
    return any(overlap(claim.as_of, quantity.time) for claim in scene.base.about[link.subject, link.quantity])


def _all_far(scene: Scene, link: Link, quantity: Quantity, factor: float) -> bool:
    """Whether the number lies far from every claim about the subject in any quantity of the same unit and sense."""
    peak = "peak" in link.quantity
    for (subject, code), claims in scene.base.about.items():
        same = code == link.quantity or (peak and "peak" in code)
        family = scene.base.quantities[code].family
        same = same or bool(family and family == scene.base.quantities[link.quantity].family)
        if (
            subject != link.subject
            or not same
            or canonical(scene.base, code)[0] != canonical(scene.base, link.quantity)[0]
        ):
            continue
        for claim in claims:
            low, high = claim_band(scene.base, claim)
            if peak:
                high *= 2  # with sparsity
            if distance(quantity, low, high) < factor:
                return False
    return True


def _magnitude(quantity: Quantity, claims: list[Claim], scene: Scene) -> tuple[float, Claim] | None:
    """Return the factor 1000 or 1/1000 by which the number misses a claim, and the claim."""
    if quantity.kind != "money" and "illi" not in quantity.text.lower():
        return None
    for claim in claims:
        low, high = claim_band(scene.base, claim)
        value = quantity.mid
        if value is None or low <= 0:
            continue
        for factor in (THOUSAND, 1 / THOUSAND):
            if low * 0.97 <= value / factor <= high * 1.03:
                return factor, claim
    return None


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Return what the fact base says about a number, or None where it has nothing on its subject."""
    links = scene.links.get(quantity.id, [])
    if not links or quantity.negated or quantity.noun == "point":
        return None
    rows = [(link, best) for link in links if (best := _best(scene, link, quantity)) is not None]
    if not rows:
        return None
    close = 1 + tolerance(quantity)
    fitting = [row for row in rows if row[1][0] <= close and row[0].score >= rows[0][0].score - 0.7]
    link, (gap, claim, band) = fitting[0] if fitting else rows[0]
    quantity.subject, quantity.quantity = link.subject, link.quantity
    unit = canonical(scene.base, link.quantity)[0]
    pooled = _resolved(scene, link, quantity) or band
    values = {
        "name": scene.name(link.subject),
        "what": scene.what(link.quantity),
        "given": (quantity.text, quantity.text),
    }
    near = fitting or gap <= close
    if near:
        values["expected"] = both(band[0], unit, band[1])
        return verdict(quantity, "supported", "facts", "fact_supported", values, expected=band, claims=[claim.id])
    values["expected"] = both(pooled[0], unit, pooled[1])
    ids = [c.id for c in _claims(scene, link, quantity)][:5]
    if not link.strong or not _plain(scene, link, quantity):
        return verdict(quantity, "unverifiable", "facts", "unsure", values, expected=pooled, claims=ids)
    missed = _magnitude(quantity, scene.base.about[link.subject, link.quantity], scene)
    if missed is not None:
        low, high = claim_band(scene.base, missed[1])
        values |= {
            "expected": both(low, unit, high),
            "more": ("more", "davon") if missed[0] > 1 else ("less", "zu wenig"),
        }
        return verdict(
            quantity, "contradicted", "unit", "magnitude", values, expected=(low, high), claims=[missed[1].id]
        )
    if unit in {"B", "B/s"} and 7.6 <= gap <= 8.4 and _BITS.search(quantity.text):
        return verdict(quantity, "contradicted", "unit", "bits", values, expected=pooled, claims=ids)
    static = scene.base.quantities[link.quantity].period == "static"
    far = FAR if static else FAR_FLOW
    if _sibling(scene, link, quantity):
        return verdict(quantity, "unverifiable", "facts", "unsure", values, expected=pooled, claims=ids)
    if link.quantity == "system_chips" and _part_or_multiple(quantity.mid or 0, pooled[1]):
        return verdict(quantity, "unverifiable", "facts", "unsure", values, expected=pooled, claims=ids)
    if link.quantity not in CONFIRM_ONLY and _dated(scene, link, quantity) and _all_far(scene, link, quantity, far):
        return verdict(quantity, "contradicted", "facts", "fact_contradicted", values, expected=pooled, claims=ids)
    if gap <= FAR:
        return verdict(quantity, "imprecise", "facts", "fact_imprecise", values, expected=pooled, claims=ids)
    return verdict(quantity, "unverifiable", "facts", "unsure", values, expected=pooled, claims=ids)


def _part_or_multiple(value: float, whole: float) -> bool:
    """Whether a count can be that of a part of the system, of several, or of a whole cluster of that name."""
    return value > 0 and (whole % value == 0 or value % whole == 0 or not 0.25 < value / whole < 4)


def _sibling(scene: Scene, link: Link, quantity: Quantity) -> bool:
    """Whether the number fits a variant of the subject: another system or chip whose name begins alike."""
    kind, _, name = link.subject.partition(":")
    stem = "-".join(name.split("-")[:2]) if kind == "system" else name.split("-")[0]
    if kind == "chip" and len(stem) < 4:
        stem = name
    for (subject, code), claims in scene.base.about.items():
        alike = code == link.quantity and subject != link.subject and subject.startswith(f"{kind}:{stem}")
        close = 1 + tolerance(quantity)
        if alike and any(distance(quantity, *claim_band(scene.base, claim)) <= close for claim in claims):
            return True
    return False


def _plain(scene: Scene, link: Link, quantity: Quantity) -> bool:
    """Whether the sentence plainly says this number of this subject: no rival nearer, no plan, no comparison."""
    if quantity.role in {"opinion"} or quantity.hedge == "vague" or numeric(quantity.mid) is None or quantity.per:
        return False
    if quantity.role in {"planned", "forecast"} and scene.base.quantities[link.quantity].period != "static":
        return False
    words = set(scene.words(quantity.sentence))
    if scene.base.entities[link.subject].kind == "chip" and _many_chips(scene, quantity):
        return False
    unnamed = link.mention.first == link.mention.last  # carried over from the sentence before
    if unnamed or scene.compared(link.mention):
        return False
    if {token.low for token in scene.text.tokens[max(0, quantity.first - 2) : quantity.first]} & {
        "je",
        "jeweils",
        "pro",
        "per",
        "each",
        "every",
        "jeder",
        "jedes",
    }:
        return False
    if words & {
        "mehr",
        "weniger",
        "zusätzlich",
        "additional",
        "extra",
        "another",
        "weitere",
        "weiteren",
    } and quantity.hedge not in {"at_least", "up_to"}:
        return False
    kinds = (
        {"chip", "system", "model", "site", "network"}
        if scene.base.entities[link.subject].kind not in {"org", "bloc", "country"}
        else {"org", "bloc", "country"}
    )
    rivals = {m.entity for m in scene.named.get(quantity.sentence, []) if m.kind in kinds and m.entity != link.subject}
    rivals = {rival for rival in rivals if scene.base.entities[rival].kind == scene.base.entities[link.subject].kind}
    return not rivals or _nearest(scene, quantity, link, rivals)


def _many_chips(scene: Scene, quantity: Quantity) -> bool:
    """Whether the sentence counts chips, so that its number may be the total of all of them."""
    inside = scene.by_sentence[quantity.sentence]
    return any(q is not quantity and q.unit == "count" and (q.mid or 0) > 1 and q.noun for q in inside)


def _nearest(scene: Scene, quantity: Quantity, link: Link, rivals: set[str]) -> bool:
    """With rival subjects in the sentence the number must fit none of them, and stand nearest to its own."""
    for rival in rivals:
        for code in (link.quantity,):
            for claim in scene.base.about.get((rival, code), []):
                if distance(quantity, *claim_band(scene.base, claim)) <= FAR:
                    return False
    mine = abs(link.mention.first - quantity.first)
    others = [abs(m.first - quantity.first) for m in scene.named[quantity.sentence] if m.entity in rivals]
    return bool(others) and mine < min(others) and mine <= 12


def twin(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Tell watts from watt-hours: the right figure of a known quantity, in the other's unit."""
    from rechenmacht.domains.reader.linking import Linker

    other = {"W": "Wh", "Wh": "W"}.get(quantity.unit.split("/")[0])
    if other is None or quantity.kind != "number" or scene.links.get(quantity.id):
        return None
    linker = Linker(scene.base)
    for link in linker.links(scene.text, quantity, scene.named.get(quantity.sentence, []), other):
        best = _best(scene, link, quantity)
        if best is None or best[0] > 1.06 or not link.strong or link.quantity not in {
            "electricity_generation", "electricity_demand", "data_centre_electricity", "system_power",
            "site_power_planned",
        }:  # fmt: skip
            continue
        values = {"name": scene.name(link.subject), "what": scene.what(link.quantity), "given": (quantity.text,
            quantity.text),
                  "expected": both(best[2][0], other, best[2][1])}  # fmt: skip
        return verdict(quantity, "contradicted", "unit", "power_energy", values, expected=best[2], claims=[best[1].id])
    return None


def deal(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Compare an amount with the deals between two organisations that the sentence names."""
    if quantity.unit not in {"USD", "EUR"} or quantity.kind not in {"money"}:
        return None
    named = {m.entity for m in scene.named.get(quantity.sentence, []) if m.kind == "org" and not m.weak}
    rows = [
        row
        for row in scene.base.tables.deals
        if len({row.payer, row.payee} & named) == 2 or (row.payee == "org:stargate" and "org:stargate" in named)
    ]
    claims = [claim for row in rows for claim in scene.base.about.get((f"deal:{row.id}", "deal_amount"), [])]
    if not claims or quantity.mid is None:
        return None
    name = tuple(
        " + ".join(sorted(scene.name(e)[k] for e in named if any(e in {r.payer, r.payee} for r in rows)))
        for k in (0, 1)
    )
    near = 1 + tolerance(quantity)
    for claim in claims:
        ends = [end for end in (claim.low, claim.value, claim.high) if end]
        if any(1 / near <= quantity.mid / end <= near for end in ends):
            values = {"name": (name[0], name[1]), "expected": both(min(ends), "USD", max(ends))}
            return verdict(
                quantity, "supported", "facts", "deal", values, expected=(min(ends), max(ends)), claims=[claim.id]
            )
    missed = _magnitude(quantity, claims, scene)
    if missed is not None and quantity.mid >= 1e12:
        low, high = claim_band(scene.base, missed[1])
        values = {
            "name": (name[0], name[1]),
            "expected": both(low, "USD", high),
            "given": (quantity.text, quantity.text),
        }
        return verdict(
            quantity, "contradicted", "unit", "deal_magnitude", values, expected=(low, high), claims=[missed[1].id]
        )
    return None
