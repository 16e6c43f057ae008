"""Export rules computed before: every chip to every place, in periods of equal answer, and what changed between them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from typing import Any

from markupsafe import Markup

from rechenmacht.domains.rules import chips, ruleset
from rechenmacht.domains.rules.chips import RuledChip
from rechenmacht.domains.rules.timeline import Period, timelines
from rechenmacht.faces.words import Words
from rechenmacht.outputs.rules_scope import short
from rechenmacht.outputs.rules_text import outcome, rule_name
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a, listed, table
from rechenmacht.outputs.site.makers import Makers

NEIGHBOURS = {"HK": "cn", "MO": "cn"}  # whose chip makers count as the neighbour's
MOST_NAMED = 14


class Rulings:
    """What the rules say of every chip to every place from 2022 on.

    Places for which every rule says the same share one computation.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.rules = ruleset.load(site.base)
        self.chips = tuple(one for one in chips.catalogue(site.base) if "tpp" in one.known)

    @cached_property
    def groups(self) -> list[list[str]]:
        """The places, those together to which all the same applies; the largest group last."""
        homes = {one.home for one in self.chips}
        found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for code in self.rules.places:
            home = NEIGHBOURS.get(code, code.lower())
            said = tuple(
                tuple(code in places for places in sets)
                for rule in self.rules.rules
                for sets in (rule.places, rule.strict_places, rule.headquarters)
            )
            found[home if home in homes else "", code == "US", said].append(code)
        return sorted(found.values(), key=lambda codes: (len(codes), codes))

    @cached_property
    def group_of(self) -> dict[str, int]:
        """The group of each place."""
        return {code: index for index, codes in enumerate(self.groups) for code in codes}

    @cache  # noqa: B019 - one object for a site
    def periods(self, group: int) -> dict[str, list[Period]]:
        """Return the periods of each chip to the places of a group."""
        cases = [(one, chips.row_of(one, "2022-01-01", self.groups[group][0])) for one in self.chips]
        return {one.id: told for (one, _), told in zip(cases, timelines(self.rules, cases), strict=True)}

    def on(self, chip: str, place: str, day: str) -> Period:
        """Return what holds of a chip to a place on a day."""
        periods = self.periods(self.group_of[place])[chip]
        return next(one for one in reversed(periods) if one.first <= day or one is periods[0])

    def place_name(self, code: str, words: Words) -> str:
        """Return what a place is called."""
        both = self.rules.places.called.get(code, (code, code))
        return both[words.language.code == "de"] or code

    def group_name(self, codes: Sequence[str], words: Words) -> str:
        """Return the places of a group in words."""
        names = sorted(self.place_name(code, words) for code in codes)
        if len(names) > MOST_NAMED:
            return words.text("site.rules.others", n=len(names))
        return words.language.listed(names)

    def outcome(self, code: str, words: Words) -> str:
        """Return an outcome in words."""
        return outcome(code, words.language.code).removeprefix(f"{code}, ")  # type: ignore[arg-type]

    def rule(self, name: str, words: Words) -> str:
        """Return a rule's name."""
        return rule_name(self.site.base, name, words.language.code)  # type: ignore[arg-type]

    def scope(self, words: Words) -> str:
        """Return what the rules cover, and to which day they are known."""
        return str(short(self.rules, self.site.day, words.language.code))  # type: ignore[arg-type]

    def changed(self, before: Period | None, now: Period, words: Words) -> str:
        """Return which rules began and ended between two periods."""
        old, new = set(before.fired) if before else set(), set(now.fired)
        began = [self.rule(one, words) for one in now.fired if one not in old]
        ended = [self.rule(one, words) for one in (before.fired if before else ()) if one not in new]
        said = [words.text("site.rules.began", rules="; ".join(began))] if began and before else []
        return " ".join([*said, *([words.text("site.rules.ended", rules="; ".join(ended))] if ended else [])])

    def table(self, periods: Sequence[Period], words: Words, label: str) -> Markup:
        """Return periods as a table."""
        t, lang, rows = words.text, words.language, []
        for place, one in enumerate(periods):
            before = periods[place - 1] if place else None
            rows.append([
                lang.date(one.first), lang.date(one.last) if one.last else t("site.rules.open"),
                self.outcome(one.outcome, words),
                "; ".join(self.rule(name, words) for name in one.fired), self.changed(before, one, words),
            ])  # fmt: skip
        heads = [t(f"site.rules.{key}") for key in ("from", "to", "outcome", "rules", "changed")]
        return table(heads, rows, label=label, stacks=True)

    def chip_page(self, one: RuledChip, words: Words) -> Page:
        """Return a chip's page: its status to every group of places, period by period."""
        t = words.text
        parts: list[Any] = [
            Markup("<p class=about>{}</p>").format(t("site.rules.chip_about", chip=one.name)),
            Markup("<p class=note>{}</p>").format(self.scope(words)),
            Markup("<p>{} · {}</p>").format(a(f"~/{self.site.names[one.id]}", t("site.rules.facts")),
                                            a(f"~/rules/index.html?chip={one.id.partition(':')[2]}", t("site.rules.look"))),
        ]  # fmt: skip
        told: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for index, codes in enumerate(self.groups):
            told[tuple(self.periods(index)[one.id])] += codes
        ordered = sorted(told.items(), key=lambda item: ("CN" not in item[1], len(item[1])))
        for periods, codes in ordered:
            name = self.group_name(codes, words)
            parts.append(Markup("<h2>{}</h2>").format(name))
            parts.append(self.table(periods, words, name))
        return Page(
            t("site.rules.of", chip=one.name), t("site.rules.chip_about", chip=one.name), joined(parts), "rules"
        )

    def place_table(self, code: str, words: Words) -> Markup:
        """Return what holds of every chip to a place on the day of the site: a row for each outcome, its chips by rules.

        Chips of makers that are seated in the place have a table of their own, since buying them there is no export.
        """
        ordered = sorted(self.chips, key=lambda chip: -chip.known["tpp"].value)
        own = [one for one in ordered if chips.at_home(one, code)]
        parts = [self._by_outcome([one for one in ordered if one not in own], code, words, "site.rules.title")]
        if own:
            head = words.text("site.rules.own", place=self.place_name(code, words))
            parts.append(Markup("<h3>{}</h3><p class=note>{}</p>").format(head, words.text("site.rules.own_about")))
            parts.append(self._by_outcome(own, code, words, "site.rules.title"))
        return joined(parts)

    def _by_outcome(self, those: Sequence[RuledChip], code: str, words: Words, label: str) -> Markup:
        told: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
        for one in those:
            period = self.on(one.id, code, self.site.day)
            told[period.outcome][period.fired].append(one.name)
        rows = []
        for status, by_rules in told.items():
            shown = Markup("").join(
                Markup('<p>{}{}</p>').format(
                    ", ".join(names),
                    Markup(' <span class="note">({})</span>').format("; ".join(self.rule(one, words) for one in fired)) if fired else "",
                )
                for fired, names in by_rules.items()
            )  # fmt: skip
            rows.append([self.outcome(status, words), sum(map(len, by_rules.values())), shown])
        heads = [words.text(f"site.rules.{key}") for key in ("outcome", "number", "chips_of")]
        return table(heads, rows, {1}, label=words.text(label), stacks=True)

    def best(self, words: Words) -> Markup:
        """Return the strongest chips that may flow to China: for each measure, the strongest of each outcome."""
        found = self.site.ask("rules.best", to="CN", on=self.site.day)
        source = next(one for one in found.tables if one.name == "ranked")
        columns = {key: source.kinds[key] for key in ("basis", "outcome", "name", "h100e", "fired")}
        rows = [
            [
                *(words.cell(row[key], kind, row) for key, kind in columns.items()),
                words.text("site.rules.strongest_one") if row["strongest"] else "",
            ]
            for row in source.rows
        ]  # fmt: skip
        heads = [words.text(f"site.rules.{key}") for key in ("basis", "outcome", "chip", "worth", "rules", "mark")]
        return Markup("<p>{}</p>{}").format(
            words.text("site.rules.best_about"), table(heads, rows, {3}, words.text("play.rules.best"), stacks=True)
        )

    def listing(self, words: Words) -> Markup:
        """Return all rules in a table: what each is called, whose it is, from when to when it holds, what it asks."""
        found = self.site.ask("rules.listing")
        source = found.tables[0]
        keys = ("regime", "kind", "subject", "outcome", "grade")
        rows = []
        for row in source.rows:
            regime, kind, subject, outcome_, grade = (words.cell(row[key], source.kinds[key], row) for key in keys)
            ends = [words.language.date(row[key]) if row[key] else "" for key in ("effective_from", "effective_to")]
            name = Markup('{} <span class="note" id="rule-{}">{}</span>').format(
                self.rule(row["id"], words), row["id"], row["id"]
            )
            rows.append([name, regime, kind, ends[0] or "–", ends[1] or words.text("site.rules.open"), subject, outcome_, grade])  # fmt: skip
        heads = [
            words.text(f"site.rules.{key}")
            for key in ("rule", "regime", "kind", "from", "to", "subject", "asks", "grade")
        ]
        return table(heads, rows, label=words.text("site.rules.all"), stacks=True)

    def index(self, words: Words) -> Page:
        """Return the page that looks up chip, place and day, and lists the rules."""
        t, lang = words.text, words.language
        chip_rows = sorted(self.chips, key=lambda one: one.name.lower())
        places = sorted(self.rules.places, key=lambda code: self.place_name(code, words))
        options = [
            Markup("").join(
                Markup('<option value="{}"{}>{}</option>').format(
                    value, Markup(" selected") if value == chosen else "", said
                )
                for value, said in rows
            )
            for rows, chosen in (
                ([(one.id.partition(":")[2], one.name) for one in chip_rows], "h20"),
                ([(code, self.place_name(code, words)) for code in places], "CN"),
            )
        ]
        first = self.on("chip:h20", "CN", self.site.day)
        said = t("site.rules.says", chip="NVIDIA H20", to=self.place_name("CN", words), day=lang.date(self.site.day),
                 outcome=self.outcome(first.outcome, words))  # fmt: skip
        periods = self.periods(self.group_of["CN"])["chip:h20"]
        form = Markup(
            '<form class="fields" id="look" data-rules="~~/assets/rules.{}.json"><p><label for="chip">{}</label><select id="chip">{}</select></p>'
            '<p><label for="to">{}</label><select id="to">{}</select></p><p><label for="day">{}</label>'
            '<input id="day" type="date" value="{}" min="2022-01-01" max="2029-12-31"></p></form>'
        ).format(
            lang.code,
            t("site.rules.chip"),
            options[0],
            t("site.rules.place"),
            options[1],
            t("site.rules.day"),
            self.site.day,
        )
        parts = [
            Markup("<p class=about>{}</p>").format(t("site.rules.about", n=len(self.chips), places=len(places))), form,
            Markup('<p class="says" id="verdict" role="status">{}</p><p id="why" class="note">{}</p>').format(
                said, "; ".join(self.rule(name, words) for name in first.fired)),
            Markup('<div id="periods" class="results">{}</div>').format(self.table(periods, words, t("site.rules.title"))),
            Markup("<p class=note>{}</p>").format(self.scope(words)),
            Markup("<h2>{}</h2>").format(t("play.rules.best")),
            self.best(words),
            Markup("<h2>{}</h2>{}").format(t("site.rules.chips"), listed(
                a(f"~/rules/{one.id.partition(':')[2]}.html", one.name) for one in chip_rows)),
            Markup('<h2 id="rules">{}</h2><p class="files"><a href="~~/data/rules.csv">CSV</a> <a href="~~/{}">Atom</a></p>{}').format(
                t("site.rules.all"), "rules.atom" if lang.code == "en" else "rules.de.atom",
                self.listing(words)),
        ]  # fmt: skip
        return Page(
            t("site.rules.title"),
            t("site.rules.about", n=len(self.chips), places=len(places)),
            joined(parts),
            "rules",
            script="rules.js",
        )

    def data(self, words: Words) -> bytes:
        """Return what the look-up reads: groups of places, and each chip's periods, equal ones once."""
        kept: dict[str, int] = {}
        whole = [self.periods(group) for group in range(len(self.groups))]
        table_ = [
            {chip.partition(":")[2]: kept.setdefault(json.dumps([[p.first, p.outcome, list(p.fired)] for p in periods]), len(kept))
             for chip, periods in group.items()}
            for group in whole
        ]  # fmt: skip
        used = {name for group in whole for periods in group.values() for p in periods for name in p.fired}
        codes = {p.outcome for group in whole for periods in group.values() for p in periods}
        t = words.text
        said = {key: t(f"site.rules.{key}") for key in ("from", "to", "outcome", "rules", "changed", "open")}
        found = {
            "places": self.group_of, "chips": table_, "periods": [json.loads(one) for one in kept],
            "rules": {name: self.rule(name, words) for name in sorted(used)},
            "outcomes": {code: self.outcome(code, words) for code in sorted(codes)},
            "words": said | {key: words.language.texts[f"site.rules.{key}"] for key in ("says", "began", "ended")},
        }  # fmt: skip
        return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()

    def register(self) -> None:
        """Add the pages and the files of the look-up."""
        site = self.site
        site.page("rules/index.html", self.index)
        for one in self.chips:
            site.page(f"rules/{one.id.partition(':')[2]}.html", partial(self.chip_page, one))
        for code, words in site.both.items():
            site.file(f"assets/rules.{code}.json", partial(self.data, words))


def link_of(chip: RuledChip, makers: Makers) -> Callable[[Words], Markup]:
    """Return what a chip's page of facts says of the rules, and of its maker's other chips."""

    def more(words: Words) -> Markup:
        return Markup("<p>{}</p>{}").format(
            a(f"~/rules/{chip.id.partition(':')[2]}.html", words.text("site.rules.of", chip=chip.name)),
            makers.link(chip.id, words),
        )

    return more
