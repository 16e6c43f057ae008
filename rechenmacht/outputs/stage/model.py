"""The texts and choices of the first page in one language: outcomes, lines, levers, scenarios, words."""

from __future__ import annotations

from typing import Any

from rechenmacht import __version__, scenario
from rechenmacht.domains.race.axes import BLOCS, DEFINITIONS, LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import Model
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.faces.labels import parameter_label
from rechenmacht.faces.language import Language
from rechenmacht.outputs.stage import levers as levers_of
from rechenmacht.outputs.stage.computed import DRAWS, SEED
from rechenmacht.outputs.stage.families import Family, families, line_names, name_of

CLAIMS = 6  # that a lever names; the rest stand in its facts
THUMBS = (
    "installed|h100e_8bit", "accessible|h100e_8bit", "power_connected", "capex_ai", "frontier_gap", "firms_using_ai",
    "smuggled|h100e_8bit",
)  # fmt: skip
# Cards show three outcomes: those that the scenario's file expects something of, then these.
USUAL = (("installed|h100e_8bit", "cn"), ("installed|h100e_8bit", "us"), ("frontier_gap", "cn"), ("capex_ai", "us"))
GROWTH = ("growth", "progress", "ramp", "appeal")  # rates of a logarithm: shown as a percentage a year
_LINE = {shown: code for code, shown in REGION.items()}


def form(parameter: Parameter) -> str:
    """Return how a lever's value is written: share, growth, rate, or its unit's name."""
    unit, name = parameter.unit, parameter.name
    if unit == "share":
        return "share"
    if unit == "1/year":
        return "growth" if any(word in name for word in GROWTH) else "rate"
    if name == "allocation.inference_progress":
        return "share"
    return {"GW/year": "GW_year", "USD/year": "USD_year", "USD": "USD", "year": "year", "count/year": "count_year",
            "GW": "GW", "count": "count"}.get(unit, "times")  # fmt: skip


def label(base: Base, words: Language, name: str) -> str:
    """Return a lever's short plain name; without one, the parameter's general label."""
    return words.maybe("stage.lever." + name.replace(".", "_")) or parameter_label(base, words, name)


def _claims(base: Base, parameter: Parameter) -> list[list[str]]:
    found = []
    for name in parameter.claims[:CLAIMS]:
        source = base.sources.get(base.claims[name].source)
        if source is not None:
            found.append([name, f"{source.publisher}: {source.title}", source.address])
    return found


def _lever(base: Base, words: Language, row: dict[str, Any]) -> dict[str, Any]:
    parameter = base.parameters[row["name"]]
    return {
        "name": parameter.name,
        "label": label(base, words, parameter.name),
        "theme": parameter.mechanism,
        "form": form(parameter),
        "ends": [float(f"{x:.6g}") for x in row["ends"]],
        "track": [float(f"{x:.6g}") for x in row["track"]],
        "spread": parameter.low != parameter.high,
        "acts": row["acts"],
        "strength": round(row["strength"], 4),
        "note": words.notes.get(f"parameter.{parameter.name}", parameter.note),
        "count": len(parameter.claims),
        "claims": _claims(base, parameter),
    }


def figures(asked: scenario.Scenario, known: dict[str, Family]) -> list[tuple[str, str]]:
    """Return the three outcomes that a scenario's card shows: outcome and line."""
    found = []
    for expect in asked.expect:
        line = _LINE.get(expect.region, "")
        if expect.variable in known and line in known[expect.variable].lines:
            found.append((expect.variable, line))
    return list(dict.fromkeys([*found, *USUAL]))[:3]


def _scenarios(base: Base, words: Language, offered: set[str]) -> list[dict[str, Any]]:
    known = {family.id: family for family in families()}
    found = []
    for name, path in scenario.available(base).items():
        asked = scenario.read(path)
        if name == "reference" or asked.off:
            continue
        setup = scenario.prepare(base, asked, NAMES)
        found.append(
            {
                "id": name,
                "title": getattr(asked.title, words.code),
                "question": getattr(asked.question, words.code),
                "sets": [[lever, [[at, value] for at, value in pairs]] for lever, pairs in setup.levers.items()],
                "priors": [[lever, prior.low, prior.mid, prior.high] for lever, prior in asked.prior.items()],
                "figures": figures(asked, known),
            }
        )
    return found


def texts(words: Language) -> dict[str, str]:
    """Return the page's words by key without `stage.`; names of outcomes, levers and lines travel with them."""
    prefix, left = "stage.", ("stage.outcome.", "stage.lever.", "stage.line.", "stage.short.")
    return {
        key.removeprefix(prefix): text
        for key, text in words.texts.items()
        if key.startswith(prefix) and not key.startswith(left)
    }


def labels(base: Base, words: Language, model: Model) -> dict[str, str]:
    """Return what every parameter of the race is called, for links that set one without a slider."""
    return {parameter.name: label(base, words, parameter.name) for parameter in model.parameters}


def content(base: Base, words: Language, found: dict[str, Any]) -> dict[str, Any]:
    """Return the page's model in a language, for JSON.

    Args:
        base: the fact base.
        words: the language.
        found: what `computed.computed` gave.
    """
    rows = [_lever(base, words, row) for row in found["levers"]]
    outcomes = [
        {"id": one.id, "name": name_of(words, one), "group": one.group, "unit": one.unit, "lines": one.lines,
         "summed": one.summed}
        for one in families()
    ]  # fmt: skip
    shown = {row["name"] for row in rows}
    scenarios = _scenarios(base, words, shown)
    others = {lever for one in scenarios for lever, *_ in (*one["sets"], *one["priors"])} - shown
    return {
        "lang": words.code,
        "version": __version__,
        "checksum": base.checksum,
        "draws": DRAWS,
        "seed": SEED,
        "first": QUARTERS[0],
        "observed": LAST_OBSERVED,
        "last": QUARTERS[-1],
        "start": {"outcome": levers_of.FIRST, "line": levers_of.LINE, "year": levers_of.START},
        "thumbs": THUMBS,
        "blocs": list(BLOCS),
        "definitions": {name: words.text(f"definition.{name}") for name in DEFINITIONS},
        "lines": line_names(words),
        "outcomes": outcomes,
        "levers": rows,
        "others": {name: label(base, words, name) for name in sorted(others)},
        "scenarios": scenarios,
        "words": texts(words),
        "numbers": "",
        "kernel": "",
        "labels": "",
    }
