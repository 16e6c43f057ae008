"""The race's small multiples: one chart per outcome, a panel per bloc, another scenario dotted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS, year_at_end
from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.errors import BadInput, nearest
from rechenmacht.faces import theme
from rechenmacht.faces.charts_bands import Panel, band_panels, y_domain
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look
from rechenmacht.outputs.web.ensembles import Array, Tick, rounded, run_sources, summed
from rechenmacht.outputs.web.model import Question, Race, Summed, chosen
from rechenmacht.scenario import Setup

FIRST_SHOWN = "2022-Q4"  # earlier quarters hold start-up artefacts of the frontier gap
TOLD = ("2030-Q4", "2035-Q4")
NAMES = ("q05", "q25", "q50", "q75", "q95")


class Shown(NamedTuple):
    """One outcome on the page: whether on a logarithmic axis, and the blocs that have a panel."""

    log: bool
    blocs: tuple[str, ...]


_ALL = ("us", "cn", "eu", "gulf", "rest")
SHOWN: dict[str, Shown] = {
    "installed|h100e_8bit": Shown(True, _ALL),
    "power_connected": Shown(True, _ALL),
    "firms_using_ai": Shown(False, _ALL),
    "measure|stack": Shown(False, ("us", "cn")),
    "virtual_workers": Shown(True, _ALL),
    "frontier_gap": Shown(False, ("us", "cn", "eu")),
}


def known(outcome: str) -> Shown:
    """Return how an outcome is shown.

    Raises:
        BadInput: if it has no chart.
    """
    if outcome not in SHOWN:
        raise BadInput(f"outcome: {outcome!r} has no chart{nearest(outcome, SHOWN)}; known: {', '.join(SHOWN)}")
    return SHOWN[outcome]


class _Run(NamedTuple):
    setup: Setup
    places: list[int]
    found: Summed

    def table(self, variable: str, bloc: str) -> Array:
        """Return a series' quantiles from FIRST_SHOWN on, shape (5, quarter)."""
        for index, place in enumerate(self.places):
            if (SERIES[place].variable, SERIES[place].region) == (variable, REGION[bloc]):
                table: Array = self.found.table[index].T[:, QUARTERS.index(FIRST_SHOWN) :]
                return table
        raise KeyError((variable, bloc))


def _run(race: Race, asked: Question, outcomes: Sequence[str], most: int, tick: Tick | None) -> _Run:
    setup, places = race.setup(asked), chosen(outcomes)
    return _Run(setup, places, summed(race, asked, setup, places, most, tick))


def _alt(look: Look, outcome: str, run: _Run, unit: str) -> str:
    """Return the medians and 90 % ranges at the told quarters, bloc by bloc."""
    lang, first = look.language, QUARTERS.index(FIRST_SHOWN)
    parts = []
    for bloc in SHOWN[outcome].blocs:
        table = run.table(outcome, bloc)
        told = [
            f"{lang.date(q)} {lang.amount(float(table[2, at]), unit)} "
            f"({lang.band(float(table[0, at]), float(table[4, at]), unit)})"
            for q in TOLD
            for at in [QUARTERS.index(q) - first]
        ]
        parts.append(f"{lang.text(f'region.{bloc}')}: {', '.join(told)}")
    return f"{title(look, outcome)}. {'; '.join(parts)}."


def title(look: Look, outcome: str) -> str:
    """Return what an outcome is called, with its unit and scale."""
    name = look.language.text(f"play.outcome_{outcome.replace('|', '_')}")
    return f"{name} ({look.language.text('play.log')})" if SHOWN[outcome].log else name


def _drawn(look: Look, outcome: str, a: _Run, b: _Run | None, note: str) -> Drawn:
    shown, lang = SHOWN[outcome], look.language
    unit = next(SERIES[place].unit for place in a.places if SERIES[place].variable == outcome)
    panels = [
        Panel(
            lang.text(f"region.{bloc}"), theme.OF_BLOC[bloc], a.table(outcome, bloc),
            None if b is None else b.table(outcome, bloc)[2],
        )
        for bloc in shown.blocs
    ]  # fmt: skip
    quarters = QUARTERS[QUARTERS.index(FIRST_SHOWN) :]
    spec = band_panels(
        panels, [year_at_end(q) for q in quarters], year_at_end(LAST_OBSERVED), unit, lang, look.size,
        log=shown.log, context=False,
    )  # fmt: skip
    rows = [
        {
            "variable": outcome, "region": REGION[bloc], "unit": unit, "quarter": quarter,
            **dict(zip(NAMES, numbers[:, at].tolist(), strict=True)),
            **({} if panel.other is None else {"compared_q50": float(rounded(panel.other[at]))}),
        }
        for bloc, panel in zip(shown.blocs, panels, strict=True)
        for numbers in [rounded(panel.quantiles)]
        for at, quarter in enumerate(quarters)
    ]  # fmt: skip
    bands = lang.text("play.bands") + (f" {lang.text('play.dotted')}" if b is not None else "")
    more = {"outcome": outcome, "unit": unit, "log": shown.log, "domain": list(y_domain(panels, shown.log))}
    return Drawn(title(look, outcome), (note, bands), _alt(look, outcome, a, unit), spec, rows, more=more)


def named(race: Race, asked: Question, look: Look) -> str:
    """Return a question in words: scenario, levers moved, draws and seed."""
    words = getattr(race.scenario(asked.scenario).title, look.language.code)
    moved = [
        f"{name}={sign}{value:g}{f'@{at}' if at else ''}"
        for levers, sign in ((asked.changes, ""), (asked.shifts, "~"))
        for name, steps in levers
        for at, value in steps
    ]
    levers = f" ({', '.join(moved)})" if moved else ""
    draws, seed = (look.language.text(f"play.{word}") for word in ("draws", "seed"))
    return f"{words}{levers}; {asked.draws} {draws}, {seed} {asked.seed}"


def drawn(
    race: Race, look: Look, outcomes: Sequence[str], a: Question, b: Question | None, most: int,
    tick: Tick | None = None,
) -> tuple[list[Drawn], list[dict[str, str]]]:  # fmt: skip
    """Return the charts of outcomes for a question, and the publications they rest on.

    Args:
        race: the model.
        look: language and width.
        outcomes: of SHOWN.
        a: what is shown with its bands.
        b: what its medians are compared with.
        most: as for `ensembles.simulate`.
        tick: as for `ensembles.simulate`.

    Raises:
        BadInput: if an outcome has no chart or the question cannot be answered.
    """
    for outcome in outcomes:
        known(outcome)
    run = _run(race, a, outcomes, most, tick)
    other = None if b is None else _run(race, b, outcomes, most, tick)
    note = named(race, a, look) if b is None else f"{named(race, a, look)} | {named(race, b, look)}"
    found = [_drawn(look, outcome, run, other, note) for outcome in outcomes]
    sources = {row["id"]: row for one in (run, other) if one is not None for row in run_sources(race, one.setup)}
    return found, [sources[name] for name in sorted(sources)]
