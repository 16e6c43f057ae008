"""What all sections share: the facts, the runs, the language, the files written, and what has been cited."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from rechenmacht import files
from rechenmacht.dates import quarter_of
from rechenmacht.domains.race.axes import LAST_OBSERVED, VENDOR_ENTITY, year_at_end
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import OWN_CLASSES, Claim, Deal
from rechenmacht.faces import charts, theme
from rechenmacht.faces.language import Language
from rechenmacht.outputs.report import shipped
from rechenmacht.outputs.report.results import Estimate, reference
from rechenmacht.outputs.report.view import Figure, Num, Table, Words
from rechenmacht.runs import Run

HISTORY = ("h100e_", "chips_", "chip_power_")  # the quantities of the history that conditions a run


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that it appears whole or not at all.

    Raises:
        BadInput: if it cannot be written.
    """
    files.write(path, content)


def csv_text(rows: Iterable[dict[str, object]]) -> str:
    """Return rows as CSV, header first; numbers to six significant digits."""
    listed = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(listed[0]) if listed else [], lineterminator="\n")
    writer.writeheader()
    for row in listed:
        writer.writerow({k: f"{v:.6g}" if isinstance(v, float) else files.inert(v) for k, v in row.items()})
    return out.getvalue()


@dataclass
class Context:
    """The report being made. Sections cite through it, so the appendix holds what the page uses and no more.

    `pool` draws the PNG files while the next charts are made; `later` holds what is under way there.
    """

    base: Base
    runs: list[Run]
    language: Language
    out: Path
    pool: Executor
    cited_claims: dict[str, None] = field(default_factory=dict)
    cited_sources: dict[str, None] = field(default_factory=dict)
    later: list[Future[None]] = field(default_factory=list)

    @cached_property
    def deals(self) -> dict[str, Deal]:
        """Deals by their subject, `deal:<id>`."""
        return {f"deal:{deal.id}": deal for deal in self.base.tables.deals}

    @property
    def reference(self) -> Run:
        """The reference run."""
        return reference(self.runs)

    @property
    def boundary(self) -> float:
        """The decimal year at which observation ends."""
        return year_at_end(LAST_OBSERVED)

    @property
    def last(self) -> str:
        """The last quarter of the runs."""
        return str(self.reference.meta["quarters"][-1])

    @property
    def dates(self) -> tuple[str, ...]:
        """The quarters at which the report states numbers: the last observed, the end of 2028, the last."""
        known = self.reference.meta["quarters"]
        return tuple(dict.fromkeys(q for q in (LAST_OBSERVED, quarter_of("2028"), self.last) if q in known))

    def t(self, key: str, **values: object) -> str:
        """Return a text in the report's language."""
        return self.language.text(key, **values)

    def claim(self, claim_id: str) -> str:
        """Cite a claim and return its anchor."""
        self.cited_claims[claim_id] = None
        self.cited_sources[self.base.claims[claim_id].source] = None
        return f"#c-{claim_id}"

    def source(self, source_id: str) -> str:
        """Cite a source and return its anchor."""
        self.cited_sources[source_id] = None
        return f"#s-{source_id}"

    def history_sources(self, prefixes: tuple[str, ...] = HISTORY) -> list[str]:
        """Return the ids of the sources of the history behind the runs, cited."""
        subjects = tuple(dict.fromkeys(VENDOR_ENTITY.values()))
        rows = [r for r in self.base.tables.history if r.quantity.startswith(prefixes)]
        near = [r for r in rows if r.subject.startswith(("org:", "bloc:", "chipline:", *subjects))]
        found = list(dict.fromkeys(row.source for row in near))
        for source_id in found:
            self.source(source_id)
        return found

    def rich(self, key: str, **values: Num | str) -> Markup:
        """Return a text in which each `Num` is a link to its origin; everything else is escaped."""
        parts = {name: linked(value) if isinstance(value, Num) else _whole(value) for name, value in values.items()}
        return Markup(str(Markup.escape(self.t(key)))).format(**parts)  # noqa: S704 - the text is escaped first

    def num(self, text: str, method: str) -> Num:
        """Return a computed number that links to its method."""
        return Num(text, f"#m-{method}")

    def mid(self, estimate: Estimate, unit: str, method: str, digits: int = 3) -> Num:
        """Return an estimate's median with its unit, linked to its method."""
        return self.num(self.language.amount(estimate.mid, unit, digits), method)

    def band(self, estimate: Estimate, unit: str, digits: int = 2) -> str:
        """Return an estimate's 5-95 % range with its unit."""
        return self.language.band(estimate.low, estimate.high, unit, digits)

    def english(self, text: str) -> str | Words:
        """Return a text of the fact base, which is in English, marked so on other pages."""
        return text if self.language.code == "en" or not text else Words(text, "en")

    def note(self, key: str, text: str) -> str | Words:
        """Return a note or reason in the report's language if it is the shipped one, else as it stands, in English.

        Args:
            key: where it stands in `locales/notes.<code>.toml`.
            text: the English text; a workspace may have another under the same key.
        """
        own = self.language.notes.get(key)
        return own if own is not None and shipped.texts().get(key) == text else self.english(text)

    def name(self, subject: str) -> str:
        """Return an entity's name in the report's language; of a deal, who pays whom for what."""
        deal = self.deals.get(subject)
        if deal is not None:
            kind = self.t(f"deal_kind.{deal.kind}")
            return self.t("appendix.deal", payer=self.name(deal.payer), payee=self.name(deal.payee), kind=kind, id=deal.id)
        entity = self.base.entities.get(subject)
        return self.language.pick(entity, "name") or entity.name_en if entity else subject

    def claim_text(self, claim: Claim) -> str:
        """Write what a claim states: value and band with unit."""
        unit = "share" if claim.unit == "1" and self.base.quantities[claim.quantity].high <= 1 else claim.unit
        lang = self.language
        if claim.value is None:
            if claim.low is not None and claim.high is not None:
                return lang.band(claim.low, claim.high, unit, 5)
            only, word = (claim.low, "at_least") if claim.low is not None else (claim.high, "at_most")
            return self.t(f"number.{word}", n=lang.amount(only if only is not None else float("nan"), unit, 5))
        text = lang.amount(claim.value, unit, 5)
        if claim.low is not None and claim.high is not None and claim.low < claim.high:
            return self.t("number.with_band", n=text, band=lang.band(claim.low, claim.high, unit, 5))
        return text

    def figure(
        self,
        name: str,
        spec: Callable[[charts.Size], charts.Spec],
        rows: Iterable[dict[str, object]],
        table: Table | None = None,
        *,
        method: str = "",
        sources: Sequence[str] = (),
        more: str = "",
        says: str = "",
        **values: object,
    ) -> Figure:
        """Draw a chart in both widths, write its files and return what the page shows.

        Args:
            name: names the files and the texts `figure.<name>.title`, `.about`, `.alt` and `.caption`.
            spec: makes the specification for a width.
            rows: the chart's data, written as CSV.
            table: a short table for the page.
            method: the method that computed the numbers.
            sources: ids of sources that stand under the chart.
            more: sentences that follow the caption.
            says: what the chart shows, in a sentence.
            values: fill the placeholders of the texts.
        """
        lang = self.language
        title, about, alt = (self.t(f"figure.{name}.{part}", **values) for part in ("title", "about", "alt"))
        wide, narrow = (charts.to_svg(spec(size), lang) for size in (charts.WIDE, charts.NARROW))
        files = {
            "csv": f"data/{name}.csv",
            "svg": f"charts/{name}.{lang.code}.svg",
            "png": f"charts/{name}.{lang.code}.png",
        }
        write_whole(self.out / files["csv"], csv_text(rows))
        write_whole(self.out / files["svg"], wide)
        self.later.append(self.pool.submit(_write_png, self.out / files["png"], wide))
        return Figure(
            id=name,
            title=title,
            about=about,
            wide=Markup(theme.to_inline(wide, f"{name}-w", title, alt)),  # noqa: S704 - drawn by vl-convert
            narrow=Markup(theme.to_inline(narrow, f"{name}-n", title, alt)),  # noqa: S704
            caption=" ".join(text for text in (self.t(f"figure.{name}.caption", **values), more) if text),
            method=Num(self.t(f"method.{method}.name"), f"#m-{method}") if method else Num("", ""),
            sources=self._publishers(sources),
            table=table,
            files=files,
            says=says,
            from_deals=method.startswith("capital_"),
        )

    def _publishers(self, sources: Sequence[str]) -> tuple[Num, ...]:
        """Return the publishers of sources, each once, without ourselves."""
        found: dict[str, Num] = {}
        for source_id in sources:
            source = self.base.sources[source_id]
            if source.class_ not in OWN_CLASSES:
                found.setdefault(source.publisher, Num(source.publisher, self.source(source_id), source.title))
        return tuple(found.values())


def _write_png(path: Path, svg: str) -> None:
    write_whole(path, charts.to_png(svg))


def _whole(text: str) -> Markup:
    """Keep a range or a date on one line; what is written already stays as it is."""
    if isinstance(text, Markup):
        return text
    return Markup('<span class="nb">{}</span>').format(text)


def linked(num: Num) -> Markup:
    """Return a number as a link to its origin."""
    return Markup('<a class="num" href="{}">{}</a>').format(num.href, num.text)
