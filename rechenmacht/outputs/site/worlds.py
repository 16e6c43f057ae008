"""The scenarios of the race: what each asks, sets and does; all of them on one axis, and some beside the reference."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup

from rechenmacht.answers.answer import Answer, Row
from rechenmacht.domains.race.axes import LAST_OBSERVED, year_at_end
from rechenmacht.faces.labels import parameter_label
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site import charts, outcomes, svg
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import table

AT = "2030-Q4"
USABLE, STOCK = "accessible|h100e_8bit", "installed|h100e_8bit"
SHOWN = {"scenarios-china": (USABLE, "China"), "scenarios-us": (STOCK, "United States")}
"""The outcomes on which all scenarios are compared: variable and region."""
BESIDE = {
    "two-worlds": ("reference", "taiwan_blockade"),
    "four-worlds": ("reference", "tight_controls", "h200_accepted", "taiwan_blockade"),
}  # fmt: skip
"""Scenarios drawn beside each other, for what China can use."""


class Worlds:
    """All scenarios, each run on the draws of the reference."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @cached_property
    def names(self) -> dict[str, Row]:
        """What there is, by id."""
        found = next(one for one in self.site.ask("race.scenarios").tables if one.name == "scenarios").rows
        return {str(row["id"]): row for row in found}

    def answer(self, name: str) -> Answer:
        """Return a scenario's run."""
        wanted = list(dict.fromkeys(variable for variable, _ in SHOWN.values()))
        return self.site.ask("race.run", scenario=name, outcome=wanted)

    def rows(self, name: str, variable: str, region: str) -> list[Row]:
        """Return an outcome of a scenario, quarter by quarter."""
        found = next(one for one in self.answer(name).tables if one.name == "quantiles").rows
        return [row for row in found if (row["variable"], row["region"]) == (variable, region)]

    def at(self, name: str, variable: str, region: str) -> Row:
        """Return an outcome of a scenario at the end of 2030."""
        return next(row for row in self.rows(name, variable, region) if row["quarter"] == AT)

    def title(self, name: str, words: Words) -> str:
        """Return what a scenario is called."""
        return str(self.names[name]["title"][words.language.code])

    def _bars(self, key: str, words: Words) -> list[svg.Bar]:
        variable, region = SHOWN[key]
        found = []
        for name in self.names:
            row = self.at(name, variable, region)
            low, mid, high = (row["value"][part] for part in ("q05", "q50", "q95"))
            role = "slate" if name == "reference" else "orange" if region == "China" else "blue"
            found.append(svg.Bar(self.title(name, words), low, mid, high, outcomes.ends(row, words), role))
        return sorted(found, key=lambda bar: -bar.mid)

    def _csv(self, names: tuple[str, ...], variable: str, region: str) -> str:
        lines = ["scenario,variable,region,quarter,unit,q05,q25,q50,q75,q95"]
        for name in names:
            for row in self.rows(name, variable, region):
                numbers = ",".join(f"{row['value'][part]:.6g}" for part in outcomes.PARTS)
                lines.append(f"{name},{variable},{region},{row['quarter']},{row['unit']},{numbers}")
        return "\n".join(lines) + "\n"

    def _ranked(self, key: str) -> charts.Chart:
        """Return the chart of all scenarios on one axis."""

        def title(words: Words) -> str:
            return words.text(f"site.chart.{key}.title")

        def alt(words: Words) -> str:
            return f"{title(words)}. " + "; ".join(f"{bar.name}: {bar.text}" for bar in self._bars(key, words)) + "."

        def rows(words: Words) -> Markup:
            heads = [words.text("site.scenarios.one"), words.text("site.figure")]
            return table(heads, [[bar.name, bar.text] for bar in self._bars(key, words)], [1], title(words))

        return charts.Chart(
            key, title, lambda words: words.text("site.chart.scenarios_about"), alt,
            lambda words, width: svg.ranges(self._bars(key, words), "h100e", words.language, width), rows,
            lambda: self._csv(tuple(self.names), *SHOWN[key]), lambda: self.answer("reference"),
            lambda: outcomes.data_to(self.answer("reference")),
        )  # fmt: skip

    def _lines(self, key: str) -> charts.Chart:
        """Return the chart of some scenarios beside each other, on one axis."""
        names = BESIDE[key]

        def title(words: Words) -> str:
            return words.text(f"site.chart.{key}.title")

        def draw(words: Words, width: int) -> charts.Picture:
            panels, years = [], []
            for name in names:
                kept = [row for row in self.rows(name, USABLE, "China") if outcomes.drawn(row["quarter"])]
                years = [year_at_end(row["quarter"]) for row in kept]
                says = f"2030: {outcomes.ends(self.at(name, USABLE, 'China'), words)}"
                points = [[row["value"][part] for row in kept] for part in outcomes.PARTS]
                panels.append(
                    svg.Panel(self.title(name, words), says, "slate" if name == "reference" else "orange", points)
                )
            return svg.fans(panels, years, year_at_end(LAST_OBSERVED), "h100e", words.language, width, shared=True)

        def told(words: Words) -> list[list[Any]]:
            found = []
            for name in names:
                by = {row["quarter"]: row for row in self.rows(name, USABLE, "China")}
                found.append([self.title(name, words), *(outcomes.ends(by[one], words) for one in outcomes.TOLD)])
            return found

        def rows(words: Words) -> Markup:
            heads = [words.text("site.scenarios.one"), *(outcomes.until(one, words) for one in outcomes.TOLD)]
            return table(heads, told(words), range(1, 4), title(words))

        def alt(words: Words) -> str:
            said = [f"{row[0]}: " + ", ".join(f"{outcomes.until(one, words)} {cell}" for one, cell in zip(outcomes.TOLD, row[1:], strict=True))
                    for row in told(words)]  # fmt: skip
            return f"{title(words)}. {'; '.join(said)}."

        return charts.Chart(
            key, title, lambda words: words.text("site.chart.worlds_about"), alt, draw, rows,
            lambda: self._csv(names, USABLE, "China"), lambda: self.answer("reference"),
            lambda: outcomes.data_to(self.answer("reference")),
        )  # fmt: skip

    def charts(self) -> list[charts.Chart]:
        """Give the charts their addresses; nothing is computed for it."""
        found = [self._lines(key) for key in BESIDE] + [self._ranked(key) for key in SHOWN]
        return [charts.register(self.site, one) for one in found]

    def _sets(self, row: Row, words: Words) -> list[str]:
        """Return what a scenario sets, in words."""
        t, base = words.text, self.site.base
        found = []
        for one in row["lever"]:
            value = words.language.amount(one["value"], self._unit(one["name"]), 3)
            when = t("site.scenarios.from", day=words.language.date(one["at"]))
            if one["until"]:
                when = t(
                    "site.scenarios.between",
                    day=words.language.date(one["at"]),
                    until=words.language.date(one["until"]),
                )
            shift = t("site.scenarios.shifted") if one["shift"] else ""
            found.append(f"{parameter_label(base, words.language, one['name'])}: {value}{shift}, {when}")
        for name, one in row["prior"].items():
            value = words.language.estimate(one["low"], one["mid"], one["high"], self._unit(name), 3)
            found.append(f"{parameter_label(base, words.language, name)}: {value}")
        return found + [t("site.scenarios.off", name=t(f"mechanism.{name}.name")) for name in row["off"]]

    def _unit(self, name: str) -> str:
        """Return the unit in which a parameter's value is said."""
        parameter = self.site.base.parameters.get(name)
        return parameter.unit if parameter else "1"

    def _does(self, name: str, words: Words) -> Markup:
        """Return what a scenario does to the outcomes on which all are compared."""
        heads = [words.text("site.what"), words.text("site.scenarios.here"), words.text("site.scenarios.reference")]
        rows = [
            [words.text(f"site.scenarios.{key}"), *(outcomes.ends(self.at(one, *SHOWN[key]), words) for one in (name, "reference"))]
            for key in SHOWN
        ]  # fmt: skip
        return table(heads, rows, [1, 2], self.title(name, words)) if name != "reference" else Markup("")

    def page(self, words: Words) -> Page:
        """Return the page of all scenarios."""
        t, code = words.text, words.language.code
        parts: list[Any] = [
            Markup("<p class=about>{}</p>").format(t("site.scenarios.about")),
            Markup('<p class="files"><a href="~~/data/scenarios.csv">CSV</a></p>'),
            *(charts.figure(self.site, self.site.charts[key], words) for key in ("four-worlds", "scenarios-china", "scenarios-us")),
        ]  # fmt: skip
        for name, row in self.names.items():
            sets = [Markup("<li>{}</li>").format(one) for one in self._sets(row, words)]
            shown = Markup("<ul>{}</ul>").format(Markup("").join(sets)) if sets else Markup("")
            head = Markup('<h2 id="{}">{}</h2><p>{}</p>').format(name, row["title"][code], row["question"][code])
            parts += [head, shown, self._does(name, words)]
        return Page(t("site.scenarios.title"), t("site.scenarios.about"), joined(parts), "charts", "four-worlds")

    def register(self) -> Callable[[Words], Page]:
        """Add the page."""
        self.site.page("scenarios.html", self.page)
        return partial(self.page)
