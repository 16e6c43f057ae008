"""What `import rechenmacht as rm` offers beside the domains: one number, SQL, runs, articles, one's own facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rechenmacht import extras
from rechenmacht.faces import python
from rechenmacht.faces.asking import heard
from rechenmacht.faces.offered import offered
from rechenmacht.faces.python import Given, ask

if TYPE_CHECKING:
    from rechenmacht.answers.answer import Answer
    from rechenmacht.evidence.base import Base


class Fact(Given):
    """One number with its range and its claims."""

    @property
    def claims(self) -> Any:
        """The claims that were pooled, and those set aside with the reason, as a DataFrame."""
        return self.frame("claims_pooled")


def _quantiles(answer: Answer) -> Sequence[Any]:
    return next(table.rows for table in answer.tables if table.name == "quantiles")


class Run(Given):
    """A simulated scenario."""

    def frame(self, variable: str = "") -> Any:
        """Return quantiles by region and quarter as a pandas DataFrame.

        Args:
            variable: such as `installed|h100e_8bit`; all of the answer, if none is named.

        Returns:
            Columns region, quarter, unit, q05, q25, q50, q75, q95; `variable` in front where none is named.
        """
        import pandas as pd

        rows = _quantiles(self.answer)
        if variable and all(row["variable"] != variable for row in rows):
            asked = self.answer.question.model_copy(update={"outcome": [variable]})
            with python.using(self.base):
                rows = _quantiles(ask("race.run", asked.model_dump()).answer)
        flat = [{**{key: row[key] for key in ("variable", "region", "quarter", "unit")}, **row["value"]}
                for row in rows if variable in {"", row["variable"]}]  # fmt: skip
        found = pd.DataFrame(flat)
        return found.drop(columns="variable").reset_index(drop=True) if variable else found

    def draws(self, variable: str) -> Any:
        """Return all draws of a variable as an xarray DataArray of region, quarter and draw.

        The draws are made in slices of which only this variable is kept, so that a million of them fit into memory.

        Raises:
            BadInput: if there is no such variable.
        """
        import numpy as np
        import xarray as xr

        from rechenmacht import runs
        from rechenmacht.domains.race.answers.common import places, scenario_of
        from rechenmacht.domains.race.axes import QUARTERS
        from rechenmacht.domains.race.inputs import inputs
        from rechenmacht.domains.uncertainty.ensemble import slices

        asked: Any = self.answer.question
        model = runs.model_of(self.base, scenario_of(asked, self.base), inputs(self.base, asked.sees))
        series = model.given.added.series
        kept = places([variable], series)
        out = np.empty((len(kept), len(QUARTERS), asked.draws), dtype=np.float32)
        done = 0
        for some in slices(model, asked.draws, asked.seed, asked.backend, series=kept):
            out[..., done : done + some.shape[-1]] = some
            done += some.shape[-1]
        regions = [series[place].region for place in kept]
        return xr.DataArray(
            out, dims=("region", "quarter", "draw"), name=variable,
            coords={"region": regions, "quarter": list(QUARTERS)}, attrs={"unit": series[kept[0]].unit},
        )  # fmt: skip


class Checked:
    """A checked article: its quantities and the verdicts on them."""

    def __init__(self, document: Any, base: Base, lang: str = "en") -> None:
        self.document, self.base, self.lang = document, base, lang

    def _rows(self) -> list[dict[str, Any]]:
        texts = {quantity.id: quantity.text for quantity in self.document.quantities}
        return [
            {"text": texts[one.quantity_id], "verdict": one.verdict, "check": one.check,
             "explanation": one.explanation[self.lang], "claims": list(one.claims)}
            for one in self.document.verdicts
        ]  # fmt: skip

    def __repr__(self) -> str:
        return "\n".join(f"{row['verdict']}: {row['text']}: {row['explanation']}" for row in self._rows())

    def _repr_html_(self) -> str:
        found: str = self.frame()._repr_html_()
        return found

    def frame(self) -> Any:
        """Return the verdicts as a pandas DataFrame: text, verdict, check, explanation, claims."""
        import pandas as pd

        return pd.DataFrame(self._rows())

    def json(self) -> dict[str, Any]:
        """Return text, quantities and verdicts as plain data."""
        from dataclasses import asdict

        found: dict[str, Any] = asdict(self.document)
        return found

    @property
    def sources(self) -> list[str]:
        """The publications that the verdicts rest on, by id."""
        claims = {claim for row in self._rows() for claim in row["claims"]}
        return sorted({self.base.claims[claim].source for claim in claims if claim in self.base.claims})


def fact(subject: str, quantity: str, *, at: str | None = None, lang: str = "en") -> Fact:
    """Return one number of a subject: `.value`, `.low`, `.high`, `.unit`, `.claims`.

    Args:
        subject: id, name or alias, such as `H100`.
        quantity: such as `tdp`.
        at: the date asked for.
        lang: language in which it prints itself.
    """
    found = ask("facts.fact", {"subject": subject, "quantity": quantity, "at": at, "lang": lang})
    return Fact(found.answer, found.base, lang)


def claims(subject: str, quantity: str | None = None, *, lang: str = "en") -> Given:
    """Return the claims about a subject, of all quantities or of one.

    Args:
        subject: id, name or alias.
        quantity: only this quantity.
        lang: language in which it prints itself.
    """
    return ask("facts.claims", {"subject": subject, "quantity": quantity, "lang": lang})


def query(sql: str, most: int = 1_000_000) -> Any:
    """Return the rows of one SELECT over the fact base as a pandas DataFrame.

    Args:
        sql: tables are claims, history, entities, sources, quantities, parameters, deals, rules...
        most: rows at most.

    Raises:
        BadInput: if it is not one SELECT, or is wrong.
    """
    import pandas as pd

    from rechenmacht.evidence.query import run as select

    with extras.told():
        heads, rows = select(python.base(), sql, most)
    return pd.DataFrame(rows, columns=heads)


def run(
    scenario: str = "reference", *, draws: int = 1000, seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None, lang: str = "en", **more: Any,
) -> Run:  # fmt: skip
    """Simulate a scenario; `.frame(variable)` has quantiles, `.draws(variable)` every draw.

    Args:
        scenario: its id, or a path to a TOML file.
        draws: how many.
        seed: of all random streams.
        set: parameter name -> value, or -> {quarter: value}; or as the command line writes it, ["name=2@2027Q1"].
        lang: language in which it prints itself.
        more: further fields of the question: shift, off, until, backend, outcome.
    """
    given = {"scenario": scenario, "draws": draws, "seed": seed, "set": set, "lang": lang, **more}
    found = ask("race.run", given)
    return Run(found.answer, found.base, lang)


def check(text: str, *, date: str | None = None, lang: str = "en") -> Checked:
    """Check the numbers of an article.

    Args:
        text: the article as plain text.
        date: the day it appeared, 2025-11-20.
        lang: language of the explanations.

    Raises:
        BadInput: if the date is none.
    """
    from rechenmacht.domains.reader.answers.check import reader_of
    from rechenmacht.errors import BadInput

    with heard(lang):
        try:
            appeared = day.fromisoformat(date) if date else None
        except ValueError:
            raise BadInput(f"date {date!r} is no day of the calendar (write 2025-11-20)") from None
        facts = python.base()
        return Checked(reader_of(facts).read(text, "text", appeared), facts, lang)


class Workspace:
    """The library on a fact base of one's own: all functions of `rechenmacht`, asked of it.

    Args:
        base: the fact base.
    """

    def __init__(self, base: Base) -> None:
        self.base = base

    def __repr__(self) -> str:
        return f"<rechenmacht on {self.base.workspace}: {len(self.base.tables.claims):,} claims>"

    def __getattr__(self, name: str) -> Any:
        """Return a function, or a domain's functions, asked of this base."""
        found = offered(name)
        return self._bound(found) if callable(found) else _Domain(self, found)

    def _bound(self, function: Any) -> Any:
        from functools import wraps

        @wraps(function)
        def asked(*given: Any, **named: Any) -> Any:
            with python.using(self.base):
                return function(*given, **named)

        return asked


class _Domain:
    """A domain's functions, asked of a workspace's base."""

    def __init__(self, workspace: Workspace, module: Any) -> None:
        self._workspace, self._module = workspace, module

    def __getattr__(self, name: str) -> Any:
        return self._workspace._bound(getattr(self._module, name))


def open(workspace: str | Path, *, plugins: bool | None = None) -> Workspace:
    """Return the library on a workspace: the shipped facts with one's own laid over them.

    Args:
        workspace: its folder, as `rechenmacht init` makes one.
        plugins: whether the plug-ins that its settings name, which are code, are run; must be said if it names some.

    Raises:
        BadInput: if it is none, or a row or a plug-in cannot be used.
    """
    from rechenmacht.evidence.base import load

    found = load(Path(workspace))
    if plugins is not None:
        from rechenmacht.domains.race.plugins import extended, without

        found = extended(found) if plugins else without(found)
    return Workspace(found)
