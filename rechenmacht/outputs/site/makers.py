"""Families of chips as charts: a maker's chips in the order of their release, by what each computes at its peak."""

from __future__ import annotations

from functools import cached_property

from markupsafe import Markup

from rechenmacht.answers.answer import Answer, Row
from rechenmacht.domains.rules.chips import RuledChip
from rechenmacht.faces import machine
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site import charts, svg
from rechenmacht.outputs.site.frame import Site
from rechenmacht.outputs.site.look import a, table

FEWEST, MOST = 4, 20  # chips on a chart; `chip compare` takes no more


def name_of(vendor: str) -> str:
    """Return the address of a maker's chart."""
    return f"chips-{vendor.lower().replace(' ', '-')}"


class Makers:
    """The charts of makers with chips enough, each over the answer of `chip compare`."""

    def __init__(self, site: Site, chips: tuple[RuledChip, ...]) -> None:
        self.site, self.chips = site, chips

    @cached_property
    def families(self) -> dict[str, list[RuledChip]]:
        """A maker's chips for data centres by release, the newest if there are many; those without a day left out."""
        found: dict[str, list[RuledChip]] = {}
        for one in sorted(self.chips, key=lambda chip: (chip.released, chip.id)):
            if one.market == "datacenter" and one.released and "tpp" in one.known:
                found.setdefault(one.vendor, []).append(one)
        return {vendor: some[-MOST:] for vendor, some in sorted(found.items()) if len(some) >= FEWEST}

    def _ask(self, vendor: str) -> Answer:
        return self.site.ask("engine.chips", names=[one.id.partition(":")[2] for one in self.families[vendor]])

    def _rows(self, vendor: str) -> list[tuple[RuledChip, Row]]:
        by = {row["id"]: row for row in self._ask(vendor).tables[0].rows}
        return [(one, by[one.id]) for one in self.families[vendor] if one.id in by and by[one.id]["peak8"]]

    def _bars(self, vendor: str, words: Words) -> list[svg.Bar]:
        lang, found = words.language, []
        for one, row in self._rows(vendor):
            said = lang.amount(row["peak8"], "TFLOP/s", 3)
            found.append(svg.Bar(f"{row['name']}, {one.released[:4]}", 0.0, row["peak8"], row["peak8"], said))
        return found

    def chart(self, vendor: str) -> charts.Chart:
        """Return a maker's chart."""

        def title(words: Words) -> str:
            return words.text("site.chart.chips.title", maker=vendor)

        def alt(words: Words) -> str:
            return f"{title(words)}. " + "; ".join(f"{bar.name}: {bar.text}" for bar in self._bars(vendor, words)) + "."

        def rows(words: Words) -> Markup:
            t, lang = words.text, words.language
            heads = [t("site.rules.chip"), t("site.chart.chips.released"), t("site.chart.chips.peak"),
                     t("site.chart.chips.memory"), t("site.chart.chips.power")]  # fmt: skip
            found = [
                [a(f"~/{self.site.names[one.id]}", row["name"]), lang.date(one.released), lang.amount(row["peak8"], "TFLOP/s"),
                 *(lang.amount(row[key], unit) if row[key] else "–" for key, unit in (("memory_gb", "GB"), ("tdp_w", "W")))]
                for one, row in self._rows(vendor)
            ]  # fmt: skip
            return table(heads, found, {2, 3, 4}, title(words))

        return charts.Chart(
            name_of(vendor), title, lambda words: words.text("site.chart.chips.about"), alt,
            lambda words, width: svg.ranges(self._bars(vendor, words), "TFLOP/s", words.language, width), rows,
            lambda: machine.csv_text(self._ask(vendor).tables[0]), lambda: self._ask(vendor),
            lambda: charts.newest(self.site, self._ask(vendor)),
        )  # fmt: skip

    def register(self) -> list[charts.Chart]:
        """Give the charts their addresses."""
        return [charts.register(self.site, self.chart(vendor)) for vendor in self.families]

    def link(self, chip: str, words: Words) -> Markup:
        """Return a link to the chart a chip stands on, if it stands on one."""
        for vendor, some in self.families.items():
            if any(one.id == chip for one in some):
                said = words.text("site.chart.chips.title", maker=vendor)
                return Markup("<p>{}</p>").format(a(f"~/charts/{name_of(vendor)}.html", said))
        return Markup("")
