"""`rechenmacht discover`: under which conditions does one bloc pass another?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, Language, Seed, base, emit, note, say, table
from rechenmacht.outputs.cli.scenarios import progress
from rechenmacht.outputs.cli.sensitivity import Backend, Out, draws_allowed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rechenmacht.domains.uncertainty.chosen import Outcome
    from rechenmacht.domains.uncertainty.discovery import Box
    from rechenmacht.evidence.forms import Parameter
    from rechenmacht.faces.language import Language as Words

    Array = NDArray[np.float64]
    Occurs = Callable[[Array], NDArray[np.bool_]]

Definition = Literal["frontier", "application", "stack", "infrastructure", "workforce", "sovereignty"]
Bloc = Literal["us", "cn", "eu", "gulf", "rest"]
MEASURE = {
    "frontier": "effective_run",
    "application": "measure|application",
    "stack": "measure|stack",
    "infrastructure": "power_connected",
    "workforce": "virtual_workers",
    "sovereignty": "measure|sovereignty",
}


def discover(
    scenario: Annotated[str, typer.Argument(help="Scenario id, or a path to a TOML file.")] = "reference",
    ahead: Annotated[Definition, typer.Option("--ahead", help="The definition of being ahead.")] = "application",
    who: Annotated[Bloc, typer.Option("--who", help="The bloc that is ahead.")] = "cn",
    over: Annotated[Bloc, typer.Option("--over", help="The bloc that it is ahead of.")] = "us",
    at: Annotated[str, typer.Option("--at", help="The quarter.")] = "2030-Q4",
    case: Annotated[
        str | None,
        typer.Option("--case", help="Another case instead: 'frontier_gap@China@2030-Q4 < 6'."),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws from the priors.")] = 10_000,
    seed: Seed = 1,
    backend: Backend = "numpy",
    out: Out = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Find the conditions under which a bloc passes another by a definition: a box (PRIM) and a tree.

    Raises:
        BadInput: if the scenario, the quarter or the draws cannot be used, or the case is too rare or too common.
    """
    from rechenmacht import runs
    from rechenmacht.domains.uncertainty.chosen import take
    from rechenmacht.domains.uncertainty.ensemble import whole
    from rechenmacht.faces.language import language
    from rechenmacht.scenario import find

    draws_allowed(draws)
    if who == over:
        raise BadInput(f"--who and --over are both {who}")
    facts, words = base(), language(lang)
    pair, occurs = _case(case) if case else _ahead(ahead, who, over, at)
    model = runs.model_of(facts, find(facts, scenario))
    with progress(scenario, draws) as tick:
        cases = occurs(take(whole(model, draws, seed, backend, tick), pair))
    rate = float(cases.mean())
    shares = {"rate": words.percent(rate), "draws": words.number(draws, 9)}
    if case is None:
        places = {"who": words.text(f"region.{who}"), "over": words.text(f"region.{over}")}
        definition, when = words.text(f"definition.{ahead}"), words.at_end(pair[0].quarter)
        head = words.text("uncertain.case", **places, **shares, definition=definition, when=when)
    else:
        head = words.text("uncertain.other_case", case=case, **shares)
    about = case or {"definition": ahead, "who": who, "over": over, "at": pair[0].quarter}
    found = _found(model.parameters, cases, draws, seed, head)
    if out is not None:
        _write(out, found.rows, facts, words)
    if as_json:
        head_of = {"schema": "rechenmacht.discovery/1", "data_checksum": facts.checksum, "scenario": scenario}
        emit(head_of | {"case": about, "rate": rate, "draws": draws, "seed": seed} | found.document())
        return
    say(head)
    _show(found.box, found.rows, rate, facts, words)
    say(words.text("uncertain.tree"))
    say(found.tree)
    if out is not None:
        note(f"-> {out}")


@dataclass(frozen=True)
class Found:
    """A box, its limits as rows, and the tree."""

    box: Box
    rows: list[dict[str, Any]]
    tree: str

    def document(self) -> dict[str, Any]:
        """Return what the JSON document says of it."""
        shares = {"density": self.box.density, "coverage": self.box.coverage, "mass": self.box.mass}
        return {"box": {**shares, "limits": self.rows}, "tree": self.tree.splitlines()}


def _found(parameters: Sequence[Parameter], cases: NDArray[np.bool_], draws: int, seed: int, head: str) -> Found:
    """Look for box and tree.

    Raises:
        BadInput: if the case is too rare or too common; the message begins with `head`.
    """
    import numpy as np

    from rechenmacht.domains.uncertainty import discovery
    from rechenmacht.sample import draw

    uncertain = [p for p in parameters if p.low < p.high]
    drawn = draw(uncertain, draws, seed)
    u = discovery.uniform_ranks(np.stack([drawn[p.name] for p in uncertain]))
    try:
        box = discovery.discover(u, cases)
    except BadInput as error:
        raise BadInput(f"{head} {str(error)[0].upper()}{str(error)[1:]}") from None
    return Found(box, _limits(box, uncertain), discovery.tree(u, cases, [p.name for p in uncertain]))


def _ahead(ahead: str, who: str, over: str, at: str) -> tuple[list[Outcome], Occurs]:
    """Return the two outcomes of a definition of ahead, and the case that the first is larger."""
    from rechenmacht.domains.uncertainty.chosen import outcome

    pair = [outcome(f"{MEASURE[ahead]}@{bloc}@{at}") for bloc in (who, over)]
    return pair, lambda found: found[0] > found[1]


def _case(text: str) -> tuple[list[Outcome], Occurs]:
    """Return the outcome that a case is about, and the case.

    Raises:
        BadInput: if it cannot be read.
    """
    from rechenmacht.domains.uncertainty.chosen import outcome

    name, sign, limit = re.split(r"\s*([<>])\s*", text.strip(), maxsplit=1) if re.search("[<>]", text) else ("", "", "")
    try:
        value = float(limit)
    except ValueError:
        raise BadInput(f"--case {text}: write variable@region@quarter, < or >, and a number") from None
    one = outcome(name)
    return [one], lambda found: found[0] > value if sign == ">" else found[0] < value


def _limits(box: Box, uncertain: list[Parameter]) -> list[dict[str, Any]]:
    """Return the box's limits as quantiles and as values, the least likely by chance first."""
    import numpy as np

    from rechenmacht.sample import values

    rows = []
    for k in np.flatnonzero((box.limits[:, 0] > 0) | (box.limits[:, 1] < 1)):
        p, ends = uncertain[k], box.limits[k]
        low, high = values(p, np.clip(ends, 1e-6, 1 - 1e-6))
        rows.append(
            {
                "name": p.name,
                "low_quantile": float(ends[0]),
                "high_quantile": float(ends[1]),
                "low": float(low) if ends[0] > 0 else None,
                "high": float(high) if ends[1] < 1 else None,
                "unit": p.unit,
                "basis": p.basis,
                "by_chance": float(box.by_chance[k]),
            }
        )
    return sorted(rows, key=lambda row: float(row["by_chance"]))


def _condition(row: dict[str, Any], words: Words) -> str:
    low, high = (None if row[end] is None else words.amount(row[end], row["unit"]) for end in ("low", "high"))
    if low is not None and high is not None:
        return f"{low} - {high}"
    return f"≥ {low}" if low is not None else f"≤ {high}"


def _show(box: Box, rows: list[dict[str, Any]], rate: float, facts: Any, words: Words) -> None:
    from rechenmacht.faces.labels import parameter_label

    if not rows:
        say(words.text("uncertain.no_box"))
        return
    shares = {"density": box.density, "coverage": box.coverage, "mass": box.mass, "rate": rate}
    say(words.text("uncertain.box", **{name: words.percent(value) for name, value in shares.items()}))
    lines = [
        (
            row["name"],
            _condition(row, words),
            f"q{row['low_quantile'] * 100:.0f}-q{row['high_quantile'] * 100:.0f}",
            f"{row['by_chance']:.1g}",
            parameter_label(facts, words, row["name"]),
        )
        for row in rows
    ]
    t = words.text
    say(table(lines, (t("uncertain.parameter"), t("uncertain.condition"), "", t("uncertain.chance"), "")))
    say("")


def _write(out: Path, rows: list[dict[str, Any]], facts: Any, words: Words) -> None:
    from rechenmacht.faces.labels import parameter_label
    from rechenmacht.outputs import uncertainty_charts as charts
    from rechenmacht.outputs.report.context import csv_text
    from rechenmacht.runs import whole_folder

    labels = [parameter_label(facts, words, row["name"]) for row in rows]
    limits = [(row["low_quantile"], row["high_quantile"]) for row in rows]
    with whole_folder(out) as folder:
        (folder / "box.csv").write_text(csv_text(rows) if rows else "name\n", encoding="utf-8")
        charts.write(folder, {"box": charts.box(labels, limits, words)} if rows else {}, words)
