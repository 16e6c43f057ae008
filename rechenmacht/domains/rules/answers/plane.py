"""The answer to the question plane."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import chips, questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, place_of, scoped
from rechenmacht.domains.rules.answers.said import scope_row, scoped_row
from rechenmacht.domains.rules.plane import plane_points, regions
from rechenmacht.domains.rules.scope import scope_on
from rechenmacht.evidence.base import Base


def plane(asked: questions.Plane, base: Base, told: Told) -> Answer:
    """Give the catalogue in the plane of TPP and performance density, and the outcome of each area."""
    rules = ruleset.load(base)
    place, day = place_of(rules, asked.to, "to"), day_of(asked.on)
    known, beside = chips.catalogue(base), scoped_row(rules, day)
    points = [{**one, **beside} for one in plane_points(rules, known, place, day)]
    areas = [{**one, **beside} for one in regions(rules, place, day, "datacenter")]
    shown = {one["id"] for one in points}
    claims = {
        claim for one in known if one.id in shown for what in ("tpp", "pd") for claim in one.known[what].claims
    }  # fmt: skip
    tables = (
        Table("chips", rows.Point, points, ("chip", "tpp", "pd", "code", "rules")),
        Table("regions", rows.Area, areas, ("left", "right", "bottom", "top", "code"), title="rules.part.regions"),
    )
    values = {"known_to": beside["known_to"], "to": place, "on": day, "scope": scope_row(scope_on(rules, day))}
    return Answer(asked, values, tables, scoped(rules, day)[1], tuple(sorted(claims)))
