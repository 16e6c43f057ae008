"""Countries on maps and in a table, and a page for each: rules, sites, electricity, adoption, claims."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from markupsafe import Markup

from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.domains.rules.scope import known_to
from rechenmacht.evidence.forms import Claim
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site.alike import mark
from rechenmacht.outputs.site.frame import HERE, Page, Site, joined
from rechenmacht.outputs.site.look import a, linked_sources, table
from rechenmacht.outputs.site.rulings import Rulings
from rechenmacht.outputs.site.subjects import EXPECTED, Facts, amount

MAPPED = {"electricity": "electricity_generation", "adoption": "msft_ai_user_share"}
CHIP = "chip:h200-sxm"  # whose rules the map shows before another is chosen
STEPS = 5
BLOCS = {"US": "bloc:us", "CN": "bloc:cn"}
"""Countries that are blocs of their own: what is known of them stands under the bloc."""


@cache
def world() -> dict[str, Any]:
    """Return the shapes of countries: public domain, Natural Earth."""
    found: dict[str, Any] = json.loads((HERE / "world.json").read_text(encoding="utf-8"))
    return found


class Places:
    """The pages of countries."""

    def __init__(self, site: Site, rulings: Rulings, facts: Facts) -> None:
        self.site, self.rulings, self.facts = site, rulings, facts
        self.codes = [code for code in rulings.rules.places if len(code) == 2]

    def newest(self, code: str, quantity: str) -> Claim | None:
        """Return the newest claim of a country about a quantity."""
        subjects = (f"country:{code.lower()}", BLOCS.get(code, ""))
        claims = [
            one
            for subject in subjects
            for one in self.facts.claims.get(subject, [])
            if one.quantity == quantity and one.value is not None and one.basis not in EXPECTED
        ]
        return max(claims, key=lambda one: (one.as_of, one.grade == "primary", one.id), default=None)

    def sites(self, code: str) -> list[str]:
        """Return the sites that lie in a country, by the country that their note begins with."""
        return self._sites.get(code, [])

    @property
    def _sites(self) -> dict[str, list[str]]:
        if not hasattr(self, "_kept"):
            self._kept: dict[str, list[str]] = {}
            for entity in self.site.base.entities.values():
                if entity.kind != "site":
                    continue
                named = self.rulings.rules.places.find(entity.note.partition(";")[0].strip() or "?")
                code = named or {"us": "US", "cn": "CN"}.get(entity.bloc, "")
                if code:
                    self._kept.setdefault(code, []).append(entity.id)
        return self._kept

    def _class(self, what: str, code: str, bounds: list[float]) -> str:
        claim = self.newest(code, MAPPED[what]) if what in MAPPED else None
        value = float(len(self.sites(code))) if what == "sites" else claim.value if claim else None
        if not value:
            return "s0"
        return f"s{1 + sum(value >= bound for bound in bounds)}"

    def _bounds(self, what: str) -> list[float]:
        if what == "sites":
            return [2.0, 4.0, 8.0, 20.0]
        claims = [claim for code in self.codes if (claim := self.newest(code, MAPPED[what]))]
        values = sorted(claim.value for claim in claims if claim.value is not None)
        return [values[len(values) * place // STEPS] for place in range(1, STEPS)] if values else []

    def _said(self, what: str, code: str, words: Words) -> str:
        if what == "rules":
            return self.rulings.outcome(self.rulings.on(CHIP, code, self.site.day).outcome, words)
        if what == "sites":
            return words.language.number(len(self.sites(code)), 4)
        claim = self.newest(code, MAPPED[what])
        if claim is None:
            return words.text("number.unknown")
        shared = mark(self.site.alike, claim, words)
        return f"{amount(self.site.base, claim, words)}{f' ({shared})' if shared else ''}"

    def map(self, what: str, words: Words) -> Markup:
        """Return a map with a key; each country is a link with its figure as title."""
        shapes, t = world(), words.text
        bounds = self._bounds(what) if what != "rules" else []
        parts = []
        for code in shapes["countries"]:
            known = code in self.codes
            kind = (
                (
                    self.rulings.on(CHIP, code, self.site.day).outcome
                    if what == "rules"
                    else self._class(what, code, bounds)
                )
                if known
                else "none"
            )
            mark = Markup(' data-place="{}"').format(code) if known else ""
            drawn = Markup('<use href="#w{}" class="{}"{}/>').format(code, kind, mark)
            if known:
                name = self.rulings.place_name(code, words)
                drawn = Markup('<a href="~/places/{}.html" tabindex="-1"><title>{}: {}</title>{}</a>').format(
                    code, name, self._said(what, code, words), drawn
                )
            parts.append(drawn)
        title = t(f"site.map.{what}", chip=self.rulings.site.base.entities[CHIP].name_en)
        return Markup(
            '<figure><svg class="map" id="map-{0}" role="group" aria-label="{1}" viewBox="0 0 {2} {3}" width="{2}" height="{3}" '
            'stroke="var(--c-paper)" stroke-width=".5">{4}</svg>{5}<figcaption>{6}</figcaption></figure>'
        ).format(
            what,
            title,
            shapes["width"],
            shapes["height"],
            Markup("").join(parts),
            self._key(what, bounds, words),
            Markup("{} {}").format(t(f"site.map.{what}_about"), self._credit(what, words)),
        )

    def _credit(self, what: str, words: Words) -> Markup:
        """Return to which day a map's data reach, and whose they are."""
        base = self.site.base
        if what == "rules":
            names = [one.rule.source for one in self.rulings.rules.rules]
            day = min(known_to(self.rulings.rules), self.site.day)
        else:
            found = (
                [one for code in self.codes for site in self.sites(code) for one in self.facts.claims.get(site, [])]
                if what == "sites"
                else [one for code in self.codes if (one := self.newest(code, MAPPED[what]))]
            )
            kept = [one for one in found if one.basis not in EXPECTED]
            names, day = [one.source for one in kept], max((one.as_of for one in kept), default="")
        ordered = [base.sources[name] for name, _ in Counter(names).most_common() if name in base.sources]
        return Markup("{} {}: {}.").format(
            words.text("site.data_to", day=words.language.date(day)) if day else "", words.text("site.source"),
            linked_sources(ordered, words),
        )  # fmt: skip

    def _shapes(self) -> Markup:
        """Return the shapes of all countries, which the maps of a page share."""
        parts = (
            Markup('<path id="w{}" d="{}"/>').format(code, shape["path"])
            if shape["path"]
            else Markup('<circle id="w{}" cx="{}" cy="{}" r="3.5"/>').format(code, *shape["at"])
            for code, shape in world()["countries"].items()
        )
        return Markup('<svg width="0" height="0" aria-hidden="true" class="shapes"><defs>{}</defs></svg>').format(
            Markup("").join(parts)
        )

    def _key(self, what: str, bounds: list[float], words: Words) -> Markup:
        lang = words.language
        if what == "rules":
            used = {self.rulings.on(CHIP, code, self.site.day).outcome for code in self.codes} | {
                "NLR",
                "LIC",
                "LIC_PA",
                "LIC_PD",
            }
            rows = [(code, self.rulings.outcome(code, words)) for code in sorted(used)]
        else:
            unit = {"electricity": "TWh", "adoption": "share", "sites": "count"}[what]
            if what == "electricity":
                unit = self.site.base.quantities["electricity_generation"].unit
            ends = [lang.amount(bound, unit, 2) for bound in bounds]
            rows = [("s0", words.text("site.map.none"))]
            rows += (
                [
                    (
                        f"s{place + 1}",
                        words.text("site.map.below", n=ends[0])
                        if place == 0
                        else words.text("site.map.from", n=ends[place - 1]),
                    )
                    for place in range(len(bounds) + 1)
                ]
                if ends
                else []
            )
        return Markup('<ul class="key">{}</ul>').format(Markup("").join(
            Markup('<li><svg width="14" height="14" aria-hidden="true"><rect class="{}" width="14" height="14"/></svg> {}</li>').format(kind, said) for kind, said in rows))  # fmt: skip

    def index(self, words: Words) -> Page:
        """Return the page of all countries."""
        t, lang = words.text, words.language
        chips = sorted(self.rulings.chips, key=lambda one: one.name.lower())
        options = Markup("").join(
            Markup('<option value="{}"{}>{}</option>').format(
                one.id.partition(":")[2], Markup(" selected") if one.id == CHIP else "", one.name
            )
            for one in chips
        )
        form = Markup(
            '<form class="fields" id="look" data-rules="~~/assets/rules.{}.json"><p><label for="chip">{}</label><select id="chip">{}</select></p>'
            '<p><label for="day">{}</label><input id="day" type="date" value="{}" min="2022-01-01" max="2029-12-31"></p></form>'
        ).format(lang.code, t("site.rules.chip"), options, t("site.rules.day"), self.site.day)
        rows = []
        for code in sorted(self.codes, key=lambda one: self.rulings.place_name(one, words)):
            figures = []
            for quantity in MAPPED.values():
                claim = self.newest(code, quantity)
                figures.append(
                    Markup("{} <span class=note>({})</span>").format(
                        a(self.site.claim_link(claim.id) or "#", amount(self.site.base, claim, words)),
                        "; ".join(filter(None, (lang.date(claim.as_of), mark(self.site.alike, claim, words)))),
                    )
                    if claim
                    else "–"
                )
            rows.append([
                a(f"~/places/{code}.html", self.rulings.place_name(code, words)), self._said("rules", code, words),
                len(self.sites(code)) or "–", *figures,
            ])  # fmt: skip
        chip = self.site.base.entities[CHIP].name_en
        heads = [
            t("site.places.country"),
            t("site.places.rule", chip=chip),
            t("site.places.sites"),
            *(t(f"site.places.{key}") for key in MAPPED),
        ]
        parts = [
            Markup("<p class=about>{}</p>").format(t("site.places.about")),
            self._shapes(), Markup("<h2>{}</h2>").format(t("site.map.rules_head")), form, self.map("rules", words),
            *(joined([Markup("<h2>{}</h2>").format(t(f"site.map.{what}")), self.map(what, words)]) for what in ("adoption", "electricity", "sites")),
            Markup("<h2>{}</h2>").format(t("site.places.table")), table(heads, rows, {2, 3, 4}, t("site.places.table")),
            Markup("<p class=note>{}</p>").format(t("site.map.source")),
        ]  # fmt: skip
        return Page(t("site.places.title"), t("site.places.about"), joined(parts), "places", script="rules.js")

    def page(self, code: str, words: Words) -> Page:
        """Return a country's page."""
        t, name, subject = words.text, self.rulings.place_name(code, words), f"country:{code.lower()}"
        parts: list[Any] = []
        groups = sorted(self.rulings.rules.groups.get(code, ()))
        said = [t("site.places.groups", groups=", ".join(groups))] if groups else []
        entity = self.site.base.entities.get(subject)
        if entity is not None and entity.bloc in REGION:
            said.append(t("site.places.bloc", bloc=words.text(f"region.{entity.bloc}")))
        parts.append(Markup("<p class=note>{}</p>").format(" · ".join(said)) if said else Markup(""))
        if code in BLOCS:
            own = a(f"~/{self.site.names[BLOCS[code]]}", t("site.places.as_bloc", name=name))
            parts.append(Markup("<p>{}</p>").format(own))
        sites = self.sites(code)
        if sites:
            rows = []
            for one in sites:
                power = self._site(one, "site_power")
                chips = self._site(one, "site_h100e")
                shown = (
                    a(f"~/{self.site.names[one]}", self.facts.name(one, words))
                    if one in self.site.names
                    else self.facts.name(one, words)
                )
                rows.append(
                    [
                        shown,
                        *(
                            Markup("{} <span class=note>({})</span>").format(
                                amount(self.site.base, claim, words), words.language.date(claim.as_of)
                            )
                            if claim
                            else "–"
                            for claim in (power, chips)
                        ),
                    ]
                )
            heads = [t("site.places.site"), t("site.places.power"), t("site.places.chips")]
            parts += [
                Markup('<h2 id="sites">{}</h2>').format(t("site.places.sites")),
                table(heads, rows, {1, 2}, t("site.places.sites")),
            ]
        claims = self.facts.table(subject, words) if entity is not None else Markup("")
        if claims:
            parts += [Markup('<h2 id="claims">{}</h2>').format(t("site.places.known")), claims]
        parts += [
            Markup('<h2 id="rules">{}</h2><p class="note">{}</p>').format(t("site.places.rules", day=words.language.date(self.site.day)), self.rulings.scope(words)),
            self.rulings.place_table(code, words),
        ]  # fmt: skip
        return Page(name, t("site.places.summary", name=name), joined(parts), "places")

    def _site(self, site: str, quantity: str) -> Claim | None:
        claims = [
            one
            for one in self.facts.claims.get(site, [])
            if one.quantity == quantity and one.value is not None and one.basis != "forecast"
        ]
        return max((one for one in claims if one.as_of <= self.site.day), key=lambda one: one.as_of, default=None)

    def register(self) -> None:
        """Add the pages."""
        self.site.page("places/index.html", self.index)
        for code in self.codes:
            self.site.page(f"places/{code}.html", partial(self.page, code))
        for code, claims in [
            (one.partition(":")[2].upper(), one) for one in self.site.names if one.startswith("country:")
        ]:
            if len(code) == 2 and code not in self.codes:
                self.site.page(f"places/{code}.html", _plain(self.facts, claims))


def _plain(facts: Facts, subject: str) -> Callable[[Words], Page]:
    return lambda words: facts.page(subject, words)
