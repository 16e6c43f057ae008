"""The changes of the rules as an Atom feed, and as a chart of days by regime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rechenmacht.domains.rules.answers.changes import listed
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.evidence import atom as feeds
from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang
from rechenmacht.outputs.rules_charts import WIDTH, halves
from rechenmacht.outputs.rules_scope import short

_MOST = 100
COLOURS = ("#1b6ca8", "#cf5c36", "#b8b8b8")


def atom(base: Base, lang: Lang, today: str) -> str:
    """Return the latest changes up to a day as an Atom feed (RFC 4287); entries keep their ids."""
    words = language(lang)
    rows = [row for row in listed(base) if row["day"] <= today and len(row["day"]) == len("2026-01-01")][:_MOST]
    last = rows[0]["day"] if rows else today
    found = feeds.feed("urn:rechenmacht:rules:changes", words.text("rules.feed.title"), last, lang)
    for row in rows:
        title = f"{row['regime']}: {row['rule_name'][lang]} ({words.text('rule_event.' + row['event'])})"
        source = base.sources.get(row["source"])
        address = source.address if source is not None and source.address.startswith("http") else ""
        entry = feeds.entry(found, f"urn:rechenmacht:rules:{row['rule']}:{row['event']}", title, row["day"], address)
        feeds.put(entry, "summary", f"{row['summary'][lang]} [{row['citation']}; {row['grade']}]")
    return feeds.written(found)


def chart(base: Base, rules: RuleSet, lang: Lang, today: str, width: int = WIDTH) -> Any:
    """Return all changes since 2022 as marks on one line per regime."""
    import altair as alt

    words = language(lang)
    rows: Sequence[dict[str, str]] = [
        {"day": row["day"], "regime": row["regime"], "event": words.text(f"rule_event.{row['event']}"),
         "name": row["rule_name"][lang], "citation": row["citation"]}
        for row in listed(base, since="2022-01-01")
    ]  # fmt: skip
    title = alt.TitleParams(words.text("rules.feed.title"), subtitle=halves(short(rules, today, lang)), anchor="start")
    return (
        alt.Chart(alt.InlineData(values=rows), title=title)
        .mark_point(filled=True, size=60, opacity=0.8)
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m")),
            y=alt.Y("regime:N", title=None),
            color=alt.Color("event:N", title=None, scale=alt.Scale(range=list(COLOURS))),
            tooltip=["day:N", "regime:N", "name:N", "event:N", "citation:N"],
        )
        .properties(width=width, height=220)
    )
