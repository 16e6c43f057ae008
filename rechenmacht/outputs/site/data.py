"""Downloads: the data release, and one tidy table for every outcome, lever, scenario, chip, rule and claim."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from rechenmacht.evidence.base import Base
from rechenmacht.faces import machine
from rechenmacht.faces.words import Words
from rechenmacht.files import inert
from rechenmacht.outputs.site import outcomes
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a, table

TABLES = (
    "claims.csv.gz",
    "outcomes.csv",
    "levers.csv",
    "scenarios.csv",
    "chips.csv",
    "rules.csv",
    "systems.csv",
    "sources.csv",
    "deals.csv",
    "quantiles.csv.gz",
)


def written(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([heads, *([inert(cell) for cell in row] for row in rows)])
    return out.getvalue().encode()


def packed(content: bytes) -> bytes:
    """Return a large table as gzip, which pandas and R read as it is; the same table gives the same bytes."""
    return gzip.compress(content, 9, mtime=0)


def outcome_rows() -> list[dict[str, str]]:
    """Return every outcome that a run reports, with its address."""
    from rechenmacht.domains.race.outcomes import SERIES
    from rechenmacht.faces.labels import series_name
    from rechenmacht.faces.language import language

    both = {code: language(code) for code in ("en", "de")}
    at = {place: outcomes.slug(family.id) for family in outcomes.shown() for place in family.lines.values()}
    return [
        {"variable": one.variable, "region": one.region, "unit": one.unit, "chart": at.get(place, ""),
         **{f"name_{code}": series_name(lang, one.variable, one.region) for code, lang in both.items()}}
        for place, one in enumerate(SERIES)
    ]  # fmt: skip


def lever_rows(base: Base) -> list[dict[str, Any]]:
    """Return every lever with its range, default and claims."""
    from rechenmacht.outputs.web.levers import levers

    return [
        {"name": one["name"], "mechanism": one["group"], "low": one["low"], "default": one["default"], "high": one["high"],
         "unit": one["unit"], "basis": one["basis"], "title_en": one["title"]["en"], "title_de": one["title"]["de"],
         "claims": ";".join(one["claims"]), "sources": ";".join(one["sources"])}
        for one in levers(base)
    ]  # fmt: skip


def scenario_rows(base: Base) -> list[dict[str, Any]]:
    """Return what every scenario sets: one row a lever, prior or mechanism that is off; one row where it sets nothing."""
    from rechenmacht import scenario

    rows: list[dict[str, Any]] = []
    for name, path in scenario.available(base).items():
        one = scenario.read(path)
        head = {"scenario": name, "title_en": one.title.en, "title_de": one.title.de}
        told: list[dict[str, Any]] = [
            *({"kind": "lever", "name": lever.name, "at": lever.at, "value": lever.value} for lever in one.lever),
            *({"kind": "prior", "name": key, "at": "", "value": ""} for key in one.prior),
            *({"kind": "off", "name": key, "at": "", "value": ""} for key in one.off),
        ]
        rows += [{**head, **row} for row in told or [{"kind": "", "name": "", "at": "", "value": ""}]]
    return rows


def chip_rows(base: Base) -> list[dict[str, Any]]:
    """Return every chip as the rules see it: one row a specification, with the claims it rests on."""
    from rechenmacht.domains.rules import chips

    return [
        {"chip": one.id, "name": one.name, "vendor": one.vendor, "market": one.market, "released": one.released,
         "specification": key, "value": known.value, "how": known.how, "claims": ";".join(known.claims)}
        for one in chips.catalogue(base) for key, known in sorted(one.known.items())
    ]  # fmt: skip


def tidy(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return rows as CSV, headings from the first."""
    heads = list(rows[0]) if rows else []
    return written(heads, [[row.get(head, "") for head in heads] for row in rows])


class Data:
    """The page of downloads and its files."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.release: str = ""

    def _quantiles(self) -> bytes:
        """Return all outcomes of the reference in one table."""
        parts = [self.site.charts[outcomes.slug(one.id)].csv() for one in outcomes.shown()]
        head = parts[0].split("\n", 1)[0]
        return "\n".join([head, *(part.split("\n", 1)[1].strip() for part in parts)]).encode() + b"\n"

    def _answer(self, name: str, table_: str) -> bytes:
        found = self.site.ask(name)
        return machine.csv_text(next(one for one in found.tables if one.name == table_)).encode()

    def page(self, words: Words) -> Page:
        """Return the page of downloads."""
        t = words.text
        rows = [
            [a(f"~~/data/{name}", Markup("<code>{}</code>").format(name)), t(f"site.data.{name.partition('.')[0]}")]
            for name in TABLES
        ]
        release = Markup("<h2>{}</h2><p>{}</p><p>{}</p>").format(
            t("site.data.release"), t("site.data.release_about"), a(f"~~/data/{self.release}", self.release)
        ) if self.release else Markup("")  # fmt: skip
        example = f'pd.read_csv("{self.site.whole("charts/installed-h100e-8bit.csv")}")'
        parts = [
            Markup("<p class=about>{}</p>").format(t("site.data.about")), release,
            Markup("<h2>{}</h2>{}").format(t("site.data.tables"), table([t("site.data.file"), t("site.data.what")], rows, label=t("site.data.tables"))),
            Markup("<h2>{}</h2><p>{}</p><pre tabindex=0 data-copy data-site>{}</pre>").format(t("site.data.charts"), t("site.data.charts_about"), example),
            Markup("<h2>{}</h2><p>{} {} · {} · {}</p>").format(t("site.data.feeds"), t("site.data.feeds_about"),
                a("~~/feed.atom", t("site.feed.facts")), a("~~/rules.atom", "Atom (English)"), a("~~/rules.de.atom", "Atom (Deutsch)")),
            Markup("<p class=note>{}</p>").format(t("site.python", what=t("site.python_check"))),
        ]  # fmt: skip
        return Page(t("site.data.title"), t("site.data.about"), joined(parts), "data")

    def register(self) -> None:
        """Add page and tables."""
        from rechenmacht.outputs.web import tables

        site, base = self.site, self.site.base
        site.page("data/index.html", self.page)
        site.file("data/claims.csv.gz", lambda: packed(tables.as_csv(base, base.tables.claims)))
        site.file("data/outcomes.csv", lambda: tidy(outcome_rows()))
        site.file("data/levers.csv", lambda: tidy(lever_rows(base)))
        site.file("data/scenarios.csv", lambda: tidy(scenario_rows(base)))
        site.file("data/chips.csv", lambda: tidy(chip_rows(base)))
        site.file("data/rules.csv", lambda: self._answer("rules.listing", "rules"))
        site.file("data/deals.csv", lambda: self._answer("capital.deals", "contracts"))
        site.file("data/quantiles.csv.gz", lambda: packed(self._quantiles()))
        site.file("data/sources.csv", lambda: written(
            ("id", "publisher", "title", "published", "address"),
            [(one.id, one.publisher, one.title, one.published, one.address) for one in base.sources.values()]))  # fmt: skip
