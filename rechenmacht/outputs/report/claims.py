"""Section: what people claim, and what the model says of it."""

from __future__ import annotations

from rechenmacht.outputs.claims_page import answers, band, verdict
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Cell, Section, Table

DRAWS = 400


def section(context: Context) -> Section:
    """Return the section: each statement, what the run says, and the verdict."""
    lang, t = context.language, context.t
    rows: list[tuple[Cell, ...]] = []
    for one in answers(context.base, DRAWS):
        told = one.statement
        for source in (told.source, told.against_source):
            if source:
                context.source(source)
        said: Cell = told.untold[lang.code]
        if one.band is not None:
            said = context.num(f"{told.label[lang.code]}: {band(one, lang)}", "race")
        rows.append((f"{told.id} {told.said[lang.code]}", said, verdict(one, lang)))
    heads = tuple(t(f"claims.{name}") for name in ("statement", "figure_head", "verdict"))
    view: dict[str, object] = {"table": Table(heads, tuple(rows)), "page": t("claims.page")}
    return Section("claims", t("claims.section"), "claims.html.j2", view)
