"""Systems and workloads compared, computed before; the capital scenarios and what firms can pay, likewise."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup

from rechenmacht.answers.answer import Answer
from rechenmacht.domains.capital import shocks
from rechenmacht.domains.engine.compare import WORKLOADS
from rechenmacht.domains.engine.systems import shipped
from rechenmacht.errors import BadInput
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site import charts
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a, answer, linked_sources, listed, table

AGAINST = "gb200-nvl72"
"""The system with which all others are compared."""
SIDES = ("delivered", "power", "per_kw", "cost")
DRAWN = ("circularity", "coverage", "concentration")
CAPITAL: tuple[tuple[str, dict[str, str]], ...] = (
    ("capital.circularity", {}), ("capital.coverage", {}), ("capital.concentration", {}),
    ("capital.exposure", {"org": "NVIDIA"}), ("capital.path", {}),
)  # fmt: skip


class Systems:
    """Pages of the engine: every shipped system beside one that all know, for each workload."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @cached_property
    def names(self) -> list[str]:
        """The systems that ship, without the one they are compared with."""
        return [one for name in shipped() if (one := name.removeprefix("system:")) != AGAINST]

    @cached_property
    def found(self) -> dict[tuple[str, str], Answer | str]:
        """What was found for each system and workload: the answer, or why there is none."""
        found: dict[tuple[str, str], Answer | str] = {}
        for workload in WORKLOADS:
            for name in self.names:
                try:
                    found[name, workload] = self.site.ask("engine.compare", system=[name, AGAINST], workload=workload)
                except BadInput as error:
                    found[name, workload] = str(error)
        return found

    def _ratio(self, found: Answer | str, what: str, words: Words) -> Any:
        if isinstance(found, str):
            return "–"
        rows = next(one for one in found.tables if one.name == "sides").rows
        row = next((one for one in rows if one["what"] == what), None)
        if row is None or row["ratio"] is None:
            return "–"
        low, mid, high = row["low"], row["ratio"], row["high"]
        if low is None or high is None or low == high:
            return words.language.number(mid, 2)
        return words.language.estimate(low, mid, high, "1", 2)

    def _name(self, system: str, words: Words) -> Any:
        path = self.site.names.get(f"system:{system}")
        entity = self.site.base.entities.get(f"system:{system}")
        name = words.language.pick(entity, "name") if entity else system
        return a(f"~/{path}", name) if path else name

    @cached_property
    def same(self) -> list[list[str]]:
        """The systems, those together of which every comparison says the same: one machine under two names."""
        found: dict[str, list[str]] = {}
        for name in self.names:
            rows = []
            for workload in WORKLOADS:
                one = self.found[name, workload]
                table_ = (
                    None if isinstance(one, str) else next(each for each in one.tables if each.name == "sides").rows
                )
                rows.append(table_ and [(row["what"], row["a"], row["low"], row["high"]) for row in table_])
            key = name if not any(rows) else json.dumps(rows)
            found.setdefault(key, []).append(name)
        return list(found.values())

    def _credit(self, words: Words) -> Markup:
        """Return to which day the facts behind all comparisons reach, and whose they are."""
        answers = [one for one in self.found.values() if not isinstance(one, str)]
        claims = dict.fromkeys(name for one in answers for name in one.claims if name in self.site.base.claims)
        names = Counter(self.site.base.claims[name].source for name in claims)
        day = max((charts.newest(self.site, one) for one in answers), default="")
        ordered = [self.site.base.sources[name] for name, _ in names.most_common()]
        return Markup('<p class="note">{} {}: {}.</p>').format(
            words.text("site.data_to", day=words.language.date(day)), words.text("site.source"),
            linked_sources(ordered, words),
        )  # fmt: skip

    def index(self, words: Words) -> Page:
        """Return the page of all comparisons."""
        t = words.text
        other = self._name(AGAINST, words)
        parts: list[Any] = [
            Markup("<p class=about>{}</p>").format(t("site.systems.about")),
            Markup('<p class="files"><a href="~~/data/systems.csv">CSV</a></p>'),
            self._credit(words),
            Markup("<p class=note>{}</p>").format(t("site.systems.python")),
            listed((a(f"#{one}", t(f"play.workload_{one}")) for one in WORKLOADS), "plain"),
        ]
        for workload in WORKLOADS:
            rows = [
                [
                    Markup(" · ").join(Markup("{}").format(self._name(one, words)) for one in those),
                    *(self._ratio(self.found[those[0], workload], side, words) for side in SIDES),
                ]
                for those in self.same
            ]
            heads = [
                Markup("{} / {}").format(t("site.systems.system"), other),
                *(t(f"site.systems.{side}") for side in SIDES),
            ]
            title = t(f"play.workload_{workload}")
            parts.append(
                Markup('<h2 id="{}">{}</h2>{}').format(workload, title, table(heads, rows, range(1, 5), title))
            )
        parts.append(Markup("<p class=note>{}</p>").format(t("site.systems.none")))
        parts.append(charts.figure(self.site, self.site.charts["reach"], words))
        return Page(t("site.systems.title"), t("site.systems.about"), joined(parts), "systems", "reach")

    def csv(self) -> bytes:
        """Return all comparisons as tidy rows."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["system", "against", "workload", "what", "a", "b", "ratio", "low", "high", "unit", "reason"])
        for (name, workload), found in self.found.items():
            if isinstance(found, str):
                writer.writerow([name, AGAINST, workload, "", "", "", "", "", "", "", found])
                continue
            for row in next(one for one in found.tables if one.name == "sides").rows:
                cells = [row.get(key) for key in ("what", "a", "b", "ratio", "low", "high", "unit")]
                writer.writerow(
                    [name, AGAINST, workload, *(f"{c:.6g}" if isinstance(c, float) else c for c in cells), ""]
                )
        return out.getvalue().encode()

    def register(self) -> None:
        """Add page and file."""
        self.site.page("systems/index.html", self.index)
        self.site.file("data/systems.csv", self.csv)


class Money:
    """Pages of the network of deals: who pays whom, who can pay, and every stress scenario."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.scenarios = {name: shocks.read(site.base, path) for name, path in shocks.available(site.base).items()}

    def index(self, words: Words) -> Page:
        """Return the page about capital."""
        t, code = words.text, words.language.code
        parts: list[Any] = [
            Markup("<p class=about>{}</p>").format(t("site.capital.about")),
            charts.figure(self.site, self.site.charts["promised"], words),
            Markup("<h2>{}</h2>").format(t("site.capital.scenarios")),
            Markup("<dl>{}</dl>").format(Markup("").join(
                Markup("<dt>{}</dt><dd>{}</dd>").format(
                    a(f"~/capital/{name}.html", getattr(one.title, code)), getattr(one.question, code))
                for name, one in self.scenarios.items())),
        ]  # fmt: skip
        for name, given in CAPITAL:
            title = t(f"site.capital.{name.partition('.')[2]}")
            parts.append(Markup('<h2 id="{}">{}</h2>').format(name.partition(".")[2], title))
            parts += [
                charts.figure(self.site, one, words, "h3")
                for key, one in self.site.charts.items()
                if key == f"capital-{name.partition('.')[2]}"
            ]
            parts.append(answer(self.site.ask(name, **given), words, self.site.link, title))
        parts.append(
            Markup('<h2>{}</h2><p class="files"><a href="~~/data/deals.csv">CSV</a></p>').format(
                t("site.capital.deals")
            )
        )
        parts.append(answer(self.site.ask("capital.deals"), words, self.site.link, t("site.capital.deals")))
        return Page(t("site.capital.title"), t("site.capital.about"), joined(parts), "capital", "promised")

    def page(self, name: str, words: Words) -> Page:
        """Return the page of a stress scenario."""
        one, code = self.scenarios[name], words.language.code
        title, question = getattr(one.title, code), getattr(one.question, code)
        found = self.site.ask("capital.stress", scenario=name)
        parts = [
            Markup("<p class=says>{}</p>").format(question),
            *(charts.figure(self.site, chart, words) for key, chart in self.site.charts.items() if key == f"stress-{name.replace('_', '-')}"),
            answer(found, words, self.site.link, title),
        ]  # fmt: skip
        return Page(title, question, joined(parts), "capital")

    def charts(self) -> list[charts.Chart]:
        """Return the charts of capital, under addresses of their own; nothing is computed for it."""
        site = self.site
        rows = [(f"capital-{name}", name, partial(site.ask, f"capital.{name}")) for name in DRAWN]
        rows += [
            (f"stress-{name.replace('_', '-')}", "cascade", partial(site.ask, "capital.stress", scenario=name))
            for name in self.scenarios
        ]
        return [charts.register(site, charts.ranges_chart(site, path, ask, drawn)) for path, drawn, ask in rows]

    def register(self) -> None:
        """Add the pages."""
        self.site.page("capital/index.html", self.index)
        for name in self.scenarios:
            self.site.page(f"capital/{name}.html", partial(self.page, name))
