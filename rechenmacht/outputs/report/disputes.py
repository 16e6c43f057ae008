"""Section 6: the ten most disputed facts, each claim beside the others."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from rechenmacht.evidence.conflicts import Conflict, conflicts
from rechenmacht.evidence.forms import Claim
from rechenmacht.faces import charts, theme
from rechenmacht.faces.charts import Row
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Num, Section, Words

MOST, PER_TOPIC, PER_SUBJECT = 10, 2, 2
MOST_CLAIMS = 6
# A dispute over a bloc, a firm or a site concerns more readers than one over a chip's datasheet.
INTEREST = {"bloc": 3.0, "country": 3.0, "org": 2.0, "site": 1.5, "network": 1.5}
# Within this range two figures are one figure, rounded differently.
LEAST_FACTOR = 1.05


@dataclass(frozen=True, slots=True)
class Side:
    """One claim of a dispute."""

    value: Num
    publisher: str
    definition: str
    facts: str
    note: str | Words


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disputed fact as the page shows it."""

    id: str
    title: str
    factor: str
    picture: Markup
    narrow: Markup
    reasons: tuple[str, ...]
    sides: tuple[Side, ...]


def _verified(conflict: Conflict) -> list[Claim]:
    return [claim for claim in conflict.claims if claim.grade != "unverified" and math.isfinite(claim.mid)]


def factor(conflict: Conflict) -> float:
    """Return highest over lowest middle value among the verified claims; 1 if fewer than two sources remain."""
    claims = _verified(conflict)
    if len({claim.source for claim in claims}) < 2 or claims[0].mid <= 0:
        return 1.0
    return claims[-1].mid / claims[0].mid


def choose(found: list[Conflict], most: int = MOST) -> list[Conflict]:
    """Choose the disputes to show: verified, far apart, of wide interest, at most two per topic and per subject."""

    def weight(conflict: Conflict) -> float:
        return math.log(factor(conflict)) * INTEREST.get(conflict.subject.split(":")[0], 1.0)

    chosen: list[Conflict] = []
    topics: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    for conflict in sorted(found, key=lambda c: (-weight(c), c.subject, c.topic)):
        full = topics[conflict.topic] >= PER_TOPIC or subjects[conflict.subject] >= PER_SUBJECT
        if factor(conflict) < LEAST_FACTOR or full or len(chosen) == most:
            continue
        chosen.append(conflict)
        topics[conflict.topic] += 1
        subjects[conflict.subject] += 1
    return chosen


def _sides(conflict: Conflict) -> list[Claim]:
    """Return the claims to draw: all, or of many the outermost and the verified between them."""
    claims = list(conflict.claims)
    while len(claims) > MOST_CLAIMS:
        inner = claims[1:-1]
        claims.remove(min(inner, key=lambda c: (c.grade != "unverified", c.basis not in {"forecast", "target"}, c.id)))
    return claims


def _facts(context: Context, claim: Claim) -> str:
    lang = context.language
    published = context.base.sources[claim.source].published
    parts = [lang.text(f"basis.{claim.basis}"), lang.text(f"grade.{claim.grade}")]
    if context.base.quantities[claim.quantity].period != "static":
        parts.insert(0, lang.text("disputes.about", date=lang.date(claim.as_of)))
    if published:
        parts.append(lang.text("disputes.published", date=lang.date(published)))
    return ", ".join(parts)


def _side(context: Context, claim: Claim) -> Side:
    quantity = context.base.quantities[claim.quantity]
    return Side(
        Num(context.claim_text(claim), context.claim(claim.id), claim.id),
        context.base.sources[claim.source].publisher,
        context.language.pick(quantity, "meaning"),
        _facts(context, claim),
        context.english(claim.note),
    )


def _row(context: Context, claim: Claim, position: int) -> Row:
    mid = claim.mid
    low, high = (end if end is not None else mid for end in (claim.low, claim.high))
    unit = "share" if claim.unit == "1" and context.base.quantities[claim.quantity].high <= 1 else claim.unit
    publisher = context.base.sources[claim.source].publisher
    label = f"{chr(65 + position)}  {publisher if len(publisher) < 44 else publisher[:42] + '…'}"
    hollow = claim.grade == "unverified"
    text = context.language.amount(mid, unit, 3)
    return Row(label, "", low, mid, high, "slate" if hollow else "blue", None, text, hollow)


def _title(context: Context, conflict: Conflict) -> str:
    quantity = context.base.quantities[conflict.claims[0].quantity]
    names = {context.language.pick(context.base.quantities[c.quantity], "name") for c in conflict.claims}
    topic = context.language.maybe(f"topic.{conflict.topic}") or (
        names.pop() if len(names) == 1 else context.language.pick(quantity, "name")
    )
    dates = {claim.as_of for claim in conflict.claims}
    dated = quantity.period != "static" and len(dates) == 1
    when = f" ({context.language.date(dates.pop())})" if dated else ""
    return f"{context.name(conflict.subject)}: {topic}{when}"


def _dispute(context: Context, conflict: Conflict, position: int) -> tuple[Dispute, list[dict[str, object]]]:
    claims = _sides(conflict)
    rows = [_row(context, claim, index) for index, claim in enumerate(claims)]
    unit = conflict.unit
    if unit == "1" and all(context.base.quantities[c.quantity].high <= 1 for c in claims):
        unit = "share"
    title = _title(context, conflict)
    log = factor(conflict) > 4 and min(row.low for row in rows) > 0
    drawn = []
    for size in (charts.WIDE, charts.NARROW):
        spec = charts.ranges(rows, unit, context.language, size, log=log, zero=not log, step=24)
        svg = charts.to_svg(spec, context.language)
        text = context.t("disputes.alt", title=title, n=len(claims))
        key = f"dispute{position}-{size.name}"
        drawn.append(Markup(theme.to_inline(svg, key, title, text)))  # noqa: S704 - drawn by vl-convert
    reasons = tuple(context.t(f"disputes.{reason}") for reason in conflict.reasons)
    sides = tuple(_side(context, claim) for claim in claims)
    ratio = context.language.times(factor(conflict))
    data: list[dict[str, object]] = [
        {
            "dispute": position, "subject": conflict.subject, "topic": conflict.topic, "claim": c.id,
            "quantity": c.quantity, "low": c.low, "value": c.value, "high": c.high, "unit": c.unit,
            "as_of": c.as_of, "source": c.source, "basis": c.basis, "grade": c.grade,
        }
        for c in claims
    ]  # fmt: skip
    return Dispute(f"dispute-{position}", title, ratio, drawn[0], drawn[1], reasons, sides), data


def section(context: Context) -> tuple[Section, list[dict[str, object]]]:
    """Return the section and the data of its charts."""
    disputes, data = [], []
    for position, conflict in enumerate(choose(conflicts(context.base)), 1):
        dispute, rows = _dispute(context, conflict, position)
        disputes.append(dispute)
        data += rows
    view: dict[str, object] = {
        "intro": [context.rich("disputes.intro", rule=context.num(context.t("disputes.rule"), "pool"))],
        "disputes": disputes,
        "csv": "data/disputes.csv",
    }
    return Section("disputes", context.t("disputes.title"), "disputes.html.j2", view), data
