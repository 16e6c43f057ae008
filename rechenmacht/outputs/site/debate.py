"""What people claim, published outlooks, and how wrong the model has been: three pages with sources on every row."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from rechenmacht import runs, scenario
from rechenmacht.domains.uncertainty import outlooks
from rechenmacht.domains.uncertainty.debate import Answered
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.domains.uncertainty.outlooks import Beside
from rechenmacht.faces.words import Words
from rechenmacht.outputs import claims_page
from rechenmacht.outputs.site import charts
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a, answer, listed, table

Statements = list[Answered]


class Debate:
    """The pages of the debate."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._statements: Statements | None = None
        self._beside: list[Beside] | None = None

    @property
    def statements(self) -> Statements:
        """All statements with what runs say of them."""
        if self._statements is None:
            self._statements = claims_page.answers(self.site.base)
        return self._statements

    @property
    def beside(self) -> list[Beside]:
        """All outlooks beside the reference run."""
        if self._beside is None:
            model = runs.model_of(self.site.base, scenario.find(self.site.base, "reference"))
            self._beside = list(outlooks.beside(whole(model, claims_page.DRAWS, claims_page.SEED), outlooks.read()))
        return self._beside

    def index(self, words: Words) -> Page:
        """Return the page of statements, each with both sides and what the model says."""
        t, lang = words.text, words.language
        found = self.statements
        kinds = dict.fromkeys(one.statement.kind for one in found)
        counts = claims_page.tally(found)
        parts: list[Any] = [
            Markup("<p class=about>{}</p>").format(t("site.claims.about", n=len(found), **counts)),
            listed([a("~/claims/outlooks.html", t("site.outlooks.title")), a("~/claims/backtest.html", t("site.backtest.title"))], "plain"),
        ]  # fmt: skip
        for kind in kinds:
            parts.append(Markup("<h2>{}</h2>").format(t(f"claims.kind.{kind}")))
            parts += [self._statement(one, words) for one in found if one.statement.kind == kind]
        parts.append(Markup("<p class=note>{}</p>").format(t("site.python", what=lang.text("site.python_check"))))
        return Page(t("claims.title"), t("site.claims.about", n=len(found), **counts), joined(parts), "claims")

    def _side(self, who: str, when: str, source: str, words: Words) -> Markup:
        known = self.site.base.sources.get(source)
        name = a(known.address, who) if known and known.address.startswith("http") else Markup("{}").format(who)
        try:
            day = words.language.date(when) if when else ""
        except ValueError:  # undated, with what is known of it
            day = words.text("date.unknown")
        return Markup('<span lang="en">{}</span>{}').format(name, f", {day}" if day else "")

    def _statement(self, one: Answered, words: Words) -> Markup:
        t, lang, told = words.text, words.language, one.statement
        code = lang.code
        band = claims_page.band(one, lang)
        said = (
            f"{told.label[code]}: {band}. {claims_page.verdict(one, lang)}"
            if one.band is not None
            else f"{claims_page.verdict(one, lang)}: {told.untold[code]}."
        )
        return Markup(
            '<section id="{}"><h3>{}</h3><p>{} {} ({})</p><p class="says">{}</p><p class="note">{} {}</p></section>'
        ).format(
            told.id, told.said[code], t("claims.against"), told.against[code],
            self._side(told.against_by, told.against_on, told.against_source, words), said,
            t("claims.for"), Markup("{}. {} {}").format(self._side(told.said_by, told.said_on, told.source, words), t("claims.changes"), told.changes[code]),
        )  # fmt: skip

    def outlooks(self, words: Words) -> Page:
        """Return the page of published outlooks beside the reference."""
        t, found = words.text, self.beside
        inside = sum(one.overlaps for one in found)
        about = t("site.outlooks.about", n=len(found), inside=inside)
        parts: list[Any] = [Markup("<p class=about>{}</p>").format(about)]
        for topic in dict.fromkeys(one.outlook.topic for one in found):
            rows = [self._outlook(one, words) for one in found if one.outlook.topic == topic]
            heads = [t(f"site.outlooks.{key}") for key in ("what", "year", "compared", "run", "overlap", "who")]
            title = t(f"site.outlooks.topic.{_key(topic)}")
            parts.append(Markup("<h2>{}</h2>{}").format(title, table(heads, rows, {2, 3}, title)))
        return Page(t("site.outlooks.title"), about, joined(parts), "claims")

    def _outlook(self, one: Beside, words: Words) -> list[Any]:
        lang, told = words.language, one.outlook
        unit = Markup(' <span lang="en">{}</span>').format(told.unit)
        stated = lang.number(told.low) if told.low == told.high else f"{lang.number(told.low)}–{lang.number(told.high)}"
        if told.sense in {"at least", "at most"}:
            stated = lang.text(
                f"number.{told.sense.replace(' ', '_')}",
                n=lang.number(told.low if told.sense == "at least" else told.high),
            )
        run = lang.estimate(one.run_low, one.run_mid, one.run_high, "1", 3)
        return [
            Markup('<span lang="en">{}</span>').format(told.quantity), told.year, Markup("{}{}").format(stated, unit), run,
            lang.text("flag.yes") if one.overlaps else Markup('<b>{}</b> <span class="note" lang="en">{}</span>').format(lang.text("flag.no"), told.why),
            self._side(self.site.base.sources[told.source].publisher, self.site.base.sources[told.source].published, told.source, words),
        ]  # fmt: skip

    def backtest(self, words: Words) -> Page:
        """Return the page of the rolling origin."""
        t = words.text
        parts = [
            Markup("<p class=about>{}</p>").format(t("site.backtest.about")),
            charts.figure(self.site, self.site.charts["backtest"], words),
            answer(self.site.ask("uncertainty.backtest"), words, self.site.link, t("site.backtest.title")),
        ]
        return Page(t("site.backtest.title"), t("site.backtest.about"), joined(parts), "claims", "backtest")

    def register(self) -> None:
        """Add the pages."""
        self.site.page("claims/index.html", self.index)
        self.site.page("claims/outlooks.html", self.outlooks)
        self.site.page("claims/backtest.html", self.backtest)


def _key(topic: str) -> str:
    return topic.lower().replace(" ", "_").replace(",", "")
