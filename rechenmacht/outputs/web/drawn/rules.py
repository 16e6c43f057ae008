"""The rules' charts: all chips in the plane of TPP and performance density, and one chip's status over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rechenmacht.domains.rules.chips import RuledChip
from rechenmacht.domains.rules.plane import plane_points
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.timeline import Period
from rechenmacht.outputs.cli.common import Lang
from rechenmacht.outputs.rules_charts import plane_chart, timeline_chart
from rechenmacht.outputs.rules_text import outcome
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look, of_altair


def _lang(look: Look) -> Lang:
    return "de" if look.language.code == "de" else "en"


def plane(look: Look, rules: RuleSet, chips: Sequence[RuledChip], to: str, day: str, ids: list[str]) -> Drawn:
    """Return the plane of chips on a day; `ids` are the publications of the rules that apply."""
    lang = _lang(look)
    spec, title, notes = of_altair(plane_chart(rules, chips, to, day, lang, max(look.width - 90, 200)))
    points = plane_points(rules, chips, to, day)
    counts = Counter(one["code"] for one in points)
    alt = ", ".join(f"{outcome(code, lang)}: {n}" for code, n in counts.most_common())
    claims = frozenset(
        claim
        for chip in chips
        if any(chip.id == one["id"] for one in points)
        for what in ("tpp", "pd")
        if what in chip.known
        for claim in chip.known[what].claims
    )
    return Drawn(title, notes, f"{title}. {alt}.", spec, points, claims, frozenset(ids))


def timeline(
    look: Look, rules: RuleSet, chip: RuledChip, to: str, periods: Sequence[Period], until: str, ids: list[str]
) -> Drawn:
    """Return a chip's status over time."""
    lang = _lang(look)
    chart = timeline_chart(rules, chip.name, to, periods, lang, until, max(look.width - 30, 200))
    spec, title, notes = of_altair(chart)
    rows = [
        {"from": one.first, "to": one.last, "outcome": one.outcome, "rules": ", ".join(one.fired)} for one in periods
    ]
    alt = "; ".join(f"{one.first} – {one.last or until}: {outcome(one.outcome, lang)}" for one in periods)
    return Drawn(title, notes, f"{title}. {alt}.", spec, rows, ids=frozenset(ids))
