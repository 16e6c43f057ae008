"""Pages of things that claims are about: every claim with its value, date, grade, source, and what contradicts it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim, Quantity
from rechenmacht.faces.labels import subject_name
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site.alike import mark
from rechenmacht.outputs.site.frame import TOGETHER, Page, Site, joined
from rechenmacht.outputs.site.look import a, listed, table

FIRST = (
    "peak_fp8_dense", "peak_fp16_dense", "peak_bf16_dense", "peak_int8_dense", "peak_fp4_dense", "h100e_per_chip", "tdp",
    "memory_capacity", "memory", "memory_bandwidth", "interconnect_bandwidth", "link_bandwidth", "chips", "racks", "power",
    "site_power", "site_it_power", "site_h100e", "site_chips", "capex_year", "revenue_year", "electricity_generation",
    "electricity_demand", "population", "gdp", "msft_ai_user_share", "eurostat_firms_ai_10plus", "parameters",
)  # fmt: skip
"""Quantities that readers look for first, in this order; then the rest by name."""
KINDS = ("chip", "system", "org", "country", "site", "model", "bloc", "region", "state", "network", "product", "stack",
         "deal", "rule", "run", "case", "city", "grid", "chipline")  # fmt: skip
EXPECTED = frozenset({"forecast", "target"})
SHOWN = frozenset({"chip", "system", "org", "site", "model", "bloc", "region", "state", "network", "product", "stack",
                   "city", "grid"})  # fmt: skip


ADDRESSES = re.compile(r"(https?://[^\s;]+);(?=\s)")
"""An address in a locator with the sign that parts it from the next: who copies it would take the sign along."""

PERCENT = frozenset({
    "mfu", "mfu_8bit_peak", "hfu", "rule_tariff_rate", "rule_volume_cap_ratio", "effective_reserve_margin",
    "construction_ai_premium", "gas_turbine_factory_utilisation", "cuda_lead_compute_bound",
    "electricity_internet_data_month_growth",
})  # fmt: skip
"""Shares and changes that can exceed 1, which people read in percent all the same."""


def in_percent(quantity: Quantity) -> bool:
    """Return whether people read a bare ratio in percent: shares, and relative changes of any size."""
    return quantity.high <= 1 or quantity.id in PERCENT or quantity.meaning_en.startswith("Relative ")


def amount(base: Base, claim: Claim, words: Words) -> str:
    """Return what a claim states: value and range with unit, shares in percent."""
    lang = words.language
    quantity = base.quantities[claim.quantity]
    share = claim.unit == "share" or (claim.unit == "1" and in_percent(quantity))
    unit = "share" if share else claim.unit
    if claim.value is None:
        if claim.low is not None and claim.high is not None:
            return lang.band(claim.low, claim.high, unit, 4)
        if claim.low is None and claim.high is None:
            return lang.text("number.unknown")
        word, end = ("at_least", claim.low) if claim.low is not None else ("at_most", claim.high)
        return lang.text(f"number.{word}", n=lang.amount(end or 0.0, unit, 4))
    if claim.low is not None and claim.high is not None and claim.low < claim.high:
        return lang.estimate(claim.low, claim.value, claim.high, unit, 4)
    return lang.amount(claim.value, unit, 5)


def ordered(base: Base, claims: Sequence[Claim], words: Words) -> list[Claim]:
    """Return claims as readers look for them: by quantity, the newest first, what is expected after what was seen."""
    places = {name: place for place, name in enumerate(FIRST)}

    def key(claim: Claim) -> tuple[Any, ...]:
        name = words.language.pick(base.quantities[claim.quantity], "name").lower()
        return (places.get(claim.quantity, len(places)), name, claim.quantity, claim.basis in EXPECTED)

    return sorted(sorted(claims, key=lambda one: (one.as_of, one.id), reverse=True), key=key)


def source_cell(site: Site, claim: Claim, words: Words) -> Markup:
    """Return who says it, with link and place in the source."""
    source = site.base.sources[claim.source]
    name = source.publisher or source.title or source.id
    shown = a(source.address, name) if source.address.startswith("http") else Markup("{}").format(name)
    title = f": {source.title}" if source.title and source.title != name else ""
    locator = ADDRESSES.sub(r"\1 ·", claim.locator)
    where = f"; {locator}" if locator else ""
    at = f", {words.language.date(source.published)}" if source.published else ""
    return Markup('<span lang="en">{}<span class="note">{}{}</span></span><span class="note">{}</span>').format(
        shown, title, where, at
    )


def rows_of(site: Site, claims: Sequence[Claim], words: Words, conflicts: dict[str, tuple[str, ...]]) -> Markup:
    """Return a table of claims, each with an anchor of its own."""
    base, t = site.base, words.text
    parts, before = [], ""
    for claim in claims:
        name = words.language.pick(base.quantities[claim.quantity], "name")
        against = Markup("")
        if claim.id in conflicts:
            links = Markup(", ").join(
                a(site.claim_link(other) or "#", f"{place}") for place, other in enumerate(conflicts[claim.id][:4], 1)
            )
            against = Markup(' <span class="flag">{}</span> <span class="note">{}: {}</span>').format(
                t("play.facts.conflict"), t("play.facts.conflicts"), links
            )
        note = Markup('<br><span class="note" lang="en">{}</span>').format(claim.note) if claim.note else Markup("")
        if claim.id in site.alike:
            note = Markup('<br><span class="flag">{}</span>').format(mark(site.alike, claim, words)) + note
        head = Markup('<th scope="row">{}</th>').format(
            name if name != before else Markup('<span class="note">{}</span>').format(name)
        )
        parts.append(
            Markup('<tr id="{}">{}<td class="n">{}</td><td>{}</td><td>{}, {}</td><td>{}{}{}</td></tr>').format(
                claim.id, head, amount(base, claim, words), words.language.date(claim.as_of),
                words.language.maybe(f"play.claim_basis_{claim.basis}") or claim.basis,
                words.language.maybe(f"play.grade_{claim.grade}") or claim.grade,
                source_cell(site, claim, words), against, note,
            )
        )  # fmt: skip
        before = name
    heads = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(
            Markup(' class="n"') if key == "value" else "", t(f"play.facts.{key}")
        )
        for key in ("what", "value", "as_of", "grade", "source")
    )
    return Markup(
        '<div class="wide stacks" tabindex="0" role="group" aria-label="{}"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(t("site.claims_of"), heads, Markup("").join(parts))


def by_subject(base: Base) -> dict[str, list[Claim]]:
    """Return the claims of each subject."""
    found: dict[str, list[Claim]] = {}
    for claim in base.tables.claims:
        found.setdefault(claim.subject, []).append(claim)
    return found


class Facts:
    """The pages of facts: one for each thing, an index, and what the search reads."""

    def __init__(self, site: Site, conflicts: dict[str, tuple[str, ...]]) -> None:
        self.site, self.conflicts = site, conflicts
        self.claims = by_subject(site.base)
        self.more: dict[str, Callable[[Words], Markup]] = {}

    def name(self, subject: str, words: Words) -> str:
        """Return what a thing is called; a deal by who pays whom."""
        deal = self._deals.get(subject)
        if deal is not None:
            payer, payee = (subject_name(self.site.base, words.language, one) for one in (deal.payer, deal.payee))
            return f"{payer} → {payee} ({words.text(f'deal_kind.{deal.kind}')}, {deal.id})"
        return subject_name(self.site.base, words.language, subject)

    @property
    def _deals(self) -> dict[str, Any]:
        return {f"deal:{one.id}": one for one in self.site.base.tables.deals}

    def href(self, subject: str) -> str:
        """Return where a thing is shown."""
        own = f"#{subject}" if self.site.base.entities[subject].kind in TOGETHER else ""
        return f"~/{self.site.names[subject]}{own}"

    def table(self, subject: str, words: Words) -> Markup:
        """Return all claims about a thing."""
        claims = ordered(self.site.base, self.claims.get(subject, []), words)
        return rows_of(self.site, claims, words, self.conflicts) if claims else Markup("")

    def page(self, subject: str, words: Words) -> Page:
        """Return the page of a thing."""
        base, t = self.site.base, words.text
        entity, claims = base.entities[subject], self.claims.get(subject, [])
        title = self.name(subject, words)
        facts: list[Any] = [words.text(f"site.kind.{entity.kind}")]
        if entity.parent:
            target = self.site.names.get(entity.parent)
            shown = subject_name(base, words.language, entity.parent)
            facts.append(Markup("{}: {}").format(t("site.belongs"), a(f"~/{target}", shown) if target else shown))
        if entity.bloc:
            facts.append(words.text(f"region.{entity.bloc}"))
        also = getattr(entity, f"aliases_{words.language.code}")
        if also:
            facts.append(Markup("{}: {}").format(t("site.also"), ", ".join(also)))
        about = Markup(" · ").join(Markup("{}").format(one) for one in facts)
        more = self.more[subject](words) if subject in self.more else Markup("")
        note = Markup('<p class="note" lang="en">{}</p>').format(entity.note) if entity.note else Markup("")
        said = t("site.count_claims", count=words.language.number(len(claims), 6))
        body = joined([
            Markup("<p class=note>{}</p>").format(about), note, more,
            Markup('<h2 id="claims">{}</h2>').format(said), self.table(subject, words),
            Markup("<p class=note>{}</p>").format(t("site.facts.grades")),
        ])  # fmt: skip
        return Page(title, t("site.facts.summary", name=title, count=len(claims)), body, "facts")

    def together(self, kind: str, words: Words) -> Page:
        """Return the page of a kind whose things are many and small."""
        title = words.text(f"site.kinds.{kind}")
        mine = [one for one in self.site.names if self.site.base.entities[one].kind == kind]
        parts = [
            Markup('<h2 id="{}">{}</h2>{}').format(one, self.name(one, words), self.table(one, words))
            for one in sorted(mine, key=lambda one: self.name(one, words).lower())
        ]
        return Page(title, words.text("site.facts.summary", name=title, count=len(mine)), joined(parts), "facts")

    def register(self) -> None:
        """Add the pages, the index and the files of the search."""
        site = self.site
        for subject in site.names:
            kind = site.base.entities[subject].kind
            if kind in TOGETHER:
                site.page(f"facts/{kind}.html", partial(self.together, kind))
            elif not site.names[subject].startswith("places/"):
                site.page(site.names[subject], partial(self.page, subject))
        site.page("facts/index.html", self.index)
        for code, words in site.both.items():
            site.file(f"assets/facts.{code}.json", partial(self.searched, words))

    def index(self, words: Words) -> Page:
        """Return the page that searches and lists all things."""
        base, t = self.site.base, words.text
        groups: dict[str, list[str]] = {}
        for subject in self.site.names:
            groups.setdefault(base.entities[subject].kind, []).append(subject)
        parts = [
            Markup("<p class=about>{}</p>").format(t("site.facts.about", n=words.language.number(len(base.claims), 6))),
            Markup(
                '<form class="fields" role="search" id="search" data-index="~~/assets/facts.{}.json"><p><label for="q">{}</label>'
                '<input id="q" type="search" maxlength="200" autocomplete="off"></p></form>'
                '<p id="said" role="status" class="note">{}</p><ul id="found" class="plain results" hidden></ul>'
            ).format(words.language.code, t("site.facts.q"), t("site.facts.script")),
        ]
        for kind in KINDS:
            rows = sorted(groups.get(kind, []), key=lambda one: self.name(one, words).lower())
            if not rows:
                continue
            links = listed(
                Markup("{} <span class=note>({})</span>").format(
                    a(self.href(one), self.name(one, words)), len(self.claims[one])
                )
                for one in rows
            )
            head = f"{t(f'site.kinds.{kind}')} ({len(rows)})"
            parts.append(
                Markup('<h2 id="{}">{}</h2>{}').format(kind, head, links)
                if kind in SHOWN
                else Markup('<h2 id="{}">{}</h2><details><summary>{}</summary>{}</details>').format(
                    kind, head, t("site.facts.show"), links
                )
            )
        return Page(
            t("site.facts.title"), t("site.facts.about", n=len(base.claims)), joined(parts), "facts", script="search.js"
        )

    def searched(self, words: Words) -> bytes:
        """Return what the search reads: (path, name, other names, quantity, value, date, claim), one row a claim."""
        base = self.site.base
        things, index = [], {}
        for place, subject in enumerate(self.site.names):
            entity = base.entities[subject]
            also = (*entity.aliases_en, *entity.aliases_de, entity.name_en, entity.name_de, subject)
            index[subject] = place
            things.append(
                [
                    self.href(subject).removeprefix("~/"),
                    self.name(subject, words),
                    " ".join(dict.fromkeys(also)).lower(),
                ]
            )
        quantities = list(dict.fromkeys(claim.quantity for claim in base.tables.claims))
        named = [
            [words.language.pick(base.quantities[one], "name"),
             " ".join((one.replace("_", " "), *base.quantities[one].synonyms_en, *base.quantities[one].synonyms_de)).lower()]
            for one in quantities
        ]  # fmt: skip
        at = {name: place for place, name in enumerate(quantities)}
        claims = [
            [index[one.subject], at[one.quantity], amount(base, one, words), words.language.date(one.as_of), one.id]
            for subject in index
            for one in ordered(base, self.claims[subject], words)
        ]
        said = {key: words.language.texts[f"site.search.{key}"] for key in ("none", "found", "more")}
        return json.dumps({"things": things, "quantities": named, "claims": claims, "words": said},
                          ensure_ascii=False, separators=(",", ":")).encode()  # fmt: skip


def sources_page(site: Site) -> Callable[[Words], Page]:
    """Return the page of all publications."""

    def page(words: Words) -> Page:
        counted: dict[str, int] = {}
        for claim in site.base.tables.claims:
            counted[claim.source] = counted.get(claim.source, 0) + 1
        rows = []
        for one in sorted(site.base.sources.values(), key=lambda source: (source.publisher.lower(), source.title)):
            title = Markup('<span lang="en">{}</span>').format(one.title or one.id)
            shown = (
                Markup('<a href="{}">{}</a>').format(one.address, title) if one.address.startswith("http") else title
            )
            rows.append(Markup('<tr id="{}"><th scope="row" lang="en">{}</th><td>{}</td><td>{}</td><td class="n">{}</td></tr>').format(
                one.id, one.publisher, shown, words.language.date(one.published), counted.get(one.id, 0)))  # fmt: skip
        heads = [words.text(f"site.sources_{key}") for key in ("publisher", "title", "date", "claims")]
        head = table(heads, [], [3], words.text("site.sources"))
        body = Markup(str(head).replace("<tbody></tbody>", f"<tbody>{Markup('').join(rows)}</tbody>"))  # noqa: S704
        return Page(words.text("site.sources"), words.text("site.sources_about"), body, "facts")

    return page
